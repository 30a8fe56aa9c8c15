"""Webhooks: made, sent in order until they arrive, nowhere private, stopped and started again."""

from __future__ import annotations

import datetime
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from projects.services.leads import delete_lead
from sync.choices import DeliveryStatus, StopReason
from sync.models import ApiKey, Webhook, WebhookDelivery
from sync.selectors.webhooks import keepers_of, webhooks_with_work
from sync.services.webhooks import posting
from sync.services.webhooks.delivering import GIVEN_UP_AFTER, deliver, forget_old_deliveries
from sync.services.webhooks.keeping import rotate_secret
from sync.services.webhooks.posting import post
from teams.access import Role
from teams.models import Membership, User
from tests.api_help import Client, errors, read
from tests.factories import join, make_lead
from tests.sync.webhook_help import Receiver, answering

pytestmark = pytest.mark.django_db

PUBLIC = "https://93.184.216.34/hook"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A server on this machine, which a setting lists as one that may be sent to."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    receiver = Receiver()
    yield receiver
    receiver.stop()


def account(centre: SimpleNamespace, role: str = Role.DIRECTOR) -> User:
    user = User.objects.create_user("stats", is_service_account=True, display_name="stats")
    join(user, role, centre.zone, None if role == Role.DIRECTOR else centre.g4)
    return user


def make(user: User, url: str, *types: str) -> tuple[Webhook, str]:
    made = Client(user).make("webhooks/", {"url": url, "types": list(types) or ["lead"]})
    return Webhook.objects.get(pk=made["id"]), made["secret"]


def due() -> None:
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())


def test_what_changes_is_sent_signed_and_in_order(centre: SimpleNamespace, receiver: Receiver) -> None:
    make_lead(centre.chen, centre.zone, name="以前的")
    webhook, secret = make(account(centre), receiver.url)
    assert webhooks_with_work() == []
    for name in ("甲", "乙"):
        make_lead(centre.chen, centre.zone, name=name)
    assert webhooks_with_work() == [webhook]
    assert deliver(webhook.pk) == (1, False)
    delete_lead(actor=centre.chen, lead_id=make_lead(centre.chen, centre.zone, name="丙").pk)
    assert deliver(webhook.pk) == (1, False)
    assert deliver(webhook.pk) == (0, False)
    assert webhooks_with_work() == []
    first, second = receiver.verified(secret)
    assert [change["data"]["name"] for change in first["changes"]] == ["甲", "乙"]
    assert [change["op"] for change in second["changes"]] == ["delete"]
    headers = receiver.received[0][0]
    assert headers["webhook-id"] == str(WebhookDelivery.objects.earliest("id").pk)
    assert headers["Content-Type"] == "application/json"
    assert (first["webhook"], first["restart"]) == (str(webhook.pk), False)


def test_a_receiver_that_was_down_gets_everything_in_order(centre: SimpleNamespace, receiver: Receiver) -> None:
    webhook, secret = make(account(centre), receiver.url)
    receiver.answer = answering(503, b"not now")
    for name in ("甲", "乙"):
        make_lead(centre.chen, centre.zone, name=name)
        assert deliver(webhook.pk) == (0, False)
    assert len(receiver.received) == 1  # the second one waits behind the first, which is not due yet
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.response_status, delivery.response_excerpt) == ("waiting", 503, "not now")
    assert delivery.next_attempt_at > timezone.now()
    webhook.refresh_from_db()
    assert webhook.failing_since is not None
    assert webhooks_with_work() == []
    receiver.answer = answering(200)
    due()
    assert webhooks_with_work() == [webhook]
    assert deliver(webhook.pk) == (2, False)
    assert receiver.names() == ["甲", "甲", "乙"]
    ids = [headers["webhook-id"] for headers, _body in receiver.received]
    assert ids[0] == ids[1] != ids[2]
    receiver.verified(secret)
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.last_delivered_at is None) == (None, False)


def test_waits_grow_and_after_three_days_it_is_stopped_and_people_are_told(
    centre: SimpleNamespace, receiver: Receiver
) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    receiver.answer = answering(500)
    make_lead(centre.chen, centre.zone)
    waits = []
    for _attempt in range(8):
        due()
        deliver(webhook.pk)
        waits.append((WebhookDelivery.objects.get().next_attempt_at - timezone.now()).total_seconds())
    assert waits[0] < 20 < waits[2] < waits[4] < waits[7]
    Webhook.objects.update(failing_since=timezone.now() - GIVEN_UP_AFTER)
    due()
    deliver(webhook.pk)
    webhook.refresh_from_db()
    assert webhook.stop_reason == StopReason.FAILING
    assert WebhookDelivery.objects.get().status == DeliveryStatus.FAILED
    told = {address for message in mail.outbox for address in message.to}
    assert {user.email for user in keepers_of(webhook)} == told >= {centre.chen.email, centre.gu.email}
    assert centre.qian.email not in told
    make_lead(centre.chen, centre.zone, name="后来的")
    assert webhooks_with_work() == []
    receiver.answer = answering(200)
    Client(webhook.account).make(f"webhooks/{webhook.pk}/start/", {}, 200)
    assert deliver(webhook.pk) == (2, False)
    assert receiver.names()[-1] == "后来的"


