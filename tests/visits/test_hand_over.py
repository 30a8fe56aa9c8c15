"""A leaver's work in other hands: all or nothing, with its history, and without leaving a team or a zone alone."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Lead, LedgerEntry, Notification, Settlement
from projects.services.ledger import replay
from teams.access import Role
from teams.models import Membership, User
from teams.services.leaving import close_left_accounts
from tests.factories import join, make_lead, make_user
from tests.visits.test_parallel import at_once
from visits.models import FollowUp, PlannedVisit, ServiceRequest
from visits.services.follow_ups import plan_follow_up
from visits.services.hand_over import hand_over

DAY = datetime.timedelta(days=1)


@pytest.fixture
def work(centre: SimpleNamespace) -> Lead:
    """What Wang has in hand: a lead of each kind of work."""
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")
    closed = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="已关闭")
    Lead.objects.filter(pk=closed.pk).update(stage_kind="closed", stage="closed")
    today = centre.zone.today()
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today + DAY)
    PlannedVisit.objects.create(
        zone=centre.zone, team=centre.g4, owner=centre.wang, lead=lead, channel="visit", planned_on=today + DAY,
        first_planned_on=today + DAY, expected_result="谈",
    )  # fmt: skip
    ServiceRequest.objects.create(
        zone=centre.zone, company=lead.company, category="land", title="用地", handler=centre.wang,
        received_at="2026-01-05T09:00+08:00", answer_due_on=today, settle_due_on=today,
    )  # fmt: skip
    Settlement.objects.create(zone=centre.zone, company=lead.company, owner=centre.wang)
    return lead


def give(centre: SimpleNamespace, **fields: Any) -> dict[str, int]:
    values = {
        "actor": centre.gu, "user_id": centre.wang.pk, "last_day": centre.zone.today(), "successor": centre.li,
    }  # fmt: skip
    return hand_over(**{**values, **fields})


def refused(centre: SimpleNamespace, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        give(centre, **fields)
    return {name: [one.code for one in errors] for name, errors in error.value.error_dict.items()}


def test_everything_changes_hands_and_the_account_is_closed(centre: SimpleNamespace, work: Lead) -> None:
    counts = give(centre, note="离职交接")
    assert counts == {"leads": 1, "follow_ups": 1, "planned_visits": 1, "service_requests": 1, "settlements": 1}
    work.refresh_from_db()
    assert work.owner == centre.li
    assert FollowUp.objects.get().assignee == PlannedVisit.objects.get().owner == centre.li
    assert ServiceRequest.objects.get().handler == Settlement.objects.get().owner == centre.li
    entry = work.entries.latest("seq")
    assert (entry.kind, entry.actor, entry.note, entry.owner) == ("transferred", centre.gu, "离职交接", centre.li)
    assert replay(work.entries.select_related("stage").order_by("seq")).stage == work.stage_id
    wang = User.objects.get(pk=centre.wang.pk)
    assert not wang.is_active
    assert wang.memberships.get().ends_on == centre.zone.today()
    assert Lead.objects.get(name="已关闭").owner == wang
    told = Notification.objects.get(data__what="leads")
    assert (told.user, told.data["what"], told.data["label"]) == (centre.li, "leads", "1")


def test_a_lead_may_go_to_somebody_of_its_own_and_its_follow_ups_go_with_it(
    centre: SimpleNamespace, work: Lead
) -> None:
    give(centre, successors={work.pk: centre.zhao})
    work.refresh_from_db()
    assert work.owner == FollowUp.objects.get().assignee == centre.zhao
    assert PlannedVisit.objects.get().owner == centre.li


def test_an_account_stays_open_until_the_last_day_and_is_closed_after_it_once(
    centre: SimpleNamespace, work: Lead
) -> None:
    today = centre.zone.today()
    give(centre, last_day=today + 3 * DAY)
    assert (close_left_accounts(), User.objects.get(pk=centre.wang.pk).is_active) == (0, True)
    User.objects.filter(pk=centre.wang.pk).update(leaves_on=today - DAY)
    assert (close_left_accounts(), close_left_accounts()) == (1, 0)
    assert not User.objects.get(pk=centre.wang.pk).is_active


def test_the_only_leader_leaves_a_team_only_to_a_new_leader(centre: SimpleNamespace, work: Lead) -> None:
    problems = refused(centre, user_id=centre.li.pk, successor=centre.wang)
    assert problems == {"successor": ["only_leader"]}
    with pytest.raises(ValidationError, match=r"招商G4组|Team G4"):
        give(centre, user_id=centre.li.pk, successor=centre.wang)
    assert User.objects.get(pk=centre.li.pk).is_active
    give(centre, user_id=centre.li.pk, successor=centre.wang, lead_teams=True)
    held = Membership.objects.get(user=centre.wang, role=Role.LEADER)
    assert (held.team, held.starts_on) == (centre.g4, centre.zone.today() + DAY)


def test_a_second_leader_is_enough(centre: SimpleNamespace) -> None:
    join(centre.wang, Role.LEADER, centre.zone, centre.g4)
    give(centre, user_id=centre.li.pk, successor=centre.wang)
    assert not User.objects.get(pk=centre.li.pk).is_active


def test_the_last_administrator_does_not_leave_and_nobody_hands_over_their_own_work(centre: SimpleNamespace) -> None:
    assert refused(centre, user_id=centre.gu.pk) == {"__all__": ["oneself"]}
    boss = User.objects.create_superuser("boss", "a long test password", display_name="Boss")
    assert refused(centre, actor=boss, user_id=centre.gu.pk) == {"last_day": ["last_administrator"]}
    assert User.objects.get(pk=centre.gu.pk).is_active


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"successor": None}, {"successor": ["required"]}),
        ({"successor": "wang"}, {"successor": ["oneself"]}),
        ({"successor": "qian"}, {"successor": ["not_in_zone"]}),
        ({"successor": "sun"}, {"successor": ["not_in_zone"]}),
        ({"last_day": datetime.date(2019, 1, 1)}, {"last_day": ["membership_dates_in_order"]}),
        ({"last_day": datetime.date(2199, 1, 1)}, {"last_day": ["too_late"]}),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_changes(
    centre: SimpleNamespace, work: Lead, fields: dict[str, Any], problems: dict[str, list[str]]
) -> None:
    if isinstance(fields.get("successor"), str):
        fields = {"successor": getattr(centre, fields["successor"])}
    entries = LedgerEntry.objects.count()
    assert refused(centre, **fields) == problems
    work.refresh_from_db()
    assert (work.owner, LedgerEntry.objects.count()) == (centre.wang, entries)
    assert User.objects.get(pk=centre.wang.pk).is_active


@pytest.mark.parametrize("name", ["li", "chen", "zhao", "qian"])
def test_only_who_manages_people_hands_over(centre: SimpleNamespace, work: Lead, name: str) -> None:
    with pytest.raises((PermissionDenied, Http404)):
        give(centre, actor=getattr(centre, name))
    work.refresh_from_db()
    assert work.owner == centre.wang


def test_an_account_that_also_works_elsewhere_is_not_closed_over_others_heads(
    centre: SimpleNamespace, work: Lead
) -> None:
    join(centre.wang, Role.OBSERVER, centre.other_zone)
    with pytest.raises(PermissionDenied):
        give(centre)
    assert User.objects.get(pk=centre.wang.pk).is_active


def test_many_leads_cost_no_more_queries_than_few(centre: SimpleNamespace, work: Lead) -> None:
    join(make_user("he"), Role.MEMBER, centre.zone, centre.g4)
    he = User.objects.get(username="he")
    counts = []
    for person, number in ((centre.wang, 3), (he, 60)):
        for turn in range(number):
            make_lead(centre.chen, centre.zone, team=centre.g4, owner=person, name=f"{person} {turn}")
        plan_follow_up(
            actor=person, lead_id=Lead.objects.filter(owner=person).exclude(stage="closed").first().pk,
            due_on=centre.zone.today(),
        )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as queries:
            give(centre, user_id=person.pk)
        counts.append(len(queries))
    assert counts[1] <= counts[0], counts


def test_the_page_shows_the_counts_and_hands_over(client: Client, centre: SimpleNamespace, work: Lead) -> None:
    client.force_login(centre.gu)
    address = reverse("visits:hand_over", args=[centre.wang.pk])
    assert client.get(address).context["counts"]["leads"] == 1
    wrong = client.post(address, {"last_day": "2026-13-01", "note": "留言"})
    assert (wrong.status_code, "留言" in wrong.content.decode()) == (422, True)
    answer = client.post(
        address,
        {"last_day": str(centre.zone.today()), "successor": str(centre.li.pk), f"lead-{work.pk}": str(centre.zhao.pk)},
    )
    assert answer.status_code == 302
    work.refresh_from_db()
    assert work.owner == centre.zhao


@pytest.mark.django_db(transaction=True)
def test_handing_over_while_others_log_and_twice_at_once_loses_nothing(
    transactional_db: None, centre: SimpleNamespace, work: Lead
) -> None:
    def run(number: int) -> object:
        if number % 2:
            return plan_follow_up(
                actor=User.objects.get(pk=centre.chen.pk), lead_id=work.pk,
                due_on=centre.zone.today() + number * DAY, assignee=centre.chen,
            )  # fmt: skip
        return give(centre, actor=User.objects.get(pk=centre.gu.pk))

    at_once(6, run)
    work.refresh_from_db()
    assert work.owner == centre.li
    assert work.entries.filter(kind="transferred").count() == 1
    assert FollowUp.objects.count() == 4
    assert not User.objects.get(pk=centre.wang.pk).is_active
