"""When periodic work is due: holidays, make-up days, clock changes; who may change it; what is noted of its runs."""

from __future__ import annotations

import datetime
import threading
import zoneinfo
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import timezone

from investcrm.core.calendar import published_until
from investcrm.core.errors import Stale
from teams.models import CalendarDay, Job, Moves, Schedule, ScheduleRun, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import cutoff_at, due_spans, last_runs, next_run, span_of
from teams.services import schedules
from teams.services.schedules import (
    add_calendar_day,
    ensure_schedules,
    noted_run,
    remove_calendar_day,
    run_now,
    update_schedule,
)

D = datetime.date
DAY = datetime.timedelta(days=1)
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def schedule(job: str = Job.WEEKLY, days: int = 4, tz: str = "Asia/Shanghai", **fields: Any) -> Schedule:
    """A schedule that nobody has stored."""
    fields = {"at": datetime.time(10), "moves": Moves.LATER, "starts_on": D(2026, 1, 1), **fields}
    return Schedule(zone=Zone(code="x", time_zone=tz), job=job, days=days, **fields)


def cutoff(one: Schedule, day: datetime.date, **overrides: bool) -> datetime.datetime:
    """The cut-off of the period in which the day lies, in the zone's time."""
    first, last = span_of(one.job, day)
    own = {D.fromisoformat(name.replace("d", "", 1).replace("_", "-")): value for name, value in overrides.items()}
    return cutoff_at(one, first, last, own).astimezone(zoneinfo.ZoneInfo(one.zone.time_zone))


@pytest.mark.parametrize(
    ("moves", "day", "expected"),
    [
        (Moves.LATER, D(2026, 3, 4), D(2026, 3, 6)),  # an ordinary Friday
        (Moves.LATER, D(2026, 9, 30), D(2026, 10, 8)),  # the National Day week: the next Thursday
        (Moves.EARLIER, D(2026, 9, 30), D(2026, 9, 30)),  # the Wednesday before
        (Moves.STAYS, D(2026, 9, 30), D(2026, 10, 2)),
        (Moves.EARLIER, D(2026, 2, 18), D(2026, 2, 24)),  # a week without a working day: never before it begins
    ],
)
def test_a_weekly_cut_off_moves_with_the_holidays(moves: str, day: datetime.date, expected: datetime.date) -> None:
    at = cutoff(schedule(moves=moves), day)
    assert (at.date(), at.time()) == (expected, datetime.time(10))


def test_a_saturday_worked_in_lieu_is_a_working_day() -> None:
    saturday = schedule(days=5)
    assert cutoff(saturday, D(2026, 2, 9)).date() == D(2026, 2, 14)
    assert cutoff(saturday, D(2026, 3, 2)).date() == D(2026, 3, 9)


def test_a_week_may_be_cut_off_in_the_week_after() -> None:
    assert cutoff(schedule(days=7), D(2026, 3, 8)).date() == D(2026, 3, 9)


def test_longer_periods_are_cut_off_in_the_month_that_follows() -> None:
    assert cutoff(schedule(Job.MONTHLY, 3), D(2026, 2, 11)).date() == D(2026, 3, 3)
    assert cutoff(schedule(Job.MONTHLY, 3), D(2025, 12, 31)).date() == D(2026, 1, 4)  # a Sunday worked in lieu
    assert cutoff(schedule(Job.QUARTERLY, 3), D(2026, 2, 11)).date() == D(2026, 4, 3)
    assert cutoff(schedule(Job.YEARLY, 10), D(2026, 2, 11)).date() == D(2027, 1, 11)  # the 10th is a Sunday


def test_a_zones_own_days_count_more_than_the_calendar() -> None:
    assert cutoff(schedule(), D(2026, 3, 4), d2026_03_06=False).date() == D(2026, 3, 9)
    assert cutoff(schedule(), D(2026, 3, 4), d2026_03_06=False, d2026_03_07=True).date() == D(2026, 3, 7)