def test_a_receiver_that_wants_no_more_is_called_no_more(centre: SimpleNamespace, receiver: Receiver) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    receiver.answer = answering(410)
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    webhook.refresh_from_db()
    assert webhook.stop_reason == StopReason.GONE
    make_lead(centre.chen, centre.zone)
    due()
    assert deliver(webhook.pk) == (0, False)
    assert len(receiver.received) == 1


def test_a_closed_account_or_one_without_a_role_is_told_nothing(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    webhook, _secret = make(user, receiver.url)
    make_lead(centre.chen, centre.zone)
    Membership.objects.filter(user=user).update(ends_on=datetime.date(2020, 1, 2))
    assert deliver(webhook.pk) == (0, False)
    webhook.refresh_from_db()
    assert webhook.stop_reason == StopReason.NO_ACCESS
    assert receiver.received == []


def test_when_the_account_sees_something_else_the_receiver_starts_anew(
    centre: SimpleNamespace, receiver: Receiver
) -> None:
    user = account(centre, Role.MEMBER)
    ours = make_lead(centre.chen, centre.zone, team=centre.g1, name="一组的")
    make_lead(centre.chen, centre.zone, team=centre.g4, name="四组的")
    webhook, _secret = make(user, receiver.url)
    Membership.objects.filter(user=user).update(team=centre.g1)
    make_lead(centre.chen, centre.zone, team=centre.g4, name="又一个")
    deliver(webhook.pk)
    body = json.loads(receiver.received[0][1])
    assert (body["restart"], [change["id"] for change in body["changes"]]) == (True, [str(ours.pk)])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook", "http://127.1/", "http://2130706433/", "http://[::1]/", "http://0.0.0.0/",
        "http://10.1.2.3/", "http://192.168.1.1:8000/", "http://172.16.0.9/", "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/", "http://100.64.0.1/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/",
        "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://224.0.0.1/", "http://[ff0e::1]/", "http://[2002:7f00:1::]/",
        "http://[64:ff9b::7f00:1]/", "http://localhost/", "http://255.255.255.255/", "http://[::]/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(centre: SimpleNamespace, url: str) -> None:
    answer = Client(account(centre)).make("webhooks/", {"url": url, "types": ["lead"]}, 422)
    assert errors(answer) == {"#/url": "not_allowed"}
    assert not Webhook.objects.exists()
    assert post(url, {}, b"{}").status is None


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"url": "ftp://93.184.216.34/", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://a:b@93.184.216.34/", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://93.184.216.34/#x", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://93.184.216.34:99999/", "types": ["lead"]}, 422, "#/url"),
        ({"url": "http://[::1", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://93.184.216.34/\r\nHost: x", "types": ["lead"]}, 422, "#/url"),
        ({"url": "https://nothing.invalid/", "types": ["lead"]}, 422, "#/url"),
        ({"url": PUBLIC, "types": []}, 400, "#/types"),
        ({"url": PUBLIC, "types": ["nope"]}, 400, "#/types/0"),
        ({"url": PUBLIC, "types": "lead"}, 400, "#/types"),
        ({"url": 5, "types": ["lead"]}, 400, "#/url"),
        ({"types": ["lead"]}, 400, "#/url"),
        ({"url": PUBLIC, "types": ["lead"], "secret": "whsec_x"}, 400, "#/secret"),
    ],
)
def test_what_makes_no_webhook_is_refused(
    centre: SimpleNamespace, body: dict[str, Any], status: int, pointer: str
) -> None:
    assert pointer in errors(Client(account(centre)).make("webhooks/", body, status))
    assert not Webhook.objects.exists()


def test_a_name_that_leads_to_this_machine_is_refused_whenever_it_does(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to = ["93.184.216.34"]
    real = socket.getaddrinfo

    def look_up(host: str, port: Any, *arguments: Any, **options: Any) -> Any:
        if host != "receiver.example":
            return real(host, port, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in leads_to]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    receiver = Receiver()
    port = receiver.server.server_address[1]
    user = account(centre)
    webhook, _secret = make(user, f"http://receiver.example:{port}/")
    make_lead(centre.chen, centre.zone)
    for addresses in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]):
        leads_to[:] = addresses
        due()
        assert deliver(webhook.pk) == (0, False)
        answer = Client(user).make("webhooks/", {"url": f"http://receiver.example:{port}/", "types": ["lead"]}, 422)
        assert errors(answer) == {"#/url": "not_allowed"}
    assert WebhookDelivery.objects.get().error != ""
    receiver.stop()
    assert receiver.received == []


