"""One weekly report over all leads of the centre, and its project sheet: seconds, statements, the process's memory.

Each side runs in a process of its own (`python -m bench.reporting --side=…`), so that its peak is its own. The barest
contender reads the rows of the sheet by one cursor of the server, without asking what was known when, and writes them
as the sheet is written.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

from investcrm.local.places import CHECKOUT

SIDES = ("build", "sheet", "bare")
ROUNDS = 3
BARE = """
SELECT l.id::text, l.number, l.name, c.name, c.profile, l.currency, l.fixed_asset_investment::text,
    l.total_investment::text, l.agreed_investment::text, l.summary, l.site_need, l.land_mu::text,
    l.floor_area_m2::text, l.clear_height_m::text, k.name, k.phone, t.name_zh, u.display_name, s.name_zh, i.name_zh,
    l.review_conclusion, l.signed_on, l.landed_on, said.summary, said.occurred_at
FROM projects_lead l JOIN projects_company c ON c.id = l.company_id JOIN projects_stage s ON s.code = l.stage_id
LEFT JOIN teams_team t ON t.id = l.team_id LEFT JOIN teams_user u ON u.id = l.owner_id
LEFT JOIN projects_industry i ON i.id = l.industry_id
LEFT JOIN LATERAL (
    SELECT o.name, o.phone FROM projects_contact o
    WHERE o.company_id = l.company_id AND o.zone_id = l.zone_id AND o.deleted_at IS NULL ORDER BY o.created_at LIMIT 1
) k ON TRUE
LEFT JOIN LATERAL (
    SELECT n.summary, n.occurred_at FROM visits_interaction n WHERE n.lead_id = l.id AND n.deleted_at IS NULL
    ORDER BY n.occurred_at DESC, n.id DESC LIMIT 1
) said ON TRUE
WHERE l.zone_id = %s AND l.deleted_at IS NULL
    AND (l.stage_kind IN ('open', 'signed') OR l.landed_on >= %s OR l.closed_on >= %s)
ORDER BY t.code, s.position, l.number
"""


def measure_reports(say: Callable[[str], Any]) -> dict[str, dict[str, Any]]:
    """What each side takes, by its name. The servers of INVESTCRM_VAR run."""
    found = {}
    for side in SIDES:
        command = [sys.executable, "-m", "bench.reporting", f"--side={side}"]
        done = subprocess.run(command, cwd=CHECKOUT, env=dict(os.environ), check=True, stdout=subprocess.PIPE)
        found[side] = json.loads(done.stdout.splitlines()[-1])
        say(f"  report: {side}\n")
    return found


def peak() -> float:
    """The most memory that this process ever had, in MB; what its parent had before does not count."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    told = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return (told[0] if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _timed(run: Callable[[], int]) -> dict[str, Any]:
    """Its median, rows and statements, after one run that warms; and the peak of the process."""
    calls = importlib.import_module("bench.calls")
    with calls.counted() as queries:
        rows = run()
    times = []
    for _turn in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return {
        "seconds": statistics.median(times), "rows": rows, "queries": queries.count, "peak": peak()
    }  # fmt: skip


def runs(side: str) -> Callable[[], int]:
    """What a side does, from rows in the database to figures or to a file; it returns how many rows there were."""
    changes = importlib.import_module("investcrm.core.changes")
    db = importlib.import_module("django.db")
    periods = importlib.import_module("pipeline.selectors.periods")
    models = importlib.import_module("teams.models")
    sheet_file = importlib.import_module("pipeline.exports.sheet_file")
    scopes = importlib.import_module("pipeline.selectors.scopes")
    building = importlib.import_module("pipeline.selectors.reports.building")
    sheet = importlib.import_module("pipeline.selectors.reports.sheet")
    clock = importlib.import_module("django.utils.timezone")
    zone = models.Zone.objects.get(code="generated")
    # as reports are drafted: the week that is over
    week = periods.period_of(periods.WEEK, zone.today()).before()
    asked = {"as_of": week.last, "known": changes.give_positions()}

    def counted(rows: Iterator[Any], told: list[int]) -> Iterator[Any]:
        for row in rows:
            told[0] += 1
            yield row

    def written(rows: Iterator[Any]) -> int:
        told = [0]
        sheet_file.write_sheet(counted(rows, told)).close()
        return told[0]

    def bare_rows() -> Iterator[Any]:
        with db.transaction.atomic(), db.connection.chunked_cursor() as cursor:
            cursor.execute(BARE, [zone.pk, week.first, week.first])
            while rows := cursor.fetchmany(500):
                yield from rows

    def build() -> int:
        report = building.build(scopes.Scope(zone), "weekly", week, cutoff_at=clock.now(), **asked)
        found: int = report["stages"][-1]["columns"]["closing"]["n"]
        return found

    ways: dict[str, Callable[[], int]] = {
        "build": build,
        "sheet": lambda: written(sheet.sheet_rows(scopes.Scope(zone), week, **asked)),
        "bare": lambda: written(bare_rows()),
    }
    return ways[side]


def main() -> None:
    """Measure one side, and say what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", choices=SIDES, required=True)
    side = parser.parse_args().side
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    servers = importlib.import_module("investcrm.local.servers")
    with servers.running():
        django.setup()
        sys.stdout.write(f"{json.dumps(_timed(runs(side)))}\n")


if __name__ == "__main__":
    main()
