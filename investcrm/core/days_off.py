"""The published calendar as people read it: stretches of days off with their holidays, and days worked in lieu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import holidays

from investcrm.core.calendar import is_working_day
from investcrm.core.money import is_chinese

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class DaysOff:
    """Days off in a row, weekends within or beside them included, and the holidays they are for."""

    names: tuple[str, ...]
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@cache
def _named(year: int, language: str) -> dict[dt.date, str]:
    return dict(holidays.country_holidays("CN", years=year, expand=False, language=language).items())


def holiday_name(day: dt.date) -> str:
    """The holiday of a day in the reader's language; "" of a day that is none, and of one off in lieu."""
    name = _named(day.year, "zh_CN" if is_chinese() else "en_US").get(day, "")
    # a festival goes on on an observed day; "Day off (substituted from …)" names no festival
    if name.startswith(("Day off", "休息日")):
        return ""
    return name.split(" (")[0].split("（")[0].split(";")[0]


def days_off(year: int) -> Iterator[DaysOff]:
    """The stretches of days off of a year that have a holiday in them, as published, without a zone's own days."""
    day, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    named = _named(year, "zh_CN")
    while day <= end:
        if is_working_day(day):
            day += DAY
            continue
        first = day
        while day <= end and not is_working_day(day):
            day += DAY
        stretch = [first + DAY * number for number in range((day - first).days)]
        if any(one in named for one in stretch):
            names = tuple(dict.fromkeys(name for one in stretch if (name := holiday_name(one))))
            yield DaysOff(names, first, day - DAY)


def worked_in_lieu(year: int) -> list[dt.date]:
    """The Saturdays and Sundays of a year on which offices work."""
    first = dt.date(year, 1, 1)
    days = (first + DAY * number for number in range(366))
    return [day for day in days if day.year == year and day.weekday() > 4 and is_working_day(day)]
