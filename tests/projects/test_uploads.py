"""Uploads in pieces: the tus protocol, broken lines, what is refused."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import os
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Document, DocumentVersion, Lead, Upload
from projects.services import parts
from projects.services.uploads import GIVEN_UP_AFTER, receive_piece
from projects.tasks import sweep_uploads
from tests.documents_help import PDF, stored, use_folders
from tests.factories import make_lead

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 200
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Storage and parts in a folder of the test."""
    use_folders(settings, tmp_path)
    return tmp_path


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang."""
    return make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang)


class Sender:
    """A tus client of one person."""

    def __init__(self, user: Any, **defaults: Any) -> None:
        self.client = Client()
        self.client.force_login(user)

    def begin(self, name: str, size: int, **metadata: Any) -> Any:
        pairs = {"filename": name, **{key: str(value) for key, value in metadata.items()}}
        text = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        headers = {"HTTP_UPLOAD_LENGTH": str(size), "HTTP_UPLOAD_METADATA": text, **TUS}
        return self.client.post(reverse("projects:upload_begin"), **headers)

    def send(self, address: str, offset: int, data: bytes, **extra: Any) -> Any:
        return self.client.patch(
            address,
            data,
            content_type="application/offset+octet-stream",
            HTTP_UPLOAD_OFFSET=str(offset),
            **TUS,
            **extra,
        )

    def offset(self, address: str) -> int:
        return int(self.client.head(address, **TUS).headers["Upload-Offset"])


def waiting(folder: Path) -> list[Path]:
    return list((folder / "uploads").glob("*")) if (folder / "uploads").exists() else []


def nothing_is_there(folder: Path) -> bool:
    return not (stored(folder) or waiting(folder) or Document.objects.exists() or Upload.objects.exists())


def test_a_file_in_three_pieces_becomes_a_document(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    sender = Sender(centre.wang)
    answer = sender.begin("招商方案.pdf", len(PDF), lead=lead.pk, kind="pitch")
    assert answer.status_code == 201
    address = answer.headers["Location"]
    for start in range(0, len(PDF), 200_000):
        answer = sender.send(address, start, PDF[start : start + 200_000])
        assert answer.status_code == 204
    document = Document.objects.get()
    assert answer.headers["Document-Id"] == str(document.pk)
    version = document.current
    assert version is not None
    assert (document.title, document.kind, document.lead, document.created_by) == (
        "招商方案",
        "pitch",
        lead,
        centre.wang,
    )
    assert (version.number, version.size, version.content_type) == (1, len(PDF), "application/pdf")
    [path] = stored(folders)
    assert path.read_bytes() == PDF
    assert path.relative_to(folders / "documents").as_posix() == f"{lead.zone_id}/{document.pk}/{version.pk}"
    assert version.sha256 == hashlib.sha256(PDF).hexdigest()
    assert waiting(folders) == []


# -- the protocol


def test_the_server_says_how_much_has_come_and_refuses_a_wrong_offset(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    sender.send(address, 0, PDF[:1000])
    head = sender.client.head(address, **TUS)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("1000", str(len(PDF)))
    assert head.headers["Cache-Control"] == "no-store"
    refused = sender.send(address, 900, PDF[900:])
    assert (refused.status_code, refused.headers["Upload-Offset"]) == (409, "1000")
    assert sender.offset(address) == 1000
    assert sender.send(address, 1000, PDF[1000:]).status_code == 204
    assert Document.objects.get().current.size == len(PDF)  # type: ignore[union-attr]


def test_the_last_piece_sent_twice_makes_one_document(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    first = sender.send(address, 0, PDF)
    again = sender.send(address, 0, PDF)
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(len(PDF)))
    assert again.headers["Document-Id"] == first.headers["Document-Id"]
    assert sender.offset(address) == len(PDF)
    assert (Document.objects.count(), DocumentVersion.objects.count()) == (1, 1)


def test_a_process_that_died_after_storing_makes_one_document(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    """The version is there, but the upload's own row was not written any more: the bytes are left alone."""
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    sender.send(address, 0, PDF)
    upload = Upload.objects.get()
    Upload.objects.update(made=None)
    [path] = stored(folders)
    os.link(path, parts.path_of(upload.pk))
    assert sender.offset(address) == len(PDF) - 1
    assert sender.send(address, len(PDF) - 1, b"?").headers["Upload-Offset"] == str(len(PDF))
    assert path.read_bytes() == PDF
    assert (Document.objects.count(), waiting(folders)) == (1, [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_TUS_RESUMABLE": "0.2"}, 412),
        ({"HTTP_UPLOAD_LENGTH": "-5"}, 400),
        ({"HTTP_UPLOAD_LENGTH": "many"}, 400),
        ({"HTTP_UPLOAD_METADATA": "filename ***"}, 400),
        ({"HTTP_UPLOAD_METADATA": "filename /w=="}, 400),
        ({"HTTP_UPLOAD_METADATA": "x" * 9000}, 400),
        ({"HTTP_UPLOAD_METADATA": ""}, 404),
    ],
)
def test_an_announcement_that_cannot_be_read_is_refused(
    centre: SimpleNamespace, headers: dict[str, str], status: int
) -> None:
    sender = Sender(centre.wang)
    given = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_UPLOAD_LENGTH": "5", "HTTP_UPLOAD_METADATA": "filename YS5wZGY="}
    answer = sender.client.post(reverse("projects:upload_begin"), **{**given, **headers})
    assert answer.status_code == status
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.json()["error"]
    assert not Upload.objects.exists()


