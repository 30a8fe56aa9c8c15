"""Documents: downloading by ranges, versions, the agreement, notes of what was sent, the pages."""

from __future__ import annotations

import io
import re
import threading
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from investcrm.core.errors import Stale
from pipeline.services.moves import move_lead
from projects.models import Document, DocumentDispatch, DocumentDownload, Lead
from projects.services.companies import create_contact
from projects.services.dispatches import note_dispatch, take_back_dispatch
from projects.services.documents import Place, delete_document, update_document
from projects.services.downloads import SAME_DOWNLOAD
from projects.services.parts import Busy
from projects.services.uploads import begin_upload, receive_piece
from tests.documents_help import PDF, add_document, stored, use_folders
from tests.factories import make_company, make_lead
from tests.visits.test_parallel import at_once


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Storage and parts in a folder of the test."""
    use_folders(settings, tmp_path)
    return tmp_path


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture
def document(centre: SimpleNamespace, lead: Lead, folders: Path) -> Document:
    """A document of the lead, uploaded by Wang."""
    return add_document(centre.wang, lead, folders)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


# -- downloading


def test_a_download_is_never_shown_and_is_written_down(centre: SimpleNamespace, document: Document) -> None:
    answer = signed_in(centre.li).get(reverse("projects:document_file", args=[document.pk]))
    assert body_of(answer) == PDF
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('招商方案.pdf')}"
    assert answer.headers["Content-Length"] == str(len(PDF))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Accept-Ranges"] == "bytes"
    download = DocumentDownload.objects.get()
    assert (download.user, download.version) == (centre.li, document.current)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        (f"bytes={len(PDF) - 1}-", 206, slice(-1, None)),
        ("bytes=5-999999999", 206, slice(5, None)),
        ("bytes=-999999999", 206, slice(0, None)),
        ("bytes=5-2", 200, slice(0, None)),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
    ],
)
def test_ranges(centre: SimpleNamespace, document: Document, asked: str, status: int, part: slice) -> None:
    answer = signed_in(centre.wang).get(reverse("projects:document_file", args=[document.pk]), HTTP_RANGE=asked)
    body = body_of(answer)
    assert (answer.status_code, body) == (status, PDF[part])
    assert answer.headers["Content-Length"] == str(len(body))
    if status == 206:
        first = part.indices(len(PDF))[0]
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(PDF)}"


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(centre: SimpleNamespace, document: Document, asked: str) -> None:
    answer = signed_in(centre.wang).get(reverse("projects:document_file", args=[document.pk]), HTTP_RANGE=asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(PDF)}")
    assert not DocumentDownload.objects.exists()


def test_the_rest_of_a_changed_file_is_not_mixed_with_the_old(centre: SimpleNamespace, document: Document) -> None:
    client, address = signed_in(centre.wang), reverse("projects:document_file", args=[document.pk])
    tag = client.head(address).headers["ETag"]
    assert client.get(address, HTTP_RANGE="bytes=10-", HTTP_IF_RANGE=tag).status_code == 206
    whole = client.get(address, HTTP_RANGE="bytes=10-", HTTP_IF_RANGE='"other"')
    assert (whole.status_code, body_of(whole)) == (200, PDF)


def test_going_on_with_a_download_is_no_second_one_but_a_later_part_alone_counts(
    centre: SimpleNamespace, document: Document
) -> None:
    address = reverse("projects:document_file", args=[document.pk])
    for client in (signed_in(centre.wang), signed_in(centre.li)):
        client.head(address)
        client.get(address, HTTP_RANGE="bytes=100-")
        client.get(address, HTTP_RANGE="bytes=200-")
    assert DocumentDownload.objects.count() == 2
    DocumentDownload.objects.update(at=timezone.now() - SAME_DOWNLOAD)
    signed_in(centre.wang).get(address, HTTP_RANGE="bytes=300-")
    assert DocumentDownload.objects.count() == 3


def test_a_file_that_the_storage_lost_is_told(centre: SimpleNamespace, document: Document, folders: Path) -> None:
    stored(folders)[0].unlink()
    answer = signed_in(centre.wang).get(reverse("projects:document_file", args=[document.pk]))
    assert answer.status_code == 503
    assert not DocumentDownload.objects.exists()


def test_an_older_version_can_be_taken(centre: SimpleNamespace, lead: Lead, document: Document, folders: Path) -> None:
    first = document.current
    add_document(centre.wang, lead, folders, data=PDF + b"new", document=document)
    client = signed_in(centre.wang)
    assert first is not None
    old = client.get(reverse("projects:document_version_file", args=[document.pk, first.pk]))
    new = client.get(reverse("projects:document_file", args=[document.pk]))
    assert (body_of(old), body_of(new)) == (PDF, PDF + b"new")
    assert client.get(reverse("projects:document_version_file", args=[document.pk, uuid.uuid4()])).status_code == 404


def test_who_does_not_see_the_lead_gets_nothing(centre: SimpleNamespace, document: Document) -> None:
    for user in (centre.zhao, centre.qian, centre.bao):
        for name in ("document_file", "document"):
            assert signed_in(user).get(reverse(f"projects:{name}", args=[document.pk])).status_code == 404
    assert not DocumentDownload.objects.exists()


# -- a plain form, for browsers without script


def send_form(client: Client, address: str, *files: tuple[str, bytes], token: Any = None) -> Any:
    data = {
        "token": token or uuid.uuid4(),
        "kind": "plan",
        "file": [SimpleUploadedFile(name, content) for name, content in files],
    }
    return client.post(address, data)


def test_a_plain_form_sends_several_files_and_twice_is_once(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    client, token = signed_in(centre.wang), uuid.uuid4()
    address = reverse("projects:documents_of_lead", args=[lead.pk])
    for _time in range(2):
        assert send_form(client, address, ("a.pdf", PDF), ("b.pdf", PDF), token=token).status_code == 302
    assert sorted(Document.objects.values_list("title", "kind")) == [("a", "plan"), ("b", "plan")]
    assert len(stored(folders)) == 2
    assert list((folders / "uploads").iterdir()) == []


def test_what_a_plain_form_may_not_send_is_told_beside_it(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    client = signed_in(centre.wang)
    centre.wang.language = "en"
    centre.wang.save()
    address = reverse("projects:documents_of_lead", args=[lead.pk])
    answer = send_form(client, address, ("page.html", b"<html>"), ("../../x.jpg", b"<svg>"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "page.html: Files of this kind (.html) are not accepted." in text
    assert "x.jpg: This is a web page" in text
    assert client.post(address, {"token": uuid.uuid4()}).status_code == 422
    assert (Document.objects.count(), stored(folders)) == (0, [])


def test_a_form_beyond_the_limit_is_refused_unread(
    centre: SimpleNamespace, lead: Lead, settings: Any, folders: Path
) -> None:
    settings.DOCUMENT_MAX_MB = 0
    address = reverse("projects:documents_of_lead", args=[lead.pk])
    assert send_form(signed_in(centre.wang), address, ("a.pdf", PDF * 3)).status_code == 413
    assert not (folders / "uploads").exists() or not list((folders / "uploads").iterdir())


def test_a_form_from_another_site_is_refused(centre: SimpleNamespace, lead: Lead) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(centre.wang)
    assert send_form(client, reverse("projects:documents_of_lead", args=[lead.pk]), ("a.pdf", PDF)).status_code == 403
    assert not Document.objects.exists()


def test_a_plain_form_sends_the_next_version(centre: SimpleNamespace, document: Document) -> None:
    address = reverse("projects:document", args=[document.pk])
    assert send_form(signed_in(centre.li), address, ("zwei.pdf", PDF + b"2")).status_code == 302
    document.refresh_from_db()
    assert document.current is not None
    assert (document.current.number, document.current.uploaded_by, document.title) == (2, centre.li, "招商方案")


# -- the agreement


def to_signed(centre: SimpleNamespace, lead: Lead) -> None:
    move_lead(actor=centre.li, lead_id=lead.pk, to_stage="signed", fields={"agreed_investment": 50_000_000})


def test_an_uploaded_agreement_is_enough_for_signing(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    add_document(centre.wang, lead, folders, kind="draft")
    with pytest.raises(ValidationError) as refused:
        to_signed(centre, lead)
    assert "agreement_number" in refused.value.error_dict
    agreement = add_document(centre.wang, lead, folders, kind="agreement")
    to_signed(centre, lead)
    lead.refresh_from_db()
    assert (lead.stage_id, lead.agreement_document) == ("signed", agreement)
    history = signed_in(centre.wang).get(reverse("projects:lead_history", args=[lead.pk])).content.decode()
    assert agreement.title in history


def test_the_agreement_follows_deleting_and_another_kind(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    first, second = (add_document(centre.wang, lead, folders, name, kind="agreement") for name in ("1.pdf", "2.pdf"))
    other = add_document(centre.wang, lead, folders, "3.pdf")

    def agreement() -> Document | None:
        lead.refresh_from_db()
        return lead.agreement_document

    assert agreement() == first
    delete_document(actor=centre.wang, document_id=first.pk)
    assert agreement() == second
    update_document(actor=centre.wang, document_id=second.pk, changes={"kind": "draft"})
    assert agreement() is None
    update_document(actor=centre.wang, document_id=other.pk, changes={"kind": "agreement"})
    assert agreement() == other


# -- editing, deleting


def test_two_editors_lose_nothing(centre: SimpleNamespace, document: Document) -> None:
    base = {"title": document.title, "note": document.note}
    update_document(actor=centre.wang, document_id=document.pk, changes={"title": "A"}, base=base)
    update_document(actor=centre.li, document_id=document.pk, changes={"note": "B"}, base=base)
    with pytest.raises(Stale):
        update_document(actor=centre.li, document_id=document.pk, changes={"title": "C"}, base=base)
    document.refresh_from_db()
    assert (document.title, document.note) == ("A", "B")


def test_both_values_are_shown_where_two_changed_the_same(centre: SimpleNamespace, document: Document) -> None:
    client, address = signed_in(centre.li), reverse("projects:document_edit", args=[document.pk])
    page = client.get(address).content.decode()
    found = re.search(r'name="base"[^>]*>([^<]*)<', page)
    assert found
    update_document(actor=centre.wang, document_id=document.pk, changes={"title": "Von Wang"})
    answer = client.post(
        address,
        {"base": found[1].replace("&quot;", '"').strip(), "title": "Von Li", "kind": document.kind, "note": ""},
    )
    assert answer.status_code == 409
    assert "Von Wang" in answer.content.decode()
    assert "Von Li" in answer.content.decode()
    document.refresh_from_db()
    assert document.title == "Von Wang"


def test_only_who_may_changes_and_deletes(centre: SimpleNamespace, lead: Lead, document: Document) -> None:
    for user, error in ((centre.zhao, Http404), (centre.sun, PermissionDenied)):
        with pytest.raises(error):
            update_document(actor=user, document_id=document.pk, changes={"title": "X"})
        with pytest.raises(error):
            delete_document(actor=user, document_id=document.pk)
    with pytest.raises(ValidationError):
        update_document(actor=centre.wang, document_id=document.pk, changes={"title": " "})
    document.refresh_from_db()
    assert (document.title, document.deleted_at) == ("招商方案", None)
    delete_document(actor=centre.li, document_id=document.pk)
    assert signed_in(centre.wang).get(reverse("projects:document", args=[document.pk])).status_code == 404


def test_a_colleague_deletes_no_document_of_another(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    document = add_document(centre.li, lead, folders)
    with pytest.raises(PermissionDenied):
        delete_document(actor=centre.wang, document_id=document.pk)
    page = signed_in(centre.wang).get(reverse("projects:document", args=[document.pk])).content.decode()
    assert reverse("projects:document_delete", args=[document.pk]) not in page


# -- to whom it was sent


def test_what_was_sent_to_whom_is_noted_once_and_taken_back(centre: SimpleNamespace, document: Document) -> None:
    contact = create_contact(actor=centre.wang, zone=centre.zone, company=document.lead.company, name="张三")  # type: ignore[union-attr]
    token = uuid.uuid4()
    for _time in range(2):
        dispatch = note_dispatch(
            actor=centre.wang, version_id=document.current_id, recipient="", contact=contact, way="wechat",
            sent_on=centre.zone.today(), dispatch_id=token,
        )  # fmt: skip
    assert (DocumentDispatch.objects.count(), dispatch.recipient, dispatch.sent_by) == (1, "张三", centre.wang)
    with pytest.raises(Http404):
        take_back_dispatch(actor=centre.zhao, dispatch_id=dispatch.pk)
    take_back_dispatch(actor=centre.wang, dispatch_id=dispatch.pk)
    page = signed_in(centre.wang).get(reverse("projects:document", args=[document.pk])).content.decode()
    assert "张三" not in page


def test_a_note_of_sending_is_checked(centre: SimpleNamespace, document: Document) -> None:
    elsewhere = make_company(centre.wang, "另一家公司")
    stranger = create_contact(actor=centre.wang, zone=centre.zone, company=elsewhere, name="李四")
    client, address = signed_in(centre.wang), reverse("projects:dispatch_add", args=[document.pk])
    given = {"token": uuid.uuid4(), "version": document.current_id, "way": "email", "sent_on": "2999-01-01"}
    assert client.post(address, given).status_code == 422
    given["sent_on"] = str(centre.zone.today())
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "contact": stranger.pk}).status_code == 422
    assert not DocumentDispatch.objects.exists()
    assert client.post(address, {**given, "recipient": "总部"}).status_code == 204
    assert DocumentDispatch.objects.get().recipient == "总部"


# -- pages


def test_only_who_manages_a_document_sees_who_took_it(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    document = add_document(centre.li, lead, folders)
    signed_in(centre.chen).get(reverse("projects:document_file", args=[document.pk]))
    address = reverse("projects:document", args=[document.pk])
    assert "Chen" in signed_in(centre.li).get(address).content.decode()
    assert "Chen" not in signed_in(centre.wang).get(address).content.decode()


@pytest.mark.parametrize("name", ["documents_of_lead", "documents_of_company", "document"])
def test_pages_ask_as_many_queries_for_3_rows_as_for_30(
    centre: SimpleNamespace, lead: Lead, folders: Path, name: str
) -> None:
    client = signed_in(centre.wang)
    first = add_document(centre.wang, lead, folders)
    counts = []
    for wanted in (3, 30):
        for number in range(Document.objects.count(), wanted):
            document = add_document(centre.wang, lead, folders, f"{number}.pdf", data=b"%PDF-")
            if name == "documents_of_company":
                Document.objects.filter(pk=document.pk).update(lead=None, company=lead.company)
            if name == "document":
                add_document(centre.wang, lead, folders, f"{number}.pdf", data=b"%PDF-", document=first)
                first.refresh_from_db()
                note_dispatch(
                    actor=centre.wang, version_id=first.current_id, recipient="x", way="email",
                    sent_on=centre.zone.today(),
                )  # fmt: skip
                DocumentDownload.objects.create(version=first.current, user=centre.li)
        rows = {"documents_of_lead": lead.pk, "documents_of_company": lead.company_id, "document": first.pk}
        client.get(reverse(f"projects:{name}", args=[rows[name]]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"projects:{name}", args=[rows[name]])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_older_documents_come_page_by_page(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    titles = [
        add_document(centre.wang, lead, folders, f"n{number:02}.pdf", data=b"%PDF-").title for number in range(25)
    ]
    client, address = signed_in(centre.wang), reverse("projects:documents_of_lead", args=[lead.pk])
    page = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    older = re.search(r'hx-get="([^"]*cursor=[^"]*)"', page)
    assert older
    rest = client.get(older[1], HTTP_HX_REQUEST="true").content.decode()
    seen = re.findall(r'document-title" href="[^"]*">(n\d\d)<', page + rest)
    assert sorted(seen) == titles


@pytest.mark.django_db(transaction=True)
def test_versions_sent_at_once_are_numbered_one_by_one(centre: SimpleNamespace, folders: Path) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)
    document = add_document(centre.wang, lead, folders)

    def send(number: int) -> Document:
        own = folders / str(number)
        own.mkdir()
        return add_document(centre.wang, lead, own, data=PDF, document=document)

    at_once(6, send)
    assert sorted(document.versions.values_list("number", flat=True)) == list(range(1, 8))
    document.refresh_from_db()
    assert document.current == document.versions.get(number=7)


@pytest.mark.django_db(transaction=True)
def test_two_pieces_at_once_do_not_mix(centre: SimpleNamespace, folders: Path) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)
    upload = begin_upload(actor=centre.wang, place=Place(zone=lead.zone, lead=lead), name="a.pdf", size=len(PDF))
    both = threading.Barrier(2)

    def send(_number: int) -> str:
        left = io.BytesIO(PDF)

        def read(size: int) -> bytes:
            if not left.tell():
                both.wait(timeout=20)
            return left.read(size)

        try:
            receive_piece(actor=centre.wang, upload_id=upload.pk, offset=0, length=len(PDF), read=read)
        except Busy:
            both.wait(timeout=20)
            return "busy"
        return "sent"

    assert sorted(map(str, at_once(2, send))) == ["busy", "sent"]
    assert stored(folders)[0].read_bytes() == PDF


@pytest.mark.parametrize("cursor", ["x", "\x00", "x" * 5000, "e30="])
def test_a_cursor_that_was_made_up_begins_anew(centre: SimpleNamespace, lead: Lead, cursor: str) -> None:
    client = signed_in(centre.wang)
    for path in (f"/leads/{lead.pk}/documents/", f"/companies/{lead.company_id}/documents/"):
        assert client.get(path, {"cursor": cursor}).status_code == 200
