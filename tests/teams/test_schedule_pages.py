"""Schedules and the working calendar: what administrators see, change, run; bad input keeps what was typed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from investcrm.core.days_off import days_off, holiday_name, worked_in_lieu
from investcrm.core.models import OutboxMessage
from teams.models import CalendarDay, Job, Moves, Schedule, ScheduleRun, User
from teams.selectors.schedule_words import next_run_of, when_words
from teams.services.schedules import ensure_schedules

SCHEDULES = "/schedules/"
CALENDAR = "/schedules/calendar/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The words are those of the source."""
    with translation.override("en"):
        yield


def signed_in(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def schedule(centre: SimpleNamespace, job: str = Job.WEEKLY) -> Schedule:
    return next(one for one in ensure_schedules(centre.zone) if one.job == job)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def test_each_job_says_when_it_is_due(centre: SimpleNamespace) -> None:
    words = {one.job: when_words(one) for one in ensure_schedules(centre.zone)}
    assert words == {
        "weekly": "Friday 10:00; on a day off the next working day",
        "monthly": "Day 3 of the next month, 10:00; on a day off the next working day",
        "quarterly": "Day 3 after the quarter, 10:00; on a day off the next working day",
        "yearly": "10 January of the next year, 10:00; on a day off the next working day",
        "reminders": "Every working day 08:00",
    }
    row = schedule(centre)
    row.days, row.moves = 7, Moves.STAYS
    assert when_words(row) == "Monday of the week after 10:00; also on a day off"


@pytest.mark.parametrize(
    ("now", "own", "day", "moved_from", "why"),
    [
        # the Friday of 1 May 2026 is a holiday; 5 May is off in lieu, and the 6th works
        ("2026-04-28T09:00:00+08:00", {}, "2026-05-06", "2026-05-01", "Labor Day"),
        ("2026-04-21T09:00:00+08:00", {}, "2026-04-24", None, ""),
        ("2026-04-21T09:00:00+08:00", {"2026-04-24": "Flood"}, "2026-04-27", "2026-04-24", "Flood"),
        # Friday 20 February is a day off in lieu of the Saturday before
        ("2026-02-17T09:00:00+08:00", {}, "2026-02-24", "2026-02-20", "day off in lieu"),
    ],
)
def test_the_next_run_says_from_which_day_it_was_moved_and_why(
    centre: SimpleNamespace, now: str, own: dict[str, str], day: str, moved_from: str | None, why: str
) -> None:
    row = schedule(centre)
    row.starts_on = datetime.date(2026, 1, 1)
    rows = {
        datetime.date.fromisoformat(one): CalendarDay(zone=centre.zone, day=one, note=note)
        for one, note in own.items()
    }  # fmt: skip
    found = next_run_of(row, at(now), dict.fromkeys(rows, False), rows)
    assert found is not None
    assert (str(found.day), found.time) == (day, "10:00")
    assert (str(found.moved_from) if found.moved_from else None, found.why) == (moved_from, why)


def test_the_published_calendar_is_read_by_stretches() -> None:
    stretches = {one.names: (one.first, one.last) for one in days_off(2026)}
    assert stretches["National Day",] == (datetime.date(2026, 10, 1), datetime.date(2026, 10, 7))
    assert datetime.date(2026, 10, 10) in worked_in_lieu(2026)
    assert holiday_name(datetime.date(2026, 10, 6)) == ""
    with translation.override("zh-hans"):
        assert holiday_name(datetime.date(2026, 10, 1)) == "国庆节"


def test_the_page_shows_the_last_run_with_its_error(centre: SimpleNamespace) -> None:
    ScheduleRun.objects.create(
        zone=centre.zone, job=Job.WEEKLY, outcome="failed", error="招商G4组: <b>broken</b>", ended_at=timezone.now()
    )
    ScheduleRun.objects.create(
        zone=centre.zone, job=Job.MONTHLY, outcome="done", made=1, asked_by=centre.gu, ended_at=timezone.now()
    )
    text = signed_in(centre.gu).get(SCHEDULES).content.decode()
    assert "招商G4组: &lt;b&gt;broken&lt;/b&gt;" in text
    assert "1 report made" in text
    assert "asked for by Gu" in text


def test_a_schedule_is_changed_in_its_dialog(centre: SimpleNamespace) -> None:
    row, client = schedule(centre), signed_in(centre.gu)
    address = reverse("teams:schedule_edit", args=[row.pk])
    base = client.get(address).context["form"].initial["base"]
    sent = {
        "base": base, "is_on": "on", "days": "3", "at": "16:30", "moves": "earlier", "releases_itself": "on",
        "starts_on": row.starts_on.isoformat(),
    }  # fmt: skip
    assert client.post(address, sent, headers=HTMX).status_code == 204
    row.refresh_from_db()
    assert (row.days, row.at, row.moves, row.releases_itself) == (3, datetime.time(16, 30), "earlier", True)


def test_two_administrators_lose_nothing(centre: SimpleNamespace) -> None:
    row, client = schedule(centre), signed_in(centre.gu)
    address = reverse("teams:schedule_edit", args=[row.pk])
    base = client.get(address).context["form"].initial["base"]
    Schedule.objects.filter(pk=row.pk).update(at=datetime.time(9), days=2)
    sent = {
        "base": base, "is_on": "on", "days": "4", "at": "16:30", "moves": "later",
        "starts_on": row.starts_on.isoformat(),
    }  # fmt: skip
    answer = client.post(address, sent, headers=HTMX)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "09:00" in text
    assert "16:30" in text
    row.refresh_from_db()
    assert (row.at, row.days) == (datetime.time(9), 2)


@pytest.mark.parametrize(
    ("job", "field", "value"),
    [
        (Job.WEEKLY, "days", "14"), (Job.WEEKLY, "at", "25:00"), (Job.MONTHLY, "days", "0"),
        (Job.MONTHLY, "days", "29"), (Job.MONTHLY, "days", "three"), (Job.WEEKLY, "moves", "sideways"),
        (Job.WEEKLY, "starts_on", "1999-01-01"), (Job.WEEKLY, "at", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field_and_nothing_changes(
    centre: SimpleNamespace, job: str, field: str, value: str
) -> None:
    row, client = schedule(centre, job), signed_in(centre.gu)
    address = reverse("teams:schedule_edit", args=[row.pk])
    sent = {
        "base": client.get(address).context["form"].initial["base"], "is_on": "on", "days": str(row.days),
        "at": "11:11", "moves": "later", "starts_on": row.starts_on.isoformat(), field: value,
    }  # fmt: skip
    answer = client.post(address, sent, headers=HTMX)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "at":
        assert "11:11" in answer.content.decode()
    before = row.at
    row.refresh_from_db()
    assert row.at == before


def test_run_now_queues_and_the_row_asks_until_it_is_done(centre: SimpleNamespace) -> None:
    row, client = schedule(centre), signed_in(centre.gu)
    with patch("teams.services.schedules.enqueue") as queued:
        answer = client.post(reverse("teams:schedule_run", args=[row.pk]), headers=HTMX)
    assert answer.status_code == 200
    assert queued.call_args.kwargs["asked_by_id"] == str(centre.gu.pk)
    assert 'hx-trigger="load delay:2s"' in answer.content.decode()
    assert "Queued" in answer.headers["HX-Trigger"]
    asked = answer.context["row"]["asked"].isoformat()
    again = reverse("teams:schedule_row", args=[row.pk])
    assert "hx-trigger" in client.get(again, {"asked": asked}, headers=HTMX).content.decode()
    ScheduleRun.objects.create(zone=centre.zone, job=row.job, outcome="nothing", ended_at=timezone.now())
    done = client.get(again, {"asked": asked}, headers=HTMX).content.decode()
    assert "hx-trigger" not in done
    assert "Nothing was due" in done
    for odd in ("", "yesterday", "2026-13-01T00:00:00+00:00", "2026-01-01T00:00:00"):
        assert client.get(again, {"asked": odd}).status_code == 200


def test_what_is_switched_off_is_not_run(centre: SimpleNamespace) -> None:
    row, client = schedule(centre), signed_in(centre.gu)
    Schedule.objects.filter(pk=row.pk).update(is_on=False)
    with patch("teams.services.schedules.enqueue") as queued:
        answer = client.post(reverse("teams:schedule_run", args=[row.pk]), headers=HTMX)
    assert "switched off" in answer.headers["HX-Trigger"]
    assert not queued.called


def test_others_change_and_run_nothing(centre: SimpleNamespace) -> None:
    row = schedule(centre)
    day = CalendarDay.objects.create(zone=centre.zone, day=centre.zone.today())
    own_zone = signed_in(centre.chen)
    with patch("teams.services.schedules.enqueue") as queued:
        assert own_zone.get(SCHEDULES).status_code == 403
        assert own_zone.post(reverse("teams:schedule_edit", args=[row.pk]), {"at": "11:00"}).status_code == 403
        assert own_zone.post(reverse("teams:schedule_run", args=[row.pk])).status_code == 403
        assert own_zone.post(CALENDAR, {"day": "2026-12-01", "is_working": "0"}).status_code == 403
        assert own_zone.post(reverse("teams:calendar_remove", args=[day.pk])).status_code == 403
        elsewhere = signed_in(centre.qian)
        assert elsewhere.post(reverse("teams:schedule_run", args=[row.pk])).status_code == 404
        assert elsewhere.post(reverse("teams:calendar_remove", args=[day.pk])).status_code == 404
    assert not queued.called
    assert CalendarDay.objects.count() == 1
    assert Schedule.objects.get(pk=row.pk).at == datetime.time(10)


def test_own_days_are_added_and_taken_out(centre: SimpleNamespace) -> None:
    client = signed_in(centre.gu)
    day = centre.zone.today() + datetime.timedelta(days=10)
    sent = {"day": day.isoformat(), "is_working": "1", "note": "<b>Fair</b>"}
    assert client.post(CALENDAR, sent).status_code == 302
    row = CalendarDay.objects.get()
    assert (row.day, row.is_working) == (day, True)
    page = client.get(CALENDAR).content.decode()
    assert "&lt;b&gt;Fair&lt;/b&gt;" in page
    again = client.post(CALENDAR, sent)
    assert again.status_code == 422
    assert "on the list already" in again.content.decode()
    assert client.post(reverse("teams:calendar_remove", args=[row.pk])).status_code == 302
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("day", ""), ("day", "2026-02-30"), ("day", "2199-01-01"),
                                              ("is_working", "perhaps"), ("note", "长" * 101)])  # fmt: skip
def test_an_own_day_that_cannot_be_comes_back_as_typed(centre: SimpleNamespace, field: str, value: str) -> None:
    sent = {"day": "2027-03-01", "is_working": "0", "note": "kept as typed", field: value}
    answer = signed_in(centre.gu).post(CALENDAR, sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "note":
        assert "kept as typed" in answer.content.decode()
    assert not CalendarDay.objects.exists()


def test_a_calendar_that_ends_is_said(centre: SimpleNamespace) -> None:
    client, year = signed_in(centre.gu), centre.zone.today().year
    with patch("teams.views.calendar.published_until", return_value=year - 1):
        answer = client.get(CALENDAR)
        assert answer.context["unknown_year"] == year
        assert answer.context["is_pressing"]
    with patch("teams.views.calendar.published_until", return_value=year + 1):
        assert client.get(CALENDAR).context["unknown_year"] is None
    with patch("teams.views.schedules.published_until", return_value=year - 1):
        assert client.get(SCHEDULES).context["unknown_year"] is not None


def test_mail_that_does_not_go_out_is_said(centre: SimpleNamespace) -> None:
    client = signed_in(centre.gu)
    assert client.get(SCHEDULES).context["trouble"] is None
    OutboxMessage.objects.create(
        message_id="<1@example.org>", recipients=["wang@example.org"], subject="t", body=b"", attempts=4,
        error="refused", created_at=timezone.now() - datetime.timedelta(hours=1),
    )  # fmt: skip
    assert client.get(SCHEDULES).context["trouble"].waiting == 1


def test_queries_do_not_grow_with_days_and_runs(centre: SimpleNamespace) -> None:
    client = signed_in(centre.gu)
    today = centre.zone.today()

    def fill(first: int, number: int) -> None:
        for count in range(first, first + number):
            CalendarDay.objects.create(zone=centre.zone, day=today + datetime.timedelta(days=count))
            ScheduleRun.objects.create(zone=centre.zone, job=Job.values[count % 5], outcome="done", made=1)

    def queries(address: str) -> Any:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client.get(SCHEDULES)
    fill(0, 5)
    few = [queries(SCHEDULES), queries(CALENDAR)]
    fill(5, 30)
    assert [queries(SCHEDULES), queries(CALENDAR)] == few
