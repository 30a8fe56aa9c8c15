"""What cells say: amounts with and without their unit, days with and without their year, words for nothing."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.amounts import named_currency, parse_amount
from investcrm.core.dates import parse_day
from investcrm.core.numerals import with_digits

# What people write where there is nothing to say.
_NOTHING = frozenset(
    {
        "", "-", "--", "---", "—", "——", "/", "\\", "无", "暂无", "没有", "未定", "待定", "待明确", "不详", "未知",
        "空", "n/a", "na", "none", "nil", "null", "tbd", "unknown", "#n/a", "#ref!", "#value!", "#div/0!", "#name?",
    }
)  # fmt: skip
_ABOUT = re.compile(
    r"^(?:大约|约为|约|近|超过|超|逾|预计|计划|拟|不低于|不少于|至少|around|about|approx\.?|ca\.?|~|≈|>=?|≥)\s*"
)
_AFTER = re.compile(r"\s*(?:左右|以上|上下|余元|多元|余|多|\+|or more|approx\.?)$")
_RANGE = re.compile(r"[0-9亿万]\s*(?:-|~|至|到|—|–|to)\s*[0-9]")
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_SCIENTIFIC = re.compile(r"[-+]?[0-9](?:\.[0-9]+)?e[-+]?[0-9]{1,2}")
# The words of a unit, the longest first: how many zeros, and the currency it names.
_UNITS: tuple[tuple[str, int, str], ...] = (
    ("亿美元", 8, "USD"), ("千万美元", 7, "USD"), ("百万美元", 6, "USD"), ("万美元", 4, "USD"), ("美元", 0, "USD"),
    ("亿欧元", 8, "EUR"), ("万欧元", 4, "EUR"), ("欧元", 0, "EUR"), ("亿港元", 8, "HKD"), ("万港元", 4, "HKD"),
    ("亿日元", 8, "JPY"), ("万日元", 4, "JPY"), ("亿元", 8, ""), ("千万元", 7, ""), ("百万元", 6, ""), ("万元", 4, ""),
    ("千元", 3, ""), ("亿", 8, ""), ("百万", 6, ""), ("万", 4, ""), ("元", 0, ""),
    ("100 million", 8, ""), ("100m", 8, ""), ("billion", 9, ""), ("bn", 9, ""), ("million", 6, ""), ("mn", 6, ""),
    ("10 thousand", 4, ""), ("10,000", 4, ""), ("10000", 4, ""), ("10k", 4, ""), ("thousand", 3, ""),
)  # fmt: skip
_CODES = {"usd": "USD", "us$": "USD", "eur": "EUR", "hkd": "HKD", "jpy": "JPY", "gbp": "GBP", "rmb": "CNY",
          "cny": "CNY", "人民币": "CNY"}  # fmt: skip

_YEAR_MONTH = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?(?:份)?")
_YEAR_MONTH_PART = re.compile(r"([0-9]{4})年\s*([0-9]{1,2})月\s*(上旬|中旬|下旬|底|初|末)")
# 2027年一季度, 2027年Q1, 2026年上半年, 2026年底: read as their last day, by which it is to have happened.
_YEAR_PART = re.compile(r"([0-9]{4})\s*年?\s*(第?[一二三四1-4]季度?|q[1-4]|[上下]半年|年?[底末]|年内)(?:前|之前)?")
_ENDS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12, "上": 6}
_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?$")
_SHORT_YEAR = re.compile(r"([0-9]{2})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_ENGLISH = re.compile(r"(?:([0-9]{1,2})\s+([a-z]{3,9})\.?|([a-z]{3,9})\.?\s+([0-9]{1,2})),?\s+([0-9]{4})")
_PARTS = {"初": 1, "上旬": 1, "中旬": 11, "下旬": 21}
# Days of a spreadsheet between 1954 and 2064: other numbers are none.
_SERIALS = (20_000, 60_000)
_FROM_1900, _FROM_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)


def folded(value: Any) -> str:
    """A cell's text in half width and small letters, without spaces at its ends."""
    return (
        unicodedata.normalize("NFKC", str(value if value is not None else "")).replace("\u2212", "-").strip().lower()
    )


def says_nothing(value: Any) -> bool:
    """Whether a cell is empty, or says that there is nothing: `—`, 无, 待定."""
    return value is None or (isinstance(value, str) and folded(value) in _NOTHING)


@dataclass(frozen=True)
class Unit:
    """What a column's heading says of its numbers: zeros to add, and the currency."""

    power: int | None = None
    currency: str = ""