def test_where_the_published_table_ends_the_laws_rule_counts_and_own_days_correct_it() -> None:
    year = published_until() + 3
    golden = schedule(Job.QUARTERLY, 1)
    assert 2026 <= year - 3 < 2100
    assert cutoff(golden, D(year, 9, 1)).date() > D(year, 10, 3)
    monday = next(D(year, 6, day) for day in range(1, 8) if D(year, 6, day).weekday() == 0)
    assert cutoff(schedule(days=0), monday, **{f"d{monday.isoformat().replace('-', '_')}": False}).date() > monday


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (D(2026, 3, 29), "02:30", "2026-03-29T01:00+00:00"),  # skipped: three o'clock comes next
        (D(2026, 3, 29), "03:00", "2026-03-29T01:00+00:00"),
        (D(2026, 10, 25), "02:30", "2026-10-25T00:30+00:00"),  # comes twice: the first
        (D(2026, 10, 25), "10:00", "2026-10-25T09:00+00:00"),
        (D(2026, 10, 18), "10:00", "2026-10-18T08:00+00:00"),
    ],
)
def test_a_clock_change_neither_loses_nor_doubles_a_cut_off(day: datetime.date, at: str, expected: str) -> None:
    one = schedule(days=6, tz="Europe/Berlin", at=datetime.time.fromisoformat(at), moves=Moves.STAYS)
    assert cutoff_at(one, *span_of(one.job, day), {}) == datetime.datetime.fromisoformat(expected)


def test_a_day_that_a_time_zone_left_out_gives_the_next_moment() -> None:
    one = schedule(Job.REMINDERS, 0, tz="Pacific/Apia", at=datetime.time(8))
    # 30 December 2011 was skipped there
    assert cutoff(one, D(2011, 12, 30)) == datetime.datetime(2011, 12, 30, 10, tzinfo=datetime.UTC)


def test_every_week_of_a_year_with_clock_changes_has_one_cut_off() -> None:
    one = schedule(days=6, tz="Europe/Berlin", at=datetime.time(2, 30), moves=Moves.STAYS)
    end = datetime.datetime(2026, 12, 31, tzinfo=BERLIN)
    spans = due_spans(one, end, {})
    moments = [moment for _first, _last, moment in spans]
    assert moments == sorted(set(moments))
    assert len(spans) == 52


def test_due_is_every_period_since_the_first_day_and_none_twice() -> None:
    one = schedule(starts_on=D(2026, 3, 6))
    just_before = datetime.datetime(2026, 3, 27, 9, 59, tzinfo=SHANGHAI)
    assert [first for first, _last, _at in due_spans(one, just_before, {})] == [
        D(2026, 3, 2), D(2026, 3, 9), D(2026, 3, 16),
    ]  # fmt: skip
    assert len(due_spans(one, just_before + datetime.timedelta(minutes=1), {})) == 4
    assert due_spans(schedule(starts_on=D(2026, 3, 28)), just_before, {}) == []
    assert [first for first, _last, _at in due_spans(schedule(Job.YEARLY, 10), just_before, {})] == [D(2025, 1, 1)]


def test_the_next_run_is_the_next_cut_off() -> None:
    now = datetime.datetime(2026, 9, 30, 12, tzinfo=SHANGHAI)

    def next_day(one: Schedule) -> datetime.datetime | None:
        return next_run(one, now, {})

    assert next_day(schedule()) == datetime.datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)
    assert next_day(schedule(Job.MONTHLY, 3)) == datetime.datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)
    assert next_day(schedule(Job.YEARLY, 10)) == datetime.datetime(2027, 1, 11, 10, tzinfo=SHANGHAI)
    assert next_day(schedule(Job.REMINDERS, 0)) == datetime.datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)
    assert next_day(schedule(starts_on=D(2027, 6, 1))) == datetime.datetime(2027, 6, 4, 10, tzinfo=SHANGHAI)
    assert next_day(schedule(is_on=False)) is None


