"""Two at once: a comment sent twice, a thing told by two workers, pages opened side by side."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from projects.models import Comment, Lead, Notification, NotificationChoice, RecentItem
from projects.services.comments import write_comment
from projects.services.notifications import notify
from projects.services.protection import DAY, tell_protection_endings
from projects.services.recent import KEPT, note_visit
from tests.factories import make_lead
from tests.visits.test_parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(transactional_db: None, centre: SimpleNamespace, settings: Any) -> Lead:
    """A lead of team G4, owned by Wang, who wants mails; mails are rows."""
    settings.EMAIL_BACKEND = "investcrm.core.outbox.OutboxBackend"
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")
    Notification.objects.all().delete()
    for kind in ("protection_ending", "commented"):
        NotificationChoice.objects.create(user=centre.wang, kind=kind, by_mail=True)
    return lead


def test_a_comment_sent_over_several_connections_is_one(centre: SimpleNamespace, lead: Lead) -> None:
    token = uuid.uuid4()
    rows = at_once(
        6, lambda _number: write_comment(actor=centre.li, lead_id=lead.id, text="一次", comment_id=token)
    )  # fmt: skip
    assert {row.id for row in rows if isinstance(row, Comment)} == {token}
    assert (Comment.objects.count(), Notification.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)


def test_two_who_tell_the_same_tell_it_once(centre: SimpleNamespace, lead: Lead) -> None:
    reached = at_once(
        6, lambda _number: notify(to=[centre.wang], kind="commented", key="same", actor=centre.li, lead=lead)
    )  # fmt: skip
    assert sum(len(people) for people in reached if isinstance(people, list)) == 1
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_two_workers_tell_of_a_protection_once(centre: SimpleNamespace, lead: Lead) -> None:
    Lead.objects.filter(id=lead.id).update(last_interaction_at=timezone.now() - 88 * DAY)
    at_once(4, lambda _number: tell_protection_endings())
    assert (Notification.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_pages_opened_side_by_side_are_each_noted_once(centre: SimpleNamespace, lead: Lead) -> None:
    leads = [make_lead(centre.chen, centre.zone, team=centre.g4, name=f"项目{n}") for n in range(8)]
    for _turn in range(4):
        at_once(8, lambda number: note_visit(centre.wang, lead_id=leads[number].id))
        at_once(8, lambda _number: note_visit(centre.wang, company_id=lead.company_id))
    assert RecentItem.objects.count() == 9


def test_only_the_last_ones_are_kept_though_many_write(centre: SimpleNamespace, lead: Lead) -> None:
    leads = [make_lead(centre.chen, centre.zone, team=centre.g4, name=f"项目{n}") for n in range(KEPT + 10)]
    for row in leads[:KEPT]:
        note_visit(centre.wang, lead_id=row.id)
    at_once(10, lambda number: note_visit(centre.wang, lead_id=leads[KEPT + number].id))
    note_visit(centre.wang, lead_id=leads[0].id)
    assert RecentItem.objects.filter(user=centre.wang).count() == KEPT
    assert RecentItem.objects.filter(lead__in=leads[KEPT:]).count() == 10