def test_options_tell_what_the_server_speaks(centre: SimpleNamespace) -> None:
    answer = Sender(centre.wang).client.options(reverse("projects:upload_begin"))
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,termination"


def test_a_piece_must_say_what_it_is_and_where_it_begins(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", 10, lead=lead.pk).headers["Location"]
    wrong = sender.client.patch(address, b"x", content_type="text/plain", HTTP_UPLOAD_OFFSET="0", **TUS)
    assert wrong.status_code == 415
    kind = "application/offset+octet-stream"
    assert sender.client.patch(address, b"x", content_type=kind, **TUS).status_code == 400
    assert sender.offset(address) == 0


def test_giving_up_takes_everything_away(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    sender.send(address, 0, PDF[:1000])
    assert sender.client.delete(address, **TUS).status_code == 204
    assert nothing_is_there(folders)
    assert sender.client.head(address, **TUS).status_code == 404


def test_a_request_from_another_site_is_refused(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    sender.client.handler.enforce_csrf_checks = True
    assert sender.send(address, 0, PDF).status_code == 403
    assert sender.client.delete(address, **TUS).status_code == 403
    assert parts.size_on_disk(Upload.objects.get().pk) == 0


# -- lines that break, disks that fill


class BrokenLine:
    """Gives some pieces and then breaks off."""

    def __init__(self, data: bytes, error: type[OSError] | None) -> None:
        self.left = io.BytesIO(data)
        self.error = error

    def read(self, size: int) -> bytes:
        piece = self.left.read(size)
        if not piece and self.error:
            raise self.error
        return piece


@pytest.mark.parametrize("error", [None, ConnectionResetError, TimeoutError])
def test_what_came_before_the_line_broke_is_kept(
    centre: SimpleNamespace, lead: Lead, error: type[OSError] | None
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    upload = Upload.objects.get()
    line = BrokenLine(PDF[:300_000], error)
    receive_piece(actor=centre.wang, upload_id=upload.pk, offset=0, length=len(PDF), read=line.read)
    assert sender.offset(address) == 300_000
    assert not Document.objects.exists()
    sender.send(address, 300_000, PDF[300_000:])
    assert Document.objects.get().current.size == len(PDF)  # type: ignore[union-attr]


def test_a_full_disk_is_told_and_leaves_nothing_half(
    centre: SimpleNamespace, lead: Lead, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    write = os.write

    def full(descriptor: int, data: Any) -> int:
        if os.fstat(descriptor).st_size >= parts.PIECE:
            write(descriptor, bytes(data[:100]))
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(parts.os, "write", full)
    answer = sender.send(address, 0, PDF)
    assert answer.status_code == 507
    assert "room" in answer.json()["error"] or "空间" in answer.json()["error"]
    monkeypatch.undo()
    assert sender.offset(address) == parts.PIECE
    assert not Document.objects.exists()
    sender.send(address, parts.PIECE, PDF[parts.PIECE :])
    assert stored(folders)[0].read_bytes() == PDF


def test_a_storage_that_fails_leaves_nothing_half_and_the_last_byte_tries_again(
    centre: SimpleNamespace, lead: Lead, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]

    def full(*_arguments: Any, **_options: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.FileSystemStorage._save", full)
        assert sender.send(address, 0, PDF).status_code == 507
    assert (stored(folders), Document.objects.count()) == ([], 0)
    offset = sender.offset(address)
    assert offset == len(PDF) - 1
    assert sender.send(address, offset, PDF[offset:]).status_code == 204
    assert stored(folders)[0].read_bytes() == PDF


def test_rows_that_cannot_be_written_take_the_stored_file_back(
    centre: SimpleNamespace, lead: Lead, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(centre.wang)
    sender.client.raise_request_exception = False
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]

    def broken(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("projects.services.documents.settle_agreement", broken)
        assert sender.send(address, 0, PDF).status_code == 500
    assert (stored(folders), Document.objects.count()) == ([], 0)
    assert sender.send(address, len(PDF) - 1, PDF[-1:]).status_code == 204
    assert stored(folders)[0].read_bytes() == PDF


def test_no_room_is_told_before_anything_is_sent(
    centre: SimpleNamespace, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1000))
    assert Sender(centre.wang).begin("a.pdf", 5000, lead=lead.pk).status_code == 507
    assert not Upload.objects.exists()


def test_given_up_uploads_are_swept(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    sender = Sender(centre.wang)
    old, young = (sender.begin(name, len(PDF), lead=lead.pk).headers["Location"] for name in ("a.pdf", "b.pdf"))
    for address in (old, young):
        sender.send(address, 0, PDF[:1000])
    before = timezone.now() - GIVEN_UP_AFTER
    Upload.objects.filter(name="a.pdf").update(updated_at=before)
    stray, strange = parts.path_of(uuid.uuid4()), parts.root() / "note.txt"
    for path in (stray, strange):
        path.write_bytes(b"x")
        os.utime(path, (before.timestamp() - 10,) * 2)
    assert sweep_uploads() == 2
    assert sender.client.head(old, **TUS).status_code == 404
    assert sender.offset(young) == 1000
    assert sorted(path.name for path in waiting(folders)) == sorted(
        [parts.path_of(Upload.objects.get().pk).name, "note.txt"]
    )


# -- what is refused

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 100
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("setup.exe", EXE, "not accepted"),
        ("page.html", HTML, "not accepted"),
        ("drawing.svg", SVG, "not accepted"),
        ("noending", PDF, "no ending"),
        ("empty.pdf", b"", "empty"),
        ("../../x", PDF, "no ending"),
        ("angebot.pdf", EXE, "program"),
        ("photo.jpg", HTML, "markup"),
        ("photo.jpg", SVG, "markup"),
        ("photo.png", b"\xef\xbb\xbf \n<?xml version='1.0'?><svg/>", "markup"),
        ("photo.jpg", "<html>".encode("utf-16"), "markup"),
        ("photo.jpg", PDF, "no picture"),
        ("photo.jpg", b"just words", "no picture"),
        ("plan.pdf", PNG, "does not match"),
        ("plan.docx", PDF, "does not match"),
        ("notes.txt", EXE, "program"),
    ],
)
def test_what_is_not_accepted_is_told_and_leaves_nothing(
    centre: SimpleNamespace, lead: Lead, folders: Path, name: str, data: bytes, words: str
) -> None:
    centre.wang.language = "en"
    centre.wang.save()
    sender = Sender(centre.wang)
    answer = sender.begin(name, len(data), lead=lead.pk)
    if answer.status_code == 201:
        answer = sender.send(answer.headers["Location"], 0, data)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert nothing_is_there(folders)


def test_a_program_under_another_name_is_refused_with_its_first_piece(
    centre: SimpleNamespace, lead: Lead, folders: Path
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("film.mp4", 2_000_000_000, lead=lead.pk).headers["Location"]
    assert sender.send(address, 0, EXE).status_code == 422
    assert nothing_is_there(folders)


def test_text_may_carry_markup(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("page.txt", len(HTML), lead=lead.pk).headers["Location"]
    assert sender.send(address, 0, HTML).status_code == 204
    assert Document.objects.get().current.content_type == "text/plain"  # type: ignore[union-attr]


def test_a_picture_of_30_mb_and_a_file_beyond_the_limit_are_refused_before_they_are_sent(
    centre: SimpleNamespace, lead: Lead, settings: Any
) -> None:
    sender = Sender(centre.wang)
    assert sender.begin("photo.jpg", 30 * 1024 * 1024, lead=lead.pk).status_code == 422
    assert sender.begin("film.mp4", (settings.DOCUMENT_MAX_MB + 1) * 1024 * 1024, lead=lead.pk).status_code == 422
    assert not Upload.objects.exists()


def test_more_bytes_than_announced_are_refused(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", 1000, lead=lead.pk).headers["Location"]
    assert sender.send(address, 0, PDF[:1001]).status_code == 422
    assert sender.offset(address) == 0
    receive_piece(
        actor=centre.wang, upload_id=Upload.objects.get().pk, offset=0, length=None, read=io.BytesIO(PDF).read
    )
    assert stored(folders)[0].stat().st_size == 1000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\C:\\报告.pdf", "报告.pdf"),
        ("a\x07b\u202egnp.\u200bpdf", "abgnp.pdf"),
        ("报告．ＰＤＦ", "报告.PDF"),
        ("（最终版）  合同\n.pdf", "（最终版） 合同 .pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("招" * 300 + ".pdf", "招" * 251 + ".pdf"),
    ],
)
def test_names_are_cleaned_and_no_path_is_made_of_them(
    centre: SimpleNamespace, lead: Lead, folders: Path, name: str, shown: str
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin(name, len(PDF), lead=lead.pk).headers["Location"]
    assert sender.send(address, 0, PDF).status_code == 204
    version = DocumentVersion.objects.get()
    assert version.name == shown
    assert [path.relative_to(folders).parts[0] for path in stored(folders)] == ["documents"]
    assert stored(folders)[0].name == str(version.pk)


def test_an_unknown_kind_is_refused(centre: SimpleNamespace, lead: Lead) -> None:
    assert Sender(centre.wang).begin("a.pdf", 10, lead=lead.pk, kind="secret").status_code == 422


# -- who may


def test_only_who_may_share_documents_on_a_visible_lead_uploads(centre: SimpleNamespace, lead: Lead) -> None:
    for user, status in ((centre.zhao, 404), (centre.qian, 404), (centre.bao, 404), (centre.sun, 403)):
        answer = Sender(user).begin("a.pdf", 10, lead=lead.pk)
        assert answer.status_code == status, user
    assert not Upload.objects.exists()
    assert Client().post(reverse("projects:upload_begin"), **TUS).status_code == 401


def test_nobody_reaches_the_upload_of_another(centre: SimpleNamespace, lead: Lead) -> None:
    address = Sender(centre.wang).begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    other = Sender(centre.li)
    assert other.client.head(address, **TUS).status_code == 404
    assert other.send(address, 0, PDF).status_code == 404
    assert other.client.delete(address, **TUS).status_code == 404
    assert Upload.objects.get().received == 0


def test_a_lead_that_goes_out_of_sight_ends_the_upload(centre: SimpleNamespace, lead: Lead, folders: Path) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]
    sender.send(address, 0, PDF[:1000])
    Lead.objects.filter(pk=lead.pk).update(team=centre.g1, owner=centre.zhao, created_by=centre.zhao)
    assert sender.send(address, 1000, PDF[1000:]).status_code == 404
    assert nothing_is_there(folders)


def test_a_lead_that_goes_out_of_sight_while_the_last_piece_is_stored_keeps_nothing(
    centre: SimpleNamespace, lead: Lead, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("a.pdf", len(PDF), lead=lead.pk).headers["Location"]

    def taken_away(path: Path) -> str:
        Lead.objects.filter(pk=lead.pk).update(team=centre.g1, owner=centre.zhao, created_by=centre.zhao)
        return "0" * 64

    monkeypatch.setattr("projects.services.documents.sha256_of", taken_away)
    assert sender.send(address, 0, PDF).status_code == 404
    assert nothing_is_there(folders)


def test_a_company_of_the_zone_takes_documents(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    address = sender.begin("执照.pdf", len(PDF), company=lead.company_id).headers["Location"]
    assert sender.send(address, 0, PDF).status_code == 204
    document = Document.objects.get()
    assert (document.company_id, document.lead, document.zone) == (lead.company_id, None, centre.zone)
    assert Sender(centre.qian).begin("a.pdf", 10, company=lead.company_id).status_code in (201, 404)


def test_a_next_version_keeps_the_document(centre: SimpleNamespace, lead: Lead) -> None:
    sender = Sender(centre.wang)
    for number, data in enumerate((PDF, PDF + b"more"), start=1):
        target: dict[str, Any] = {"document": Document.objects.get().pk} if number > 1 else {"lead": lead.pk}
        address = sender.begin(f"v{number}.pdf", len(data), **target).headers["Location"]
        assert sender.send(address, 0, data).status_code == 204
    document = Document.objects.get()
    assert document.title == "v1"
    assert list(document.versions.order_by("number").values_list("number", "name")) == [(1, "v1.pdf"), (2, "v2.pdf")]
    assert document.current == document.versions.get(number=2)
