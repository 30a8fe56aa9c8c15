"""Uploads in pieces: the tus protocol, broken lines, what is refused."""

from __future__ import annotations

import base64
import errno
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
from tests.factories import make_lead

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 200
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Storage and parts in a folder of the test."""
    settings.UPLOAD_ROOT = str(tmp_path / "uploads")
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "documents"), "base_url": None},
        },
    }
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


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "documents").rglob("*") if path.is_file()]


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
    assert version.sha256 == __import__("hashlib").sha256(PDF).hexdigest()
    assert waiting(folders) == []