def test_the_connection_goes_to_the_address_that_was_looked_at(
    centre: SimpleNamespace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, real = [], socket.getaddrinfo

    def look_up(host: str, port: Any, *arguments: Any, **options: Any) -> Any:
        if host != "receiver.example":
            return real(host, port, *arguments, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:1")
    port = receiver.server.server_address[1]
    assert post(f"http://receiver.example:{port}/x", {}, b"{}").status == 200
    assert asked == ["receiver.example"]
    assert receiver.received[0][0]["Host"] == f"receiver.example:{port}"


def test_a_redirect_is_not_followed(centre: SimpleNamespace, receiver: Receiver) -> None:
    other = Receiver()
    receiver.answer = answering(302, Location=other.url)
    webhook, _secret = make(account(centre), receiver.url)
    make_lead(centre.chen, centre.zone)
    assert deliver(webhook.pk) == (0, False)
    assert WebhookDelivery.objects.get().response_status == 302
    other.stop()
    assert other.received == []


def test_a_receiver_that_takes_its_time_is_not_waited_for(receiver: Receiver) -> None:
    def silent(_handler: BaseHTTPRequestHandler) -> None:
        receiver.over.wait(60)

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not receiver.over.wait(0.05):
            handler.wfile.write(b"X-More: a\r\n")
            handler.wfile.flush()

    for answer in (silent, dripping):
        receiver.answer = answer
        begun = time.monotonic()
        found = post(receiver.url, {}, b"{}", seconds=1)
        assert time.monotonic() - begun < 3
        assert found.status is None
        assert not found.is_good
        assert found.error
    assert posting.TOTAL_SECONDS == 15


def test_of_a_long_answer_little_is_read(centre: SimpleNamespace, receiver: Receiver) -> None:
    sent = threading.Event()

    def long(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(5 * 1024 * 1024))
        handler.end_headers()
        try:
            for _piece in range(5 * 16):
                handler.wfile.write(b"\x00\xff" * 32 * 1024)
        finally:
            sent.set()

    receiver.answer = long
    webhook, _secret = make(account(centre), receiver.url)
    make_lead(centre.chen, centre.zone)
    assert deliver(webhook.pk) == (1, False)
    assert sent.wait(20)
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == DeliveryStatus.DELIVERED
    assert len(delivery.response_excerpt) <= 500


@pytest.mark.parametrize(
    "noise",
    [b"", b"no http at all\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200],
)
def test_what_is_no_answer_is_none(receiver: Receiver, noise: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(noise)
        handler.close_connection = True

    receiver.answer = answer
    found = post(receiver.url, {}, b"{}")
    assert (found.status, found.is_good) == (None, False)
    assert found.error


def test_a_delivery_is_sent_again_when_somebody_asks(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    webhook, secret = make(user, receiver.url)
    make_lead(centre.chen, centre.zone)
    client = Client(user)
    receiver.answer = answering(500)
    deliver(webhook.pk)
    [row] = client.read(f"webhooks/{webhook.pk}/deliveries/")["results"]
    assert (row["status"], row["response_status"], row["changes"]) == ("waiting", 500, 1)
    refused = client.make(f"webhooks/{webhook.pk}/deliveries/{row['id']}/replay/", {}, 422)
    assert errors(refused) == {"#": "waiting"}
    receiver.answer = answering(200)
    due()
    deliver(webhook.pk)
    again = client.make(f"webhooks/{webhook.pk}/deliveries/{row['id']}/replay/", {})
    assert (again["replay_of"], again["message_id"]) == (row["id"], row["id"])
    assert deliver(webhook.pk) == (1, False)
    assert receiver.received[-1][1] == receiver.received[0][1]
    receiver.verified(secret)
    assert client.read(f"webhooks/{webhook.pk}/deliveries/{again['id']}/")["status"] == "delivered"
    assert client.read(f"webhooks/{webhook.pk}/deliveries/count/") == {"count": 2}


def test_the_secret_is_shown_once_and_stored_encrypted(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    client = Client(user)
    webhook, secret = make(user, receiver.url)
    assert secret.startswith("whsec_")
    assert client.read(f"webhooks/{webhook.pk}/")["secret"] is None
    assert client.read("webhooks/")["results"][0]["secret"] is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(w)::text FROM sync_webhook w")
        assert secret.removeprefix("whsec_") not in cursor.fetchone()[0]
    rotated = client.make(f"webhooks/{webhook.pk}/rotate-secret/", {}, 200)["secret"]
    assert rotated.startswith("whsec_")
    assert rotated != secret
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    headers, body = receiver.received[0]
    for one in (secret, rotated):
        assert Verifier(one).verify(body, headers)["webhook"] == str(webhook.pk)


def test_a_secret_of_another_installation_key_is_made_anew(
    centre: SimpleNamespace, receiver: Receiver, settings: Any
) -> None:
    user = account(centre)
    webhook, _secret = make(user, receiver.url)
    settings.SECRET_KEY = "another one"
    make_lead(centre.chen, centre.zone)
    assert deliver(webhook.pk) == (0, False)
    delivery = WebhookDelivery.objects.get(webhook=webhook)
    assert (delivery.status, delivery.attempts, receiver.received) == ("waiting", 1, [])
    assert "SECRET_KEY" in delivery.error
    rotated = rotate_secret(actor=user, webhook_id=webhook.pk).secret
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    assert deliver(webhook.pk)[0] == 1
    headers, body = receiver.received[0]
    assert Verifier(rotated).verify(body, headers)["webhook"] == str(webhook.pk)


def test_one_webhook_is_changed_by_one_at_a_time(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    client = Client(user)
    webhook, _secret = make(user, receiver.url)
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    path = f"webhooks/{webhook.pk}/"
    assert client.change(path, {"description": "数据仓库"}, if_match=1)["version"] == 2  # deliveries are no edits
    client.change(path, {"description": "x"}, 412, if_match=1)
    client.change(path, {"description": "x"}, 428)
    assert errors(client.change(path, {"url": "http://10.0.0.1/"}, 422, if_match=2)) == {"#/url": "not_allowed"}
    assert client.make(f"{path}stop/", {}, 200)["state"] == "stopped"
    make_lead(centre.chen, centre.zone)
    assert (deliver(webhook.pk), webhooks_with_work()) == ((0, False), [])
    assert client.make(f"{path}start/", {}, 200)["state"] == "active"
    assert deliver(webhook.pk) == (1, False)
    read(client.send("DELETE", path, {}, if_match=4), 204)
    assert client.read(path, 404)
    assert webhooks_with_work() == []


def test_others_webhooks_need_the_scope_admin_and_the_capability(centre: SimpleNamespace, receiver: Receiver) -> None:
    webhook, _secret = make(account(centre, Role.MEMBER), receiver.url)
    path = f"webhooks/{webhook.pk}/"
    for user, scopes, status in (
        (centre.chen, ("read", "write"), 404),
        (centre.chen, ("read", "write", "admin"), 200),
        (centre.wang, ("read", "write", "admin"), 404),
        (centre.qian, ("read", "write", "admin"), 404),
    ):
        client = Client(user, scopes)
        assert client.get(f"/api/v1/{path}").status_code == status
        assert client.get(f"/api/v1/{path}deliveries/").status_code == status
        assert client.send("POST", f"{path}stop/", {}).status_code == status
    webhook.refresh_from_db()
    assert webhook.stop_reason == StopReason.BY_HAND


def test_rows_carry_the_external_ids_of_the_keys_system(centre: SimpleNamespace, receiver: Receiver) -> None:
    user = account(centre)
    _key, secret = ApiKey.objects.create(user=user, scopes=["read", "write"], source_systems=["stats"])
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.make("webhooks/", {"url": receiver.url, "types": ["lead"]})["source_system"] == "stats"


def test_only_one_worker_sends_at_a_time_and_old_deliveries_go(centre: SimpleNamespace, receiver: Receiver) -> None:
    webhook, _secret = make(account(centre), receiver.url)
    make_lead(centre.chen, centre.zone)
    deliver(webhook.pk)
    assert forget_old_deliveries() == 0
    WebhookDelivery.objects.update(delivered_at=timezone.now() - datetime.timedelta(days=40))
    assert forget_old_deliveries() == 1


def test_a_network_that_is_none_is_said_at_once(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["ten"]
    with pytest.raises(ImproperlyConfigured):
        post("http://10.0.0.1/", {}, b"{}")
