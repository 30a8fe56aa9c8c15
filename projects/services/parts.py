"""Files on their way in, piece by piece, under UPLOAD_ROOT. What is on disk is what counts."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

SUFFIX = ".part"
PIECE = 128 * 1024


class Busy(Exception):  # noqa: N818
    """Another request is writing to this part just now (HTTP 423)."""


def root() -> Path:
    """The folder of the parts."""
    folder = Path(settings.UPLOAD_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(upload_id: uuid.UUID) -> Path:
    """Where the part lies; made of the id alone."""
    return root() / f"{upload_id}{SUFFIX}"


def size_on_disk(upload_id: uuid.UUID) -> int:
    """How many bytes have come; 0 where none has."""
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def held(upload_id: uuid.UUID) -> Iterator[int]:
    """The part open for writing, and for nobody else; raises Busy. A process that dies lets go of it.

    The lock is the file's, not a row's: a piece on a slow line takes minutes, and no transaction should.
    """
    descriptor = os.open(path_of(upload_id), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield descriptor
    finally:
        os.close(descriptor)


def append(descriptor: int, start: int, room: int, read: Callable[[int], bytes]) -> int:
    """Write what comes at the place, at most `room` bytes; returns where it ends. A line that breaks is an end too.

    Raises OSError where the disk is full: the part then ends where the last whole piece ended.
    """
    os.ftruncate(descriptor, start)
    os.lseek(descriptor, start, os.SEEK_SET)
    end = start
    while end - start < room:
        try:
            piece = read(min(PIECE, room - (end - start)))
        except OSError:  # the line broke; what came is kept
            break
        if not piece:
            break
        try:
            _write_whole(descriptor, piece)
        except OSError:
            os.ftruncate(descriptor, end)
            raise
        end += len(piece)
    return end


def _write_whole(descriptor: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[os.write(descriptor, left) :]


def drop(upload_id: uuid.UUID) -> None:
    """Take the part away."""
    path_of(upload_id).unlink(missing_ok=True)
