"""Whatever happens in a centre, its figures agree with each other, with its ledger, and with what was said before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings

from pipeline.models import LeadSpan
from pipeline.selectors.answers import NOTHING
from pipeline.selectors.figures import answer, answers_by, lead_ids, rows
from pipeline.selectors.flow import flow
from pipeline.selectors.periods import parse_period
from pipeline.selectors.questions import ENTERED, FLOW, LEFT, NEW, SIGNED, STOCK, Question
from pipeline.selectors.scopes import Scope
from pipeline.services.checking.zones import compare_zone
from pipeline.services.tallies import rebuild
from projects.models import Lead, Stage, StageRequirement
from projects.services.ledger import entries_of, replay
from projects.stages import seed_stages
from tests.pipeline.histories import DAY, HISTORIES, History, days_that_pass, figures, questions

pytestmark = pytest.mark.django_db

# A few long histories instead of many short ones: what goes wrong needs much to have happened before. The same ones
# each time, so that a failure is the work of a change.
OFTEN = settings(
    max_examples=5, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture(autouse=True)
def stages(db: None) -> None:
    """A transactional test before has emptied the tables, what migrations put there too."""
    seed_stages(Stage, StageRequirement)


@OFTEN
@given(steps=HISTORIES)
def test_figures_of_any_history_hold_together(steps: list[tuple[str, int, int, int]]) -> None:
    with days_that_pass() as clock, transaction.atomic():
        history = History(clock)
        history.tell(steps)
        event(f"refused: {history.refused * 10 // (history.done + history.refused)} of ten")
        what_was_known_stays(history)
        nothing_differs(history)
        leads_stand_where_their_ledger_says(history)
        lists_are_as_long_as_their_numbers(history)
        parts_make_the_whole(history)
        flows_balance(history)
        rebuild(history.zone)
        nothing_differs(history)
        transaction.set_rollback(True)


def what_was_known_stays(history: History) -> None:
    """Figures that were asked on the way are the same as known then."""
    for asked, told in history.noted.items():
        assert figures(history, *asked) == told, asked


def nothing_differs(history: History) -> None:
    """The recount by other code finds nothing: leads, spans, tallies, figures."""
    _leads, found = compare_zone(history.zone, history.clock.day)
    assert found.kept == []


def leads_stand_where_their_ledger_says(history: History) -> None:
    """The entries, replayed by the services' own code, give the lead and its last span."""
    for lead in Lead.objects.filter(deleted_at=None):
        standing = replay(entries_of(lead))
        span = LeadSpan.objects.get(lead=lead, ends_on=None)
        stands = (lead.stage_id, lead.stage_kind, lead.signed_on, lead.landed_on)
        assert stands == (standing.stage, standing.stage_kind, standing.signed_on, standing.landed_on)
        assert stands == (span.stage_id, span.stage_kind, span.signed_on, span.landed_on)
        assert (lead.stage_entered_on, lead.closed_on) == (standing.stage_entered_on, standing.closed_on)


def lists_are_as_long_as_their_numbers(history: History) -> None:
    """As of today and of days before, as known now and before."""
    moments = [(history.clock.day, None), (history.clock.day - 45 * DAY, None), *list(history.noted)[:1]]
    for day, known in moments:
        for question in questions(history, day, known):
            if question.what == FLOW:
                continue
            whole, listed = answer(question), rows(question, limit=1000)
            assert len(lead_ids(question)) == len(listed) == whole.count, question
            assert sum(row.total_cny or 0 for row in listed) == whole.total_cny, question
            assert sum(row.agreed_cny or 0 for row in listed) == whole.agreed_cny, question


def parts_make_the_whole(history: History) -> None:
    """Teams (and none) make the zone, stages too; the months make the year."""
    for question in questions(history, history.clock.day):
        whole = answer(question)
        whole_zone = question.scope == Scope(history.zone)
        for dimension in ("team", "stage", "owner", "industry", "mode", "origin") if whole_zone else ("stage",):
            assert sum(answers_by(question, dimension).values(), NOTHING) == whole, (question, dimension)
    today = history.clock.day
    year = parse_period(str(today.year))
    for what in (NEW, SIGNED, ENTERED, LEFT):
        for scope in (Scope(history.zone), Scope(history.zone, team=history.centre.g1)):
            question = Question(what, scope, today, year)
            months = [answer(replace(question, period=month)) for month in year.months() if month.first <= today]
            assert sum(months, NOTHING) == answer(question), question


def flows_balance(history: History) -> None:
    """Opening and what came less what went is the closing: count and amounts, each stage, zone and teams."""
    today = history.clock.day
    scopes = [Scope(history.zone), *(Scope(history.zone, team=team) for team in history.zone.teams.all())]
    for scope in [*scopes, Scope(history.zone, person=history.centre.wang)]:
        for first, last in ((today - 40 * DAY, today), (today - 200 * DAY, today - 30 * DAY)):
            found = flow(scope, parse_period(f"{first}..{last}"), today)
            assert all(row.balances for row in [*found.stages, found.total]), (scope.name, first, last)
            closing = answers_by(Question(STOCK, scope, last), "stage")
            for row in found.stages:
                assert row.stage is not None
                assert row.columns["closing"].count == closing.get(row.stage.code, NOTHING).count
