"""Webhooks that go back, lose their place or see something else than before: nothing is lost, nothing is betrayed."""

from __future__ import annotations

import datetime
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from investcrm.core.models import ChangeRow, FeedMark
from projects.services.leads import delete_lead
from sync.models import Webhook, WebhookDelivery
from sync.services.pruning import prune_changes
from sync.services.webhooks.delivering import deliver, forget_old_deliveries
from teams.access import Role
from teams.models import Membership
from tests.api_help import Client, errors
from tests.factories import make_lead
from tests.sync.test_webhooks import account, due, make, receiver
from tests.sync.webhook_help import Receiver, answering

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db


def statuses(webhook: Webhook) -> list[str]:
    return list(WebhookDelivery.objects.filter(webhook=webhook).order_by("id").values_list("status", flat=True))


def bodies(receiver: Receiver) -> list[Any]:
    return [json.loads(body) for _headers, body in receiver.received]


def test_many_changes_become_deliveries_in_order_each_with_its_place(
    centre: SimpleNamespace, receiver: Receiver
) -> None:
    webhook, secret = make(account(centre), receiver.url)
    for name in "甲乙丙丁戊":
        make_lead(centre.chen, centre.zone, name=name)
    assert deliver(webhook.pk, changes_at_once=2) == (3, False)
    assert receiver.names() == list("甲乙丙丁戊")
    assert [len(one["changes"]) for one in receiver.verified(secret)] == [2, 2, 1]
    assert WebhookDelivery.objects.values("since").distinct().count() == 3


@pytest.mark.parametrize(("number", "again"), [(0, "甲乙丙丁戊"), (1, "丙丁戊"), (2, "戊")])
def test_a_receiver_that_lost_what_it_had_is_told_all_from_a_delivery_on(
    centre: SimpleNamespace, receiver: Receiver, number: int, again: str
) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    leads = [make_lead(centre.chen, centre.zone, name=name) for name in "甲乙丙丁戊"]
    deliver(webhook.pk, changes_at_once=2)
    chosen = WebhookDelivery.objects.order_by("id")[number]
    address = f"webhooks/{webhook.pk}/deliveries/{chosen.pk}/recover/"
    assert Client(webhook.account).make(address, {}, 200)["state"] == "active"
    before = len(receiver.received)
    deliver(webhook.pk)
    assert receiver.names()[5:] == list(again)
    ids = [headers["webhook-id"] for headers, _body in receiver.received]
    assert len(set(ids)) == before + 1  # a receiver that keeps the ids it had does not drop it
    # as it is now: what is gone meanwhile is told as gone
    delete_lead(actor=centre.chen, lead_id=leads[-1].pk)
    deliver(webhook.pk)
    Client(webhook.account).make(address, {}, 200)
    deliver(webhook.pk)
    assert [change["op"] for change in bodies(receiver)[-1]["changes"]] == ["upsert"] * (len(again) - 1) + ["delete"]


def test_what_waits_is_told_once_when_somebody_goes_back(centre: SimpleNamespace, receiver: Receiver) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    receiver.answer = answering(500)
    for name in "甲乙丙":
        make_lead(centre.chen, centre.zone, name=name)
    deliver(webhook.pk, changes_at_once=1)
    assert statuses(webhook) == ["waiting"] * 3
    first = WebhookDelivery.objects.earliest("id")
    Client(webhook.account).make(f"webhooks/{webhook.pk}/deliveries/{first.pk}/recover/", {}, 200)
    assert statuses(webhook) == ["superseded"] * 3
    receiver.answer = answering(200)
    receiver.received.clear()
    assert deliver(webhook.pk) == (1, False)
    assert receiver.names() == list("甲乙丙")
    client = Client(webhook.account)
    client.make(f"webhooks/{webhook.pk}/stop/", {}, 200)
    client.make(f"webhooks/{webhook.pk}/start/", {}, 200)
    assert deliver(webhook.pk) == (0, False)


def test_a_stopped_webhook_does_not_go_back_and_others_deliveries_are_not_found(
    centre: SimpleNamespace, receiver: Receiver
) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    delivery = WebhookDelivery.objects.get()
    address = f"webhooks/{webhook.pk}/deliveries/{delivery.pk}/recover/"
    Client(centre.wang, ("read", "write", "admin")).make(address, {}, 404)
    client = Client(webhook.account)
    client.make(f"webhooks/{webhook.pk}/deliveries/{webhook.pk}/recover/", {}, 404)
    client.make(address, {"since": "x"}, 400)
    client.make(f"webhooks/{webhook.pk}/stop/", {}, 200)
    cursor = Webhook.objects.get().cursor
    assert errors(client.make(address, {}, 422)) == {"#": "stopped"}
    assert Webhook.objects.get().cursor == cursor


