"""Follow-ups that are given to a colleague, given back, and put off with a reason."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Lead, Notification
from teams.access import Role
from tests.factories import join, make_lead, make_user
from visits.models import FollowUp
from visits.services.follow_ups import plan_follow_up

DAY = datetime.timedelta(days=1)


@pytest.fixture
def follow_up(centre: SimpleNamespace) -> FollowUp:
    """Wang's follow-up of a lead of team G4, due today."""
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")
    return plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="寄样册")


def post(user: Any, name: str, *args: Any, **data: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse(f"visits:{name}", args=args), data, headers={"HX-Request": "true"})


def told(user: Any) -> list[str]:
    return [row.data["label"] for row in Notification.objects.filter(user=user, data__what="follow_up")]


def test_a_colleague_who_sees_the_lead_takes_it_over_and_is_told(centre: SimpleNamespace, follow_up: FollowUp) -> None:
    assert post(centre.wang, "follow_up_delegate", follow_up.pk, assignee=str(centre.li.pk)).status_code == 204
    follow_up.refresh_from_db()
    assert (follow_up.assignee, follow_up.delegated_by) == (centre.li, centre.wang)
    assert told(centre.li) == ["寄样册"]
    client = Client()
    client.force_login(centre.li)
    assert "寄样册" in client.get(reverse("visits:today"), {"scope": "own"}).content.decode()


def test_it_may_be_given_back(centre: SimpleNamespace, follow_up: FollowUp) -> None:
    assert post(centre.wang, "follow_up_give_back", follow_up.pk).status_code == 422
    post(centre.wang, "follow_up_delegate", follow_up.pk, assignee=str(centre.li.pk))
    assert post(centre.wang, "follow_up_give_back", follow_up.pk).status_code == 422
    assert post(centre.li, "follow_up_give_back", follow_up.pk).status_code == 204
    follow_up.refresh_from_db()
    assert (follow_up.assignee, follow_up.delegated_by) == (centre.wang, None)
    assert told(centre.wang) == ["寄样册"]


@pytest.mark.parametrize("name", ["zhao", "qian", "sun"])
def test_who_does_not_see_the_lead_or_works_elsewhere_takes_nothing(
    centre: SimpleNamespace, follow_up: FollowUp, name: str
) -> None:
    colleague = getattr(centre, name)
    assert post(centre.wang, "follow_up_delegate", follow_up.pk, assignee=str(colleague.pk)).status_code == 422
    follow_up.refresh_from_db()
    assert (follow_up.assignee, follow_up.delegated_by) == (centre.wang, None)
    assert told(colleague) == []


def test_a_colleagues_follow_up_is_not_given_away(centre: SimpleNamespace, follow_up: FollowUp) -> None:
    ma = make_user("ma")
    join(ma, Role.MEMBER, centre.zone, centre.g4)
    assert post(ma, "follow_up_delegate", follow_up.pk, assignee=str(ma.pk)).status_code == 403
    assert post(centre.zhao, "follow_up_delegate", follow_up.pk, assignee=str(centre.zhao.pk)).status_code == 404
    follow_up.refresh_from_db()
    assert follow_up.assignee == centre.wang


def test_putting_off_needs_a_reason_and_coming_sooner_does_not(centre: SimpleNamespace, follow_up: FollowUp) -> None:
    assert post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="7").status_code == 422
    answer = post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="7", snooze_reason="对方出差")
    assert answer.status_code == 204
    assert post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="3").status_code == 204
    follow_up.refresh_from_db()
    assert (follow_up.due_on, follow_up.snooze_reason) == (centre.zone.today() + 3 * DAY, "对方出差")
    FollowUp.objects.update(due_on=centre.zone.today() - DAY)
    assert post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="1").status_code == 422
    follow_up.refresh_from_db()
    assert follow_up.due_on == centre.zone.today() - DAY


def test_today_and_the_lead_say_why_it_was_put_off_and_who_gave_it(
    centre: SimpleNamespace, follow_up: FollowUp
) -> None:
    post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="1", snooze_reason="对方出差")
    post(centre.wang, "follow_up_delegate", follow_up.pk, assignee=str(centre.li.pk))
    client = Client()
    client.force_login(centre.li)
    for address in (reverse("visits:today") + "?scope=own", reverse("visits:lead_timeline", args=[follow_up.lead_id])):
        words = client.get(address).content.decode()
        assert "对方出差" in words
        assert "Wang" in words


def test_a_closed_lead_gets_no_follow_up_through_the_page(centre: SimpleNamespace) -> None:
    closed = make_lead(centre.chen, centre.zone, team=centre.g4, stage="closed", close_reason="no", name="关")
    answer = post(centre.wang, "follow_up_add", closed.pk, due_in="1", assignee=str(centre.wang.pk))
    assert answer.status_code == 422
    assert Lead.objects.get(pk=closed.pk).next_follow_up_on is None
    assert not FollowUp.objects.exists()
