"""Rows of a list for a file: typed cells, heads in both languages, nothing that a spreadsheet would run."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import get_language, override

from projects.columns import Column, Value, lead_row

# Rows read from the database at a time: the memory that an export takes does not grow with its rows.
CHUNK = 500
# What a spreadsheet takes for a formula at a cell's beginning, in full width too.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def heads(columns: Sequence[Column]) -> list[str]:
    """The heads in the reader's language, and in the other one after it."""
    here = get_language() or settings.LANGUAGE_CODE
    others = [code for code, _name in settings.LANGUAGES if code != here]
    found = []
    for column in columns:
        words = [force_str(column.label)]
        for code in others:
            with override(code):
                words.append(force_str(column.label))
        found.append(" / ".join(dict.fromkeys(words)))
    return found


def unarmed(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RUNS) else text


class Rows(Protocol):
    """Rows that are read through once, some at a time: a queryset, or what reads like one."""

    def iterator(self, chunk_size: int) -> Iterator[Any]:
        """The rows, one after the other."""

    def count(self) -> int:
        """How many there are."""


# What the columns of a list read, made of one of its rows.
Maker = Callable[[Any], Any]


def chunks(of: Rows, columns: Sequence[Column], make: Maker = lead_row) -> Iterator[list[list[Value]]]:
    """The cells of the rows, some rows at a time, by a cursor on the server.

    Each piece is made in the language of the caller at once: what streams it may run after the request has ended.
    """
    language = get_language() or settings.LANGUAGE_CODE
    rows = iter(of.iterator(chunk_size=CHUNK))
    while True:
        with override(language):
            piece = [_cells(make(row), columns) for row in islice(rows, CHUNK)]
        if not piece:
            return
        yield piece


def _cells(row: Any, columns: Sequence[Column]) -> list[Value]:
    return [_typed(column, column.value(row)) for column in columns]


def _typed(column: Column, value: Any) -> Value:
    """Days without their time, in the present time zone."""
    if column.kind == "day" and isinstance(value, datetime.datetime):
        return timezone.localtime(value).date()
    return value
