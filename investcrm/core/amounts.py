"""Reading amounts as people type them, exactly: `2000万`, `1.5亿`, `1亿5000万`, `三亿`, `4,300`, `20 million`."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, localcontext

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.numerals import with_digits

MAX_INTEGER_DIGITS = 16
_MAX_TYPED = 80
_CENT = Decimal("0.01")

_ZH_UNITS = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "w": 4,
    "千": 3, "百": 2,
}  # fmt: skip
_EN_UNITS = {
    "trillion": 12, "tn": 12, "billion": 9, "bn": 9, "b": 9, "million": 6, "mn": 6, "mio": 6, "m": 6,
    "thousand": 3, "k": 3,
}  # fmt: skip
_UNITS = _ZH_UNITS | _EN_UNITS

_DOLLARS = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MOP"})
# What a mark may mean. 元 alone says nothing: it is every currency's unit in Chinese.
_MARKS: dict[str, frozenset[str]] = {
    "元": frozenset(), "圆": frozenset(), "整": frozenset(),
    "人民币": frozenset({"CNY"}), "rmb": frozenset({"CNY"}), "cny": frozenset({"CNY"}),
    "¥": frozenset({"CNY", "JPY"}), "$": _DOLLARS, "us$": frozenset({"USD"}), "hk$": frozenset({"HKD"}),
    "€": frozenset({"EUR"}), "£": frozenset({"GBP"}),
    "美元": frozenset({"USD"}), "美金": frozenset({"USD"}), "usd": frozenset({"USD"}),
    "欧元": frozenset({"EUR"}), "eur": frozenset({"EUR"}), "英镑": frozenset({"GBP"}), "gbp": frozenset({"GBP"}),
    "港元": frozenset({"HKD"}), "港币": frozenset({"HKD"}), "hkd": frozenset({"HKD"}),
    "日元": frozenset({"JPY"}), "日圆": frozenset({"JPY"}), "jpy": frozenset({"JPY"}),
    "新台币": frozenset({"TWD"}), "台币": frozenset({"TWD"}), "twd": frozenset({"TWD"}),
    "韩元": frozenset({"KRW"}), "krw": frozenset({"KRW"}), "新加坡元": frozenset({"SGD"}), "新元": frozenset({"SGD"}),
    "sgd": frozenset({"SGD"}), "澳元": frozenset({"AUD"}), "aud": frozenset({"AUD"}),
    "加元": frozenset({"CAD"}), "cad": frozenset({"CAD"}), "瑞士法郎": frozenset({"CHF"}), "chf": frozenset({"CHF"}),
    "澳门元": frozenset({"MOP"}), "mop": frozenset({"MOP"}),
}  # fmt: skip


def _alternatives(words: dict[str, int] | dict[str, frozenset[str]]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MARK = _alternatives(_MARKS)
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_WHOLE = re.compile(
    rf"(?P<sign>[-+])?\s*(?P<before>(?:(?:{_MARK})\s*)*)(?P<sign2>[-+])?\s*"
    rf"(?P<body>(?:(?:{_NUMBER})\s*(?:{_alternatives(_UNITS)})?\s*)+)(?P<after>(?:(?:{_MARK})\s*)*)"
)
_PIECE = re.compile(rf"({_NUMBER})\s*({_alternatives(_UNITS)})?\s*")


def _invalid() -> ValidationError:
    return ValidationError(
        _("This amount cannot be read. Write for example 2000万, 1.5亿, 4,300 or 20 million."), code="invalid_amount"
    )


def parse_amount(text: str | int | Decimal, *, currency: str | None = None) -> Decimal:
    """The amount in single units of its currency, exactly as typed (`1.5亿` is 150000000).

    Negative amounts are returned: whether one may be negative is the field's rule. A currency word is accepted and,
    when `currency` is given, has to agree with it. Raises ValidationError with code `invalid_amount`,
    `other_currency`, `too_precise` (more than 2 decimals) or `too_large` (more than 16 digits before the point).
    """
    if isinstance(text, Decimal) and not text.is_finite():
        raise _invalid()
    typed = format(text, "f") if isinstance(text, Decimal) else str(text)
    if len(typed) > _MAX_TYPED:
        raise _invalid()
    folded = unicodedata.normalize("NFKC", typed).lower().replace("\u2212", "-").replace("，", ",").strip()
    match = _WHOLE.fullmatch(with_digits(folded))
    if not match or (match["sign"] and match["sign2"]):
        raise _invalid()
    _check_currency(match["before"] + " " + match["after"], currency)
    with localcontext(prec=200):
        amount = _added(_PIECE.findall(match["body"]), closed="元" in match["after"])
        if "-" in {match["sign"], match["sign2"]}:
            amount = -amount
        if abs(amount) >= Decimal(10) ** MAX_INTEGER_DIGITS:
            raise ValidationError(
                _("This amount is too large: at most %(digits)d digits before the decimal point."),
                code="too_large",
                params={"digits": MAX_INTEGER_DIGITS},
            )
        rounded = amount.quantize(_CENT)
        if rounded != amount:
            raise ValidationError(_("At most two decimals: give the amount to the cent."), code="too_precise")
    if not rounded:
        return Decimal(0)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _added(pieces: list[tuple[str, str]], *, closed: bool) -> Decimal:
    """The sum of `1亿` `5000万` `300`: units fall, and a bare last number needs 元 (`1万2` is 12000 to some)."""
    total, last = Decimal(0), None
    for number, unit in pieces:
        power = _UNITS[unit] if unit else 0
        value = Decimal(number.replace(",", "").replace(" ", "")).scaleb(power)
        if last is not None:
            previous_unit, previous_power = last
            bare = not unit and not closed
            mixed = previous_unit not in _ZH_UNITS or (unit and unit not in _ZH_UNITS)
            if bare or mixed or power >= previous_power or value >= Decimal(10) ** previous_power:
                raise _invalid()
        total += value
        last = (unit, power)
    return total


def _check_currency(marks: str, currency: str | None) -> None:
    possible: frozenset[str] = frozenset()
    for mark in re.findall(_MARK, marks):
        meant = _MARKS[mark]
        if meant and possible and not meant & possible:
            raise _invalid()
        possible = (meant & possible) if meant and possible else meant or possible
    if currency and possible and currency not in possible:
        raise ValidationError(
            _("The amount names another currency than the one chosen (%(currency)s)."),
            code="other_currency",
            params={"currency": currency},
        )


def named_currency(text: str) -> str:
    """The currency that an amount names without doubt (`5000万美元`: USD); "" where it names none, or several fit."""
    folded = unicodedata.normalize("NFKC", text).lower()
    meant = [_MARKS[mark] for mark in re.findall(_MARK, folded) if _MARKS[mark]]
    possible = frozenset.intersection(*meant) if meant else frozenset()
    return next(iter(possible)) if len(possible) == 1 else ""
