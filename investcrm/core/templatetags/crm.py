"""Filters that write money, days, areas and telephone numbers as the reader of the page does.

`money`, `day` and `moment` give HTML with the exact value in it; attributes and plain-text mail use `…_text`.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from investcrm.core.countries import country_name
from investcrm.core.money import NOTHING, format_money, format_money_exact, is_chinese
from investcrm.core.phones import format_phone

register = template.Library()

M2_PER_MU = Decimal(2000) / 3
# Beyond this, days are no measure that a reader can picture.
DAYS_IN_A_YEAR = 365

_WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


# -- money ------------------------------------------------------------------------------------------------------------


@register.filter
def money(amount: Any, currency: str = "CNY") -> SafeString | str:
    """The short amount, with every digit in its title and its plain value for machines."""
    value = _decimal(amount)
    if value is None:
        return NOTHING
    code = currency or "CNY"
    return format_html(
        '<data class="money" value="{}" title="{}">{}</data>',
        format(value, "f"),
        format_money_exact(value, code),
        format_money(value, code),
    )


# -- days and moments -------------------------------------------------------------------------------------------------


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(value: dt.date | dt.datetime) -> dt.date:
    return _local(value).date() if isinstance(value, dt.datetime) else value


@register.filter
def day_text(value: dt.date | dt.datetime | None) -> str:
    """`3月5日` or `5 Mar`; with the year when it is not the current one."""
    if not value:
        return NOTHING
    day = _day(value)
    this_year = day.year == timezone.localdate().year
    if is_chinese():
        short = f"{day.month}月{day.day}日"
        return short if this_year else f"{day.year}年{short}"
    short = f"{day.day} {_MONTHS_EN[day.month - 1]}"
    return short if this_year else f"{short} {day.year}"


@register.filter
def day_full(value: dt.date | dt.datetime | None) -> str:
    """`2026年3月5日` or `5 Mar 2026`: with the year always, as plain text."""
    if not value:
        return NOTHING
    day = _day(value)
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


@register.filter
def day(value: dt.date | dt.datetime | None) -> SafeString | str:
    """The day as HTML, with the full date and weekday in its title."""
    if not value:
        return NOTHING
    on = _day(value)
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>', on.isoformat(), day_full(on), weekday(on), day_text(on)
    )


@register.filter
def moment_text(value: dt.datetime | None) -> str:
    """`today 14:30`, `yesterday 09:05`, else the day and the time, in the current time zone."""
    if not value:
        return NOTHING
    local = _local(value)
    clock = f"{local:%H:%M}"
    days = (timezone.localdate() - _day(value)).days
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("yesterday %(time)s") % {"time": clock}
    return f"{day_text(value)} {clock}"


@register.filter
def moment(value: dt.datetime | None) -> SafeString | str:
    """The moment as HTML, with the full date in its title."""
    if not value:
        return NOTHING
    local = _local(value)
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        local.isoformat(timespec="minutes"),
        day_full(value),
        f"{local:%H:%M}",
        moment_text(value),
    )


@register.filter
def ago_days(value: dt.date | dt.datetime | None) -> str:
    """`today`, `12 days ago`, `over 4 years ago`, `tomorrow`, `in 3 days`: calendar days of the current time zone."""
    if not value:
        return NOTHING
    days = (timezone.localdate() - _day(value)).days
    if days == 0:
        return pgettext("day", "today")
    if days == 1:
        return pgettext("day", "yesterday")
    if days == -1:
        return pgettext("day", "tomorrow")
    if days >= DAYS_IN_A_YEAR:
        years = days // DAYS_IN_A_YEAR
        return ngettext("over %(count)d year ago", "over %(count)d years ago", years) % {"count": years}
    if days > 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    return ngettext("in %(count)d day", "in %(count)d days", -days) % {"count": -days}


@register.filter
def weekday(value: dt.date | dt.datetime | None) -> str:
    """The name of the weekday."""
    return str(_WEEKDAYS[_day(value).weekday()]) if value else NOTHING


# -- areas, telephones, countries -------------------------------------------------------------------------------------


def _area_number(value: Decimal, places: str) -> str:
    rounded = value.quantize(Decimal(places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def area_mu(value: Any) -> SafeString | str:
    """An area kept in mu (1 mu = 2000/3 m²), with the square metres in its title."""
    mu = _decimal(value)
    if mu is None:
        return NOTHING
    text = gettext("%(number)s mu") % {"number": _area_number(mu, "0.01")}
    return format_html(
        '<data value="{}" title="{}">{}</data>', format(mu, "f"), _area_number(mu * M2_PER_MU, "1") + " m²", text
    )


@register.filter
def area_m2(value: Any) -> str:
    """An area kept in square metres, as plain text."""
    metres = _decimal(value)
    return NOTHING if metres is None else f"{_area_number(metres, '0.01')} m²"


@register.filter
def phone(value: str | None) -> str:
    """A telephone number, kept as E.164 or as typed, for reading."""
    return format_phone(value) or NOTHING


@register.filter
def country(code: str | None) -> str:
    """A country's name from its ISO code."""
    return country_name(code) if code else NOTHING


@register.filter
def number(value: Any) -> str:
    """A whole number with its thousands grouped."""
    return NOTHING if value is None or value == "" else f"{Decimal(str(value)):,f}"
