"""Documents for tests: a storage in a folder of the test, files that are what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projects.models import Document, Lead
from projects.services.documents import NewFile, Place, add_file
from teams.models import User

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000


def use_folders(settings: Any, folder: Path) -> None:
    """Keep parts and documents below the folder."""
    settings.UPLOAD_ROOT = str(folder / "uploads")
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder / "documents"), "base_url": None},
        },
    }


def stored(folder: Path) -> list[Path]:
    """The files in the storage."""
    return [path for path in (folder / "documents").rglob("*") if path.is_file()]


def add_document(actor: User, lead: Lead, folder: Path, name: str = "招商方案.pdf", **fields: Any) -> Document:
    """A document of the lead."""
    path = folder / "come in"
    path.write_bytes(fields.pop("data", PDF))
    place = Place(zone=lead.zone, lead=lead)
    return add_file(actor=actor, place=place, file=NewFile(path=path, name=name, size=path.stat().st_size, **fields))
