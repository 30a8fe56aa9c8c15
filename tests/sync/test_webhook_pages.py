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


def edited(webhook: Webhook, client: Client, **values: object) -> dict[str, object]:
    """What the edit page sends: what it showed, with other values."""
    form = client.get(f"/webhooks/{webhook.pk}/edit/").context["form"]
    shown = {"url": webhook.url, "types": webhook.types, "description": webhook.description}
    return {"base": form["base"].value(), **shown, **values}


def test_a_webhook_is_changed_and_goes_on_from_where_it_is(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    webhook = made(client)
    sent = edited(webhook, client, url="https://93.184.216.35/new", types=["company", "lead"])
    assert client.post(f"/webhooks/{webhook.pk}/edit/", sent).status_code == 302
    cursor = webhook.cursor
    webhook.refresh_from_db()
    assert (webhook.url, webhook.types) == ("https://93.184.216.35/new", ["lead", "company"])
    assert (webhook.description, webhook.cursor) == ("数据仓库", cursor)


def test_an_address_that_is_refused_stays_typed_and_nothing_is_changed(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    webhook = made(client)
    wrong: list[dict[str, object]] = [{"url": "http://127.0.0.1/x"}, {"types": []}, {"url": ""}, {"types": ["nope"]}]
    for values in wrong:
        answer = client.post(f"/webhooks/{webhook.pk}/edit/", edited(webhook, client, **values))
        assert answer.status_code == 422
        assert str(values.get("url", "数据仓库")) in answer.content.decode()
    assert client.post(f"/webhooks/{webhook.pk}/edit/", {"url": webhook.url, "types": ["lead"]}).status_code == 422
    webhook.refresh_from_db()
    assert (webhook.url, webhook.types, webhook.version) == ("https://93.184.216.34/", ["lead"], 1)


def test_two_who_change_the_same_see_both_and_choose(centre: SimpleNamespace) -> None:
    client, other = signed_in(centre.chen), signed_in(centre.chen)
    webhook = made(client)
    mine = edited(webhook, client, types=["lead", "company"], description="我的")
    other.post(
        f"/webhooks/{webhook.pk}/edit/", edited(webhook, other, types=["contact"], url="https://93.184.216.35/")
    )
    answer = client.post(f"/webhooks/{webhook.pk}/edit/", mine)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert [(one.mine, one.theirs) for one in form.conflicts] == [("lead, company", "contact")]
    webhook.refresh_from_db()
    assert webhook.types == ["contact"]
    chosen = {**mine, "base": form["base"].value(), "conflicting": form["conflicting"].value(), "keep-types": "mine"}
    assert client.post(f"/webhooks/{webhook.pk}/edit/", chosen).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.types, webhook.description, webhook.url) == (["lead", "company"], "我的", "https://93.184.216.35/")


def test_everything_from_a_delivery_on_is_asked_before_it_is_sent(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    webhook = made(client)
    place = webhook.cursor
    Webhook.objects.update(cursor="later")
    delivery = WebhookDelivery.objects.create(webhook=webhook, body=b"{}", changes=1, status="delivered", since=place)
    address = f"/webhooks/{webhook.pk}/{delivery.pk}/recover/"
    assert address in client.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert client.get(address).status_code == 200
    webhook.refresh_from_db()
    assert webhook.cursor == "later"
    client.post(address)
    webhook.refresh_from_db()
    assert webhook.cursor == place
    assert client.get(f"/webhooks/{webhook.pk}/delete/").status_code == 200
    assert Webhook.objects.get().deleted_at is None