def unit_in(heading: str) -> Unit:
    """The unit in a heading: `总投资（亿元）` is (8, ""), `Investment (USD million)` is (6, "USD")."""
    text = folded(heading)
    inside = [folded(part) for part in _BRACKETS.findall(text)]
    for words in (*inside, *[part.strip() for part in re.split(r"[/,:;]", text)[-1:]]):
        power, currency = None, next((code for word, code in _CODES.items() if word in words), "")
        for word, zeros, named in _UNITS:
            if word in words and (words in inside or words.endswith(word)):
                power, currency = zeros, named or currency
                break
        if power is not None or (currency and words in inside):
            return Unit(power, currency)
    return Unit()


def without_brackets(heading: str) -> str:
    """A heading without what stands in brackets."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", heading)).strip()


@dataclass(frozen=True)
class Amount:
    """An amount, the currency that its cell names, and whether it was read from "about so much"."""

    value: Decimal
    currency: str = ""
    about: bool = False


def _invalid_amount() -> ValidationError:
    return ValidationError(
        _("This amount cannot be read. Write for example 2000万, 1.5亿, 4,300 or 20 million."), code="invalid_amount"
    )


def read_amount(value: Any, unit: Unit | None = None) -> Amount:
    """The amount in a cell; a number without a unit of its own is in the unit of its column.

    Raises ValidationError as parse_amount does, with `range` where it is two amounts.
    """
    unit = unit or Unit()
    if isinstance(value, bool):
        raise _invalid_amount()
    if isinstance(value, (int, float)):
        return Amount(_scaled(Decimal(repr(value)), unit))
    text = folded(value)
    bare = _AFTER.sub("", _ABOUT.sub("", text)).strip()
    about, bare = bare != text, with_digits(bare)
    if _RANGE.search(bare):
        raise ValidationError(_("This is a range: decide on one amount."), code="range")
    if _SCIENTIFIC.fullmatch(bare):
        return Amount(_scaled(Decimal(bare), unit), about=about)
    currency = named_currency(bare)
    try:
        # a plain number, without 万, 亿 or 元: the heading's unit is meant
        number = Decimal(bare.replace(",", "").replace("，", "").replace(" ", "").lstrip("¥￥$"))
    except ArithmeticError:
        return Amount(parse_amount(bare), currency, about)
    parse_amount(bare)  # grouped wrongly, such as 1,2,3
    return Amount(_scaled(number, unit), currency, about)


def _scaled(number: Decimal, unit: Unit) -> Decimal:
    if not number.is_finite() or number.adjusted() > 20:
        raise _invalid_amount()
    return parse_amount(number.scaleb(unit.power or 0))


@dataclass(frozen=True)
class Day:
    """A day, and what had to be assumed to read it: "", `month` (a day of a longer time), `year`, or `serial`."""

    value: dt.date
    assumed: str = ""


def read_day(value: Any, *, year: int | None = None, date1904: bool = False) -> Day:
    """The day in a cell: as people type it, `3月5日` with the year given, or a spreadsheet's number of days.

    Raises ValidationError `invalid_day`, and `no_year` where the year is not known.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_serial(float(value), date1904)
    text = _TIME.sub("", folded(value))
    if text.isdigit() and len(text) == 5:
        return _of_serial(float(text), date1904)
    for read in (_of_month, _of_part, _of_short_year, _of_english):
        if (found := read(text)) is not None:
            return found
    if match := _MONTH_DAY.fullmatch(text):
        if year is None:
            raise ValidationError(
                _("This date has no year. Choose the year of such dates, or add it."), code="no_year"
            )
        return Day(_day(year, int(match[1]), int(match[2])), "year")
    return Day(parse_day(text))


def _day(year: int, month: int, day: int) -> dt.date:
    return parse_day(f"{year:04d}-{month:02d}-{day:02d}")


def _of_serial(number: float, date1904: bool) -> Day:
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return Day(parse_day(str(int(number)) if number.is_integer() else ""))
    return Day((_FROM_1904 if date1904 else _FROM_1900) + dt.timedelta(days=int(number)), "serial")


def _of_month(text: str) -> Day | None:
    if match := _YEAR_MONTH_PART.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 31
        return Day(_day(year, month, _PARTS.get(match[3], last)), "month")
    match = _YEAR_MONTH.fullmatch(text)
    return Day(_day(int(match[1]), int(match[2]), 1), "month") if match else None


def _of_part(text: str) -> Day | None:
    match = _YEAR_PART.fullmatch(text)
    if not match:
        return None
    month = next((_ENDS[sign] for sign in match[2] if sign in _ENDS), 12)
    return Day(_day(int(match[1]), month, 30 if month in (6, 9) else 31), "month")


def _of_short_year(text: str) -> Day | None:
    match = _SHORT_YEAR.fullmatch(text)
    return Day(_day(2000 + int(match[1]), int(match[2]), int(match[3]))) if match else None


def _of_english(text: str) -> Day | None:
    match = _ENGLISH.fullmatch(text)
    month = _MONTHS.get((match[2] or match[3])[:3]) if match else None
    return Day(_day(int(match[5]), month, int(match[1] or match[4]))) if match and month else None