@pytest.mark.django_db
def test_a_zone_has_all_schedules_from_its_first_day_on(centre: SimpleNamespace) -> None:
    rows = ensure_schedules(centre.zone)
    assert [row.job for row in rows] == Job.values
    assert [(row.days, row.at.hour) for row in rows] == [(4, 10), (3, 10), (3, 10), (10, 10), (0, 8)]
    assert {row.starts_on for row in rows} == {centre.zone.today()}
    assert not any(row.releases_itself for row in rows)
    assert [row.pk for row in ensure_schedules(centre.zone)] == [row.pk for row in rows]


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_schedules_at_once_make_one(transactional_db: None, centre: SimpleNamespace) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait(timeout=30)
            ensure_schedules(Zone.objects.get(pk=centre.zone.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(Schedule.objects.values_list("job", flat=True)) == sorted(Job.values)


@pytest.mark.django_db
def test_only_who_manages_the_settings_changes_a_schedule(centre: SimpleNamespace) -> None:
    weekly = ensure_schedules(centre.zone)[0]
    for name in ("wang", "li", "chen", "sun", "bao"):
        with pytest.raises(PermissionDenied):
            update_schedule(actor=getattr(centre, name), schedule_id=weekly.pk, changes={"days": 3})
    with pytest.raises(Http404):
        update_schedule(actor=centre.qian, schedule_id=weekly.pk, changes={"days": 3})
    weekly.refresh_from_db()
    assert weekly.days == 4
    update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"days": 3, "at": datetime.time(16, 30)})
    weekly.refresh_from_db()
    assert (weekly.days, weekly.at) == (3, datetime.time(16, 30))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("job", "changes", "field"),
    [
        (Job.WEEKLY, {"days": 14}, "days"),
        (Job.WEEKLY, {"days": -1}, "days"),
        (Job.MONTHLY, {"days": 0}, "days"),
        (Job.MONTHLY, {"days": 29}, "days"),
        (Job.REMINDERS, {"days": 1}, "days"),
        (Job.YEARLY, {"moves": "sideways"}, "moves"),
        (Job.WEEKLY, {"at": None}, "at"),
        (Job.WEEKLY, {"starts_on": D(1999, 1, 1)}, "starts_on"),
        (Job.WEEKLY, {"starts_on": D(2090, 1, 1)}, "starts_on"),
        (Job.WEEKLY, {"starts_on": None}, "starts_on"),
    ],
)
def test_days_and_times_that_cannot_be_are_refused(
    centre: SimpleNamespace, job: str, changes: dict[str, Any], field: str
) -> None:
    row = next(one for one in ensure_schedules(centre.zone) if one.job == job)
    with pytest.raises(ValidationError) as refused:
        update_schedule(actor=centre.gu, schedule_id=row.pk, changes=changes)
    assert list(refused.value.error_dict) == [field]
    assert Schedule.objects.get(pk=row.pk).version == row.version


@pytest.mark.django_db
def test_two_who_change_a_schedule_lose_nothing(centre: SimpleNamespace) -> None:
    weekly = ensure_schedules(centre.zone)[0]
    base = {"days": 4, "at": datetime.time(10)}
    update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"days": 3, "at": datetime.time(10)}, base=base)
    changes = {"days": 4, "at": datetime.time(9)}
    update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"at": changes["at"]}, base=base)
    with pytest.raises(Stale) as stale:
        update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"days": 2}, base=base)
    assert stale.value.current == {"days": 3}
    weekly.refresh_from_db()
    assert (weekly.days, weekly.at) == (3, datetime.time(9))


@pytest.mark.django_db
def test_a_schedule_that_is_switched_on_again_begins_today(centre: SimpleNamespace) -> None:
    weekly = ensure_schedules(centre.zone)[0]
    Schedule.objects.filter(pk=weekly.pk).update(starts_on=centre.zone.today() - 200 * DAY)
    update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"is_on": False})
    assert update_schedule(actor=centre.gu, schedule_id=weekly.pk, changes={"is_on": True}).starts_on == (
        centre.zone.today()
    )


