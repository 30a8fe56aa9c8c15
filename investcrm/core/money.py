"""Money as each reader writes it: 亿元 and 万元 in Chinese, millions and billions in English."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NOTHING = "—"


@dataclass(frozen=True)
class Currency:
    """An accepted currency of ISO 4217; `unit_zh` is what follows 万 or 亿 in a Chinese amount."""

    code: str
    name: Promise
    unit_zh: str


_ALL = (
    Currency("CNY", _("Chinese yuan"), "元"),
    Currency("USD", _("US dollar"), "美元"),
    Currency("EUR", _("Euro"), "欧元"),
    Currency("HKD", _("Hong Kong dollar"), "港元"),
    Currency("JPY", _("Japanese yen"), "日元"),
    Currency("GBP", _("Pound sterling"), "英镑"),
    Currency("TWD", _("New Taiwan dollar"), "新台币"),
    Currency("SGD", _("Singapore dollar"), "新加坡元"),
    Currency("KRW", _("South Korean won"), "韩元"),
    Currency("MOP", _("Macao pataca"), "澳门元"),
    Currency("AUD", _("Australian dollar"), "澳元"),
    Currency("CAD", _("Canadian dollar"), "加元"),
    Currency("CHF", _("Swiss franc"), "瑞士法郎"),
    Currency("SEK", _("Swedish krona"), "瑞典克朗"),
    Currency("DKK", _("Danish krone"), "丹麦克朗"),
    Currency("NOK", _("Norwegian krone"), "挪威克朗"),
    Currency("NZD", _("New Zealand dollar"), "新西兰元"),
    Currency("MYR", _("Malaysian ringgit"), "林吉特"),
    Currency("THB", _("Thai baht"), "泰铢"),
    Currency("INR", _("Indian rupee"), "印度卢比"),
    Currency("RUB", _("Russian rouble"), "卢布"),
    Currency("AED", _("UAE dirham"), "阿联酋迪拉姆"),
    Currency("SAR", _("Saudi riyal"), "沙特里亚尔"),
    Currency("BRL", _("Brazilian real"), "巴西雷亚尔"),
)
CURRENCIES: dict[str, Currency] = {currency.code: currency for currency in _ALL}
CURRENCY_CHOICES = [(currency.code, currency.name) for currency in _ALL]

_STEPS_ZH = ((12, "万亿"), (8, "亿"), (4, "万"))
_STEPS_EN = ((12, "trillion"), (9, "billion"), (6, "million"))


def is_chinese(language: str | None = None) -> bool:
    """Whether the given language, or the active one, is Chinese."""
    return (language or get_language() or "zh-hans").startswith("zh")


def _plain(value: Decimal) -> str:
    """Digits grouped by thousands, without trailing zeros after the point."""
    text = f"{value:,.2f}" if value != value.to_integral_value() else f"{value:,.0f}"
    return text.rstrip("0") if "." in text else text


def _full(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def _number(amount: Decimal | int) -> Decimal:
    value = Decimal(amount)
    return value + 0  # -0 becomes 0


def _scaled(value: Decimal, steps: tuple[tuple[int, str], ...]) -> tuple[str, str]:
    """The number in its largest fitting unit with at most two decimals, rounded half to even, and that unit."""
    with localcontext(prec=60, rounding=ROUND_HALF_EVEN):
        for power, word in steps:
            # Rounded first, so that 99,999,999 becomes 1亿 and not 10,000万.
            rounded = value.scaleb(-power).quantize(Decimal("0.01"))
            finer = next((p for p, _word in steps if p < power), 0)
            below = value.scaleb(-finer).quantize(Decimal("0.01")).scaleb(finer)
            if abs(below) >= Decimal(10) ** power:
                return _plain(rounded), word
        return _full(value), ""


def _unit_zh(currency: str) -> str:
    known = CURRENCIES.get(currency)
    return known.unit_zh if known else f" {currency}"


def unit_of(currency: str, language: str | None = None) -> str:
    """What stands after a field for an amount: `元`, `美元`, or the code `CNY`."""
    return _unit_zh(currency).strip() if is_chinese(language) else currency


def format_money(amount: Decimal | int | None, currency: str = "CNY", language: str | None = None) -> str:
    """A short amount for reading: `12.3亿元`, `4,300万元` or `CNY 1.23 billion`; `—` for none.

    At most two decimals of its unit; `format_money_exact` has every digit. Without a language, the active one.
    """
    if amount is None:
        return NOTHING
    value = _number(amount)
    if is_chinese(language):
        number, word = _scaled(value, _STEPS_ZH)
        return f"{number}{word}{_unit_zh(currency)}"
    number, word = _scaled(value, _STEPS_EN)
    return f"{currency} {number} {word}".rstrip()


def format_money_exact(amount: Decimal | int | None, currency: str = "CNY", language: str | None = None) -> str:
    """The amount with every digit: `1,234,567,890元` or `CNY 1,234,567,890`; `—` for none."""
    if amount is None:
        return NOTHING
    value = _number(amount)
    return f"{_full(value)}{_unit_zh(currency)}" if is_chinese(language) else f"{currency} {_full(value)}"
