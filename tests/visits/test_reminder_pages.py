"""Choosing the morning's mail on the page, and the number beside *today* in the menu."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams.models import User
from tests.factories import log, make_lead
from tests.projects.pages import signed_in
from visits.models import FollowUp, ReminderChoice
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import plan_visit
from visits.views import reminders

DAY = datetime.timedelta(days=1)
HTMX = {"HX-Request": "true"}


def due(centre: SimpleNamespace, days: int, number: int = 1) -> None:
    """So many follow-ups of Wang that are due in so many days."""
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
    for _turn in range(number):
        row = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), assignee=centre.wang)
        FollowUp.objects.filter(pk=row.pk).update(due_on=centre.zone.today() + days * DAY)


def number(user: User) -> str:
    """What the menu shows."""
    html = signed_in(user).get("/due/", headers=HTMX).content.decode()
    assert html.count("hx-swap-oob") == 2
    return html.split('aria-hidden="true">')[1].split("<")[0] if "due-number" in html else ""


# -- the number -------------------------------------------------------------------------------------------------------


def test_the_menu_shows_how_many_things_are_due(centre: SimpleNamespace) -> None:
    assert number(centre.wang) == ""
    due(centre, -2)
    due(centre, 0)
    due(centre, 1)
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
    plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈用地", staff=[centre.li],
    )  # fmt: skip
    assert (number(centre.wang), number(centre.li), number(centre.chen)) == ("3", "1", "")
    answer = signed_in(centre.wang).get("/due/")
    assert "(3 due)</span>" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_logging_takes_it_down(centre: SimpleNamespace) -> None:
    due(centre, 0)
    row = FollowUp.objects.get()
    log(centre.wang, row.lead, done_follow_ups=[row.pk])
    assert number(centre.wang) == ""


def test_very_many_are_not_written_out(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "SHOWN", 2)
    due(centre, 0, 3)
    assert number(centre.wang) == "99+"


def test_it_costs_the_same_for_one_thing_and_for_thirty(centre: SimpleNamespace) -> None:
    counts = []
    for many in (1, 29):
        due(centre, 0, many)
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as queries:
            client.get("/due/")
        counts.append(len(queries))
    # The session, the user and their roles; the days of the zones; the numbers.
    assert counts == [5, 5]


def test_whoever_is_signed_out_is_told_to_ask_no_more(centre: SimpleNamespace, client: Client) -> None:
    answer = client.get("/due/", headers=HTMX)
    assert (answer.status_code, answer.content) == (286, b"")
    assert "HX-Redirect" not in answer.headers


def test_only_who_logs_asks_for_it(centre: SimpleNamespace) -> None:
    assert b'hx-get="/due/"' in signed_in(centre.wang).get("/").content
    assert b'hx-get="/due/"' not in signed_in(centre.sun).get("/").content
    assert number(centre.sun) == ""


# -- the choice -------------------------------------------------------------------------------------------------------


def wants(user: User) -> bool | None:
    row = ReminderChoice.objects.filter(user=user).first()
    return None if row is None else row.by_mail


def test_the_choice_is_kept_without_script(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    page = client.get("/reminders/")
    assert page.context["form"]["by_mail"].value() is True
    assert "wang@example.org" in page.content.decode()
    assert client.post("/reminders/", {})["Location"] == "/reminders/"
    assert wants(centre.wang) is False
    assert client.get("/reminders/").context["form"]["by_mail"].value() is False
    client.post("/reminders/", {"by_mail": "on"})
    assert wants(centre.wang) is True
    assert wants(centre.li) is None


def test_the_choice_stands_on_the_page_of_notifications(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    assert b'hx-get="/reminders/"' in client.get("/notifications/choices/").content
    part = client.get("/reminders/", headers=HTMX)
    assert b"<html" not in part.content
    assert b'name="by_mail"' in part.content
    answer = client.post("/reminders/", {}, headers=HTMX)
    assert answer.status_code == 200
    assert b"checked" not in answer.content
    assert "toast" in answer.headers["HX-Trigger"]
    assert wants(centre.wang) is False


def test_whoever_has_no_address_is_told_so(centre: SimpleNamespace) -> None:
    User.objects.filter(pk=centre.wang.pk).update(email=None)
    page = signed_in(User.objects.get(pk=centre.wang.pk)).get("/reminders/")
    assert "no e-mail address" in page.content.decode()


def test_nobody_chooses_for_another(centre: SimpleNamespace, client: Client) -> None:
    answer = client.post("/reminders/", {"by_mail": "on", "user": str(centre.wang.pk)})
    assert answer["Location"].startswith("/accounts/login/")
    signed_in(centre.li).post("/reminders/", {"user": str(centre.wang.pk)})
    assert wants(centre.wang) is None
    assert wants(centre.li) is False
