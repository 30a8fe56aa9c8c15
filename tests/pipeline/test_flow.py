"""The flow between two days balances, its columns are their lists, and days in stages are those of the moves."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from investcrm.core.changes import give_positions
from pipeline.selectors.answers import NOTHING
from pipeline.selectors.figures import answer, lead_ids
from pipeline.selectors.flow import CLOSING, MOVES, NAMES, OPENING, cohort, days_in_stages, flow
from pipeline.selectors.flow import FLOW as NETTED
from pipeline.selectors.periods import parse_period
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import move_lead
from projects.services.leads import delete_lead, update_lead
from tests.factories import make_lead
from tests.pipeline.test_figures import busy_centre

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def scopes(centre: SimpleNamespace) -> list[Scope]:
    """The zone, two teams, two people."""
    return [
        Scope(centre.zone), Scope(centre.zone, team=centre.g4), Scope(centre.zone, team=centre.g1),
        Scope(centre.zone, person=centre.wang), Scope(centre.zone, person=centre.zhao),
    ]  # fmt: skip


def test_opening_and_what_came_and_went_make_the_closing_in_count_and_amounts() -> None:
    centre = busy_centre()
    today = centre.zone.today()
    periods = [(today - 350 * DAY, today), (today - 45 * DAY, today - 20 * DAY), (today - 130 * DAY, today + 9 * DAY)]
    seen: set[str] = set()
    for scope, (first, last), known in itertools.product(scopes(centre), periods, (None, give_positions())):
        found = flow(scope, parse_period(f"{first}..{last}"), today, known)
        assert found.total.balances
        for row in found.stages:
            assert row.balances, (scope.name, row.stage, row.columns)
            seen |= {name for name, value in row.columns.items() if value != NOTHING}
    assert seen >= {
        OPENING,
        CLOSING,
        "new",
        "moved_in",
        "moved_out",
        "transferred_in",
        "transferred_out",
        "revalued",
        "deleted",
    }


def test_each_column_asks_for_its_list() -> None:
    centre = busy_centre()
    today = centre.zone.today()
    for scope in scopes(centre):
        found = flow(scope, parse_period(f"{today - 350 * DAY}..{today}"), today)
        for row in found.stages:
            for name in NAMES:
                question, value = found.question(name, row.stage), row.columns[name]
                told = answer(question)
                assert (abs(value.count), abs(value.total_cny), abs(value.agreed_cny)) == (
                    abs(told.count), abs(told.total_cny), abs(told.agreed_cny)
                ), (name, row.stage)  # fmt: skip
                if name not in MOVES or MOVES[name][0] != NETTED:
                    assert len(lead_ids(question)) == abs(value.count)


def test_the_flow_costs_as_many_queries_for_many_leads_as_for_few(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    period = parse_period(f"{today - 30 * DAY}..{today}")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            flow(Scope(centre.zone), period, today)
            cohort(Scope(centre.zone), period, today)
            days_in_stages(Scope(centre.zone), period, today)
        return len(queries)

    for number in range(3):
        make_lead(centre.chen, centre.zone, name=f"项目{number}")
    few = cost()
    for number in range(20):
        make_lead(centre.chen, centre.zone, name=f"更多{number}", stage="in_talks")
    assert cost() == few <= 10


def opened(centre: SimpleNamespace, days: int, **fields: Any) -> Any:
    """A lead that came in so many days ago."""
    return make_lead(
        centre.chen, centre.zone, stage="in_talks", on=centre.zone.today() - days * DAY, team=centre.g4,
        owner=centre.wang, total_investment=Decimal(10**8), **fields,
    )  # fmt: skip


def test_a_cohort_is_followed_as_far_as_it_came_by_the_day(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    leads = [opened(centre, 90) for _number in range(3)]
    opened(centre, 10)
    for lead, days, stage in ((leads[0], 50, "closed"), (leads[1], 40, "key_talks")):
        move_lead(
            actor=centre.chen, lead_id=lead.id, to_stage=stage, occurred_on=today - days * DAY,
            fields={"close_reason": "资金"} if stage == "closed" else {
                "site_need": "none", "expected_signing_on": today, "industry": centre.industry
            },
        )  # fmt: skip
    period = parse_period(f"{today - 100 * DAY}..{today - 80 * DAY}")
    steps = {step.stage.code if step.stage else "": step for step in cohort(Scope(centre.zone), period, today)}
    assert {code: steps[code].answer.count for code in ("", "enquiry", "in_talks", "key_talks", "to_sign")} == {
        "": 3, "enquiry": 3, "in_talks": 3, "key_talks": 1, "to_sign": 0
    }  # fmt: skip
    assert lead_ids(steps["key_talks"].question) == [leads[1].id]
    before = {s.stage.code: s for s in cohort(Scope(centre.zone), period, today - 60 * DAY) if s.stage}
    assert before["key_talks"].answer.count == 0


def test_days_in_a_stage_are_counted_over_hands_and_changes(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    leads = [opened(centre, days) for days in (100, 60, 40, 30)]
    undated = make_lead(centre.chen, centre.zone, stage="in_talks")
    # neither a new owner nor another amount begins a new stay
    update_lead(actor=centre.chen, lead_id=leads[0].id, changes={"owner": centre.li})
    update_lead(actor=centre.chen, lead_id=leads[0].id, changes={"total_investment": Decimal(5)})
    for lead, days in ((leads[0], 10), (leads[1], 10), (leads[2], 20)):
        move_lead(
            actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=today - days * DAY,
            fields={"close_reason": "x"},
        )  # fmt: skip
    delete_lead(actor=centre.chen, lead_id=undated.id)
    undated = make_lead(centre.chen, centre.zone, stage="in_talks")
    period = parse_period(f"{today - 30 * DAY}..{today}")
    found = {one.stage.code: one for one in days_in_stages(Scope(centre.zone), period, today)}
    talks = found["in_talks"]
    assert (talks.completed.count, talks.completed.median, talks.completed.ninetieth) == (3, 50, 82)
    assert (talks.present.count, talks.present.undated, talks.present.median) == (2, 1, 30)
    assert set(lead_ids(talks.completed_question)) == {lead.id for lead in leads[:3]}
    assert set(lead_ids(talks.present_question)) == {leads[3].id, undated.id}
    of_team = days_in_stages(Scope(centre.zone, team=centre.g1), period, today)
    assert all(one.completed.count == one.present.count == 0 for one in of_team)
