"""The start page: what waits for whom, and which leads are silent."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Lead, Stage, StageLimit
from teams.models import Zone
from tests.factories import log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.models import FollowUp
from visits.selectors import parts
from visits.selectors import today as today_selectors
from visits.selectors.silence import leads_falling_silent, silent_leads, with_silence
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import undo_interaction
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

DAY = datetime.timedelta(days=1)


def a_lead(centre: SimpleNamespace, silent: int | None = None, *, stage: str = "key_talks", **fields) -> Lead:
    """A lead of team G4 (Wang's) that was last spoken with so many days ago."""
    fields = {"team": centre.g4, "owner": centre.wang, "name": f"项目{silent}"} | fields
    lead = make_lead(centre.chen, centre.zone, stage=stage, **fields)
    if silent is not None:
        log(centre.chen, lead, occurred_at=timezone.now() - silent * DAY)
    return lead


def today_of(user, **params):
    client = Client()
    client.force_login(user)
    return client.get(reverse("visits:today"), params)


def due(centre: SimpleNamespace, lead: Lead, days: int, **fields) -> FollowUp:
    """A follow-up that is due in so many days (overdue ones cannot be planned, only grow old)."""
    follow_up = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), **fields)
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on=centre.zone.today() + days * DAY)
    return follow_up


# ---- silence ----


def test_a_lead_is_silent_from_the_first_day_beyond_its_stages_limit(centre: SimpleNamespace) -> None:
    leads = {days: a_lead(centre, days) for days in (4, 5, 7, 8, 20)}
    for days, limit in ((8, "signed"), (31, "signed")):
        leads[f"{days} {limit}"] = a_lead(centre, days, stage=limit, on=centre.zone.today() - 40 * DAY)
    found = Lead.objects.all()
    assert list(silent_leads(found)) == [leads[20], *sorted((leads[8], leads["31 signed"]), key=lambda row: row.pk)]
    assert list(leads_falling_silent(found)) == [leads[7], leads[5]]


def test_a_lead_that_was_never_spoken_with_counts_from_its_entry(centre: SimpleNamespace) -> None:
    lead = a_lead(centre)
    Lead.objects.filter(pk=lead.pk).update(created_at=timezone.now() - 9 * DAY)
    assert [(row.silent_for, row.silence_left) for row in silent_leads(Lead.objects.all())] == [(9, -2)]


def test_closed_leads_and_stages_without_a_limit_are_never_silent(centre: SimpleNamespace) -> None:
    a_lead(centre, 400, stage="closed", close_reason="no", on=centre.zone.today() - 500 * DAY)
    a_lead(centre, 400)
    Stage.objects.filter(code="key_talks").update(silence_limit_days=None)
    assert not silent_leads(Lead.objects.all()).exists()
    Stage.objects.filter(code="closed").update(silence_limit_days=7)
    assert not silent_leads(Lead.objects.all()).exists()


def test_days_are_counted_by_the_calendar_of_the_zone(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 0)
    spoken = datetime.datetime(2026, 3, 1, 20, 0, tzinfo=datetime.UTC)
    asked = datetime.datetime(2026, 3, 2, 10, 0, tzinfo=datetime.UTC)
    Lead.objects.filter(pk=lead.pk).update(last_interaction_at=spoken)

    def days() -> int:
        return with_silence(Lead.objects.all(), at=asked).get().silent_for

    assert days() == 0  # in Shanghai it was 4:00 on the second already
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="America/New_York")
    assert days() == 1


def test_logging_ends_the_silence_and_undo_brings_it_back(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 20)
    interaction = log(centre.wang, lead)
    assert not silent_leads(Lead.objects.all()).exists()
    undo_interaction(actor=centre.wang, interaction_id=interaction.pk)
    assert list(silent_leads(Lead.objects.all())) == [lead]


# ---- the page ----


def test_a_member_sees_their_own_day(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 20)
    falling, fine = a_lead(centre, 6), a_lead(centre, 0)
    late, now = due(centre, lead, -2), due(centre, fine, 0)
    week, far = due(centre, fine, 7), due(centre, fine, 8)
    theirs = due(centre, fine, 0, assignee=centre.li)
    other = a_lead(centre, 30, owner=centre.li)
    answer = today_of(centre.wang)
    day = answer.context["today"]
    assert (day.overdue.rows, day.due.rows, day.week.rows) == ([late], [now], [week])
    assert (day.silent.rows, day.falling.rows, day.unassigned) == ([lead], [falling], None)
    assert far not in day.week.rows
    assert theirs not in day.due.rows
    assert other not in day.silent.rows
    assert answer.context["tabs"] == []
    assert today_of(centre.wang, scope="zone").context["scope"] == "own"


def test_a_leader_switches_between_the_own_day_and_the_teams(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 20)
    make_lead(centre.chen, centre.zone, team=centre.g1, owner=centre.zhao, stage="key_talks", name="一组的")
    late = due(centre, lead, -1)
    own = today_of(centre.li)
    assert (own.context["scope"], own.context["today"].overdue.rows) == ("own", [])
    team = today_of(centre.li, scope="team").context["today"]
    assert (team.overdue.rows, team.silent.rows, team.unassigned) == ([late], [lead], None)


