"""`python -m bench`: measures each size and writes the tables into docs/performance.md.

Each size has a data folder of its own (var/bench/<leads>), which is kept: a million leads are made once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.report import MARKS, machine, report, reports
from investcrm.local.places import CHECKOUT

SIZES = (10_000, 100_000, 1_000_000)
IMPORTED = (10_000, 100_000)
# Reports of a larger centre would be measured for half an hour.
MOST_REPORTED = 100_000
ROUNDS = 5
DATA = CHECKOUT / "var" / "bench"
PAGE = CHECKOUT / "docs" / "performance.md"


def measured(leads: int, rounds: int, *flags: str) -> dict[str, Any]:
    """What one size gives, in a process of its own with servers of its own."""
    data = DATA / str(leads)
    data.mkdir(parents=True, exist_ok=True)
    return _told(data, "bench.one_size", f"--leads={leads}", f"--rounds={rounds}", *flags)


def imported(rows: int) -> dict[str, Any]:
    """What an import of so many rows takes, into a centre that is made for it and thrown away."""
    data = DATA / "importing"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    try:
        return _told(data, "bench.importing", f"--rows={rows}")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _told(data: Path, module: str, *arguments: str) -> dict[str, Any]:
    """What a module says that measures on the servers of this data folder."""
    output = data / "found.json"
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DEBUG")}
    environ |= {"INVESTCRM_VAR": str(data), "INVESTCRM_DEMO": "True", "LOG_LEVEL": "ERROR", "API_RATE": "1000000"}
    command = [sys.executable, "-m", module, *arguments, f"--output={output}"]
    subprocess.run(command, cwd=CHECKOUT, env=environ, check=True)
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def write(text: str, page: Path) -> None:
    """Put the tables between the marks of the page."""
    kept = page.read_text(encoding="utf-8")
    before, _begin, rest = kept.partition(MARKS[0])
    _old, end, after = rest.partition(MARKS[1])
    if not end:
        raise SystemExit(f"{page.name} has no place for the tables: {MARKS[0]} … {MARKS[1]}")
    page.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}", encoding="utf-8")


def main() -> None:
    """Measure all sizes, print the tables, write them."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--import-rows", type=int, nargs="*", default=list(IMPORTED), help="none: leave imports out")
    parser.add_argument("--only-reports", action="store_true", help="measure reports alone, and write nothing")
    parser.add_argument("--without-reports", action="store_true", help="leave reports out")
    options = parser.parse_args()
    found = []
    for leads in sorted(options.sizes):
        sys.stderr.write(f"{leads:,} leads\n")
        without = options.without_reports or (leads > MOST_REPORTED and not options.only_reports)
        flags = {"--only-reports": options.only_reports, "--without-reports": without}
        found.append(measured(leads, options.rounds, *(flag for flag, is_on in flags.items() if is_on)))
    if options.only_reports:
        sys.stdout.write(f"{reports(found)}\n")
        return
    imports = [imported(rows) for rows in sorted(options.import_rows)]
    text = report(found, imports, options.rounds, machine(found[0]["postgresql"]))
    sys.stdout.write(f"{text}\n")
    if not options.print_only:
        write(text, PAGE)


if __name__ == "__main__":
    main()
