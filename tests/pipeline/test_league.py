"""League tables: what stands where, who sees which numbers, ranks, links that list as many, queries."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pipeline.models import LeadSpan
from pipeline.selectors.league import Asked, Standing, league
from pipeline.selectors.periods import period_of
from pipeline.services.moves import move_lead
from projects.models import Lead
from projects.services.leads import update_lead
from teams.models import Membership, Team, User
from tests.factories import join, log, make_lead, make_team, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def asked(centre: SimpleNamespace, kind: str = "year") -> Asked:
    """This year of the zone, as of today."""
    today = centre.zone.today()
    return Asked(centre.zone, period_of(kind, today), today)


def teams_of(centre: SimpleNamespace, user: Any = None, **options: Any) -> dict[str, Standing]:
    """The rows of the first table by the code of their team."""
    rows = league(asked(centre), user or centre.chen, **options)[0]
    return {row.team.code if row.team else "": row for row in rows}


def won(centre: SimpleNamespace, team: Any, owner: Any, number: int = 1, **fields: Any) -> list[Lead]:
    """New leads of today."""
    return [make_lead(centre.chen, centre.zone, team=team, owner=owner, **fields) for _number in range(number)]


def page(user: Any, **query: str) -> Any:
    """The page as the user gets it."""
    client = Client()
    client.force_login(user)
    return client.get(reverse("pipeline:league"), query)


def test_who_won_more_leads_stands_higher_and_zeros_are_told(centre: SimpleNamespace) -> None:
    make_team(centre.zone, "G5")
    won(centre, centre.g4, centre.wang, 2, acquisition_mode="fund")
    (lead,) = won(centre, centre.g1, centre.zhao, acquisition_mode="event")
    found = teams_of(centre)
    assert list(found) == ["G4", "G1", "G5"]
    assert [(row.cells["new"].value, row.ranks["new"]) for row in found.values()] == [(2, 1), (1, 2), (0, 3)]
    assert (found["G4"].modes["fund"].value, found["G4"].modes["event"].value) == (2, 0)
    assert found["G5"].cells["funds"].value == 0
    assert found["G5"].cells["follow_ups"].value is None
    # what was won stays with who won it
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g4})
    signing = {"agreed_investment": Decimal(10**8), "agreement_number": "1", "industry": centre.industry}
    log(centre.chen, lead)
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="signed", fields=signing)
    found = teams_of(centre)
    assert {code: row.cells["signed"].value for code, row in found.items()} == {"G4": 1, "G1": 0, "G5": 0}


def test_equals_share_a_rank_and_fewer_silences_are_better(centre: SimpleNamespace) -> None:
    make_team(centre.zone, "G5")
    make_team(centre.zone, "G6")
    won(centre, centre.g4, centre.wang)
    won(centre, centre.g1, centre.zhao)
    ranks = {code: row.ranks["new"] for code, row in teams_of(centre).items()}
    assert ranks == {"G1": 1, "G4": 1, "G5": 3, "G6": 3}
    Lead.objects.filter(team=centre.g4).update(created_at=timezone.now() - 90 * DAY)
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=centre.zone.today() - 89 * DAY)
    Lead.objects.filter(team=centre.g4).update(created_at=timezone.now() - 90 * DAY)
    found = teams_of(centre, sort=["breaches"])
    assert found["G4"].cells["breaches"].value == 2
    assert list(found)[-1] == "G4"
    assert found["G4"].ranks["breaches"] == 4


def test_a_big_team_is_compared_by_the_head(centre: SimpleNamespace) -> None:
    for name in ("one", "two"):
        join(make_user(name), "member", centre.zone, centre.g4)
    won(centre, centre.g4, centre.wang, 3)
    won(centre, centre.g1, centre.zhao, 2)
    found = teams_of(centre)
    # Wang, Li (who leads) and two more; Zhao alone
    assert (found["G4"].strength, found["G1"].strength) == (Decimal(4), Decimal(1))
    assert (found["G4"].each("new"), found["G1"].each("new")) == (Decimal("0.8"), Decimal(2))
    assert [row.team.code for row in league(asked(centre), centre.chen, each=True)[0] if row.team] == ["G1", "G4"]
    assert found["G4"].each("follow_ups") is None


def test_who_came_in_the_middle_counts_for_the_days(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    week = period_of("week", today - 7 * DAY)
    Membership.objects.filter(user=centre.zhao).update(ends_on=week.last - 2 * DAY, starts_on=week.first)
    join(centre.zhao, "leader", centre.zone, centre.g1, starts_on=week.first + DAY, ends_on=week.first + 2 * DAY)
    rows = league(Asked(centre.zone, week, today), centre.chen)[0]
    strength = {row.team.code: row.strength for row in rows if row.team}
    assert strength["G1"] == Decimal("0.7")


def test_a_team_that_was_dissolved_stands_in_its_own_time_and_not_after(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    last_year = period_of("year", today).before()
    Team.objects.filter(pk=centre.g1.pk).update(dissolved_on=last_year.last)
    make_team(centre.zone, "G9", starts_on=today)
    codes = [row.team.code for row in league(Asked(centre.zone, last_year, today), centre.chen)[0] if row.team]
    assert codes == ["G1", "G4"]
    assert list(teams_of(centre)) == ["G4", "G9"]
    # unless something still counts for it
    (lead,) = won(centre, centre.g4, centre.wang)
    LeadSpan.objects.filter(lead=lead).update(team=centre.g1)
    assert list(teams_of(centre, sort=["answers"])) == ["G1", "G4", "G9"]


def test_a_person_stands_in_the_team_they_worked_for(centre: SimpleNamespace) -> None:
    (lead,) = won(centre, centre.g4, centre.wang)
    log(centre.wang, lead, "visit", staff=[centre.wang, centre.li])
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1, "owner": centre.zhao})
    lead.refresh_from_db()
    log(centre.zhao, lead, "visit")
    Membership.objects.filter(user=centre.wang).update(ends_on=centre.zone.today())
    join(centre.wang, "member", centre.zone, centre.g1, starts_on=centre.zone.today() + DAY)
    rows = league(asked(centre), centre.chen, people=True)[0]
    visits = {
        (row.team.code, row.person.username): row.cells["visits"].value for row in rows if row.team and row.person
    }
    assert visits == {("G4", "wang"): 1, ("G4", "li"): 1, ("G1", "zhao"): 1}


def test_members_see_all_teams_but_lists_and_people_of_their_own_alone(centre: SimpleNamespace) -> None:
    won(centre, centre.g4, centre.wang)
    won(centre, centre.g1, centre.zhao)
    found = teams_of(centre, centre.wang)
    assert list(found) == ["G1", "G4"]
    assert found["G1"].cells["new"].value == 1
    assert all(not cell.url for cell in [*found["G1"].cells.values(), *found["G1"].modes.values()])
    assert all(cell.url for cell in found["G4"].cells.values())
    people = league(asked(centre), centre.wang, people=True)[0]
    assert {row.person for row in people} == {centre.wang, centre.li}
    make_lead(centre.chen, centre.zone)
    assert "" in teams_of(centre)
    assert "" not in teams_of(centre, centre.wang)


def test_each_number_opens_a_list_that_says_the_same(centre: SimpleNamespace) -> None:
    for lead in won(centre, centre.g4, centre.wang, 2):
        log(centre.wang, lead, "visit")
        log(centre.li, lead, "reception")
    won(centre, centre.g1, centre.zhao)
    make_lead(centre.chen, centre.zone)
    client = Client()
    client.force_login(centre.chen)
    for people in (False, True):
        for row in league(asked(centre), centre.chen, people=people)[0]:
            for name, cell in {**row.cells, **row.modes}.items():
                answer = client.get(cell.url)
                assert answer.status_code == 200, cell.url
                numbers = {one.key: one for one in answer.context["numbers"]}
                wanted = cell.part if name in ("follow_ups", "answers") else cell.value
                key = {"follow_ups": "kept", "answers": "kept", "funds": "cny"}.get(name, "count")
                assert numbers[key].value == wanted, (row.name, name, cell.url)


def test_the_page_shows_rules_tables_and_problems(centre: SimpleNamespace) -> None:
    won(centre, centre.g4, centre.wang)
    User.objects.filter(pk=centre.wang.pk).update(language="en")
    answer = page(centre.wang, period="nonsense", as_of="2999-01-01", sort="rubbish", view="x", rank="y")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "That is no period." in text
    assert "How it is counted" in text
    assert "Closed leads may be silent." in text
    assert page(centre.wang, view="people", period="2026-W01").status_code == 200
    assert page(centre.bao).status_code == 403


def test_the_page_costs_as_many_queries_for_many_teams_as_for_few(centre: SimpleNamespace) -> None:
    client = Client()
    client.force_login(centre.chen)

    def cost(**query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("pipeline:league"), query).status_code == 200
        return len(queries)

    won(centre, centre.g4, centre.wang, 2)
    few = (cost(), cost(view="people"))
    for number in range(12):
        team = make_team(centre.zone, f"H{number}")
        user = make_user(f"h{number}")
        join(user, "member", centre.zone, team)
        for lead in won(centre, team, user, 2):
            log(user, lead, "visit")
    assert (cost(), cost(view="people")) == few
    assert max(few) <= 15


def activity_page(user: Any, **query: str) -> Any:
    """A list of activity as the user gets it."""
    client = Client()
    client.force_login(user)
    return client.get(reverse("pipeline:activity"), {"period": "2026", **query})


def test_a_list_counts_what_the_reader_does_not_see_and_does_not_name_it(centre: SimpleNamespace) -> None:
    (mine, theirs) = won(centre, centre.g4, centre.wang, 2, name="精密铸造项目")
    for lead in (mine, theirs):
        log(centre.wang, lead, "visit", outcome="谈定用地")
    update_lead(actor=centre.chen, lead_id=theirs.id, changes={"team": centre.g1, "owner": centre.zhao})
    Lead.objects.filter(pk=theirs.pk).update(name="保密项目")
    year = str(centre.zone.today().year)
    scope = f"person-{centre.wang.pk}-{centre.zone.pk}"
    answer = activity_page(centre.wang, what="answers", scope=scope, period=year)
    assert {number.key: number.value for number in answer.context["numbers"]}["count"] == 1
    answer = activity_page(centre.wang, what="milestones", scope=scope, period=year)
    assert answer.context["numbers"][0].value == 0
    Lead.objects.filter(pk=theirs.pk).update(created_by=None)
    found = activity_page(centre.wang, what="interactions", scope=scope, period=year)
    text = found.content.decode()
    assert [number.value for number in found.context["numbers"]] == [2, 2, 2]
    assert "精密铸造项目" in text
    assert "保密项目" not in text


def test_what_an_address_cannot_ask_is_said_or_not_found(centre: SimpleNamespace) -> None:
    year = str(centre.zone.today().year)
    own = f"team-{centre.g4.pk}"
    for wrong in (
        {"what": "x", "scope": own}, {"what": "funds", "scope": own, "period": ""},
        {"what": "funds", "scope": own, "as_of": "2999-01-01"}, {"what": "funds", "scope": own, "as_of": "x"},
        {"what": "funds", "scope": own, "known": "²"}, {"what": "funds", "scope": own, "known_at": "gestern"},
        {"what": "funds", "scope": own, "known_at": "2999-01-01T00:00"},
    ):  # fmt: skip
        answer = activity_page(centre.wang, **{"period": year, **wrong})
        assert answer.status_code == 400, wrong
        assert answer.context["problems"]
    assert activity_page(centre.wang, what="funds", scope=f"team-{centre.g1.pk}", period=year).status_code == 404
    assert activity_page(centre.wang, what="funds", scope=str(centre.zone.pk), period=year).status_code == 404
    assert activity_page(centre.bao, what="funds", period=year).status_code == 404
    junk = activity_page(
        centre.wang, what="funds", scope=own, period=year, kind="x", team="x", person="none", by="x", page="²"
    )
    assert junk.status_code == 200


def test_a_list_of_activity_costs_as_many_queries_for_many_rows_as_for_few(centre: SimpleNamespace) -> None:
    year = str(centre.zone.today().year)
    (lead,) = won(centre, centre.g4, centre.wang)

    def cost() -> dict[str, int]:
        found = {}
        for what in ("interactions", "follow_ups", "plans", "answers", "breaches"):
            for by in ("", "person"):
                with CaptureQueriesContext(connection) as queries:
                    assert activity_page(centre.chen, what=what, period=year, by=by).status_code == 200
                found[what + by] = len(queries)
        return found

    log(centre.wang, lead, "visit", next_follow_up_on=centre.zone.today())
    few = cost()
    for one in won(centre, centre.g4, centre.li, 12):
        log(centre.li, one, "visit", next_follow_up_on=centre.zone.today())
    assert cost() == few


def test_an_activity_list_is_cut_and_asked_of_another_moment(centre: SimpleNamespace) -> None:
    year = str(centre.zone.today().year)
    (lead,) = won(centre, centre.g4, centre.wang)
    log(centre.wang, lead, "visit", person_times=3)
    log(centre.wang, lead, "phone")
    for by in ("team", "person", "kind", "month"):
        answer = activity_page(centre.chen, what="interactions", period=year, by=by)
        assert sum(one["part"].measure.count for one in answer.context["parts"]) == 2
        for one in answer.context["parts"]:
            if one["url"]:
                client = Client()
                client.force_login(centre.chen)
                assert client.get(one["url"]).context["numbers"][0].value == one["part"].measure.count
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    answer = activity_page(centre.chen, what="interactions", period=year, known_at=moment)
    assert answer.status_code == 302
    assert "known=" in answer["Location"]
