"""A team reports on a period: the page, its refusals, who is reminded of it, who has reported."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pipeline.models import TeamStatement
from pipeline.selectors.reports.duties import duties_of, owed_by
from teams.access import Role
from teams.models import Schedule, Team, User
from teams.services.schedules import ensure_schedules
from tests.factories import join, make_centre, make_user
from tests.pipeline.report_pages_help import saved_report, signed_in

# A Wednesday: the week's cut-off is on the Friday, ten o'clock.
WEDNESDAY = datetime.datetime(2026, 3, 4, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
MONDAY = "2026-03-02"


@pytest.fixture
def due(centre: SimpleNamespace) -> SimpleNamespace:
    """The weekly bulletin alone is made, since long ago."""
    ensure_schedules(centre.zone)
    Schedule.objects.exclude(job="weekly").update(is_on=False)
    Schedule.objects.update(starts_on=datetime.date(2026, 1, 1))
    return centre


def page(team: Team, kind: str = "weekly", first_day: str = MONDAY) -> str:
    return reverse("pipeline:statement", args=[team.pk, kind, first_day])


def send(client: Client, team: Team, problems: str = "缺电", plans: str = "去苏州", **more: str) -> int:
    return int(client.post(page(team), {"problems": problems, "plans": plans, **more}).status_code)


def test_a_leader_reports_and_sees_it_again(centre: SimpleNamespace) -> None:
    client = signed_in(centre.li)
    assert send(client, centre.g4) == 302
    said = TeamStatement.objects.get()
    assert (said.team, said.kind, str(said.first_day), said.problems, said.plans, said.created_by) == (
        centre.g4, "weekly", MONDAY, "缺电", "去苏州", centre.li,
    )  # fmt: skip
    text = client.get(page(centre.g4)).content.decode()
    assert "Reported by Li" in text
    assert "缺电" in text
    assert send(client, centre.g4, seen=str(said.pk)) == 302
    assert TeamStatement.objects.count() == 1


def test_an_empty_statement_is_one_too(centre: SimpleNamespace) -> None:
    assert send(signed_in(centre.li), centre.g4, problems="", plans="") == 302
    assert TeamStatement.objects.count() == 1


def test_the_director_may_report_for_any_team_and_others_for_none(centre: SimpleNamespace) -> None:
    assert send(signed_in(centre.chen), centre.g1) == 302
    for other in (centre.wang, centre.zhao, centre.sun, centre.bao):
        assert send(signed_in(other), centre.g4) == 403
        assert signed_in(other).get(page(centre.g4)).status_code == 403
    assert send(signed_in(centre.li), centre.g1) == 403
    assert send(signed_in(centre.qian), centre.g4) == 404
    assert TeamStatement.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "first_day"),
    [
        ("weekly", "2026-03-03"), ("weekly", "2199-01-07"), ("weekly", "yesterday"), ("hourly", MONDAY),
        ("monthly", MONDAY), ("weekly", "2026-02-30"), ("weekly", "0001-01-01"),
    ],
)  # fmt: skip
def test_a_period_that_is_none_is_not_found(centre: SimpleNamespace, kind: str, first_day: str) -> None:
    client = signed_in(centre.li)
    assert client.get(page(centre.g4, kind, first_day)).status_code == 404
    assert client.post(page(centre.g4, kind, first_day), {"problems": "", "plans": ""}).status_code == 404
    assert not TeamStatement.objects.exists()


def test_words_that_are_too_long_come_back_as_typed(centre: SimpleNamespace) -> None:
    client = signed_in(centre.li)
    answer = client.post(page(centre.g4), {"problems": "长" * 3001, "plans": "kept <as> typed"})
    assert answer.status_code == 422
    assert "problems" in answer.context["form"].errors
    assert "kept &lt;as&gt; typed" in answer.content.decode()
    assert not TeamStatement.objects.exists()


def test_a_team_that_was_gone_cannot_report(centre: SimpleNamespace) -> None:
    Team.objects.filter(pk=centre.g4.pk).update(dissolved_on="2026-02-01")
    answer = signed_in(centre.chen).post(page(centre.g4), {"problems": "x", "plans": ""})
    assert answer.status_code == 422
    assert "was not there" in answer.content.decode()
    assert not TeamStatement.objects.exists()


def test_whoever_was_slower_sees_the_other_ones_words_first(centre: SimpleNamespace) -> None:
    second = make_user("liu")
    join(second, Role.LEADER, centre.zone, centre.g4)
    mine, theirs = signed_in(centre.li), signed_in(second)
    assert mine.get(page(centre.g4)).status_code == 200
    assert send(theirs, centre.g4, problems="theirs") == 302
    answer = mine.post(page(centre.g4), {"problems": "mine", "plans": "", "seen": ""})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "theirs" in text
    assert "mine" in text
    seen = str(TeamStatement.objects.get().pk)
    assert seen in text
    assert send(mine, centre.g4, problems="mine", seen=seen) == 302
    assert TeamStatement.objects.order_by("created_at").last().problems == "mine"  # type: ignore[union-attr]


def test_the_page_waits_for_no_figures(centre: SimpleNamespace) -> None:
    with patch("pipeline.services.reports.drafting.draw") as drawn:
        answer = signed_in(centre.li).get(page(centre.g4))
    assert not drawn.called
    assert "part=tiles" in answer.content.decode()


def test_the_figures_so_far_are_the_teams_own(centre: SimpleNamespace) -> None:
    client = signed_in(centre.li)
    text = client.get(page(centre.g4)).content.decode()
    address = text.split('hx-get="/reports/preview/')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(f"/reports/preview/{address}")
    assert answer.status_code == 200
    assert answer.context["scope"].team == centre.g4
    assert signed_in(centre.zhao).get(f"/reports/preview/{address}").status_code == 404


def at(moment: datetime.datetime) -> Callable[[User], list[tuple[str, str, bool]]]:
    """What somebody owes at a moment."""

    def owed(user: User) -> list[tuple[str, str, bool]]:
        with patch("teams.models.zones.Zone.today", lambda zone: moment.date()):
            return [(one.team.code, str(one.duty.period.first), one.is_late) for one in owed_by(user, moment)]

    return owed


def test_a_leader_is_reminded_two_days_before_and_when_late(due: SimpleNamespace) -> None:
    last_week, this_week = ("G4", "2026-02-23", True), ("G4", MONDAY, False)
    assert at(WEDNESDAY)(due.li) == [last_week]
    soon = WEDNESDAY + datetime.timedelta(hours=2)
    assert at(soon)(due.li) == [last_week, this_week]
    friday = WEDNESDAY + datetime.timedelta(days=2, hours=2)
    assert at(friday)(due.li) == [("G4", MONDAY, True)]
    for other in (due.wang, due.chen, due.sun, due.bao):
        assert at(soon)(other) == []


def test_whoever_has_reported_or_is_released_is_not_reminded(due: SimpleNamespace) -> None:
    soon = WEDNESDAY + datetime.timedelta(hours=2)
    saved_report(due, due.g4, first=datetime.date(2026, 2, 23))
    assert at(soon)(due.li) == [("G4", MONDAY, False)]
    assert send(signed_in(due.li), due.g4) == 302
    assert at(soon)(due.li) == []


def test_the_cut_off_passes_on_friday_at_ten(due: SimpleNamespace) -> None:
    before = WEDNESDAY + datetime.timedelta(days=2)
    with patch("teams.models.zones.Zone.today", lambda zone: before.date()):
        first = duties_of(due.zone, before)["weekly"]
        after = duties_of(due.zone, before + datetime.timedelta(hours=1))["weekly"]
    assert [str(one.period.first) for one in first] == [MONDAY, "2026-02-23"]
    assert [str(one.period.first) for one in after] == ["2026-03-09", MONDAY]
    assert [one.has_begun for one in after] == [False, True]


def test_the_list_names_who_has_not_reported(due: SimpleNamespace) -> None:
    client = signed_in(due.li)
    this_week = duties_of(due.zone)["weekly"][0].period.first.isoformat()
    lines = client.get("/reports/").context["reporting"]
    assert [line.team.code for line in lines] == ["G4"]
    lines = signed_in(due.chen).get("/reports/").context["reporting"]
    assert [line.team.code for line in lines] == ["G1", "G4"]
    assert lines[0].cells[1].is_late
    assert lines[0].cells[1].statement is None
    assert (
        page(due.g4, first_day=lines[1].cells[1].duty.period.first.isoformat())
        in client.get("/reports/").content.decode()
    )
    assert this_week


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_statement() -> None:
    centre = make_centre()
    clients = [signed_in(centre.li), signed_in(centre.li)]

    def click(client: Client) -> int:
        try:
            return send(client, centre.g4)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(click, clients))
    assert answers in ([302, 302], [302, 409])
    assert TeamStatement.objects.count() == 1
