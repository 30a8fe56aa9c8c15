"""What a new edition says otherwise than the one before, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investcrm.core.money import NOTHING, format_money
from pipeline.papers.frame import Frame, clean, count_words
from pipeline.papers.frozen import amount_of
from pipeline.papers.phrases import LABELS

# More would hide the report that they are about.
MOST = 40
AREAS: dict[str, Any] = {
    "lines": gettext_lazy("Main figures"),
    "teams": gettext_lazy("Teams"),
    "stages": gettext_lazy("Leads by stage"),
    "moves": gettext_lazy("Signed, landed, closed"),
    "milestones": gettext_lazy("Milestones"),
    "yellow": gettext_lazy("Idle and silent leads"),
    "red": gettext_lazy("Idle and silent leads"),
    "silent": gettext_lazy("Idle and silent leads"),
    "requests": gettext_lazy("Service requests"),
    "plan": gettext_lazy("Planned visits"),
    "league": gettext_lazy("League tables"),
    "targets": gettext_lazy("Targets and pace"),
    "key_leads": gettext_lazy("Key leads, one by one"),
    "to_sign": gettext_lazy("Expected signings"),
    "scores": gettext_lazy("Scores"),
    "scheme": gettext_lazy("Scores"),
    "trend": gettext_lazy("Signed and landed, by month"),
    "missing": gettext_lazy("What is missing"),
}


def change_sentences(of: Frame) -> list[str]:
    """A sentence a change; of what cannot be said in one, that it changed."""
    found: list[str] = []
    for change in of.report.changes if isinstance(of.report.changes, list) else []:
        sentence = _sentence(change) if isinstance(change, dict) else ""
        if sentence and sentence not in found:
            found.append(sentence)
    left = len(found) - MOST
    return found if left <= 0 else [*found[:MOST], _("and %(n)s more") % {"n": count_words(left)}]


def _sentence(change: dict[str, Any]) -> str:
    path = [part for part in str(change.get("path") or "").replace("/", ".").split(".") if part]
    if not path or path[0] == "head":
        return ""
    area = str(AREAS.get(path[0], path[0]))
    label = next((str(LABELS[part]) for part in path[1:] if part in LABELS), "")
    words = {
        "what": label or area,
        "before": _value(path[-1], change.get("before")),
        "after": _value(path[-1], change.get("after")),
    }
    if not words["before"] or not words["after"]:
        return _("%(what)s: changed") % {"what": words["what"]}
    return _("%(what)s: before %(before)s, now %(after)s") % words


def _value(name: str, value: Any) -> str:
    """A plain value in words; empty for a list or a part of its own."""
    if isinstance(value, bool | dict | list):
        return ""
    if name in ("cny", "signed_cny", "landed_cny"):
        return format_money(amount_of(str(value or "")))
    if isinstance(value, int):
        return count_words(value)
    return clean(str(value or "")) or NOTHING
