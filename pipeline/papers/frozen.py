"""Frozen figures as they are read: what an older report does not have is empty, and nothing of it breaks a page."""

from __future__ import annotations

import datetime
import typing
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any

from pipeline.selectors.reports.shape import ReportFigures

EMPTY: dict[type, Any] = {str: "", int: 0, bool: False}


def whole(figures: Any) -> ReportFigures:
    """The figures with every field of the present shape; what is missing or of another kind is empty."""
    filled: ReportFigures = _filled(ReportFigures, figures)
    return filled


@cache
def _fields(shape: type) -> dict[str, Any]:
    return typing.get_type_hints(shape)


def _filled(hint: Any, found: Any) -> Any:
    """What was found, made to fit the type."""
    if typing.is_typeddict(hint):
        given = found if isinstance(found, dict) else {}
        return {name: _filled(of, given.get(name)) for name, of in _fields(hint).items()}
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return [_filled(parts[0], one) for one in found] if isinstance(found, list) else []
    if origin is dict:
        return {str(key): _filled(parts[1], one) for key, one in found.items()} if isinstance(found, dict) else {}
    if origin in (UnionType, typing.Union):
        inner = next(one for one in parts if one is not NoneType)
        return None if found is None else _filled(inner, found)
    if hint is str:
        return _text(found)
    if hint in EMPTY:
        return found if type(found) is hint else EMPTY[hint]
    return found


def _text(found: Any) -> str:
    return "" if found is None or isinstance(found, dict | list) else str(found)


def amount_of(text: str) -> Decimal | None:
    """An amount that was kept as text; none where there is none."""
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is None or amount.is_finite() else None


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
