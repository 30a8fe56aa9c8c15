"""Queries that every request asks and that never differ but in one value: Django puts each together once.

Putting such a query together takes several times as long as its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class FixedQuery:
    """The query that `build` makes of a value; any value gives the same SQL, with that value among its parameters.

    `example` is a value to build it with, which stands for the value alone.
    """

    def __init__(self, build: Callable[[Any], QuerySet[Any, Any]], example: Any) -> None:
        self._build, self._example = build, example

    def rows(self, value: Any) -> list[tuple[Any, ...]]:
        """The rows for this value, as the database driver gives them."""
        sql, parameters = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if parameter == self._example else parameter for parameter in parameters])
            return cursor.fetchall()

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._build(self._example).query.sql_with_params()
        if self._example not in parameters:
            raise ValueError("The query does not ask for its value as it is.")
        return sql, tuple(parameters)
