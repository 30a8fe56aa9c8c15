"""The days of a centre as numbers, with what COPY writes for them."""

from __future__ import annotations

import datetime

from investcrm.core.calendar import is_working_day

YEARS = 3
SPAN = YEARS * 365
AHEAD = 60
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


class Days:
    """Day 0 is three years ago, `last` is yesterday, `today` comes after it."""

    def __init__(self, today: datetime.date) -> None:
        self.first = today - datetime.timedelta(days=SPAN)
        self.today, self.last = SPAN, SPAN - 1
        length = SPAN + AHEAD
        dates = [self.first + datetime.timedelta(days=number) for number in range(length)]
        self.text = [date.isoformat() for date in dates]
        self.year = [date.year for date in dates]
        self.working = self._next_working(dates)
        midnight = datetime.datetime.combine(self.first, datetime.time(), tzinfo=SHANGHAI)
        self.milliseconds = int(midnight.timestamp() * 1000)

    @staticmethod
    def _next_working(dates: list[datetime.date]) -> list[int]:
        """For each day the working day that it is or that comes next; the last ones stand for themselves."""
        found = list(range(len(dates)))
        for number in range(len(dates) - 2, -1, -1):
            if not is_working_day(dates[number]):
                found[number] = found[number + 1]
        return found

    def date(self, number: int) -> datetime.date:
        """The day behind a number."""
        return self.first + datetime.timedelta(days=number)

    def at(self, day: int, minute: int) -> str:
        """A time of the day as COPY takes it; the centre lies in China, which knows no summer time."""
        return f"{self.text[day]} {minute // 60:02d}:{minute % 60:02d}:00+08"
