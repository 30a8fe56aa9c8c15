"""Figures of activity: what counts where, that a list has as many rows as its number, and what was known when."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from investcrm.core.changes import give_positions
from investcrm.core.models import ExchangeRate
from pipeline.selectors.activity import (
    ANSWERS,
    BREACHES,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    MILESTONES,
    PLANS,
    Activity,
    ActivityRow,
    activity_rows,
    ids,
    measure,
    measures_across,
    measures_by,
    receptions,
    teams_out,
    visits,
)
from pipeline.selectors.activity_questions import WHATS
from pipeline.selectors.periods import parse_period, period_of
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import move_lead
from projects.models import FundArrival, Lead, StageLimit
from projects.services.funds import enter_funds, verify_funds
from projects.services.leads import delete_lead, update_lead
from projects.services.milestones import set_milestone
from tests.factories import log, make_company, make_lead
from visits.models import FollowUp, Interaction, PlannedVisit
from visits.selectors.month import Month, month_plan
from visits.selectors.silence import silent_leads, with_silence
from visits.services.follow_ups import cancel_follow_up, plan_follow_up, reschedule_follow_up
from visits.services.interactions import log_interaction, undo_interaction
from visits.services.parties import Party
from visits.services.planning import cancel_planned_visit, plan_visit
from visits.services.request_steps import answer_request
from visits.services.requests import receive_request

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 that Wang signed a year ago."""
    return signed(centre)


def signed(centre: SimpleNamespace, **fields: Any) -> Lead:
    """A signed lead of team G4 and Wang."""
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed",
        on=centre.zone.today() - 365 * DAY, agreed_investment=Decimal(10**8), agreement_number="1", **fields,
    )  # fmt: skip


def at(day: datetime.date, hour: int = 10) -> datetime.datetime:
    """An hour of a day in the zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def asked(centre: SimpleNamespace, what: str, days: int = 60, **fields: Any) -> Activity:
    """The last days, of the whole zone, as of today."""
    today = centre.zone.today()
    period = parse_period(f"{today - days * DAY}..{today}")
    return Activity(what, fields.pop("scope", Scope(centre.zone)), period, today, **fields)


def follow_up(centre: SimpleNamespace, lead: Lead, due: int, **fields: Any) -> FollowUp:
    """Wang's follow-up that is due so many days from today, which the service would refuse for a day that is over."""
    today = centre.zone.today()
    made = plan_follow_up(actor=centre.wang, lead_id=lead.id, due_on=today)
    FollowUp.objects.filter(pk=made.pk).update(due_on=today + due * DAY, **fields)
    return made


def planned(centre: SimpleNamespace, lead: Lead, first: datetime.date, **fields: Any) -> PlannedVisit:
    """Wang's visit that was first planned for a day that may be over."""
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地",
    )  # fmt: skip
    PlannedVisit.objects.filter(pk=visit.pk).update(first_planned_on=first, **{"planned_on": first, **fields})
    return visit


def test_a_reception_of_a_delegation_is_one_group_of_many_companies_and_people(
    centre: SimpleNamespace, lead: Lead
) -> None:
    companies = [make_company(centre.wang, name=f"第{number}家精密机械有限公司") for number in range(20)]
    log_interaction(
        actor=centre.wang, zone=centre.zone, channel="reception", person_times=45,
        parties=[Party(company=company) for company in companies],
    )  # fmt: skip
    log(centre.wang, lead, "visit", person_times=3, staff=[centre.wang, centre.li])
    log(centre.zhao, make_lead(centre.chen, centre.zone, team=centre.g1), "phone")
    today = centre.zone.today()
    week = period_of("week", today)
    received = measure(receptions(Scope(centre.zone), week, today))
    assert (received.count, received.person_times, received.companies) == (1, 45, 20)
    out = measure(visits(Scope(centre.zone), week, today))
    assert (out.count, out.person_times, out.companies) == (1, 3, 1)
    everything = asked(centre, INTERACTIONS)
    assert {key: one.count for key, one in measures_by(everything, "kind").items()} == {
        "reception": 1, "visit": 1, "phone": 1
    }  # fmt: skip
    assert {key: one.count for key, one in measures_by(everything, "team").items()} == {
        str(centre.g4.pk): 2, str(centre.g1.pk): 1
    }  # fmt: skip
    # a visit of two colleagues counts for each, and once for the team
    assert {key: one.count for key, one in measures_by(everything, "person").items()} == {
        str(centre.wang.pk): 2, str(centre.li.pk): 1, str(centre.zhao.pk): 1
    }  # fmt: skip
    assert measure(replace(everything, scope=Scope(centre.zone, person=centre.li))).count == 1
    assert measures_across(everything, "team", "person")[str(centre.g4.pk), str(centre.li.pk)].count == 1


