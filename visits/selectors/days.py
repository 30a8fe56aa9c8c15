"""Counting days in the database, each row by the calendar of its own zone."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import DateField, DateTimeField, F, Func, IntegerField, Value
from django.utils import timezone


class LocalDay(Func):
    """The day that a moment has in a time zone."""

    arity = 2
    output_field = DateField()
    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "


class DaysBetween(Func):
    """Whole days from the second day to the first; negative when it is earlier."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "


def today_of(time_zone: str, at: datetime.datetime | None = None) -> LocalDay:
    """Today (or the day of `at`) by the time zone that the field path names."""
    return LocalDay(Value(at or timezone.now(), output_field=DateTimeField()), F(time_zone))


def days_since(moment: Any, time_zone: str, at: datetime.datetime | None = None) -> DaysBetween:
    """Calendar days since a moment, by the time zone that the field path names."""
    return DaysBetween(today_of(time_zone, at), LocalDay(moment, F(time_zone)))


def days_until(day: Any, time_zone: str, at: datetime.datetime | None = None) -> DaysBetween:
    """Calendar days until a day, by the time zone that the field path names; negative when it is over."""
    return DaysBetween(day, today_of(time_zone, at))