def test_what_was_read_with_another_sight_is_not_sent_any_more(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre, Role.MEMBER)
    theirs = make_lead(centre.chen, centre.zone, team=centre.g1, name="一组的")
    webhook, _secret = make(user, receiver.url)
    receiver.answer = answering(500)
    make_lead(centre.chen, centre.zone, team=centre.g4, name="四组的")
    make_lead(centre.chen, centre.zone, team=centre.g4, name="四组的二")
    deliver(webhook.pk, changes_at_once=1)
    assert statuses(webhook) == ["waiting", "waiting"]
    receiver.received.clear()
    receiver.answer = answering(200)
    Membership.objects.filter(user=user).update(team=centre.g1)
    due()
    assert deliver(webhook.pk) == (1, False)
    assert statuses(webhook) == ["superseded", "superseded", "delivered"]
    [body] = bodies(receiver)
    assert (body["restart"], [change["id"] for change in body["changes"]]) == (True, [str(theirs.pk)])
    # nor does it go out when the sight is as it was
    Membership.objects.filter(user=user).update(team=centre.g4)
    client = Client(user)
    client.make(f"webhooks/{webhook.pk}/stop/", {}, 200)
    client.make(f"webhooks/{webhook.pk}/start/", {}, 200)
    deliver(webhook.pk)
    assert [one["restart"] for one in bodies(receiver)] == [True, True]


def test_a_delivery_of_another_sight_is_not_sent_again_by_hand(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre, Role.MEMBER)
    webhook, _secret = make(user, receiver.url)
    make_lead(centre.chen, centre.zone, team=centre.g4)
    deliver(webhook.pk)
    delivery = WebhookDelivery.objects.get()
    address = f"webhooks/{webhook.pk}/deliveries/{delivery.pk}/replay/"
    Client(user).make(address, {})
    Membership.objects.filter(user=user).update(team=centre.g1)
    assert errors(Client(user).make(address, {}, 422)) == {"#": "other_sight"}
    # nor one that was asked for before
    assert deliver(webhook.pk)[0] == 1
    assert statuses(webhook) == ["delivered", "failed", "delivered"]
    assert [one["restart"] for one in bodies(receiver)] == [False, True]


def test_what_waits_for_a_closed_account_is_not_sent(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    webhook, _secret = make(user, receiver.url)
    receiver.answer = answering(500)
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    due()
    assert deliver(webhook.pk) == (0, False)
    assert len(receiver.received) == 1
    assert Webhook.objects.get().stop_reason == "no_access"
    assert statuses(webhook) == ["failed"]


def test_a_webhook_whose_place_is_kept_no_more_begins_anew(
    centre: SimpleNamespace, receiver: Receiver, settings: Any
) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    client = Client(webhook.account)
    client.make(f"webhooks/{webhook.pk}/stop/", {}, 200)
    for name in ("甲", "乙"):
        make_lead(centre.chen, centre.zone, name=name)
    client.read("changes/?types=lead")  # gives positions
    before = ChangeRow.objects.filter(kind="lead").count()
    FeedMark.objects.update(at=timezone.now() - datetime.timedelta(days=settings.FEED_KEPT_DAYS + 1))
    assert prune_changes() > 0
    assert ChangeRow.objects.filter(kind="lead").count() < before
    client.make(f"webhooks/{webhook.pk}/start/", {}, 200)
    assert deliver(webhook.pk) == (1, False)
    assert bodies(receiver)[0]["restart"] is True
    assert receiver.names() == ["甲", "乙"]


def test_within_the_window_a_webhook_that_was_stopped_misses_nothing(
    centre: SimpleNamespace, receiver: Receiver, settings: Any
) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    client = Client(webhook.account)
    client.make(f"webhooks/{webhook.pk}/stop/", {}, 200)
    make_lead(centre.chen, centre.zone, name="甲")
    client.read("changes/?types=lead")
    FeedMark.objects.update(at=timezone.now() - datetime.timedelta(days=settings.FEED_KEPT_DAYS - 1))
    assert prune_changes() == 0
    client.make(f"webhooks/{webhook.pk}/start/", {}, 200)
    deliver(webhook.pk)
    assert (bodies(receiver)[0]["restart"], receiver.names()) == (False, ["甲"])


def test_old_deliveries_go_but_not_what_may_go_on_yet(centre: SimpleNamespace) -> None:
    old = timezone.now() - datetime.timedelta(days=40)
    fields: dict[str, Any] = {"account": centre.chen, "url": "https://93.184.216.34/", "types": ["lead"], "cursor": ""}
    webhook = Webhook.objects.create(**fields)
    gone = Webhook.objects.create(**fields, deleted_at=old)

    def delivery(hook: Webhook, status: str, **more: Any) -> WebhookDelivery:
        return WebhookDelivery.objects.create(
            webhook=hook, body=b"{}", changes=1, status=status, created_at=old, **more
        )

    kept = {delivery(webhook, "failed"), delivery(webhook, "waiting"), delivery(webhook, "delivered")}
    first = next(one for one in kept if one.status == "delivered")
    WebhookDelivery.objects.filter(pk=first.pk).update(delivered_at=timezone.now())
    delivery(webhook, "superseded")
    delivery(webhook, "failed", replay_of=first)
    delivery(gone, "waiting")
    assert forget_old_deliveries() == 3
    assert set(WebhookDelivery.objects.all()) == kept