def test_days_are_those_of_the_zone(centre: SimpleNamespace, lead: Lead) -> None:
    yesterday = centre.zone.today() - DAY
    log(centre.wang, lead, "visit", occurred_at=at(yesterday, 0))
    log(centre.wang, lead, "visit", occurred_at=at(yesterday, 23))
    one_day = Activity(INTERACTIONS, Scope(centre.zone), parse_period(f"{yesterday}..{yesterday}"), yesterday)
    assert measure(one_day).count == 2
    before = yesterday - DAY
    assert measure(replace(one_day, period=parse_period(f"{before}..{before}"), as_of=before)).count == 0
    # what came after the as-of day had not happened then
    assert measure(replace(asked(centre, INTERACTIONS), as_of=before)).count == 0


def test_teams_out_are_those_with_an_outbound_visit_in_the_week(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    week = period_of("week", today)
    log(centre.wang, lead, "visit")
    log(centre.zhao, make_lead(centre.chen, centre.zone, team=centre.g1), "reception")
    found = teams_out(Scope(centre.zone), week, today)
    assert (found.out, found.teams) == ([centre.g4], [centre.g1, centre.g4])
    assert teams_out(Scope(centre.zone, team=centre.g1), week, today).teams == [centre.g1]


def test_only_verified_funds_count_at_the_rate_of_their_day(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    ExchangeRate.objects.create(currency="USD", valid_from=today - 40 * DAY, cny=Decimal("7.10"), source="test")
    ExchangeRate.objects.create(currency="USD", valid_from=today - 5 * DAY, cny=Decimal("7.20"), source="test")

    def enter(amount: int, days: int, **fields: Any) -> FundArrival:
        return enter_funds(
            actor=centre.wang, lead_id=lead.id, amount=Decimal(amount), value_on=today - days * DAY,
            evidence="银行回单",
            **{"kind": "funds_in_place", **fields},
        )  # fmt: skip

    first, dollars = enter(5_000_000, 10), enter(1_000_000, 20, currency="USD")
    enter(9_000_000, 3)
    assert measure(asked(centre, FUNDS)).count == 0
    for arrival in (first, dollars):
        verify_funds(actor=centre.chen, fund_id=arrival.id)
    found = measure(asked(centre, FUNDS))
    assert (found.count, found.cny) == (2, Decimal(5_000_000 + 7_100_000))
    # who had the lead on that day keeps the credit
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1, "owner": centre.zhao})
    assert set(measures_by(asked(centre, FUNDS), "team")) == {str(centre.g4.pk)}
    assert set(measures_by(asked(centre, FUNDS), "person")) == {str(centre.wang.pk)}
    assert ids(asked(centre, FUNDS)) == [first.pk, dollars.pk]
    assert measure(asked(centre, FUNDS, kind=("fdi",))).count == 0
    assert measure(asked(centre, FUNDS, leads=[])).count == 0
    delete_lead(actor=centre.chen, lead_id=lead.id)
    assert measure(asked(centre, FUNDS)).count == 0


def test_milestones_count_by_kind_even_those_before_the_lead_was_entered(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, stage="signed", on=today, agreed_investment=Decimal(1),
        agreement_number="1",
    )  # fmt: skip
    set_milestone(actor=centre.chen, lead_id=lead.id, kind="registered", occurred_on=today - 30 * DAY)
    set_milestone(actor=centre.chen, lead_id=lead.id, kind="completed", occurred_on=today)
    found = measures_by(asked(centre, MILESTONES), "kind")
    assert {kind: one.count for kind, one in found.items()} == {"registered": 1, "completed": 1}
    assert measures_by(asked(centre, MILESTONES), "team")[str(centre.g4.pk)].count == 2


