"""China's working calendar: weekends, public holidays and make-up working days, with a centre's own overrides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone
from holidays.countries.china import ChinaStaticHolidays

# A day → whether it is a working day, against the published calendar.
Overrides = Mapping[dt.date, bool]


def today(zone_tz: str | ZoneInfo | None = None) -> dt.date:
    """The day it is now in a time zone (the current one unless given)."""
    zone = ZoneInfo(zone_tz) if isinstance(zone_tz, str) else zone_tz
    return timezone.localdate(timezone=zone)


@cache
def _china(year: int) -> holidays.HolidayBase:
    # One object per year: a shared one grows while it is read, which threads would trip over.
    return holidays.country_holidays("CN", years=year, expand=False)


def published_until() -> int:
    """The last year whose notice of holidays and make-up days is in the calendar; later ones follow the law's rule."""
    return max(ChinaStaticHolidays.special_public_holidays)


def is_holiday(day: dt.date) -> bool:
    """Whether the day is a public holiday in China or a day off in lieu; ordinary weekends are not."""
    return day in _china(day.year)


def is_working_day(day: dt.date, *, overrides: Overrides | None = None) -> bool:
    """Whether offices work: Monday to Friday without holidays, and the Saturdays and Sundays worked in lieu.

    Holidays whose yearly notice is not yet in the calendar are taken by the law's rule; `overrides` correct that.
    """
    if overrides is not None and (known := overrides.get(day)) is not None:
        return known
    return _china(day.year).is_working_day(day)


def next_working_day(day: dt.date, *, overrides: Overrides | None = None) -> dt.date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day, overrides=overrides):
        day += dt.timedelta(days=1)
    return day


def add_working_days(day: dt.date, count: int, *, overrides: Overrides | None = None) -> dt.date:
    """The day `count` working days after (or, if negative, before) a day, which itself is not counted."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_working_day(day, overrides=overrides):
            left -= 1
    return day


def week_start(day: dt.date) -> dt.date:
    """The Monday of the day's week (ISO)."""
    return day - dt.timedelta(days=day.weekday())
