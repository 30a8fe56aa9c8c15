"""Periods of figures: weeks (ISO, Monday to Sunday), months, quarters, years, or any two days; both days inside."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.money import is_chinese
from visits.selectors.month import MONTHS_EN

WEEK, MONTH, QUARTER, YEAR, DATES = "week", "month", "quarter", "year", "dates"
KINDS = {WEEK: _("Week"), MONTH: _("Month"), QUARTER: _("Quarter"), YEAR: _("Year")}
DAY = datetime.timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1950, 2200
CODES = (
    (WEEK, re.compile(r"(\d{4})-W(\d{2})")),
    (MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (YEAR, re.compile(r"(\d{4})")),
)


@dataclass(frozen=True)
class Period:
    """From its first day to its last, both inside."""

    kind: str
    first: datetime.date
    last: datetime.date

    @property
    def code(self) -> str:
        """As addresses write it: 2026-W10, 2026-03, 2026-Q1, 2026, 2026-01-05..2026-02-01."""
        if self.kind == WEEK:
            year, week, _day = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        if self.kind == MONTH:
            return f"{self.first:%Y-%m}"
        if self.kind == QUARTER:
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return str(self.first.year) if self.kind == YEAR else f"{self.first}..{self.last}"

    @property
    def words(self) -> str:
        """In the reader's language."""
        year, month, zh = self.first.year, self.first.month, is_chinese()
        if self.kind == WEEK:
            week_year, week, _day = self.first.isocalendar()
            words = f"{week_year}年第{week}周（{{}}）" if zh else f"Week {week}, {week_year} ({{}})"
            return words.format(self.days_words)
        if self.kind == MONTH:
            return f"{year}年{month}月" if zh else f"{MONTHS_EN[month - 1]} {year}"
        if self.kind == QUARTER:
            return f"{year}年第{(month + 2) // 3}季度" if zh else f"Q{(month + 2) // 3} {year}"
        if self.kind == YEAR:
            return f"{year}年" if zh else str(year)
        return f"{year}年{self.days_words}" if zh and year == self.last.year else self.days_words

    @property
    def days_words(self) -> str:
        """Its first and last day in the reader's language; years only where they differ."""
        one_year, zh = self.first.year == self.last.year, is_chinese()
        first, last = (_day_words(day, zh=zh, year=not one_year) for day in (self.first, self.last))
        return f"{first}–{last}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The one before it; of any two days, as many days before them."""
        if self.kind == DATES:
            return Period(DATES, self.first - DAY * self.days, self.first - DAY)
        return period_of(self.kind, self.first - DAY)

    def after(self) -> Period:
        """The one after it; of any two days, as many days after them."""
        if self.kind == DATES:
            return Period(DATES, self.last + DAY, self.last + DAY * self.days)
        return period_of(self.kind, self.last + DAY)

    def year_before(self) -> Period:
        """The same one a year before; a week is the one of the same number (the 53rd: the last)."""
        if self.kind == WEEK:
            year, week, _day = self.first.isocalendar()
            weeks = datetime.date(year - 1, 12, 28).isocalendar().week
            return period_of(WEEK, datetime.date.fromisocalendar(year - 1, min(week, weeks), 1))
        first = _year_back(self.first)
        return Period(DATES, first, _year_back(self.last)) if self.kind == DATES else period_of(self.kind, first)

    def until(self, day: datetime.date) -> Period:
        """Its part that has passed on the day; itself once it is over. A day before it leaves its first day."""
        return self if day >= self.last else Period(DATES, self.first, max(day, self.first))

    def elapsed_as(self, other: Period, day: datetime.date) -> Period:
        """As many of its days as have passed of the other on the day: what the other is fairly compared with."""
        if day >= other.last:
            return self
        passed = max((day - other.first).days, 0)
        return Period(DATES, self.first, min(self.first + DAY * passed, self.last))

    def months(self) -> list[Period]:
        """The months that it touches."""
        found = [period_of(MONTH, self.first)]
        while found[-1].last < self.last:
            found.append(found[-1].after())
        return found


def _day_words(day: datetime.date, *, zh: bool, year: bool) -> str:
    if zh:
        return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
    words = f"{day.day} {MONTHS_EN[day.month - 1][:3]}"
    return f"{words} {day.year}" if year else words


def _year_back(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def period_of(kind: str, day: datetime.date) -> Period:
    """The week, month, quarter or year in which the day lies."""
    if kind == WEEK:
        monday = day - DAY * day.weekday()
        return Period(WEEK, monday, monday + DAY * 6)
    if kind == YEAR:
        return Period(YEAR, day.replace(month=1, day=1), day.replace(month=12, day=31))
    first = day.month if kind == MONTH else (day.month - 1) // 3 * 3 + 1
    last = first if kind == MONTH else first + 2
    end = calendar.monthrange(day.year, last)[1]
    return Period(kind, day.replace(month=first, day=1), day.replace(month=last, day=end))


def parse_period(text: str) -> Period:
    """A period from its code; raises ValidationError."""
    wrong = ValidationError(_("That is no period. Write 2026-W10, 2026-03, 2026-Q1, 2026 or two days."), code="period")
    try:
        if ".." in text:
            first, last = (datetime.date.fromisoformat(part) for part in text.split("..", 1))
            if first > last:
                raise ValidationError(_("The period ends before it begins."), code="period")
            period = Period(DATES, first, last)
        else:
            period = _from_code(text)
    except (ValueError, OverflowError) as error:
        raise wrong from error
    if not FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR:
        raise wrong
    return period


def _from_code(text: str) -> Period:
    """A period that has a code of its own; raises ValueError."""
    for kind, pattern in CODES:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        year, part = int(found[1]), int(found[2]) if kind != YEAR else 1
        if kind == WEEK:
            return period_of(WEEK, datetime.date.fromisocalendar(year, part, 1))
        return period_of(kind, datetime.date(year, part if kind == MONTH else part * 3 - 2, 1))
    raise ValueError(text)
