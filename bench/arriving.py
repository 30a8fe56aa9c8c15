"""Leads on their way in: bulk upserts by their external ids, beside COPY into a temporary table and one merge.

The barest contender trusts what it gets: it looks up no reference, asks no rule and no right. It writes the same rows
of the same tables (lead, ledger, external id) with the same triggers and indexes, and works out what a lead is found
by, as every writer must.
"""

from __future__ import annotations

import datetime
import io
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bench import sql
from bench.cases import Bench
from investcrm.core.external_ids import remember
from investcrm.core.text import pinyin_key, search_text
from projects.models import Company

ITEMS = 1_000
ROUNDS = 4
KINDS = ("new", "changed", "unchanged")
SYSTEM = "bench"
COLUMNS = (
    "external_id text, id uuid, number text, name text, company_id uuid, name_key text, search_text text,"
    " total_investment numeric, summary text"
)
FOUND = """
SELECT external_id, row_id FROM core_externalid
WHERE kind = 'lead' AND source_system = 'bench' AND external_id = ANY(%s)
"""
NUMBERS = "SELECT nextval('projects_lead_number') FROM generate_series(1, %s)"
MERGE = f"""
WITH written AS (
    INSERT INTO projects_lead AS lead (id, version, created_at, updated_at, zone_id, number, name, name_en, company_id,
        summary, capital_origin, listing, acquisition_mode, source, created_by_id, currency, total_investment,
        site_need, needs_waterway, stage_id, stage_kind, stage_entered_on, review_conclusion, agreement_number, place,
        close_reason, last_progress_on, name_key, search_text)
    SELECT id, 1, now(), now(), %(zone)s, number, name, '', company_id, summary, 'domestic', 'none', '', '',
        %(actor)s, 'CNY', total_investment, '', false, 'enquiry', 'open', %(day)s, '', '', '', '', %(day)s, name_key,
        search_text FROM arrived
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, summary = EXCLUDED.summary,
        total_investment = EXCLUDED.total_investment
    WHERE (lead.name, lead.summary, lead.total_investment)
        IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.summary, EXCLUDED.total_investment)
    RETURNING *, xmax = 0 AS is_new
), entry AS (
    {sql.ENTRY}
    SELECT gen_random_uuid(), id,
        CASE WHEN is_new THEN 1 ELSE (
            SELECT MAX(seq) + 1 FROM projects_ledgerentry e WHERE e.lead_id = written.id
        ) END,
        CASE WHEN is_new THEN 'opened' ELSE 'revalued' END, %(day)s, now(), %(actor)s, '', '', NULL, '',
        {sql.SNAPSHOT} FROM written
)
INSERT INTO core_externalid (kind, source_system, row_id, external_id, created_at)
SELECT 'lead', '{SYSTEM}', id, external_id, now() FROM arrived
ON CONFLICT (kind, source_system, external_id) DO NOTHING
"""  # noqa: S608 - the texts above


class Arriving:
    """Calls of 1,000 items of a source system that names companies by its own ids."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.turn = uuid.uuid4().hex[:6]
        companies = Company.objects.filter(deleted_at=None).order_by("id")[:200]
        self.companies = {f"{self.turn}-{number}": company for number, company in enumerate(companies)}
        for external_id, company in self.companies.items():
            remember("company", company.pk, SYSTEM, external_id)

    def items(self, side: str, number: int, amount: int) -> list[dict[str, Any]]:
        """The items of a call; another amount is a change."""
        keys = list(self.companies)
        return [
            {
                "external_id": f"{self.turn}-{side}-{number}-{place}",
                "name": f"到达项目 {number}-{place}",
                "company": {"source_system": SYSTEM, "external_id": keys[place % len(keys)]},
                "zone": self.bench.zone.code,
                "total_investment": f"{amount + place}.00",
                "summary": "新建生产线，年产零部件 100 万套",
            }
            for place in range(ITEMS)
        ]

    def app(self, items: Sequence[dict[str, Any]]) -> None:
        """The call, as a client makes it."""
        body = orjson.dumps({"source_system": SYSTEM, "items": items})
        answer = orjson.loads(self.bench.api.send(reverse("api:lead-bulk-upsert"), body))
        if answer["failed"]:
            raise LookupError(next(one for one in answer["results"] if one["errors"]))

    def bare(self, items: Sequence[dict[str, Any]]) -> None:
        """The same body, into the tables."""
        read = orjson.loads(orjson.dumps({"items": items}))["items"]
        day = datetime.date.today()  # noqa: DTZ011 - a bare writer
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FOUND, [[item["external_id"] for item in read]])
            found = dict(cursor.fetchall())
            cursor.execute(NUMBERS, [len(read) - len(found)])
            numbers = (f"{day.year}-{number:06d}" for (number,) in cursor.fetchall())
            cursor.execute(f"CREATE TEMPORARY TABLE arrived ({COLUMNS}) ON COMMIT DROP")
            text = "\n".join("\t".join(row) for row in self._rows(read, found, numbers))
            cursor.copy_expert("COPY arrived FROM STDIN", io.StringIO(text.replace("\\", "\\\\")))
            values: dict[str, Any] = {"zone": self.bench.zone.pk, "actor": self.bench.director.pk, "day": day}
            cursor.execute(MERGE, values)

    def _rows(
        self, items: Sequence[dict[str, Any]], found: dict[str, Any], numbers: Iterator[str]
    ) -> Iterator[list[str]]:
        for item in items:
            pk = found.get(item["external_id"])
            company = self.companies[item["company"]["external_id"]]
            number = "" if pk else next(numbers)
            key = "" if pk else pinyin_key(item["name"])
            searched = "" if pk else search_text(number, item["name"], "", company.name, company.name_en)
            yield [
                item["external_id"], str(pk or uuid.uuid4()), number, item["name"], str(company.pk), key,
                searched.replace("\n", " "), item["total_investment"], item["summary"],
            ]  # fmt: skip


def measure_arriving(bench: Bench, say: Callable[[str], Any]) -> dict[str, Any]:
    """Rows a second of each kind and side, the medians of the rounds, and the ratios within them."""
    arriving = Arriving(bench)
    sides = {"app": arriving.app, "bare": arriving.bare}
    rates: dict[str, dict[str, list[float]]] = {kind: {side: [] for side in sides} for kind in KINDS}
    for number in range(ROUNDS + 1):
        for side, write in sides.items():
            calls = {
                "new": arriving.items(side, number, 1_000_000),
                "changed": arriving.items(side, number, 2_000_000),
                "unchanged": arriving.items(side, number, 2_000_000),
            }
            for kind, items in calls.items():
                began = time.perf_counter()
                write(items)
                # the first round warms up
                if number:
                    rates[kind][side].append(ITEMS / (time.perf_counter() - began))
        say(f"  arriving: round {number} of {ROUNDS}\n")
    found: dict[str, Any] = {"at": timezone.now().isoformat()}
    for kind, each in rates.items():
        found[kind] = {side: statistics.median(values) for side, values in each.items()}
        pairs = zip(each["app"], each["bare"], strict=True)
        found[kind]["ratio"] = statistics.median(ours / theirs for ours, theirs in pairs)
    found["skipped"] = found["unchanged"]["app"] / found["changed"]["app"]
    return found
