"""Bytes into the storage and out of it, in pieces: nothing is ever held in memory as a whole."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _

from projects.models import DocumentVersion
from projects.models.documents import document_storage

PIECE = 256 * 1024


class StorageFailed(Exception):  # noqa: N818
    """The file could not be kept: no room is left, or the storage does not answer. Nothing half stays (HTTP 507)."""

    def __init__(self) -> None:
        self.message = _("The server could not keep the file: no room is left, or its storage does not answer.")
        super().__init__(self.message)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a file system or an S3 service refuses into StorageFailed."""
    try:
        yield
    except (OSError, Boto3Error, BotoCoreError, ClientError) as error:
        raise StorageFailed from error


class LinkedFile(File):
    """A file on this machine that a folder storage may take over without copying its bytes."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        super().__init__(file, name=path.name)
        self.path = path

    def temporary_file_path(self) -> str:
        """Where the storage finds it."""
        return str(self.path)


@contextmanager
def for_storage(path: Path) -> Iterator[File]:
    """The file for `Storage.save`. A folder storage gets a second link to it, so that the file survives a failure."""
    second = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with path.open("rb") as file:
        try:
            if not isinstance(document_storage(), FileSystemStorage):
                raise OSError
            os.link(path, second)
        except OSError:  # other storages, and file systems without links: the bytes are copied
            yield File(file)
            return
        try:
            yield LinkedFile(file, second)
        finally:
            second.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """The hash of a file on this machine."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget(name: str) -> None:
    """Take a file out of the storage again; a storage that is away keeps it."""
    with suppress(StorageFailed), storage_errors():
        document_storage().delete(name)


def read_stored(version: DocumentVersion, start: int, length: int) -> Iterator[bytes]:
    """So many bytes of a stored file from a place on, piece by piece; raises StorageFailed before the first one."""
    with storage_errors():
        source = _opened(version, start, length)

    def pieces() -> Iterator[bytes]:
        left = length
        try:
            while left and (piece := source.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
        finally:
            source.close()

    return pieces()


def _opened(version: DocumentVersion, start: int, length: int) -> Any:
    """Something to read from, at the place."""
    file = document_storage().open(str(version.file.name), "rb")
    if hasattr(file, "obj"):
        # An S3 file fetches itself whole when it is read; its object gives just the range asked for.
        body = file.obj.get(Range=f"bytes={start}-{start + length - 1}")["Body"]
        file.close()
        return body
    file.seek(start)
    return file
