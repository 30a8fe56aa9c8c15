"""Chinese numerals in Arabic digits: `三亿` is 3亿, `两千万` 2000万, `叁仟伍佰万元整` 3500万元整.

Own and strict: cn2an 0.5 was tried; it takes 两 only where it also takes 三千五 for 3500 and 一二三 for 123, and its
fractions are floats.
"""

from __future__ import annotations

import re

_DIGITS = {sign: str(number) for number, signs in enumerate(
    ("零〇", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
) for sign in signs}  # fmt: skip
_UNITS = {"千": 1000, "仟": 1000, "百": 100, "佰": 100, "十": 10, "拾": 10}
_BIG = str.maketrans({"萬": "万", "億": "亿", "圓": "圆"})
_DIGIT, _UNIT = "".join(_DIGITS), "".join(_UNITS)
# What follows a digit is the digit's unit: 3千万.
_NUMERAL = re.compile(rf"(?<![0-9.])(?<![0-9]\s)[{_DIGIT}十拾][{_DIGIT}{_UNIT}]*(?:[点點][{_DIGIT}]+)?")
_GE = re.compile(r"(?<=[0-9])\s*[个個]\s*(?=[万亿])")


def with_digits(text: str) -> str:
    """The text with its Chinese numerals in digits, below 万; one that has several meanings stays as it is."""
    return _GE.sub("", _NUMERAL.sub(_replaced, text.translate(_BIG)))


def _replaced(match: re.Match[str]) -> str:
    whole, _point, fraction = match[0].replace("點", "点").partition("点")
    number = _below_ten_thousand(whole)
    if number is None:
        return match[0]
    return f"{number}.{''.join(_DIGITS[sign] for sign in fraction)}" if fraction else str(number)


def _below_ten_thousand(text: str) -> int | None:
    """三千五百零二 is 3502; None for 三千五 (3500 to some), 三四百 (about so much), 百三."""
    total, digit, last, zero = 0, "", 10_000, False
    for sign in text:
        if sign in _UNITS:
            unit = _UNITS[sign]
            if unit >= last or not (digit or (unit == 10 and not total)):
                return None
            total, digit, last, zero = total + int(digit or 1) * unit, "", unit, False
        elif digit:
            return None
        elif _DIGITS[sign] == "0":
            if zero:
                return None
            zero = True
        else:
            digit = _DIGITS[sign]
    if digit and last > 10 and total and not zero:
        return None
    return total + int(digit or 0)
