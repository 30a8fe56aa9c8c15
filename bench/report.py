"""The tables: each size beside its bare contenders and what it is held to, and what grows with the size."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

MARKS = ("<!-- bench: written by make bench -->", "<!-- bench: end -->")
BARE = "bare"
FLATNESS = 1.2


@dataclass(frozen=True)
class Held:
    """What a case is called, and what it is held to: a ratio to its contender or to another case, and queries."""

    name: str
    ratio: float | None = None
    to: str = BARE
    queries: int | None = None


NAMES = {
    "list": Held("list, first page of 30", 2.0, queries=8),
    "deep": Held("list, page at 50 %", 1.15, to="list", queries=8),
    "search2": Held("search, 2 characters, few rows", 3.0, to="list", queries=8),
    "search3": Held("search, 3 characters, few rows", 3.0, to="list", queries=8),
    "search6": Held("search, 6 characters, few rows", 3.0, to="list", queries=8),
    "search2_many": Held("search, 2 characters, many rows", 3.0, to="list", queries=8),
    "search3_many": Held("search, 3 characters, many rows", 3.0, to="list", queries=8),
    "board": Held("board, 7 × 20 cards", 2.0, queries=6),
    "dashboard": Held("dashboard", 2.0, queries=8),
    "rest_list": Held("REST, 100 rows", 1.5, queries=4),
    "changes": Held("100 changes of the feed", 1.2, to="rest_list"),
    "rest_create": Held("REST create", 15.0, to="floor", queries=8),
    "move": Held("one move"),
    "log": Held("one logged call"),
    "floor": Held("`select 1` page beside itself"),
}
FLAT = (
    "list",
    "deep",
    "search2",
    "search3",
    "search6",
    "board",
    "dashboard",
    "rest_list",
    "changes",
    "rest_create",
    "move",
    "log",
)
HELD_FLAT = frozenset({"board", "dashboard"})


def machine(postgresql: str) -> str:
    """What it was measured on."""
    info = Path("/proc/cpuinfo")
    models = {
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    }
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} with {os.cpu_count()} cores"
        f" ({', '.join(sorted(models)) or platform.machine()}), {memory:.0f} GB, {platform.system()}; Python"
        f" {platform.python_version()}, Django {version('django')}, PostgreSQL {postgresql}; load at the"
        f" end {os.getloadavg()[0]:.1f}."
    )


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _verdict(ok: bool) -> str:
    return "met" if ok else "**not met**"


def _held(key: str, cases: dict[str, Any]) -> str:
    held, case = NAMES[key], cases[key]
    said = []
    if held.ratio is not None:
        if held.to == BARE:
            ratio, other = case["ratio"], "bare"
        else:
            side = BARE if held.to == "floor" else "app"
            ratio = case["app"]["median"] / cases[held.to][side]["median"]
            other = NAMES[held.to].name.partition(",")[0].partition(" page")[0]
        said.append(f"{ratio:.2f} × {other}, ≤ {held.ratio:g}: {_verdict(ratio <= held.ratio)}")
    if held.queries is not None:
        said.append(f"≤ {held.queries} queries: {_verdict(case['queries']['app'] <= held.queries)}")
    return "; ".join(said)


def _size(found: dict[str, Any]) -> str:
    cases = found["cases"]
    lines = [
        f"### {found['leads']:,} leads",
        "",
        "| what | median ms | 95 % ms | queries | bare median ms | bare 95 % ms | bare queries | ratio | held to |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for key, held in NAMES.items():
        if key not in cases:
            lines.append(f"| {held.name} | no such page yet | | | | | | | |")
            continue
        case = cases[key]
        app, bare = case["app"], case["bare"]
        lines.append(
            f"| {held.name} | {_number(app['median'])} | {_number(app['p95'])} | {case['queries']['app']}"
            f" | {_number(bare['median'])} | {_number(bare['p95'])} | {case['queries']['bare']}"
            f" | {case['ratio']:.2f} | {_held(key, cases)} |"
        )
    return "\n".join(lines)


def _flatness(found: Sequence[dict[str, Any]]) -> str:
    small, large = found[0], found[-1]
    lines = [
        f"### From {small['leads']:,} to {large['leads']:,} leads",
        "",
        "| what | times as long | bare | held to |",
        "|---|---:|---:|---|",
    ]
    for key in FLAT:
        if key not in small["cases"] or key not in large["cases"]:
            continue
        grown = {
            side: large["cases"][key][side]["median"] / small["cases"][key][side]["median"] for side in ("app", BARE)
        }
        held = f"≤ {FLATNESS:g}: {_verdict(grown['app'] <= FLATNESS)}" if key in HELD_FLAT else ""
        same = large["cases"][key]["queries"]["app"] == small["cases"][key]["queries"]["app"]
        queries = "" if same else "**other number of queries**"
        said = "; ".join(part for part in (held, queries) if part)
        lines.append(f"| {NAMES[key].name} | {grown['app']:.2f} | {grown[BARE]:.2f} | {said} |")
    return "\n".join(lines)


REPORTS = {"build": "a weekly report's figures", "sheet": "its project sheet, read and written"}


def reports(found: Sequence[dict[str, Any]]) -> str:
    """One weekly report and its sheet in each size, beside the barest cursor over the sheet's rows."""
    lines = [
        "### One weekly report over all leads",
        "",
        "| leads | what | rows | seconds | statements | peak MB | bare seconds | bare peak MB | ratio |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        bare = one["reports"][BARE]
        for side, name in REPORTS.items():
            app = one["reports"][side]
            lines.append(
                f"| {one['leads']:,} | {name} | {app['rows']:,} | {app['seconds']:.1f} | {app['queries']}"
                f" | {app['peak']:.0f} | {bare['seconds']:.1f} | {bare['peak']:.0f}"
                f" | {app['seconds'] / bare['seconds']:.2f} |"
            )
    return "\n".join(lines)


LEAVING = {"stream": ("export as a stream", 0.8), "pages": ("pages of 1,000 of the feed", 0.3)}


def leaving(found: Sequence[dict[str, Any]]) -> str:
    """How many leads a second leave by each door, beside the barest cursor."""
    lines = [
        "### All leads on their way out",
        "",
        "| leads | what | rows a second | bare cursor, rows a second | ratio | held to |",
        "|---:|---|---:|---:|---:|---|",
    ]
    for one in found:
        rates = one["leaving"]
        for side, (name, least) in LEAVING.items():
            ratio = rates[f"{side}_ratio"]
            lines.append(
                f"| {one['leads']:,} | {name} | {rates[side]:,.0f} | {rates[BARE]:,.0f} | {ratio:.2f}"
                f" | ≥ {least:g}: {_verdict(ratio >= least)} |"
            )
    return "\n".join(lines)


# What is held to: of the merge's rows a second; unchanged rows beside our own changed ones.
LEAST_MERGED, LEAST_SKIPPED = 0.6, 3


def arriving(found: Sequence[dict[str, Any]]) -> str:
    """How many leads a second come in by bulk upserts, beside COPY and one merge."""
    lines = [
        "### Leads on their way in, 1,000 in a call",
        "",
        "| leads | what | rows a second | bare merge, rows a second | ratio | held to |",
        "|---:|---|---:|---:|---:|---|",
    ]
    for one in found:
        for kind in ("new", "changed", "unchanged"):
            rates = one["arriving"][kind]
            said = f"≥ {LEAST_MERGED:g}: {_verdict(rates['ratio'] >= LEAST_MERGED)}"
            if kind == "unchanged":
                skipped = one["arriving"]["skipped"]
                said = f"≥ {LEAST_SKIPPED:g} × changed: {_verdict(skipped >= LEAST_SKIPPED)} ({skipped:.1f})"
            lines.append(
                f"| {one['leads']:,} | {kind} | {rates['app']:,.0f} | {rates['bare']:,.0f} | {rates['ratio']:.2f}"
                f" | {said} |"
            )
    return "\n".join(lines)


SENDING = {"one": "1 change in each", "full": "100 changes in each"}
LEAST_SENT = 50


def sending(found: Sequence[dict[str, Any]]) -> str:
    """How many deliveries a second a webhook gets from one worker, beside the same bodies by bare POSTs."""
    lines = [
        "### Deliveries of a webhook, by one worker",
        "",
        "| leads | what | deliveries a second | bare POSTs a second | ratio | held to |",
        "|---:|---|---:|---:|---:|---|",
    ]
    for one in found:
        for kind, name in SENDING.items():
            rates = one["sending"][kind]
            lines.append(
                f"| {one['leads']:,} | {name} | {rates['app']:,.0f} | {rates[BARE]:,.0f} | {rates['ratio']:.3f}"
                f" | ≥ {LEAST_SENT} a second: {_verdict(rates['app'] >= LEAST_SENT)} |"
            )
    return "\n".join(lines)


STEPS = ("read", "check", "write")


def imports(found: Sequence[dict[str, Any]]) -> str:
    """How long spreadsheets of several lengths take, and how much memory."""
    lines = [
        "### Spreadsheets on their way in",
        "",
        "| rows | read, s | checked, s | imported, s | rows a second in all | peak MB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        seconds = one["seconds"]
        times = " | ".join(f"{seconds[step]:.1f}" for step in STEPS)
        rate = one["rows"] / sum(seconds.values())
        lines.append(f"| {one['rows']:,} | {times} | {rate:,.0f} | {one['peak']:.0f} |")
    return "\n".join(lines)


def report(found: Sequence[dict[str, Any]], imported: Sequence[dict[str, Any]], rounds: int, said: str) -> str:
    """All of it as Markdown."""
    parts = [
        f"{said} {rounds} rounds; times are of one client, in process, warm; a ratio is the median over the rounds of"
        " each round's medians, both sides call by call in turn.",
        *(_size(one) for one in found),
    ]
    if len(found) > 1:
        parts.append(_flatness(found))
    if all({"leaving", "arriving"} <= set(one) for one in found):
        parts += [leaving(found), arriving(found)]
    if all("sending" in one for one in found):
        parts.append(sending(found))
    if imported:
        parts.append(imports(imported))
    if reported := [one for one in found if "reports" in one]:
        parts.append(reports(reported))
    return "\n\n".join(parts)
