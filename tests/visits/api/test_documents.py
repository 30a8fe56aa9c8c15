"""Documents through the API."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Document, DocumentDownload, Lead
from teams.models import User
from tests.api_help import Client, errors, read
from tests.documents_help import PDF, add_document, stored, use_folders
from tests.factories import log, make_company, make_lead
from visits.models import Attachment


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    use_folders(settings, tmp_path)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    return make_lead(centre.li, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture
def wang(centre: SimpleNamespace) -> Client:
    return Client(centre.wang)


def upload(client: Client, status: int = 201, path: str = "documents/", name: str = "方案.pdf", **fields: Any) -> Any:
    """The answer to a form with a file."""
    data = fields.pop("data", PDF)
    file = {} if data is None else {"file": SimpleUploadedFile(name, data, "text/html")}
    return read(client.post(f"/api/v1/{path}", {**file, **fields}, format="multipart"), status)


def test_a_document_is_uploaded_read_changed_and_deleted(wang: Client, lead: Lead, tmp_path: Path) -> None:
    row = upload(wang, lead=str(lead.id), kind="pitch", title="招商方案", note="初稿")
    assert (row["lead"], row["company"], row["kind"], row["title"]) == (str(lead.id), None, "pitch", "招商方案")
    file = row["file"]
    assert (file["number"], file["name"], file["size"]) == (1, "方案.pdf", len(PDF))
    assert file["content_type"] == "application/pdf"
    path = f"documents/{row['id']}/"
    assert wang.read(path) == row
    assert wang.read(f"documents/?lead={lead.id}&kind=pitch")["results"] == [row]
    found = wang.change(path, {"title": "方案二", "note": ""}, if_match=row["version"])
    assert (found["title"], found["note"]) == ("方案二", "")
    wang.change(path, {"title": "x"}, 412, if_match=row["version"])
    read(wang.send("DELETE", path, if_match=row["version"]), 412)
    read(wang.send("DELETE", path, if_match=found["version"]), 204)
    wang.read(path, 404)
    wang.read(f"{path}file/", 404)
    assert len(stored(tmp_path)) == 1


def test_the_title_is_the_files_name_unless_given(wang: Client, lead: Lead) -> None:
    assert upload(wang, lead=str(lead.id))["title"] == "方案"


def test_a_next_version_leaves_the_first(wang: Client, lead: Lead, tmp_path: Path) -> None:
    row = upload(wang, lead=str(lead.id))
    path = f"documents/{row['id']}/"
    newer = upload(wang, path=f"{path}versions/", name="定稿.pdf", data=PDF + b"more")
    assert (newer["file"]["number"], newer["file"]["name"]) == (2, "定稿.pdf")
    assert newer["version"] > row["version"]

    def content(query: str = "") -> bytes:
        return b"".join(wang.get(f"/api/v1/{path}file/{query}").streaming_content)

    assert content() == PDF + b"more"
    assert content("?version=1") == PDF
    wang.read(f"{path}file/?version=3", 404)
    wang.read(f"{path}file/?version=x", 400)
    wang.read(f"{path}file/?versoin=1", 400)
    assert len(stored(tmp_path)) == 2


def test_a_file_is_taken_whole_or_in_part_and_written_down(wang: Client, lead: Lead) -> None:
    row = upload(wang, lead=str(lead.id))
    address = f"/api/v1/documents/{row['id']}/file/"
    whole = wang.get(address, headers={"Accept": "application/pdf"})
    assert (whole.status_code, whole["Content-Type"], b"".join(whole.streaming_content)) == (
        200, "application/pdf", PDF,
    )  # fmt: skip
    assert whole["Content-Disposition"].startswith("attachment")
    part = wang.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 0-3/{len(PDF)}")
    assert b"".join(part.streaming_content) == PDF[:4]
    rest = wang.get(address, headers={"Range": f"bytes={len(PDF) - 5}-", "If-Range": whole["ETag"]})
    assert b"".join(rest.streaming_content) == PDF[-5:]
    beyond = wang.get(address, headers={"Range": f"bytes={len(PDF)}-"})
    assert read(beyond, 416)["type"] == "/problems/no-such-range/"
    assert beyond["Content-Range"] == f"bytes */{len(PDF)}"
    assert wang.head(address)["Content-Length"] == str(len(PDF))
    assert DocumentDownload.objects.count() == 2


def test_a_storage_that_fails_is_told_and_nothing_stays(
    wang: Client, lead: Lead, tmp_path: Path, settings: Any
) -> None:
    row = upload(wang, lead=str(lead.id))
    stored(tmp_path)[0].unlink()
    answer = wang.get(f"/api/v1/documents/{row['id']}/file/")
    assert read(answer, 503)["status"] == 503
    assert answer["Retry-After"]
    (tmp_path / "documents").rename(tmp_path / "away")
    (tmp_path / "documents").write_text("no folder")
    upload(wang, 503, lead=str(lead.id))
    assert Document.objects.count() == 1


def test_a_document_of_a_company_needs_a_zone_where_there_are_several(centre: SimpleNamespace, wang: Client) -> None:
    company = make_company(centre.chen, "Nordlicht GmbH", country="DE")
    row = upload(wang, company=str(company.id))
    assert (row["lead"], row["company"], row["zone"]["code"]) == (None, str(company.id), "guangling")
    upload(wang, company=str(company.id), zone="guangling")
    assert errors(upload(wang, 422, company=str(company.id), zone="qingbaijiang")) == {"#/zone": "does_not_exist"}


def test_a_document_of_an_interaction_is_its_leads_and_attached(
    centre: SimpleNamespace, wang: Client, lead: Lead
) -> None:
    talk = log(centre.wang, lead)
    row = upload(wang, interaction=str(talk.id))
    assert row["lead"] == str(lead.id)
    assert Attachment.objects.get().interaction_id == talk.id
    assert [one["id"] for one in wang.read(f"documents/?interaction={talk.id}")["results"]] == [row["id"]]


@pytest.mark.parametrize(
    ("fields", "status", "found"),
    [
        ({"data": None}, 400, {"#/file": "required"}),
        ({"data": b""}, 422, {"#/file": "empty"}),
        ({"data": b"MZ\x00\x00"}, 422, {"#/file": "program"}),
        ({"data": b"<html>"}, 422, {"#/file": "markup"}),
        ({"data": b"plain"}, 422, {"#/file": "content"}),
        ({"name": "x.exe"}, 422, {"#/file": "ending"}),
        ({"kind": "odd"}, 400, {"#/kind": "invalid_choice"}),
        ({"titel": "x"}, 400, {"#/titel": "unknown_field"}),
        ({"title": "x" * 301}, 400, {"#/title": "max_length"}),
        ({"title": "a\x00b"}, 400, {"#/title": "null_characters_not_allowed"}),
        ({"title": ["a", "b"]}, 400, {"#/title": "repeated"}),
        ({"lead": "x"}, 400, {"#/lead": "invalid"}),
        ({"lead": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/lead": "does_not_exist"}),
        ({"lead": json.dumps({"source_system": "erp", "external_id": "?"})}, 422, {"#/lead": "unknown_external_id"}),
        ({"lead": None}, 422, {"#/lead": "one_owner"}),
        ({"company": "0198a000-0000-7000-8000-000000000000"}, 422, {"#/company": "one_owner"}),
    ],
)
def test_bad_uploads_are_refused(
    wang: Client, lead: Lead, tmp_path: Path, fields: dict[str, Any], status: int, found: dict[str, str]
) -> None:
    told = {name: value for name, value in {"lead": str(lead.id), **fields}.items() if value is not None}
    if "data" in fields:
        told["data"] = fields["data"]
    problem = upload(wang, status, **told)
    assert {pointer: errors(problem).get(pointer) for pointer in found} == found
    assert not Document.objects.exists()
    assert not stored(tmp_path)


def test_a_body_that_is_no_form_or_too_large_is_refused(wang: Client, lead: Lead, settings: Any) -> None:
    wang.make("documents/", {"lead": str(lead.id)}, 415)
    broken = wang.generic("POST", "/api/v1/documents/", b"nothing", content_type="multipart/form-data; boundary=x")
    read(broken, 400)
    settings.DOCUMENT_MAX_MB = 0
    too_large = b"x" * (1024 * 1024 + 1)
    upload(wang, 413, lead=str(lead.id), data=PDF + too_large)
    assert not Document.objects.exists()


def test_documents_of_another_team_are_not_there_and_who_reads_changes_nothing(
    centre: SimpleNamespace, lead: Lead, tmp_path: Path
) -> None:
    document = add_document(centre.wang, lead, tmp_path)
    path = f"documents/{document.pk}/"
    outsider, reader = Client(centre.zhao), Client(centre.sun)
    outsider.read(path, 404)
    outsider.read(f"{path}file/", 404)
    assert outsider.read("documents/count/") == {"count": 0}
    for client, status in ((outsider, 404), (reader, 403)):
        client.change(path, {"title": "x"}, status)
        read(client.send("DELETE", path), status)
        upload(client, status, path=f"{path}versions/")
    upload(reader, 403, lead=str(lead.id))
    assert errors(upload(outsider, 422, lead=str(lead.id))) == {"#/lead": "does_not_exist"}
    assert reader.get(f"/api/v1/{path}file/").status_code == 200
    assert Document.objects.get().version == document.version
    assert len(stored(tmp_path)) == 1


def test_a_service_account_must_say_which_version(centre: SimpleNamespace, lead: Lead, tmp_path: Path) -> None:
    document = add_document(centre.wang, lead, tmp_path)
    User.objects.filter(pk=centre.chen.pk).update(is_service_account=True)
    centre.chen.refresh_from_db()
    machine = Client(centre.chen)
    machine.change(f"documents/{document.pk}/", {"title": "x"}, 428)
    read(machine.send("DELETE", f"documents/{document.pk}/"), 428)
    upload(machine, path=f"documents/{document.pk}/versions/")


def test_an_idempotency_key_makes_one_document(wang: Client, lead: Lead) -> None:
    def send(note: str) -> Any:
        form = {"file": SimpleUploadedFile("x.pdf", PDF), "lead": str(lead.id), "note": note}
        return wang.post("/api/v1/documents/", form, format="multipart", headers={"Idempotency-Key": "one"})

    first = read(send("a"), 201)
    assert read(send("a"), 201) == first
    read(send("b"), 422)
    assert Document.objects.count() == 1


def test_the_number_of_queries_does_not_grow(
    centre: SimpleNamespace, wang: Client, lead: Lead, tmp_path: Path
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            wang.read("documents/")
        return len(found)

    for _turn in range(3):
        add_document(centre.wang, lead, tmp_path)
    few = queries()
    for _turn in range(27):
        add_document(centre.wang, lead, tmp_path)
    assert len(wang.read("documents/")["results"]) == 30
    assert queries() == few <= 4