def test_a_director_sees_the_zone_and_the_leads_without_a_team(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 20)
    theirs = a_lead(centre, 20, team=centre.g1, owner=centre.zhao)
    nobody = a_lead(centre, 0, team=None, owner=None, stage="enquiry")
    day = today_of(centre.chen).context["today"]
    assert set(day.silent.rows) == {lead, theirs}
    assert day.unassigned.rows == [nobody]
    assert today_of(centre.qian).context["today"].is_empty


def test_an_observer_reads_and_a_contributor_sees_what_became_of_their_leads(centre: SimpleNamespace) -> None:
    a_lead(centre, 20)
    reported = make_lead(
        centre.bao, centre.zone, name="我报的项目", company=make_company(centre.chen, "扬州精密铸造有限公司")
    )
    observer = today_of(centre.sun)
    assert observer.context["scope"] == "zone"
    assert 'data-log-open data-lead="' not in observer.content.decode().split('id="main"')[1].split("</main>")[0]
    contributor = today_of(centre.bao)
    assert contributor.context["reported"] == [reported]
    assert contributor.status_code == 200


def test_an_empty_day_says_what_to_do_next(centre: SimpleNamespace) -> None:
    assert "empty-next" in today_of(centre.wang).content.decode()


@pytest.mark.parametrize("name", ["wang", "chen"])
def test_the_page_asks_as_often_for_thirty_leads_as_for_three(centre: SimpleNamespace, name: str) -> None:
    counts = []
    for number in (3, 27):
        for _turn in range(number):
            due(centre, a_lead(centre, 20), -1)
            a_lead(centre, 6)
            make_lead(centre.chen, centre.zone, name="无组")
        client = signed_in(getattr(centre, name))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("visits:today"))
        counts.append(len(queries))
    # The session, the user and their roles; the days and limits; which rows come first; follow-ups, leads.
    assert counts == [7, 7]


def test_with_visits_and_requests_the_page_asks_thrice_more(centre: SimpleNamespace) -> None:
    lead = a_lead(centre, 20)
    due(centre, lead, -1)
    plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈用地",
    )  # fmt: skip
    receive_request(actor=centre.wang, zone=centre.zone, company=lead.company, category="land", title="扩厂房")
    client = signed_in(centre.chen)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("visits:today"))
    assert [line.title for line in page.context["today"].visits.rows] == [lead.name]
    assert len(queries) == 10


@pytest.mark.parametrize("scope", ["own", "team", "zone"])
def test_what_is_found_by_moments_is_what_counting_days_finds(centre: SimpleNamespace, scope: str) -> None:
    StageLimit.objects.create(zone=centre.zone, stage_id="in_talks", silence_limit_days=3)
    StageLimit.objects.create(zone=centre.zone, stage_id="to_sign", silence_limit_days=None)
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="America/New_York")
    middle = timezone.now()
    for number in range(40):
        fields = {"team": (centre.g4, centre.g1)[number % 2], "owner": (centre.li, centre.zhao)[number % 2]}
        stage = ("enquiry", "in_talks", "key_talks", "to_sign", "closed")[number % 5]
        lead = a_lead(centre, stage=stage, **fields, **({"close_reason": "不投了"} if stage == "closed" else {}))
        at = middle - number * datetime.timedelta(hours=11)
        Lead.objects.filter(pk=lead.pk).update(**{"created_at" if number % 3 else "last_interaction_at": at})
    user = centre.chen if scope == "zone" else centre.li
    expected = today_selectors.leads_in(user, scope)
    found = today_selectors.today_of_user(user, scope, show_all=True)
    for section, counted in ((found.silent, silent_leads(expected)), (found.falling, leads_falling_silent(expected))):
        assert {row.pk for row in section.rows} == {row.pk for row in counted}
        assert section.count == counted.count() > 0
        left = [row.silence_left for row in section.rows]
        assert left == sorted(left)


def test_very_many_are_no_longer_counted(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "CAP", 11)
    monkeypatch.setattr(today_selectors, "CAP", 11)
    for _turn in range(12):
        a_lead(centre, 20)
    page = today_of(centre.chen)
    silent = page.context["today"].silent
    assert (len(silent.rows), silent.count, silent.number) == (10, 11, "10+")
    assert "还有很多" in page.content.decode()


def test_a_long_list_shows_its_first_rows_and_all_on_demand(centre: SimpleNamespace) -> None:
    for _turn in range(12):
        a_lead(centre, 20)
    first, everything = today_of(centre.chen), today_of(centre.chen, all="1")
    assert (len(first.context["today"].silent.rows), first.context["today"].silent.more) == (10, 2)
    assert len(everything.context["today"].silent.rows) == 12


def test_anonymous_is_sent_to_the_login(db: None) -> None:
    answer = Client().get(reverse("visits:today"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]
