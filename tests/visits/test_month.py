"""The month's plan against actual: each figure, who sees which, and the visits one by one."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Lead
from tests.factories import log, make_lead
from visits.models import PlannedVisit
from visits.services.planning import cancel_planned_visit, plan_visit

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


@pytest.fixture
def month(centre: SimpleNamespace) -> datetime.date:
    """The first of the last month."""
    return (centre.zone.today().replace(day=1) - DAY).replace(day=1)


def planned(centre: SimpleNamespace, lead: Lead, first: datetime.date, **fields: Any) -> PlannedVisit:
    """A visit first planned for a day that may be over, which the service would refuse."""
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地",
    )  # fmt: skip
    fields.setdefault("planned_on", first)
    PlannedVisit.objects.filter(pk=visit.pk).update(first_planned_on=first, **fields)
    return visit


def at(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))


def page(user: Any, month: datetime.date, **query: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("visits:month_plan"), {"month": f"{month:%Y-%m}", **query})


def figures_of(answer: Any, team: Any, user: Any) -> Any:
    group = next(group for group in answer.context["plan"].teams if group.team == team)
    return next(figures for person, figures in group.people if person == user)


def test_every_visit_of_the_plan_is_in_one_column(centre: SimpleNamespace, lead: Lead, month: datetime.date) -> None:
    today = centre.zone.today()
    done, late = planned(centre, lead, month), planned(centre, lead, month)
    log(centre.wang, lead, "visit", occurred_at=at(month + DAY), done_planned_visits=[done.pk])
    log(centre.wang, lead, "visit", occurred_at=timezone.now(), done_planned_visits=[late.pk])
    planned(centre, lead, month, planned_on=today + 3 * DAY)
    cancelled = planned(centre, lead, month)
    cancel_planned_visit(actor=centre.wang, planned_visit_id=cancelled.pk, reason="对方出国")
    planned(centre, lead, month + DAY)
    planned(centre, lead, month - DAY, planned_on=month + 2 * DAY)
    log(centre.wang, lead, "reception", occurred_at=at(month + 2 * DAY), staff=[centre.wang, centre.li])
    log(centre.wang, lead, "phone", occurred_at=at(month + 2 * DAY))

    answer = page(centre.wang, month)
    own = figures_of(answer, centre.g4, centre.wang)
    assert (own.planned, own.done, own.later, own.cancelled, own.still_open) == (5, 1, 2, 1, 1)
    assert own.planned == own.done + own.later + own.cancelled + own.still_open
    assert (own.overdue, own.brought_in, own.made, own.unplanned) == (1, 1, 2, 1)
    team = answer.context["plan"].teams[0].total
    assert (team.made, team.unplanned) == (2, 1)
    assert figures_of(answer, centre.g4, centre.li).made == 1


def test_who_planned_nothing_is_named_with_zeros(centre: SimpleNamespace, lead: Lead, month: datetime.date) -> None:
    planned(centre, lead, month)
    plan = page(centre.chen, month).context["plan"]
    assert {str(user) for user in plan.nothing_planned} == {"Li", "Zhao"}
    assert all(value == 0 for value in vars(figures_of(page(centre.chen, month), centre.g1, centre.zhao)).values())
    assert '<td class="num" data-label=' in page(centre.chen, month).content.decode()


def test_members_see_their_team_and_directors_their_zone(
    centre: SimpleNamespace, lead: Lead, month: datetime.date
) -> None:
    planned(centre, lead, month)
    assert [group.team for group in page(centre.zhao, month).context["plan"].teams] == [centre.g1]
    assert page(centre.zhao, month).context["plan"].visits == []
    assert len(page(centre.chen, month).context["plan"].teams) == 2
    assert [group.team for group in page(centre.chen, month, team="G4").context["plan"].teams] == [centre.g4]
    assert page(centre.zhao, month, team="G4").context["plan"].visits == []
    assert page(centre.qian, month).context["plan"].visits == []
    assert page(centre.bao, month).status_code == 403


def test_the_expected_result_stands_beside_what_came_of_it(
    centre: SimpleNamespace, lead: Lead, month: datetime.date
) -> None:
    done = planned(centre, lead, month)
    log(centre.wang, lead, "visit", occurred_at=at(month), outcome="用地谈定", done_planned_visits=[done.pk])
    one = page(centre.wang, month).context["plan"].visits[0]
    assert (one.line.visit.expected_result, one.result) == ("谈定用地", "用地谈定")


def test_a_month_that_cannot_be_read_is_the_present_one(centre: SimpleNamespace) -> None:
    client = Client()
    client.force_login(centre.wang)
    for text in ("2026-13", "x", "9999999-01", "1999-01"):
        answer = client.get(reverse("visits:month_plan"), {"month": text})
        assert answer.context["month"].first == centre.zone.today().replace(day=1)


@pytest.mark.parametrize("name", ["wang", "chen"])
def test_the_page_asks_as_often_for_thirty_visits_as_for_three(
    centre: SimpleNamespace, lead: Lead, month: datetime.date, name: str
) -> None:
    counts = []
    for number in (3, 27):
        for _turn in range(number):
            done = planned(centre, lead, month)
            log(centre.wang, lead, "visit", occurred_at=at(month), done_planned_visits=[done.pk])
            planned(centre, lead, month)
        with CaptureQueriesContext(connection) as queries:
            assert page(getattr(centre, name), month).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
