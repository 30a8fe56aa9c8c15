""".env.example names exactly what is read from the environment, so that nobody has to read the code to install."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READERS = {"text", "flag", "integer", "items", "choice"}
# Read, but not for whoever installs: set by `make run` for its parts, by tests, or by the system.
INTERNAL = {"INVESTCRM_DEMO", "CACHE_PREFIX", "CELERY_PREFIX", "PATH", "NO_COLOR", "PYTEST_XDIST_WORKER"}
# Read by Docker Compose alone.
OF_COMPOSE = {"POSTGRES_PASSWORD"}


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name_read(node: ast.AST) -> str | None:
    """The variable that this expression reads: env.text("X"), environ.get("X"), environ["X"]."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner = ast.unparse(node.func.value)
        by_reader = owner == "env" and node.func.attr in READERS
        by_get = owner.endswith("environ") and node.func.attr == "get"
        return _literal(node.args[0]) if by_reader or by_get else None
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node.value).endswith("environ")
    ):
        return _literal(node.slice)
    return None


def names_read() -> set[str]:
    """What the settings and the starter read."""
    files = [ROOT / "investcrm" / "settings.py", *(ROOT / "investcrm" / "local").glob("*.py")]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {name for node in nodes if (name := _name_read(node))}


def names_documented() -> set[str]:
    """What .env.example sets or offers."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE))


def test_everything_that_is_read_is_documented() -> None:
    missing = names_read() - names_documented() - INTERNAL
    assert not missing, f".env.example does not name {sorted(missing)}"


def test_everything_documented_is_read() -> None:
    assert names_documented() - names_read() - OF_COMPOSE == set()
