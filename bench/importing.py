"""`python -m bench.importing`: a spreadsheet into a centre made for it: the seconds of each step, the memory.

There is no contender but itself with a tenth of the rows: time may grow with the rows, memory may not.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from bench.reporting import peak
from investcrm.local.servers import running

LEADS = 2_000
SEED = 7
OPTIONS = {"unit": 0, "year": 2026, "currency": "CNY", "team": "", "stage": "", "updates": True, "lenient": False}
HEADINGS = ("项目名称", "企业名称", "总投资（万元）", "联系人", "联系电话", "项目内容", "首次接触日期")
WHAT = ("精密减速器", "动力电池结构件", "光伏逆变器", "医用耗材", "智能传感器", "新型显示材料")
PLACES = ("苏州", "无锡", "上海", "深圳", "宁波", "常州", "东莞", "合肥")


def sheet(rows: int) -> bytes:
    """The rows as CSV, three to a company, amounts and dates as people write them."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    into = io.StringIO(newline="")
    out = csv.writer(into)
    out.writerow(HEADINGS)
    for number in range(rows):
        company = f"{chance.choice(PLACES)}第{number // 3}{chance.choice(WHAT)}有限公司"
        amount = chance.choice((f"{number + 100}", f"{number % 90 + 1},{number % 10}00.00", "1.5亿", "2000万"))
        day = f"2026/{number % 9 + 1}/{number % 28 + 1}"
        out.writerow(
            (
                f"{chance.choice(WHAT)}项目{number}",
                company,
                amount,
                f"张{number}",
                f"138{number:08d}",
                "新建生产线",
                day,
            )
        )
    return into.getvalue().encode("gb18030")


def import_sheet(zone: Any, actor: Any, rows: int) -> dict[str, float]:
    """Import so many rows, and say how many seconds each step took; raises LookupError where a row was left out."""
    beginning = importlib.import_module("sync.services.imports.beginning")
    layout = importlib.import_module("sync.services.imports.layout")
    work = importlib.import_module("sync.services.imports.running")
    models = importlib.import_module("sync.models")
    uploaded = importlib.import_module("django.core.files.uploadedfile").SimpleUploadedFile
    seconds: dict[str, float] = {}

    def timed(step: str, begin: Callable[[], Any]) -> None:
        began = time.perf_counter()
        begin()
        while work.work_on(run.pk):
            pass
        run.refresh_from_db()
        seconds[step] = time.perf_counter() - began

    def check() -> None:
        mapping = {int(column): key for column, key in run.mapping.items()}
        layout.set_columns(actor=actor, run_id=run.pk, mapping=mapping, options=OPTIONS, source="")

    run = beginning.start_import(actor=actor, zone=zone, file=uploaded("项目.csv", sheet(rows)), target="leads")
    timed("read", lambda: None)
    timed("check", check)
    timed("write", lambda: work.run_import(actor=actor, run_id=run.pk))
    done = models.ImportRow.objects.filter(run=run).exclude(result_id=None).count()
    if done != rows:
        raise LookupError(f"{done} of {rows} rows were imported: {run.status} {run.error}")
    return seconds


def measure(rows: int) -> dict[str, Any]:
    """Make the centre and import. Django is set up and the servers run."""
    call_command = importlib.import_module("django.core.management").call_command
    call_command("migrate", interactive=False, verbosity=0)
    call_command("make_centre", leads=LEADS)
    zone = importlib.import_module("teams.models").Zone.objects.get(code="generated")
    actor = importlib.import_module("bench.cases").director_of(zone)
    return {"rows": rows, "seconds": import_sheet(zone, actor, rows), "peak": peak()}


def main() -> None:
    """Measure one sheet, and write what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    with running():
        django.setup()
        options.output.write_text(json.dumps(measure(options.rows)))
    sys.stderr.write(f"  import of {options.rows:,} rows\n")


if __name__ == "__main__":
    main()
