"""Leads on their way out: the stream of all of them and the pages of the feed, beside one cursor of the server.

The barest contender reads the columns of the shape by a cursor of the server and writes each row by orjson, flat: no
nested names, no gaps, nobody asked who sees what.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection, transaction
from django.urls import reverse

from bench.bare import plain
from bench.cases import Bench
from projects.models import Lead
from projects.shapes import LEAD_COLUMNS, lead_rows

# More of a million would take minutes and say the same.
MOST = 100_000
PAGE = 1_000
PAGES = 10
ROUNDS = 4
SIDES = ("stream", "pages")


def measure_leaving(bench: Bench, say: Callable[[str], Any]) -> dict[str, Any]:
    """Rows a second of each side, the median of the rounds, and their ratio to the cursor's in the same round."""
    there = Lead.objects.filter(zone=bench.zone, deleted_at=None).count()
    rows = min(MOST, there)
    runs = {"bare": lambda: _bare(bench, rows), "stream": lambda: _stream(bench, rows), "pages": lambda: _pages(bench)}
    for run in runs.values():
        run()
    rates: dict[str, list[float]] = {side: [] for side in runs}
    for number in range(ROUNDS):
        for side, run in runs.items():
            began = time.perf_counter()
            count = run()
            rates[side].append(count / (time.perf_counter() - began))
        say(f"  leaving: round {number + 1} of {ROUNDS}\n")
    found: dict[str, Any] = {side: statistics.median(each) for side, each in rates.items()}
    for side in SIDES:
        pairs = zip(rates[side], rates["bare"], strict=True)
        found[f"{side}_ratio"] = statistics.median(ours / theirs for ours, theirs in pairs)
    return found


def _bare(bench: Bench, rows: int) -> int:
    leads = lead_rows(Lead.objects.filter(zone=bench.zone, deleted_at=None)).order_by("id").values(*LEAD_COLUMNS)
    query, parameters = leads.query.sql_with_params()
    count = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while found := cursor.fetchmany(2_000):
            for row in found:
                orjson.dumps(row, default=plain)
            count += len(found)
            if count >= rows:
                break
    return count


def _stream(bench: Bench, rows: int) -> int:
    return bench.api.lines(f"{reverse('api:export-leads')}?format=jsonl", rows)


def _pages(bench: Bench) -> int:
    """The first pages of a full sync by the feed."""
    address = f"{reverse('api:changes')}?types=lead&limit={PAGE}"
    page = orjson.loads(bench.api.get(address))
    count = len(page["changes"])
    for _number in range(PAGES - 1):
        if not page["has_more"]:
            break
        page = orjson.loads(bench.api.get(f"{address}&since={page['cursor']}"))
        count += len(page["changes"])
    return count
