"""What a new edition says otherwise than the one before, in sentences (`pipeline.selectors.reports.differences`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from investcrm.core.language import pick
from investcrm.core.money import NOTHING, format_money
from pipeline.papers.frame import Frame, clean, count_words, name_of
from pipeline.papers.frozen import amount_of, day_of
from pipeline.papers.phrases import AMOUNTS, LABELS, listed
from pipeline.papers.work import PLAN_HEADS
from pipeline.selectors.flow import NAMES

# More would hide the report that they are about.
MOST = 40
AREAS: dict[str, Any] = {
    "lines": gettext_lazy("Main figures"),
    "teams": gettext_lazy("Teams"),
    "stages": gettext_lazy("Leads by stage"),
    "moves": gettext_lazy("Signed, landed, closed"),
    "milestones": gettext_lazy("Milestones"),
    "yellow": gettext_lazy("Idle leads, yellow"),
    "red": gettext_lazy("Idle leads, red"),
    "silent": gettext_lazy("Silent leads"),
    "requests": gettext_lazy("Service requests"),
    "plan": gettext_lazy("Planned visits"),
    "targets": gettext_lazy("Targets and pace"),
    "key_leads": gettext_lazy("Key leads, one by one"),
    "to_sign": gettext_lazy("Expected signings"),
    "scores": gettext_lazy("Scores"),
    "missing": gettext_lazy("What is missing"),
}
REQUESTS: dict[str, Any] = {
    "raised": pgettext_lazy("request", "received"),
    "answered": pgettext_lazy("request", "answered"),
    "settled": pgettext_lazy("request", "settled"),
    "reported": pgettext_lazy("request", "reported back"),
    "open": pgettext_lazy("request", "open at the end"),
    "overdue": pgettext_lazy("request", "overdue"),
}
MISSING: dict[str, Any] = {
    "without_amount": gettext_lazy("signed leads without an amount"),
    "undated": gettext_lazy("leads with no known day of entering their stage"),
    "rateless": gettext_lazy("currencies without a rate"),
}
TARGETS: dict[str, Any] = {
    "actual": pgettext_lazy("target", "Reached"),
    "minimum": gettext_lazy("At least"),
}
# The pace and its light follow from what is reached.
FOLLOWS = frozenset({"percent", "light", "state"})


def change_sentences(of: Frame) -> list[str]:
    """A sentence a change; of what cannot be said in one, that it changed."""
    found: list[str] = []
    for change in of.report.changes if isinstance(of.report.changes, list) else []:
        sentence = _sentence(of, change) if isinstance(change, dict) else ""
        if sentence and sentence not in found:
            found.append(sentence)
    left = len(found) - MOST
    return found if left <= 0 else [*found[:MOST], _("and %(n)s more") % {"n": count_words(left)}]


def _sentence(of: Frame, change: Mapping[str, Any]) -> str:
    area, _dot, rest = str(change.get("path") or "").partition(".")
    if not area or area == "head":
        return ""
    parts = rest.split(".")
    before, after = change.get("before"), change.get("after")
    title = str(AREAS.get(area, area))
    if area in ROWS and parts[-1] != "n":
        return _row(of, title, before, after)
    what = WORDS[area](of, parts) if area in WORDS else title
    if not what:
        return ""
    if parts[-1] == "reported" and area == "teams":
        return _("%(team)s: reported") % {"team": what} if after else _("%(team)s: not reported") % {"team": what}
    words = {"what": what, "before": _value(parts[-1], before), "after": _value(parts[-1], after)}
    if not words["before"] and not words["after"]:
        return _("%(what)s: changed") % words
    return _("%(what)s: before %(before)s, now %(after)s") % {name: value or NOTHING for name, value in words.items()}


def _both(area: str, part: Any) -> str:
    """`Service requests, overdue`."""
    return _("%(area)s, %(part)s") % {"area": area, "part": part}


def _figure(parts: list[str]) -> str:
    """The words for `signed.now.n`."""
    key, cny = parts[0], parts[-1] == "cny"
    return str((AMOUNTS if cny else LABELS).get(key) or LABELS.get(key, key))


def _line(of: Frame, parts: list[str]) -> str:
    if parts[-1] == "cny" and parts[0] not in AMOUNTS:
        return ""
    words = _figure(parts)
    return _both(words, _("since 1 January")) if "year" in parts[1:] else words


def _team(of: Frame, parts: list[str]) -> str:
    row = next((one for one in of.figures["teams"] if one["id"] == parts[0]), None)
    name = name_of(row["name"]) if row is not None else ""
    name = name or (_("without a team") if not parts[0] else str(AREAS["teams"]))
    if parts[-1] == "cny" and parts[1] not in AMOUNTS:
        return ""
    return name if parts[-1] == "reported" else _both(name, _figure(parts[1:]))


def _stage(of: Frame, parts: list[str]) -> str:
    if parts[-1] == "cny" or len(parts) < 2:
        return ""
    row = next((one for one in of.figures["stages"] if one["code"] == parts[0]), None)
    name = name_of(row["name"]) if row is not None and parts[0] else _("All stages")
    return _both(name, NAMES.get(parts[1], parts[1]))


def _target(of: Frame, parts: list[str]) -> str:
    if parts[-1] in FOLLOWS:
        return ""
    row = next((one for one in of.figures["targets"] if one["id"] == parts[0]), None)
    names = [name_of(row["team"]), name_of(row["name"])] if row is not None else [str(AREAS["targets"])]
    return _both(" · ".join(name for name in names if name), TARGETS.get(parts[-1], parts[-1]))


WORDS: dict[str, Callable[[Frame, list[str]], str]] = {
    "lines": _line,
    "teams": _team,
    "stages": _stage,
    "targets": _target,
    "requests": lambda of, parts: _both(str(AREAS["requests"]), REQUESTS.get(parts[0], parts[0])),
    "plan": lambda of, parts: _both(str(AREAS["plan"]), PLAN_HEADS.get(parts[0], pgettext("plan", "planned next"))),
    "scores": lambda of, parts: _both(str(AREAS["scores"]), _scored(of, ".".join(parts))),
    "missing": lambda of, parts: _both(str(AREAS["missing"]), MISSING.get(parts[0], parts[0])),
}
ROWS = frozenset({"moves", "key_leads", "to_sign", "milestones"})


def _scored(of: Frame, name: str) -> str:
    row = next((one for one in of.figures["scores"] if one["name"]["zh"] == name), None)
    return name_of(row["name"]) if row is not None else clean(name)


def _row(of: Frame, area: str, before: Any, after: Any) -> str:
    """A row of a list that came, went, or says something else."""
    was, now = (one if isinstance(one, dict) else {} for one in (before, after))
    words = {"area": area, "name": clean(str(now.get("name") or was.get("name") or "")) or NOTHING}
    if not was and not now:
        return _("%(what)s: changed") % {"what": area}
    if not was:
        return _("%(area)s: “%(name)s” was added") % words
    if not now:
        return _("%(area)s: “%(name)s” was taken off") % words
    words |= {"before": _facts(of, was), "after": _facts(of, now)}
    return _("%(area)s: “%(name)s” before %(before)s, now %(after)s") % words


def _facts(of: Frame, row: Mapping[str, Any]) -> str:
    day, amount = day_of(str(row.get("day") or "")), amount_of(str(row.get("amount") or ""))
    said = [of.day_words(day)] if day is not None else []
    if amount is not None:
        said.append(format_money(amount, str(row.get("currency") or "CNY")))
    return listed(said) or NOTHING


def _value(name: str, value: Any) -> str:
    """A plain value in words; empty for what has none."""
    if isinstance(value, list):
        return listed(clean(str(one)) for one in value)
    if isinstance(value, dict):
        return clean(pick(str(value.get("zh") or ""), str(value.get("en") or "")))
    if value is None or isinstance(value, bool):
        return ""
    if name == "cny":
        return format_money(amount_of(str(value)))
    return count_words(value) if isinstance(value, int) else clean(str(value))
