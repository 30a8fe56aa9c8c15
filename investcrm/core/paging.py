"""Keyset paging for pages and for the API.

A page is found by the last row's place in the order and not by counting rows off, so a deep page costs what the first
costs and a row that is added meanwhile neither hides nor doubles another. Every order ends with the primary key, so no
two rows share a place.

Rows whose value is empty come last in both directions. They are read as a segment of their own: then a plain index on
`(value, id)` serves both directions, each with an index range condition, which `ORDER BY … NULLS LAST` cannot do.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.utils.translation import gettext_lazy as _

CURSOR_MAX_LENGTH = 4096
DECIMAL_MAX_EXPONENT = 1000
HIDDEN = "keyset_{}"


class Ordering:
    """One order that a list offers: the field paths behind a public name.

    `nullable` says that the (single) value may be empty; `reverse` turns the order around, for names such as
    `idle_days` that grow while the stored date behind them falls.
    """

    __slots__ = ("nullable", "paths", "reverse")

    def __init__(self, *paths: str, nullable: bool = False, reverse: bool = False) -> None:
        if not paths:
            raise ValueError("an ordering needs a field path")
        if nullable and len(paths) > 1:
            raise ValueError("an ordering over several fields cannot have empty values")
        self.paths = paths
        self.nullable = nullable
        self.reverse = reverse


@dataclass(slots=True)
class KeysetPage:
    """The rows of one page and the cursors of its neighbours (None where there is no neighbour)."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(slots=True, frozen=True)
class _Place:
    """A place in an order. `values` is None among the empty values; `inclusive` takes the row at the place too."""

    values: tuple[Any, ...] | None
    pk: Any
    backward: bool
    inclusive: bool = False


def keyset_page(
    queryset: QuerySet[Any, Any],
    *,
    ordering: str,
    allowed: Mapping[str, Ordering | str],
    cursor: str | None,
    page_size: int,
    keys_first: bool = False,
) -> KeysetPage:
    """Read one page with one query.

    `ordering` is a name from `allowed`, with `-` before it for descending. Takes querysets of models and of
    `values()`. `keys_first` finds the page's primary keys in a query within the query, which an index may answer that
    holds what is filtered and sorted by: what the filters leave out on the way is then not read.

    Raises ValidationError with code `invalid_ordering` for an unknown order and `invalid_cursor` for a cursor that was
    made up, cut, or belongs to another order.
    """
    if page_size < 1:
        raise ValueError("page_size must be at least 1")
    order, descending = resolve_ordering(ordering, allowed)
    fields = _fields(queryset, order.paths)
    place = _decode(cursor, ordering, order, fields) if cursor else None
    queryset, keys = _with_keys(queryset, order.paths)

    backward = place is not None and place.backward
    read = _keys_first if keys_first else _read
    rows = list(read(queryset, order, descending != backward, place, fields, page_size + 1))
    if order.nullable:
        # Each of the two segments keeps its order; which of them SQL gives first is not promised.
        rows.sort(key=lambda row: (_value(row, keys.values[0]) is None) != backward)
    more = len(rows) > page_size
    rows = rows[:page_size]
    if backward:
        rows.reverse()

    def cursor_at(row: Any, *, back: bool) -> str:
        values = tuple(_value(row, key) for key in keys.values)
        found = None if order.nullable and values[0] is None else values
        return _encode(ordering, _Place(found, _value(row, keys.pk), back))

    next_cursor = previous_cursor = None
    if rows:
        if more or backward:
            next_cursor = cursor_at(rows[-1], back=False)
        if more if backward else place is not None:
            previous_cursor = cursor_at(rows[0], back=True)
    elif place is not None:
        # Nothing is left on this side; the way back must not miss the row at the place itself.
        turned = _encode(ordering, _Place(place.values, place.pk, not backward, inclusive=True))
        next_cursor, previous_cursor = (turned, None) if backward else (None, turned)

    if keys.hidden and rows and isinstance(rows[0], dict):
        for row in rows:
            for key in keys.hidden:
                del row[key]
    return KeysetPage(rows, next_cursor, previous_cursor)


