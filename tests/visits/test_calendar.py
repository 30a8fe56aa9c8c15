"""The calendar: what stands on which day, for whom, with which filters."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Lead
from tests.factories import make_company, make_lead
from visits.models import PlannedVisit
from visits.selectors.calendar import Day
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import plan_visit

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def visit_to(centre: SimpleNamespace, lead: Lead | None, **fields: Any) -> PlannedVisit:
    fields = {
        "actor": centre.wang, "zone": centre.zone, "lead": lead, "channel": "visit",
        "planned_on": centre.zone.today(), "expected_result": "谈定用地", **fields,
    }  # fmt: skip
    return plan_visit(**fields)[0]


def page(user: Any, **query: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("visits:calendar"), query)


def shown(answer: Any) -> list[Any]:
    """What stands on the page: visits, else leads."""
    if "people" in answer.context:
        days = [day for row in answer.context["people"] for day in row.days]
    else:
        days = [day for week in answer.context.get("weeks", [answer.context["days"]]) for day in week]
    return [entry.line.visit if entry.line else entry.lead for day in days for entry in day.entries]


def test_a_week_shows_ones_visits_follow_ups_and_expected_signings(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    visit, along = visit_to(centre, lead), visit_to(centre, lead, actor=centre.li, staff=[centre.wang])
    visit_to(centre, lead, actor=centre.li)
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today)
    Lead.objects.update(expected_signing_on=today)
    for show in ("week", "month"):
        assert shown(page(centre.wang, show=show)) == [visit, along, lead, lead]
    assert len(shown(page(centre.li, whose="team"))) == 5
    assert shown(page(centre.zhao)) == []
    assert shown(page(centre.qian)) == []


def test_it_starts_with_the_widest_scope_of_the_role(centre: SimpleNamespace, lead: Lead) -> None:
    visit_to(centre, lead)
    starts = {user: page(user).context["scope"] for user in (centre.wang, centre.li, centre.chen)}
    assert starts == {centre.wang: "own", centre.li: "team", centre.chen: "zone"}
    assert page(centre.chen, whose="own").context["scope"] == "own"


def test_the_team_view_has_a_row_for_each_person(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead, staff=[centre.li])
    rows = page(centre.li, show="team").context["people"]
    assert {row.person: len([entry for day in row.days for entry in day.entries]) for row in rows} == {
        centre.li: 1, centre.wang: 1,
    }  # fmt: skip
    assert shown(page(centre.li, show="team")) == [visit, visit]
    assert {row.person for row in page(centre.chen, show="team").context["people"]} == {
        centre.li, centre.wang, centre.zhao,
    }  # fmt: skip


def test_the_filters_of_the_list_hold_and_are_carried_on(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    visit = visit_to(centre, lead)
    visit_to(centre, other)
    visit_to(centre, None, company=make_company(centre.wang, "扬州精密铸造有限公司"))
    assert len(shown(page(centre.wang))) == 3
    answer = page(centre.wang, stage="in_talks", ordering="name")
    assert shown(answer) == [visit]
    for url in (answer.context["next_url"], answer.context["tabs"][1]["url"]):
        assert "stage=in_talks" in url
        assert "ordering=name" in url
    assert len(shown(page(centre.wang, zone="guangling"))) == 3
    assert page(centre.wang, nonsense="x").context["state"].unknown == ["nonsense"]


def test_days_step_by_week_and_month(centre: SimpleNamespace) -> None:
    week = page(centre.wang, on="2026-11-22")
    assert week.context["days"][0].date == datetime.date(2026, 11, 16)
    assert "on=2026-11-29" in week.context["next_url"]
    month = page(centre.wang, on="2026-01-31", show="month")
    assert "on=2026-02-01" in month.context["next_url"]
    assert "on=2025-12-01" in month.context["previous_url"]
    for text in ("9999-12-31", "0001-01-01", "x"):
        assert page(centre.wang, on=text).status_code == 200


def test_public_holidays_and_make_up_days_are_marked() -> None:
    holiday, make_up, plain = (
        Day(datetime.date(2026, month, day), False, False) for month, day in ((10, 1), (10, 10), (11, 23))
    )
    assert (holiday.is_holiday, holiday.is_weekend) == (True, True)
    assert (make_up.is_make_up, make_up.is_weekend) == (True, False)
    assert (plain.is_holiday, plain.is_make_up, plain.is_weekend) == (False, False, False)


@pytest.mark.parametrize("show", ["week", "month", "team"])
def test_it_asks_as_often_for_thirty_visits_as_for_three(centre: SimpleNamespace, lead: Lead, show: str) -> None:
    counts = []
    for number in (3, 27):
        for _turn in range(number):
            visit_to(centre, lead, staff=[centre.li])
            plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
        with CaptureQueriesContext(connection) as queries:
            assert page(centre.chen, show=show).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