def test_a_follow_up_is_kept_when_it_was_done_by_its_day(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    kept, late, missed = (follow_up(centre, lead, due) for due in (-9, -8, -7))
    follow_up(centre, lead, 0)
    log(centre.wang, lead, done_follow_ups=[kept.pk], occurred_at=at(today - 9 * DAY))
    log(centre.wang, lead, done_follow_ups=[late.pk], occurred_at=at(today - 2 * DAY))
    found = measure(asked(centre, FOLLOW_UPS))
    assert (found.count, found.due, found.kept, found.share) == (4, 3, 1, Decimal("33.3"))
    states = {row.id: row.state for row in activity_rows(asked(centre, FOLLOW_UPS), limit=10)}
    assert (states[kept.pk], states[late.pk], states[missed.pk]) == ("kept", "late", "missed")
    # as of the day before, the late one was not done
    then = replace(asked(centre, FOLLOW_UPS), as_of=today - 3 * DAY)
    assert {row.id: row.state for row in activity_rows(then, limit=10)}[late.pk] == "missed"
    # whoever called in time and wrote it down later has kept it; team and person
    assert measures_across(asked(centre, FOLLOW_UPS), "team", "person")[
        str(centre.g4.pk), str(centre.wang.pk)
    ].kept == 1  # fmt: skip


def test_putting_off_in_time_moves_the_day_and_too_late_does_not(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    in_time = follow_up(centre, lead, 0)
    too_late = follow_up(centre, lead, -5)
    for one in (in_time, too_late):
        reschedule_follow_up(actor=centre.wang, follow_up_id=one.pk, due_on=today + 3 * DAY, snooze_reason="客户出差")
    log(centre.wang, lead, done_follow_ups=[too_late.pk])
    days = {row.id: (row.day, row.state) for row in activity_rows(asked(centre, FOLLOW_UPS), limit=10)}
    assert days == {too_late.pk: (today - 5 * DAY, "late")}
    soon = Activity(FOLLOW_UPS, Scope(centre.zone), parse_period(f"{today}..{today + 9 * DAY}"), today)
    assert [(row.id, row.state) for row in activity_rows(soon, limit=10)] == [(in_time.pk, "open")]


def test_a_follow_up_called_off_in_time_is_not_owed_and_one_called_off_later_was_missed(
    centre: SimpleNamespace, lead: Lead
) -> None:
    in_time, too_late = follow_up(centre, lead, 2), follow_up(centre, lead, -2)
    for one in (in_time, too_late):
        cancel_follow_up(actor=centre.wang, follow_up_id=one.pk, reason="不再需要")
    today = centre.zone.today()
    around = Activity(FOLLOW_UPS, Scope(centre.zone), parse_period(f"{today - 9 * DAY}..{today + 9 * DAY}"), today)
    assert [(row.id, row.state) for row in activity_rows(around, limit=10)] == [(too_late.pk, "missed")]


def test_a_plan_is_kept_as_the_month_s_plan_says(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    month = period_of("month", today).before()
    day = month.first + 3 * DAY
    done, later = planned(centre, lead, day), planned(centre, lead, day)
    planned(centre, lead, day)
    planned(centre, lead, day, planned_on=today)
    cancelled = planned(centre, lead, day)
    cancel_planned_visit(actor=centre.wang, planned_visit_id=cancelled.pk, reason="企业改期")
    log(centre.wang, lead, "visit", occurred_at=at(month.last), done_planned_visits=[done.pk])
    log(centre.wang, lead, "visit", done_planned_visits=[later.pk])
    question = Activity(PLANS, Scope(centre.zone), month, today)
    states = {key: one.count for key, one in measures_by(question, "state").items()}
    assert states == {"kept": 1, "late": 2, "cancelled": 1, "missed": 1}
    page = month_plan(centre.chen, centre.zone, Month(month.first), [centre.g1, centre.g4], one_team=False).total
    assert (page.planned, page.done, page.later, page.cancelled, page.still_open) == (
        measure(question).count, measure(question).kept, states["late"], states["cancelled"], states["missed"]
    )  # fmt: skip
    assert measure(question).share == Decimal("20.0")
    # while the month ran, what lay ahead was neither kept nor missed
    then = replace(question, as_of=month.first)
    assert (measure(then).due, measure(then).share) == (1, Decimal("0.0"))


def busy(centre: SimpleNamespace) -> SimpleNamespace:
    """A lead with a little of everything."""
    today = centre.zone.today()
    lead = signed(centre)
    came = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks", on=today - 50 * DAY
    )
    entered(came, today - 50 * DAY)
    met = log(centre.wang, lead, "visit", occurred_at=at(today - 20 * DAY), person_times=4)
    arrival = enter_funds(
        actor=centre.wang, lead_id=lead.id, kind="funds_in_place", amount=Decimal(10**6), value_on=today - 9 * DAY,
        evidence="回单",
    )  # fmt: skip
    verify_funds(actor=centre.chen, fund_id=arrival.id)
    set_milestone(actor=centre.chen, lead_id=lead.id, kind="registered", occurred_on=today - 8 * DAY)
    request = receive_request(
        actor=centre.wang, zone=centre.zone, company=lead.company, category="permits", title="用电增容"
    )
    return SimpleNamespace(
        lead=lead, met=met, owed=follow_up(centre, lead, -6), plan=planned(centre, lead, today - 5 * DAY),
        request=request,
    )  # fmt: skip


def every(centre: SimpleNamespace, **fields: Any) -> list[Activity]:
    """Each figure, of the zone, its team and a person."""
    scopes = [Scope(centre.zone), Scope(centre.zone, team=centre.g4), Scope(centre.zone, person=centre.wang)]
    return [asked(centre, what, scope=scope, **fields) for what in WHATS for scope in scopes]


def test_what_is_recorded_later_does_not_change_what_was_known(centre: SimpleNamespace) -> None:
    was = busy(centre)
    known = give_positions()
    questions = every(centre, known=known)
    before = [(measure(one), ids(one)) for one in questions]
    assert all(found.count for found, _ids in before)
    log(centre.wang, was.lead, "visit", done_follow_ups=[was.owed.pk], done_planned_visits=[was.plan.pk])
    Interaction.objects.filter(pk=was.met.pk).update(person_times=50, occurred_at=timezone.now())
    set_milestone(actor=centre.chen, lead_id=was.lead.id, kind="registered", occurred_on=None)
    FundArrival.objects.update(amount=Decimal(7))
    answer_request(actor=centre.wang, request_id=was.request.pk, answer="下周送电")
    undo_interaction(actor=centre.wang, interaction_id=was.met.pk)
    update_lead(actor=centre.chen, lead_id=was.lead.id, changes={"team": centre.g1, "owner": centre.zhao})
    delete_lead(actor=centre.chen, lead_id=was.lead.id)
    assert [(measure(one), ids(one)) for one in questions] == before
    assert [(measure(one), ids(one)) for one in every(centre)] != before


def test_lists_have_as_many_rows_as_their_numbers_and_parts_make_the_whole(centre: SimpleNamespace) -> None:
    was = busy(centre)
    log(centre.wang, was.lead, "visit", done_follow_ups=[was.owed.pk], done_planned_visits=[was.plan.pk])
    for known in (None, give_positions()):
        for one in every(centre, known=known):
            whole = measure(one)
            assert len(ids(one)) == whole.count == len(activity_rows(one, limit=100))
            for dimension in ("kind", "state", "team", "month"):
                parts = measures_by(one, dimension)
                assert sum(part.count for part in parts.values()) == whole.count
                for key, part in parts.items():
                    if dimension != "month":
                        assert measure(one.limited(**{dimension: key})) == part


def entered(lead: Lead, day: datetime.date) -> None:
    """Let the lead have been entered on a day that is over."""
    Lead.objects.filter(pk=lead.pk).update(created_at=at(day))


def test_a_silence_is_one_breach_on_the_day_it_went_beyond_the_limit(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks", on=today - 100 * DAY
    )
    silence: Any = with_silence(Lead.objects.filter(pk=lead.pk)).get()
    limit = silence.silence_limit
    entered(lead, today - 100 * DAY)
    talked = today - 90 * DAY
    log(centre.wang, lead, occurred_at=at(talked))
    # on the very last day of the limit
    again = talked + limit * DAY
    log(centre.wang, lead, occurred_at=at(again))
    found = activity_rows(asked(centre, BREACHES, days=100), limit=10)
    assert [(row.day, row.lead_id, row.days) for row in found] == [
        (again + (limit + 1) * DAY, lead.pk, (today - again).days)
    ]
    assert (found[0].team_id, found[0].person_id, found[0].kind) == (centre.g4.pk, centre.wang.pk, "in_talks")
    # in the days before, and when it was in touch again, nothing was broken
    assert measure(replace(asked(centre, BREACHES, days=100), as_of=again + limit * DAY)).count == 0
    # a reception of many counts for each lead that took part
    log_interaction(
        actor=centre.chen, zone=centre.zone, channel="reception", occurred_at=at(again + limit * DAY),
        parties=[Party(lead=make_lead(centre.chen, centre.zone)), Party(lead=lead)],
    )  # fmt: skip
    later = activity_rows(asked(centre, BREACHES, days=100), limit=10)
    assert [row.day for row in later if row.lead_id == lead.pk] == [again + (2 * limit + 1) * DAY]


def test_silence_breaches_of_today_are_the_leads_that_the_clock_calls_silent(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    for days in range(1, 80, 3):
        lead = make_lead(
            centre.chen, centre.zone, team=centre.g4, stage="in_talks" if days % 2 else None,
            **({"on": today - 90 * DAY} if days % 2 else {}),
        )  # fmt: skip
        entered(lead, today - 85 * DAY)
        log(centre.wang, lead, occurred_at=at(today - days * DAY))
    StageLimit.objects.create(zone=centre.zone, stage_id="enquiry", silence_limit_days=20)
    silent = set(silent_leads(Lead.objects.all()).values_list("pk", flat=True))
    rows = activity_rows(asked(centre, BREACHES, days=200), limit=500)
    still = {row.lead_id for row in rows if is_still(row)}
    assert still == silent
    assert silent


def is_still(row: ActivityRow) -> bool:
    """Whether the silence of the row lasts."""
    last = Lead.objects.filter(pk=row.lead_id or row.id).get().last_interaction_at
    return last is None or at(row.day) > last


def test_a_closed_lead_may_be_silent_and_a_new_stage_brings_its_own_limit(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks", on=today - 300 * DAY
    )
    entered(lead, today - 300 * DAY)
    log(centre.wang, lead, occurred_at=at(today - 299 * DAY))
    move_lead(
        actor=centre.chen, lead_id=lead.id, to_stage="closed", occurred_on=today - 298 * DAY,
        fields={"close_reason": "x"},
    )  # fmt: skip
    assert measure(asked(centre, BREACHES, days=300)).count == 0
    move_lead(
        actor=centre.chen, lead_id=lead.id, to_stage="in_talks", occurred_on=today - 50 * DAY, note="又来了",
        fields={"industry": centre.industry},
    )  # fmt: skip
    # what had been silent for long breaks the limit on the day it is taken up again, unless somebody calls
    assert [row.day for row in activity_rows(asked(centre, BREACHES, days=300), limit=9)] == [today - 50 * DAY]
    log(centre.wang, lead, occurred_at=at(today - 50 * DAY))
    assert today - 50 * DAY not in [row.day for row in activity_rows(asked(centre, BREACHES, days=300), limit=9)]


def test_a_new_lead_is_answered_in_time_by_the_next_day(centre: SimpleNamespace) -> None:
    today = centre.zone.today()

    def came(days: int, answered: int | None) -> Lead:
        lead = make_lead(
            centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="enquiry", on=today - days * DAY
        )
        if answered is not None:
            log(centre.wang, lead, occurred_at=at(today - answered * DAY))
        return lead

    in_time, late, never, fresh = came(20, 19), came(20, 10), came(30, None), came(0, None)
    states = {row.id: (row.state, row.days) for row in activity_rows(asked(centre, ANSWERS), limit=10)}
    assert states == {
        in_time.pk: ("kept", 1), late.pk: ("late", 10), never.pk: ("missed", 30), fresh.pk: ("open", 0)
    }  # fmt: skip
    found = measures_by(asked(centre, ANSWERS), "person")[str(centre.wang.pk)]
    assert (found.count, found.due, found.kept, found.median_days) == (4, 3, 1, 5.5)
