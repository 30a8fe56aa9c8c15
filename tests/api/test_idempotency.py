"""A POST with an Idempotency-Key is done once, whatever happens on the way."""

from __future__ import annotations

import datetime
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from investcrm.core.api.idempotency import fingerprint_of
from investcrm.core.background import enqueue
from investcrm.core.kept_answers import forget_answers
from investcrm.core.models import IdempotentAnswer
from projects.api.views.companies import CompanyViewSet
from projects.models import Company, Lead
from sync.models import ApiKey
from tests.api_help import Client, errors, read
from tests.factories import make_company, make_lead


@pytest.fixture
def client(centre: SimpleNamespace) -> Client:
    return Client(centre.chen)


def post(client: Client, body: Any, key: str = "first", path: str = "companies/", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Idempotency-Key": key, **headers}
    return client.generic("POST", f"/api/v1/{path}", content, content_type="application/json", headers=sent)


def test_a_repetition_gets_the_first_answer_and_does_nothing(client: Client) -> None:
    first = post(client, {"name": "Acme"})
    again = post(client, {"name": "Acme"})
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    for name in ("Location", "ETag", "Content-Type"):
        assert first[name] == again[name]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert "RateLimit" in again
    assert Company.objects.count() == 1


def test_a_refusal_is_replayed_too(client: Client, centre: SimpleNamespace) -> None:
    assert post(client, {"name": ""}).status_code == 400
    make_company(centre.chen)
    again = post(client, {"name": ""})
    assert (again.status_code, again["Idempotent-Replayed"]) == (400, "true")
    assert again["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "path"),
    [({"name": "Other"}, "companies/"), ({"name": "Acme"}, "leads/"), ({"name": "Acme"}, "companies/?x=1")],
)
def test_the_same_key_with_another_request_is_refused(client: Client, body: Any, path: str) -> None:
    post(client, {"name": "Acme"})
    refused = read(post(client, body, path=path), 422)
    assert errors(refused) == {"#": "idempotency_key_reused"}
    assert Company.objects.count() == 1


def test_another_account_may_use_the_same_key(client: Client, centre: SimpleNamespace) -> None:
    read(post(client, {"name": "Acme"}), 201)
    read(post(Client(centre.li), {"name": "Other"}), 201)
    assert Company.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "\t"])
def test_a_key_that_is_none_is_400(client: Client, key: str) -> None:
    refused = read(post(client, {"name": "Acme"}, key=key), 400)
    assert errors(refused) == {"#": "invalid_idempotency_key"}
    assert not Company.objects.exists()


def test_a_key_of_255_characters_is_one(client: Client) -> None:
    read(post(client, {"name": "Acme"}, key="~" * 255), 201)


def test_after_a_day_the_key_is_free_again_and_swept_away(client: Client) -> None:
    read(post(client, {"name": "Acme"}), 201)
    yesterday = timezone.now() - datetime.timedelta(hours=24, seconds=1)
    IdempotentAnswer.objects.update(created_at=yesterday)
    read(post(client, {"name": "Other"}), 201)
    assert IdempotentAnswer.objects.count() == 1
    IdempotentAnswer.objects.update(created_at=yesterday)
    assert forget_answers() == 1


def test_what_the_view_did_before_a_refusal_is_taken_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(self: Any, data: Any) -> Any:
        make_company(self.actor)
        raise OperationalError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(CompanyViewSet, "perform_create", half)
        refused = post(client, {"name": "Acme"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert not Company.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert "Idempotent-Replayed" not in post(client, {"name": "Acme"})


def test_a_mistake_of_the_server_is_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, data: Any) -> Any:
        raise RuntimeError("secret inside")

    with monkeypatch.context() as patch:
        patch.setattr(CompanyViewSet, "perform_create", broken)
        assert read(post(client, {"name": "Acme"}), 500)["title"]
    read(post(client, {"name": "Acme"}), 201)


def test_a_constraint_that_is_checked_at_commit_is_a_problem_document(
    client: Client, centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dangling(self: Any, data: Any) -> Any:
        lead = make_lead(centre.chen, centre.zone, company=make_company(centre.chen))
        Lead.objects.filter(pk=lead.pk).update(company_id=lead.pk)
        return lead.company

    with monkeypatch.context() as patch:
        patch.setattr(CompanyViewSet, "perform_create", dangling)
        answer = post(client, {"name": "Acme"})
    assert 400 <= answer.status_code < 500
    assert not Lead.objects.exists()


def test_tasks_are_queued_when_all_is_committed(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("investcrm.core.background._send", lambda name, arguments: sent.append(name))
    real = CompanyViewSet.perform_create

    def queued(self: Any, data: Any) -> Any:
        enqueue("core.send_outbox")
        assert not sent
        return real(self, data)

    monkeypatch.setattr(CompanyViewSet, "perform_create", queued)
    with django_capture_on_commit_callbacks(execute=True):
        read(post(client, {"name": "Acme"}), 201)
    assert "core.send_outbox" in sent


def test_without_a_valid_key_of_the_account_nothing_is_kept(client: Client) -> None:
    ApiKey.objects.all().delete()
    read(post(client, {"name": "Acme"}), 401)
    assert not IdempotentAnswer.objects.exists()


def test_a_get_does_not_ask_for_it(client: Client) -> None:
    read(client.get("/api/v1/companies/", headers={"Idempotency-Key": "x"}), 200)
    assert not IdempotentAnswer.objects.exists()


def test_of_a_form_its_content_counts_and_not_its_boundary() -> None:
    def fingerprint(content: bytes, title: str = "a", name: str = "x.txt") -> str:
        file = SimpleUploadedFile(name, content, "text/plain")
        sent = APIRequestFactory().post("/api/v1/documents/", {"title": title, "file": file}, format="multipart")
        request = Request(sent, parsers=[MultiPartParser()])
        found = fingerprint_of(request)
        assert request.data["file"].read() == content
        return found

    first = fingerprint(b"one")
    assert first == fingerprint(b"one")
    assert len({first, fingerprint(b"two"), fingerprint(b"one", "b"), fingerprint(b"one", "a", "y.txt")}) == 4


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_running_a_second_is_told_to_wait(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    real = CompanyViewSet.perform_create

    def slow(self: Any, data: Any) -> Any:
        made = real(self, data)
        entered.set()
        assert go_on.wait(30)
        return made

    monkeypatch.setattr(CompanyViewSet, "perform_create", slow)
    answers: list[Any] = []
    client = Client(centre.chen)

    def first() -> None:
        answers.append(post(client, {"name": "Acme"}))
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(30)
    refused = post(Client(centre.chen), {"name": "Acme"})
    go_on.set()
    thread.join(30)
    assert (refused.status_code, refused["Retry-After"]) == (409, "1")
    assert answers[0].status_code == 201
    again = post(client, {"name": "Acme"})
    assert (again.status_code, again.content) == (201, answers[0].content)
    assert Company.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(centre: SimpleNamespace) -> None:
    client = Client(centre.chen)
    statuses: list[int] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait(30)
        statuses.append(post(client, {"name": "Acme"}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Company.objects.count() == 1
    assert IdempotentAnswer.objects.count() == 1