def page_or_first(
    queryset: QuerySet[Any, Any],
    *,
    ordering: str,
    allowed: Mapping[str, Ordering | str],
    cursor: str | None,
    page_size: int,
) -> KeysetPage:
    """As keyset_page, for addresses that people keep: a cursor that cannot be read starts from the beginning."""
    options: dict[str, Any] = {"ordering": ordering, "allowed": allowed, "page_size": page_size}
    try:
        return keyset_page(queryset, cursor=cursor or None, **options)
    except ValidationError:
        return keyset_page(queryset, cursor=None, **options)


def cursor_after(row: models.Model, *, ordering: str, allowed: Mapping[str, Ordering | str]) -> str:
    """The cursor of the page that begins after this row, for first pages that were read in another way.

    The order's paths are plain fields of the row.
    """
    order, _descending = resolve_ordering(ordering, allowed)
    values = tuple(getattr(row, path) for path in order.paths)
    found = None if order.nullable and values[0] is None else values
    return _encode(ordering, _Place(found, row.pk, backward=False))


def resolve_ordering(ordering: str, allowed: Mapping[str, Ordering | str]) -> tuple[Ordering, bool]:
    """The order behind a name and whether it descends. Raises ValidationError with code `invalid_ordering`."""
    name = ordering.removeprefix("-")
    if name not in allowed:
        raise ValidationError(_("This list cannot be sorted that way."), code="invalid_ordering")
    found = allowed[name]
    order = Ordering(found) if isinstance(found, str) else found
    return order, ordering.startswith("-") != order.reverse


@dataclass(slots=True, frozen=True)
class _Keys:
    """The names under which the rows carry the values of the order and the primary key."""

    values: tuple[str, ...]
    pk: str
    hidden: tuple[str, ...]


def _fields(queryset: QuerySet[Any, Any], paths: Sequence[str]) -> list[models.Field[Any, Any]]:
    """The fields of the paths and of the primary key; resolved on a copy, for resolving may add joins."""
    query = queryset.all().query
    return [F(path).resolve_expression(query).output_field for path in (*paths, "pk")]


def _with_keys(queryset: QuerySet[Any, Any], paths: Sequence[str]) -> tuple[QuerySet[Any, Any], _Keys]:
    """Make sure that every row carries the values of the order; what had to be added is hidden again later."""
    query = queryset.query
    pk_name = queryset.model._meta.pk.attname
    present = set(query.annotation_select)
    if queryset._iterable_class is models.query.ModelIterable:
        # A deferred field is left out: reading it would cost a query of its own.
        if not query.deferred_loading[0]:
            present.update(field.attname for field in queryset.model._meta.concrete_fields)
    elif queryset._iterable_class is models.query.ValuesIterable:
        present.update(query.values_select)
    else:
        raise TypeError("keyset paging reads models or values(), not values_list()")
    names: list[str] = []
    added: dict[str, F] = {}
    for number, path in enumerate((*paths, pk_name)):
        if path in present:
            names.append(path)
        else:
            added[HIDDEN.format(number)] = F(path)
            names.append(HIDDEN.format(number))
    if added:
        queryset = queryset.annotate(**added)
    return queryset, _Keys(tuple(names[:-1]), names[-1], tuple(added))


def _read(
    queryset: QuerySet[Any, Any],
    order: Ordering,
    descending: bool,
    place: _Place | None,
    fields: Sequence[models.Field[Any, Any]],
    limit: int,
) -> QuerySet[Any, Any]:
    sign = "-" if descending else ""
    queryset = queryset.order_by(*(f"{sign}{path}" for path in order.paths), f"{sign}pk")
    if not order.nullable:
        return (queryset.filter(_beyond(order.paths, place, descending, fields)) if place else queryset)[:limit]

    path = order.paths[0]
    filled = queryset.filter(Q((f"{path}__isnull", False)))
    empty = queryset.filter(Q((f"{path}__isnull", True)))
    if place is None:
        segments = [filled, empty]
    elif place.values is not None:
        filled = filled.filter(_beyond(order.paths, place, descending, fields))
        segments = [filled] if place.backward else [filled, empty]
    else:
        empty = empty.filter(_beyond((), place, descending, fields))
        segments = [empty, filled] if place.backward else [empty]
    if len(segments) == 1:
        return segments[0][:limit]
    # The limit on the whole stops before the second segment when the first fills the page.
    return segments[0][:limit].union(segments[1][:limit], all=True)[:limit]


