"""Reports for tests: schedules of one kind, drafts that were made by them."""

from __future__ import annotations

import datetime
import threading
import zoneinfo
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.db import connection

from pipeline.models import Report
from pipeline.services.reports.drafting import make_due_reports
from pipeline.services.reports.releasing import release_reports
from projects.models import StageRequirement
from teams.models import Job, Moves, Schedule, Team, Zone
from teams.services.schedules import ensure_schedules
from tests.factories import LONG_AGO

D = datetime.date
# Fridays, cut off at ten.
FRIDAYS = (D(2026, 3, 6), D(2026, 3, 13), D(2026, 3, 20))


def at(day: datetime.date, hour: int = 11, tz: str = "Asia/Shanghai") -> datetime.datetime:
    """A moment of the day."""
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=zoneinfo.ZoneInfo(tz))


def only(zone: Zone, job: str = Job.WEEKLY, starts_on: datetime.date = FRIDAYS[0], **fields: Any) -> Schedule:
    """The zone's schedule of one kind since a day; the others are switched off."""
    Team.objects.filter(zone=zone, starts_on=None).update(starts_on=LONG_AGO)
    schedule = next(one for one in ensure_schedules(zone) if one.job == job)
    Schedule.objects.filter(zone=zone).exclude(job=job).update(is_on=False)
    values = {"moves": Moves.STAYS, "starts_on": starts_on, **fields}
    Schedule.objects.filter(pk=schedule.pk).update(**values)
    return Schedule.objects.select_related("zone").get(pk=schedule.pk)


def drafts(centre: SimpleNamespace, **fields: Any) -> list[Report]:
    """The drafts of one week: the centre's and those of its two teams, in the order of their codes."""
    StageRequirement.objects.all().delete()
    only(centre.zone, **fields)
    make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]))
    rows = Report.objects.filter(zone=centre.zone).select_related("zone", "team")
    return sorted(rows, key=_of_whom)


def _of_whom(report: Report) -> str:
    return report.team.code if report.team else ""


def draft(centre: SimpleNamespace, team: Team | None = None, **fields: Any) -> Report:
    """The draft of one week of the centre, or of a team."""
    return next(one for one in drafts(centre, **fields) if one.team == team)


def released(centre: SimpleNamespace, team: Team | None = None) -> Report:
    """A report that the director released."""
    report = draft(centre, team)
    release_reports(actor=centre.chen, report_ids=[report.pk])
    report.refresh_from_db()
    return report


def at_once(count: int, work: Callable[[], object]) -> list[Any]:
    """Do the work in threads that start together, each over a connection of its own."""
    start, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            results[number] = work()
        except Exception as error:  # judged in the thread of the test
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
