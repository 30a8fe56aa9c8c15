"""Queries that are asked all the time and never differ but in one value: Django puts each together once.

Putting such a query together takes several times as long as its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet


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

    def first(self, value: Any, *models: type[Model]) -> tuple[Any, ...] | None:
        """The first row as instances: of the query's model, and of those that it selects with it, in this order."""
        found = self.rows(value)[:1]
        if not found:
            return None
        names = [_attributes(model) for model in models]
        ends = [0]
        for each in names:
            ends.append(ends[-1] + len(each))
        parts = [found[0][begin:end] for begin, end in pairwise(ends)]
        given = zip(models, names, parts, strict=True)
        return tuple(model.from_db(connection.alias, each, part) for model, each, part in given)

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._build(self._example).query.sql_with_params()
        if self._example not in parameters:
            raise ValueError("The query does not ask for its value as it is.")
        return sql, tuple(parameters)


@cache
def _attributes(model: type[Model]) -> list[str]:
    """The attributes that the columns fill; raises TypeError where one does not come as the driver gives it."""
    fields = model._meta.concrete_fields
    for field in fields:
        if field.get_db_converters(connection) or connection.ops.get_db_converters(field.cached_col):
            raise TypeError(f"{model.__name__}.{field.name} is read through a converter.")
    return [field.attname for field in fields]