@pytest.mark.django_db
def test_days_of_the_calendar_are_added_once_and_removed(centre: SimpleNamespace) -> None:
    day = centre.zone.today() + 10 * DAY
    row = add_calendar_day(actor=centre.gu, zone_id=centre.zone.pk, day=day, is_working=False, note=" 停电 ")
    assert overrides_of(centre.zone) == {day: False}
    assert row.note == "停电"
    with pytest.raises(ValidationError) as twice:
        add_calendar_day(actor=centre.gu, zone_id=centre.zone.pk, day=day, is_working=True)
    assert list(twice.value.error_dict) == ["day"]
    with pytest.raises(ValidationError):
        add_calendar_day(actor=centre.gu, zone_id=centre.zone.pk, day=D(2200, 1, 1), is_working=True)
    for name in ("wang", "li", "chen", "sun"):
        with pytest.raises(PermissionDenied):
            add_calendar_day(actor=getattr(centre, name), zone_id=centre.zone.pk, day=day + DAY, is_working=True)
        with pytest.raises(PermissionDenied):
            remove_calendar_day(actor=getattr(centre, name), calendar_day_id=row.pk)
    with pytest.raises(Http404):
        add_calendar_day(actor=centre.qian, zone_id=centre.zone.pk, day=day + DAY, is_working=True)
    with pytest.raises(Http404):
        remove_calendar_day(actor=centre.qian, calendar_day_id=row.pk)
    assert CalendarDay.objects.count() == 1
    remove_calendar_day(actor=centre.gu, calendar_day_id=row.pk)
    assert overrides_of(centre.zone) == {}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What services queue."""
    found: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(schedules, "enqueue", lambda name, **arguments: found.append((name, arguments)))
    return found


@pytest.mark.django_db
def test_an_administrator_runs_a_job_now(centre: SimpleNamespace, queued: list[Any]) -> None:
    who = {"zone_id": str(centre.zone.pk), "asked_by_id": str(centre.gu.pk)}
    run_now(actor=centre.gu, zone_id=centre.zone.pk, job=Job.WEEKLY)
    run_now(actor=centre.gu, zone_id=centre.zone.pk, job=Job.REMINDERS)
    assert queued == [
        ("pipeline.make_reports", {**who, "job": "weekly"}),
        ("visits.send_reminders", who),
    ]


@pytest.mark.django_db
def test_nobody_else_does_and_nothing_that_is_switched_off(centre: SimpleNamespace, queued: list[Any]) -> None:
    for name in ("wang", "li", "chen", "sun", "bao"):
        with pytest.raises(PermissionDenied):
            run_now(actor=getattr(centre, name), zone_id=centre.zone.pk, job=Job.WEEKLY)
    with pytest.raises(Http404):
        run_now(actor=centre.qian, zone_id=centre.zone.pk, job=Job.WEEKLY)
    with pytest.raises(ValidationError):
        run_now(actor=centre.gu, zone_id=centre.zone.pk, job="daily")
    update_schedule(actor=centre.gu, schedule_id=ensure_schedules(centre.zone)[0].pk, changes={"is_on": False})
    with pytest.raises(ValidationError):
        run_now(actor=centre.gu, zone_id=centre.zone.pk, job=Job.WEEKLY)
    assert queued == []


@pytest.mark.django_db
def test_a_run_says_what_it_came_to(centre: SimpleNamespace) -> None:
    with noted_run(centre.zone, Job.WEEKLY, key="2026-W10") as run:
        assert last_runs(centre.zone)[Job.WEEKLY].outcome == "running"
        run.made = 7
    with noted_run(centre.zone, Job.MONTHLY, asked_by_id=centre.gu.pk):
        pass
    with pytest.raises(RuntimeError), noted_run(centre.zone, Job.YEARLY):
        raise RuntimeError("no room")
    runs = last_runs(centre.zone)
    assert {job: (run.outcome, run.made, run.error) for job, run in runs.items()} == {
        "weekly": ("done", 7, ""),
        "monthly": ("nothing", 0, ""),
        "yearly": ("failed", 0, "no room"),
    }
    assert all(run.ended_at for run in runs.values())
    assert runs["monthly"].asked_by == centre.gu


@pytest.mark.django_db
def test_runs_do_not_pile_up_and_a_killed_one_is_named(centre: SimpleNamespace) -> None:
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    ScheduleRun.objects.create(zone=centre.zone, job=Job.WEEKLY, started_at=long_ago)
    with noted_run(centre.zone, Job.WEEKLY):
        pass
    killed = ScheduleRun.objects.order_by("started_at")[0]
    assert killed.outcome == "failed"
    assert killed.error
    for _number in range(schedules.KEPT_RUNS + 5):
        with noted_run(centre.zone, Job.WEEKLY):
            pass
    with noted_run(centre.zone, Job.MONTHLY):
        pass
    assert ScheduleRun.objects.filter(job=Job.WEEKLY).count() == schedules.KEPT_RUNS
    assert ScheduleRun.objects.filter(job=Job.MONTHLY).count() == 1