def _keys_first(
    queryset: QuerySet[Any, Any],
    order: Ordering,
    descending: bool,
    place: _Place | None,
    fields: Sequence[models.Field[Any, Any]],
    limit: int,
) -> QuerySet[Any, Any]:
    sign = "-" if descending else ""
    keys = _read(queryset.values("pk"), order, descending, place, fields, limit)
    return queryset.filter(pk__in=keys).order_by(*(f"{sign}{path}" for path in order.paths), f"{sign}pk")


def _beyond(paths: Sequence[str], place: _Place, descending: bool, fields: Sequence[models.Field[Any, Any]]) -> Any:
    """The rows beyond a place, as one row comparison, which PostgreSQL turns into an index range."""
    fields = fields[-1 - len(paths) :]
    values = (*(place.values or ()), place.pk)
    lookup: type[models.Lookup[Any]]
    if descending:
        lookup = TupleLessThanOrEqual if place.inclusive else TupleLessThan
    else:
        lookup = TupleGreaterThanOrEqual if place.inclusive else TupleGreaterThan
    # A decimal goes in as it came out: its field would round a computed value to its own number of places.
    bound = tuple(
        Value(value) if isinstance(value, Decimal) else Value(value, output_field=field)
        for value, field in zip(values, fields, strict=True)
    )
    return lookup(Tuple(*(F(path) for path in paths), F("pk")), bound)


def _value(row: Any, key: str) -> Any:
    return row[key] if isinstance(row, dict) else getattr(row, key)


def _plain(value: Any) -> str | int | float | bool:
    """A value as JSON carries it; the other way round is the field's `to_python`."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    raise TypeError(f"cannot order a list by a value of type {type(value).__name__}")


def _encode(ordering: str, place: _Place) -> str:
    values = None if place.values is None else [_plain(value) for value in place.values]
    direction = ("p" if place.backward else "n") + ("=" if place.inclusive else "")
    packed = orjson.dumps([ordering, direction, values, _plain(place.pk)])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def _decode(cursor: str, ordering: str, order: Ordering, fields: Sequence[models.Field[Any, Any]]) -> _Place:
    invalid = ValidationError(_("This page address is not valid; begin again from the first page."), "invalid_cursor")
    if len(cursor) > CURSOR_MAX_LENGTH:
        raise invalid
    try:
        raw = cursor.encode("ascii")
        packed = orjson.loads(base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True))
        found_ordering, direction, values, pk = packed
        if found_ordering != ordering or direction not in {"n", "p", "n=", "p="}:
            raise invalid
        if values is None:
            if not order.nullable:
                raise invalid
            checked = None
        else:
            if not isinstance(values, list):
                raise invalid
            checked = tuple(_checked(value, field) for value, field in zip(values, fields[:-1], strict=True))
        return _Place(checked, _checked(pk, fields[-1]), direction[0] == "p", direction.endswith("="))
    except (ValidationError, ValueError, TypeError, ArithmeticError, binascii.Error, UnicodeError) as error:
        raise invalid from error


def _checked(value: Any, field: models.Field[Any, Any]) -> Any:
    """A cursor's value as the field knows it; anything that the field would not have written is refused."""
    found = field.to_python(value)
    plain = _plain(found)
    if type(plain) is not type(value) or plain != value:
        raise ValueError("not a value of this field")
    if isinstance(found, str) and "\x00" in found:
        raise ValueError("no text of the database")
    if isinstance(found, Decimal) and (not found.is_finite() or abs(found.adjusted()) > DECIMAL_MAX_EXPONENT):
        raise ValueError("no number of the database")
    if not isinstance(found, Decimal):
        field.get_db_prep_value(found, connections["default"])
    return found
