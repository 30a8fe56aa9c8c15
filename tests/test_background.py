"""Tasks are queued by name: every name that is queued, or run by the clock, is the name of a task."""

from __future__ import annotations

import ast
from pathlib import Path

from django.conf import settings

from investcrm.celery import app

ROOT = Path(settings.BASE_DIR)
APPS = ("investcrm", "teams", "projects", "visits", "pipeline", "sync")


def names_queued() -> dict[str, str]:
    """The first argument of each call of `enqueue`, with where it stands."""
    found = {}
    for package in APPS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", getattr(node.func, "attr", "")) == "enqueue"
                ):
                    name, where = node.args[0], f"{path.relative_to(ROOT)}:{node.lineno}"
                    assert isinstance(name, ast.Constant), (
                        f"{where}: name the task in words, so that it can be checked"
                    )
                    found[str(name.value)] = where
    return found


def test_every_task_that_is_queued_exists() -> None:
    app.loader.import_default_modules()
    queued = names_queued()
    assert "core.send_outbox" in queued
    assert not {name: where for name, where in queued.items() if name not in app.tasks}


def test_every_task_of_the_clock_exists() -> None:
    app.loader.import_default_modules()
    clock = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert clock <= set(app.tasks)


def test_every_task_is_named_by_its_app_and_not_by_its_module() -> None:
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert ours
    assert all(name.count(".") == 1 for name in ours)
