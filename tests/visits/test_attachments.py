"""Documents that hang on calls, planned visits and service requests."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Document, Lead
from tests.documents_help import PDF, add_document, use_folders
from tests.factories import log, make_company, make_lead
from visits.models import Attachment, PlannedVisit, ServiceRequest


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Storage and parts in a folder of the test."""
    use_folders(settings, tmp_path)
    return tmp_path


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def row_of(of: str, centre: SimpleNamespace, lead: Lead) -> Any:
    today = centre.zone.today()
    if of == "interaction":
        return log(centre.wang, lead)
    if of == "planned_visit":
        return PlannedVisit.objects.create(
            zone=centre.zone, team=centre.g4, lead=lead, company=lead.company, owner=centre.wang, planned_on=today,
            first_planned_on=today,
            channel="visit", created_by=centre.wang,
        )  # fmt: skip
    return ServiceRequest.objects.create(
        zone=centre.zone, company=lead.company, lead=lead, category="other", title="停水", received_at=timezone.now(),
        handler=centre.wang, answer_due_on=today, settle_due_on=today + datetime.timedelta(days=1),
    )  # fmt: skip


OF = ("interaction", "planned_visit", "service_request")


@pytest.mark.parametrize("of", OF)
def test_a_document_is_attached_once_and_taken_off(
    centre: SimpleNamespace, lead: Lead, folders: Path, of: str
) -> None:
    row, document = row_of(of, centre, lead), add_document(centre.wang, lead, folders)
    client, address = signed_in(centre.wang), reverse("visits:attachments", args=[of, row.pk])
    for _time in range(2):
        answer = client.post(address, {"document": document.pk}, HTTP_HX_REQUEST="true")
        assert (answer.status_code, "documents-changed" in answer.headers["HX-Trigger"]) == (204, True)
    assert Attachment.objects.filter(**{of: row}).count() == 1
    assert document.title in client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert client.post(address, {"remove": document.pk}).status_code == 302
    assert (Attachment.objects.count(), Document.objects.count()) == (0, 1)
    assert client.post(address, {"remove": document.pk}).status_code == 404


@pytest.mark.parametrize("of", OF)
def test_a_plain_form_uploads_and_attaches(centre: SimpleNamespace, lead: Lead, of: str) -> None:
    row = row_of(of, centre, lead)
    address = reverse("visits:attachments", args=[of, row.pk])
    data = {"token": uuid.uuid4(), "kind": "minutes", "file": SimpleUploadedFile("纪要.pdf", PDF)}
    assert signed_in(centre.wang).post(address, data).status_code == 302
    document = Document.objects.get()
    assert (document.lead, document.kind) == (lead, "minutes")
    assert Attachment.objects.get().document == document


def test_only_documents_around_the_row_are_attached(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    row = log(centre.wang, lead)
    company = make_company(centre.wang, "上海另一家公司")
    strange = make_lead(centre.wang, centre.zone, team=centre.g4, company=company)
    unseen = make_lead(centre.zhao, centre.zone, team=centre.g1)
    address = reverse("visits:attachments", args=["interaction", row.pk])
    for document in (add_document(centre.wang, strange, folders), add_document(centre.zhao, unseen, folders)):
        assert signed_in(centre.wang).post(address, {"document": document.pk}).status_code == 404
    for wrong in ("", "x", uuid.uuid4()):
        assert signed_in(centre.wang).post(address, {"document": wrong}).status_code == 404
    assert not Attachment.objects.exists()


def test_who_only_looks_attaches_nothing_and_outsiders_see_nothing(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    row, document = log(centre.wang, lead), add_document(centre.wang, lead, folders)
    address = reverse("visits:attachments", args=["interaction", row.pk])
    for user, status in ((centre.zhao, 404), (centre.qian, 404), (centre.sun, 403)):
        assert signed_in(user).post(address, {"document": document.pk}).status_code == status
    assert signed_in(centre.sun).get(address).status_code == 200
    assert signed_in(centre.zhao).get(address).status_code == 404
    assert signed_in(centre.wang).get(reverse("visits:attachments", args=["lead", lead.pk])).status_code == 404
    assert not Attachment.objects.exists()


def test_the_timeline_names_what_is_attached_in_a_fixed_number_of_queries(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    client, address = signed_in(centre.wang), reverse("visits:lead_timeline", args=[lead.pk])
    counts = []
    for wanted in (3, 12):
        while Attachment.objects.count() < wanted:
            document = add_document(centre.wang, lead, folders, f"{Attachment.objects.count()}号.pdf", data=b"%PDF-")
            Attachment.objects.create(document=document, interaction=log(centre.wang, lead))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        counts.append(len(queries))
        assert all(f"{number}号" in page for number in range(wanted))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("of", OF)
def test_attachments_ask_as_many_queries_for_3_rows_as_for_30(
    centre: SimpleNamespace, lead: Lead, folders: Path, of: str
) -> None:
    row = row_of(of, centre, lead)
    client, address = signed_in(centre.wang), reverse("visits:attachments", args=[of, row.pk])
    counts = []
    for wanted in (3, 30):
        for number in range(Attachment.objects.count(), wanted):
            document = add_document(centre.wang, lead, folders, f"{number}.pdf", data=b"%PDF-")
            Attachment.objects.create(document=document, **{of: row})
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
