"""Service requests whose next step is due: told to the handler, once a step and day, also late and by two at once."""

from __future__ import annotations

import datetime
import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from investcrm.celery import app
from projects.models import Lead, Notification
from projects.services.leads import update_lead
from teams.models import User
from tests.factories import make_company, make_lead
from tests.projects.pages import signed_in
from tests.visits.test_parallel import at_once
from visits.models import ServiceRequest
from visits.services.reminders import tell_due_requests
from visits.services.requests import receive_request

DAY = datetime.timedelta(days=1)


@pytest.fixture
def request_of_wang(centre: SimpleNamespace) -> ServiceRequest:
    """A request of a settled company that Wang handles, with days ahead."""
    row = receive_request(
        actor=centre.wang,
        zone=centre.zone,
        company=make_company(centre.chen),
        category="utilities",
        title="用电容量不够",
    )
    ServiceRequest.objects.filter(id=row.id).update(
        received_at=timezone.now() - 30 * DAY, answer_due_on=centre.zone.today() + 10 * DAY,
        settle_due_on=centre.zone.today() + 20 * DAY,
    )  # fmt: skip
    Notification.objects.all().delete()
    return row


def due(row: ServiceRequest, **fields: Any) -> None:
    ServiceRequest.objects.filter(id=row.id).update(**fields)


def told(user: User) -> list[str]:
    rows = Notification.objects.filter(user=user, kind="answer_due").order_by("created_at")
    return [row.data["step"] for row in rows]


@pytest.mark.parametrize(("days", "is_told"), [(2, False), (1, True), (0, True), (-20, True)])
def test_an_answer_is_told_from_the_day_before_and_late(
    centre: SimpleNamespace, request_of_wang: ServiceRequest, days: int, is_told: bool
) -> None:
    due(request_of_wang, answer_due_on=centre.zone.today() + days * DAY)
    assert tell_due_requests() == int(is_told)
    assert tell_due_requests() == 0
    assert told(centre.wang) == (["answer"] if is_told else [])


def test_each_step_is_told_in_its_turn(centre: SimpleNamespace, request_of_wang: ServiceRequest) -> None:
    today, now = centre.zone.today(), timezone.now()
    due(request_of_wang, answer_due_on=today, settle_due_on=today)
    tell_due_requests()
    due(request_of_wang, answered_at=now - DAY, answered_by=centre.wang)
    tell_due_requests()
    due(request_of_wang, settled_at=now, settled_by=centre.wang, report_due_on=today + DAY)
    tell_due_requests()
    due(request_of_wang, reported_at=now, reported_by=centre.wang)
    assert tell_due_requests() == 0
    assert told(centre.wang) == ["answer", "settle", "report"]


def test_another_day_and_another_handler_are_told_anew(
    centre: SimpleNamespace, request_of_wang: ServiceRequest
) -> None:
    due(request_of_wang, answer_due_on=centre.zone.today())
    tell_due_requests()
    due(request_of_wang, answer_due_on=centre.zone.today() + DAY)
    tell_due_requests()
    due(request_of_wang, handler=centre.li)
    tell_due_requests()
    assert (told(centre.wang), told(centre.li)) == (["answer", "answer"], ["answer"])


def test_withdrawn_and_deleted_requests_are_not_told(centre: SimpleNamespace, request_of_wang: ServiceRequest) -> None:
    due(request_of_wang, answer_due_on=centre.zone.today(), withdrawn_at=timezone.now())
    assert tell_due_requests() == 0
    due(request_of_wang, withdrawn_at=None, deleted_at=timezone.now())
    assert tell_due_requests() == 0


def test_it_leads_to_the_request_and_goes_with_a_lead_out_of_sight(
    centre: SimpleNamespace, request_of_wang: ServiceRequest
) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, company=request_of_wang.company)
    due(request_of_wang, answer_due_on=centre.zone.today(), lead=lead)
    tell_due_requests()
    row = Notification.objects.get(user=centre.wang, kind="answer_due")
    client = signed_in(centre.wang)
    assert client.get(f"/notifications/{row.id}/")["Location"] == f"/requests/{request_of_wang.id}/"
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1})
    assert "用电容量不够" not in client.get("/notifications/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(
    transactional_db: None, centre: SimpleNamespace, request_of_wang: ServiceRequest
) -> None:
    due(request_of_wang, answer_due_on=centre.zone.today())
    at_once(4, lambda _number: tell_due_requests())
    assert told(centre.wang) == ["answer"]
    assert Lead.objects.count() == 0


def test_beat_calls_tasks_that_there_are() -> None:
    for name in ("investcrm.core", "teams", "projects", "visits", "pipeline"):
        importlib.import_module(f"{name}.tasks")
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
