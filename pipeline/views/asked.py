"""What the pages about targets are asked for in their address: a period, an as-of day, a known-at moment."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from investcrm.core.changes import position_at
from investcrm.core.dates import check_day, parse_day
from pipeline.selectors.periods import Period, parse_period, period_of
from teams.models import Zone


@dataclass(frozen=True)
class Asked:
    """Period, day and moment; what could not be taken is said in `problems`, and the usual stands instead."""

    params: QueryDict
    period: Period
    as_of: datetime.date
    today: datetime.date
    known: int | None
    moment: datetime.datetime | None
    problems: tuple[str, ...]

    def link(self, **changed: Any) -> str:
        """The address's parameters with some set, or taken off by None; without the cursor of a page."""
        copy = self.params.copy()
        for name, value in {"cursor": None, **changed}.items():
            copy.pop(name, None)
            if value is not None:
                copy[name] = value
        return f"?{copy.urlencode()}"

    @property
    def is_now(self) -> bool:
        """Whether today's figures are asked for, as they are known now."""
        return self.as_of == self.today and self.known is None

    @property
    def before_url(self) -> str:
        """The same of the period before."""
        return self.link(period=self.period.before().code)

    @property
    def after_url(self) -> str:
        """The same of the period after."""
        return self.link(period=self.period.after().code)

    @property
    def now_url(self) -> str:
        """The same as of today, as it is known now."""
        return self.link(as_of=None, known=None)

    @property
    def query(self) -> str:
        """As-of day and moment, to hand on to another page; "" where they are the usual ones."""
        copy = QueryDict(mutable=True)
        for name in ("as_of", "known"):
            if self.params.get(name):
                copy[name] = str(self.params[name])
        return f"?{copy.urlencode()}" if copy else ""


def read_moment(text: str, zone: Zone) -> datetime.datetime:
    """A moment as addresses write it, in the zone's time unless it says another; raises ValueError, OverflowError."""
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone.time_zone))
    # a moment at the very edge of the calendar could not be shown in every reader's time
    for days in (-1, 1):
        moment.astimezone(datetime.UTC) + datetime.timedelta(days=days)
    return moment


def asked_of(request: HttpRequest, zone: Zone, *, kind: str = "year") -> Asked:
    """Read the address; without a period, that of the as-of day."""
    today = zone.today()
    problems: list[str] = []
    as_of = today
    if text := request.GET.get("as_of", "").strip():
        try:
            as_of = check_day(parse_day(text), future_years=0, today=today)
        except ValidationError as error:
            problems.append(_("%(problem)s Today is shown.") % {"problem": error.messages[0]})
    period = period_of(kind, as_of)
    if text := request.GET.get("period", "").strip():
        try:
            period = parse_period(text)
        except ValidationError as error:
            problems.append(error.messages[0])
    moment, known = _moment(request, zone, problems)
    return Asked(request.GET, period, as_of, today, known, moment, tuple(problems))


def _moment(request: HttpRequest, zone: Zone, problems: list[str]) -> tuple[datetime.datetime | None, int | None]:
    """The moment, and the last change that could be seen at it."""
    text = request.GET.get("known", "").strip()
    if not text:
        return None, None
    try:
        moment = read_moment(text, zone)
        return moment, position_at(moment)
    except (ValueError, OverflowError):
        problems.append(_("This moment cannot be read. What is known now is shown."))
    except ValidationError as error:
        problems.append(_("%(problem)s What is known now is shown.") % {"problem": error.messages[0]})
    return None, None
