"""The pages of webhooks: made with a secret that is shown once, looked at, stopped and started, sent again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sync.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def made(client: Client) -> Webhook:
    client.post("/webhooks/new/", {"url": "https://93.184.216.34/", "types": ["lead"], "description": "数据仓库"})
    return Webhook.objects.get()


def test_a_webhook_is_made_and_its_secret_shown_once(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    answer = client.post("/webhooks/new/", {"url": "https://93.184.216.34/", "types": ["lead"]})
    assert b"whsec_" in answer.content
    webhook = Webhook.objects.get()
    assert b"whsec_" not in client.get(f"/webhooks/{webhook.pk}/").content
    assert b"whsec_" in client.post(f"/webhooks/{webhook.pk}/rotate/").content


def test_a_private_address_is_refused_and_what_was_typed_stays(centre: SimpleNamespace) -> None:
    answer = signed_in(centre.chen).post("/webhooks/new/", {"url": "http://10.0.0.1/", "types": ["lead"]})
    assert answer.status_code == 422
    assert b"http://10.0.0.1/" in answer.content
    assert not Webhook.objects.exists()


def test_it_is_stopped_started_deleted_and_a_delivery_sent_again(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    webhook = made(client)
    delivery = WebhookDelivery.objects.create(webhook=webhook, body=b"{}", changes=1, status="delivered")
    client.post(f"/webhooks/{webhook.pk}/stop/")
    client.post(f"/webhooks/{webhook.pk}/{delivery.pk}/replay/")
    assert WebhookDelivery.objects.count() == 1  # it is stopped: nothing is sent
    client.post(f"/webhooks/{webhook.pk}/start/")
    client.post(f"/webhooks/{webhook.pk}/{delivery.pk}/replay/")
    assert WebhookDelivery.objects.filter(replay_of=delivery).count() == 1
    client.post(f"/webhooks/{webhook.pk}/delete/")
    assert client.get(f"/webhooks/{webhook.pk}/").status_code == 404


def test_the_number_of_queries_is_the_same_for_many_rows(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    webhook = made(client)

    def queries(number: int) -> list[int]:
        for _turn in range(number):
            WebhookDelivery.objects.create(webhook=webhook, body=b"{}", changes=1, status="delivered")
            Webhook.objects.create(account=centre.chen, url=webhook.url, types=["lead"], cursor=webhook.cursor)
        found = []
        for address in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    queries(1)
    assert queries(3) == queries(30)
