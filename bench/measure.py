"""Measures one size, in turns and warm. Needs Django set up: `bench.one_size` starts it in a process of its own."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.arriving import measure_arriving
from bench.calls import counted
from bench.cases import Bench, Case, director_of
from bench.leaving import measure_leaving
from bench.reporting import measure_reports
from bench.sending import measure_sending
from pipeline.management.commands.make_centre import CODE
from pipeline.services.tallies import fold
from teams.models import Zone

WARM = 3
SIDES = ("app", "bare")


def measure_size(
    leads: int, rounds: int, say: Callable[[str], Any], *, only_reports: bool = False, without_reports: bool = False
) -> dict[str, Any]:
    """Make the centre if it is not there, and measure; what comes back is plain enough for JSON."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Zone.objects.filter(code=CODE).exists():
        call_command("make_centre", leads=leads)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    fold()
    reports = {} if without_reports else {"reports": measure_reports(say)}
    if only_reports:
        return {"leads": leads, "postgresql": _version(), "cases": {}, **reports}
    zone = Zone.objects.get(code=CODE)
    bench = Bench(zone, director_of(zone))
    bench.prepare()
    cases = measure(bench.cases(), rounds, say)
    out = measure_leaving(bench, say)
    sent = measure_sending(bench, say)
    # last: it makes leads
    into = measure_arriving(bench, say)
    return {
        "leads": leads, "postgresql": _version(), "cases": cases, **reports, "leaving": out, "arriving": into,
        "sending": sent,
    }  # fmt: skip


def _version() -> str:
    """The server's version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def count_queries(case: Case) -> dict[str, int]:
    """The statements of each side."""
    found = {}
    for side, run in zip(SIDES, (case.app, case.bare), strict=True):
        with counted() as queries:
            run()
        found[side] = queries.count
    return found


def measure(cases: Sequence[Case], rounds: int, say: Callable[[str], Any]) -> dict[str, dict[str, Any]]:
    """Each case in each round, the application and its contender call by call; times in milliseconds.

    The ratio is the median over the rounds of each round's medians, so that a busy moment of the machine meets both.
    """
    times: dict[str, list[dict[str, list[float]]]] = {case.key: [] for case in cases}
    queries = {}
    for case in cases:
        for _turn in range(WARM):
            case.app()
            case.bare()
        queries[case.key] = count_queries(case)
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for case in cases:
            times[case.key].append(_turns(case, bare_first=bool(number % 2)))
        say(f"  round {number + 1} of {rounds}\n")
    return {case.key: {"queries": queries[case.key], **_summed(times[case.key])} for case in cases}


def _turns(case: Case, bare_first: bool) -> dict[str, list[float]]:
    """One round of a case: one call of each in turn; which of them begins changes from round to round."""
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    sides = [("app", case.app), ("bare", case.bare)]
    gc.collect()
    for _turn in range(case.repeats):
        for side, run in reversed(sides) if bare_first else sides:
            began = time.perf_counter()
            run()
            times[side].append((time.perf_counter() - began) * 1000)
    return times


def _summed(rounds: Sequence[dict[str, list[float]]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ratio": statistics.median(statistics.median(one["app"]) / statistics.median(one["bare"]) for one in rounds)
    }
    for side in SIDES:
        every = sorted(time for one in rounds for time in one[side])
        found[side] = {"median": statistics.median(every), "p95": every[min(int(len(every) * 0.95), len(every) - 1)]}
    return found
