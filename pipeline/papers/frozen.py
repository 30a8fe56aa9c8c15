"""Frozen figures as they are read: what an older report does not have is empty, and nothing of it breaks a page."""

from __future__ import annotations

import datetime
import typing
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any

from pipeline.selectors.reports.shape import ReportFigures
from pipeline.selectors.reports.sheet_row import SheetRow

# No amount has more digits before its point; what does was damaged, and breaks sums.
MOST_DIGITS = 24
EMPTY: dict[type, Any] = {str: "", int: 0, bool: False}


def whole(figures: Any) -> ReportFigures:
    """The figures with every field of the present shape; what is missing or of another kind is empty."""
    filled: ReportFigures = _reader(ReportFigures)(figures)
    return filled


def whole_row(row: Any) -> SheetRow:
    """A row of the project sheet with every field of the present shape."""
    filled: SheetRow = _reader(SheetRow)(row)
    return filled


Reader = Callable[[Any], Any]


@cache
def _reader(hint: Any) -> Reader:
    """What makes a value fit a type."""
    if typing.is_typeddict(hint):
        return partial(_read_dict, {name: _reader(of) for name, of in typing.get_type_hints(hint).items()})
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return partial(_read_list, _reader(parts[0]))
    if origin is dict:
        return partial(_read_map, _reader(parts[1]))
    if origin in (UnionType, typing.Union):
        inner = _reader(next(one for one in parts if one is not NoneType))
        return lambda found: None if found is None else inner(found)
    if hint is str:
        return _text
    if hint in EMPTY:
        return lambda found: found if type(found) is hint else EMPTY[hint]
    return lambda found: found


def _read_dict(readers: dict[str, Reader], found: Any) -> dict[str, Any]:
    given = found if isinstance(found, dict) else {}
    return {name: reader(given.get(name)) for name, reader in readers.items()}


def _read_list(reader: Reader, found: Any) -> list[Any]:
    return [reader(one) for one in found] if isinstance(found, list) else []


def _read_map(reader: Reader, found: Any) -> dict[str, Any]:
    return {str(key): reader(one) for key, one in found.items()} if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    if type(found) is str:
        return found
    return "" if found is None or isinstance(found, dict | list) else str(found)


def amount_of(text: str) -> Decimal | None:
    """An amount that was kept as text; none where there is none."""
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and amount.adjusted() < MOST_DIGITS else None


def day_of(text: str) -> datetime.date | None:
    """A day that was kept as text; none where there is none."""
    try:
        return datetime.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def moment_of(text: str) -> datetime.datetime | None:
    """A moment that was kept as text; none where there is none or nobody knows of which zone."""
    try:
        moment = datetime.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else None
