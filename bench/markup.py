"""What the bare pages look like: the same facts, in as little markup as shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template import Context, Engine

ENGINE = Engine(autoescape=True)
HEAD = "<!doctype html><html lang=zh><meta charset=utf-8><title>bench</title>"
LIST = ENGINE.from_string(
    HEAD
    + """<table>{% for r in rows %}<tr><td><a href="/leads/{{ r.0 }}/">{{ r.2 }}</a> {{ r.1 }} {{ r.3 }}</td>
<td>{{ r.4 }}</td><td>{{ r.6|default_if_none:"" }} {{ r.5|default_if_none:"" }}</td>
<td>{{ r.7|default_if_none:"" }} {{ r.8 }}</td><td>{{ r.10|date:"Y-m-d" }}</td><td>{{ r.11|date:"Y-m-d" }}</td>
<td>{{ r.12|date:"Y-m-d" }}</td></tr>{% endfor %}</table>{% if more %}<a href="?at={{ at }}">next</a>{% endif %}"""
)
BOARD = ENGINE.from_string(
    HEAD
    + """{% for column in columns %}<section><h2>{{ column.name }} {{ column.count }} {{ column.total }}</h2>
{% for r in column.cards %}<article><a href="/leads/{{ r.2 }}/">{{ r.3 }}</a><p>{{ r.4 }}</p>
<p>{{ r.5|default_if_none:"" }} {{ r.6 }} {{ r.7|default_if_none:"" }} {{ r.8|default_if_none:"" }}</p>
<p>{{ r.9|date:"Y-m-d" }} {{ r.10|date:"Y-m-d" }} {{ r.11|date:"Y-m-d" }}</p></article>{% endfor %}
</section>{% endfor %}"""
)
DASHBOARD = ENGINE.from_string(
    HEAD
    + """{% for rows in tables %}<table>{% for r in rows %}<tr>{% for cell in r %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}"""
)
CARDS_SHOWN = 20


def list_markup(rows: Sequence[tuple[Any, ...]], *, more: bool) -> str:
    """A table of leads, and the address of the next page."""
    at = f"{rows[-1][13].isoformat()}_{rows[-1][0]}" if rows else ""
    return LIST.render(Context({"rows": rows, "more": more, "at": at}))


def board_markup(sums: dict[str, tuple[Any, ...]], rows: Sequence[tuple[Any, ...]]) -> str:
    """The columns with their cards."""
    columns: dict[str, dict[str, Any]] = {}
    for row in rows:
        count, total = sums.get(row[0], (0, 0))
        column = columns.setdefault(row[0], {"name": row[1], "count": count, "total": total, "cards": []})
        if len(column["cards"]) < CARDS_SHOWN:
            column["cards"].append(row)
    return BOARD.render(Context({"columns": columns.values()}))


def dashboard_markup(*tables: Sequence[tuple[Any, ...]]) -> str:
    """The figures as tables."""
    return DASHBOARD.render(Context({"tables": tables}))
