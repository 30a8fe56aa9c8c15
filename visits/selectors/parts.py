"""The beginnings of several lists in one query: which rows come first in each, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value

# More rows than this are not counted: somebody who has a thousand things to do today needs no exact number.
CAP = 1000


@dataclass(frozen=True)
class Beginning:
    """The ids of the first rows of a list in their order, and how many rows there are, at most `CAP`."""

    ids: list[Any]
    count: int


def beginnings(parts: Mapping[str, Sequence[QuerySet[Any, Any]]], shown: int) -> dict[str, Beginning]:
    """The beginning of each list. One query.

    A list is the rows of its querysets together, each a `values_list` of the id and of the place by which all of them
    are sorted, and sorted by it: an index gives each one's first rows. They are counted apart, without an order, until
    there are `CAP` of them.
    """
    texts, values = [], list[Any]()
    for name, rows in parts.items():
        first = [found for one in rows if (found := _sql(one[:shown]))]
        every = [found for one in rows if (found := _sql(one.order_by().values_list(Value(1))))]
        if not first:
            continue
        # What is put in is the caller's own names and number, and what Django has written.
        texts.append(
            f"(SELECT '{name}' AS part, id, row_number() OVER (ORDER BY place, id) AS seat, NULL AS counted"  # noqa: S608
            f" FROM ({_together(first)}) AS rows (id, place) ORDER BY place, id LIMIT {shown:d})"
        )
        some = f"SELECT 1 FROM ({_together(every)}) AS rows LIMIT {CAP:d}"  # noqa: S608
        texts.append(f"(SELECT '{name}', NULL, 0, count(*) FROM ({some}) AS few)")  # noqa: S608
        values += [value for _text, given in (*first, *every) for value in given]
    ids: dict[str, list[Any]] = {name: [] for name in parts}
    counts = dict.fromkeys(parts, 0)
    if texts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(texts), values)
            for name, row_id, _seat, counted in sorted(cursor.fetchall(), key=lambda row: row[2]):
                if counted is None:
                    ids[name].append(row_id)
                else:
                    counts[name] = counted
    return {name: Beginning(ids[name], counts[name]) for name in parts}


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, Sequence[Any]] | None:
    """A query and its values; None where it can find nothing."""
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"({text})", values


def _together(found: Sequence[tuple[str, Sequence[Any]]]) -> str:
    return " UNION ALL ".join(text for text, _values in found)
