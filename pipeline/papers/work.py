"""The parts of a paper about what is owed and planned: service requests, teams' words, plans and actuals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from pipeline.papers.blocks import Block, Cell, Paragraph, Section
from pipeline.papers.frame import Frame, clean, columns, count, count_words, name_of, said, table, text
from pipeline.papers.numbers import team_name
from pipeline.papers.phrases import NEXT
from pipeline.selectors.reports.shape import PlanRow, RequestRow
from visits.choices import Channel, RequestState

PLAN_COLUMNS = ("planned", "kept", "late", "missed", "cancelled", "open")
PLAN_HEADS: dict[str, Any] = {
    "planned": gettext_lazy("Planned"),
    "kept": gettext_lazy("Done in time"),
    "late": gettext_lazy("Done later"),
    "missed": gettext_lazy("Not done"),
    "cancelled": gettext_lazy("Cancelled"),
    "open": gettext_lazy("Still ahead"),
}
NEXT_PLANS: dict[str, Any] = {
    "weekly": gettext_lazy("Plan of next week"),
    "monthly": gettext_lazy("Plan of next month"),
    "quarterly": gettext_lazy("Plan of next quarter"),
    "yearly": gettext_lazy("Plan of next year"),
}


def requests(of: Frame) -> Section:
    """What companies asked for, and what is still owed to them."""
    asked = of.figures["requests"]
    words = {
        name: count_words(asked[name]) for name in ("raised", "answered", "settled", "reported", "open", "overdue")
    }
    blocks: list[Block] = [
        Paragraph(
            _(
                "Received %(raised)s, answered %(answered)s, settled %(settled)s, reported back %(reported)s. "
                "Open at the end: %(open)s, of them overdue: %(overdue)s."
            )
            % words
        )
    ]
    if asked["rows"]:
        heads = columns(
            (_("Service request"), "text", 30), (_("Company"), "text", 22), (_("Team and handler"), "text", 20),
            (_("Next step"), "text", 14), (pgettext("request", "Due on"), "day", 14),
        )  # fmt: skip
        blocks.append(table("requests", heads, [_request(of, row) for row in asked["rows"]], of=asked["open"]))
    return Section("requests", _("Service requests"), blocks, in_mail=False)


def _request(of: Frame, row: RequestRow) -> list[Cell]:
    due = of.day(row["due_on"])
    if row["is_overdue"]:
        due = Cell(_("%(day)s, overdue") % {"day": due.words}, due.value, light="red")
    whose = " · ".join(part for part in (name_of(row["team"]), row["handler"]) if part)
    return [
        text(row["title"], of.page_url("visits:request", row["id"]), strong=True), text(row["company"]), text(whose),
        text(said(dict[str, Any](RequestState.choices), row["step"])), due,
    ]  # fmt: skip


def problems(of: Frame) -> Section:
    """What the teams say that no figure tells."""
    rows = [row for row in of.figures["teams"] if row["problems"].strip() or row["plans"].strip()]
    title = _("Problems and plans of the teams")
    if not rows:
        return Section("problems", title, [Paragraph(_("No team has noted a problem or a plan."))])
    heads = columns(
        (_("Team"), "text", 18),
        (_("Problems and what needs coordination"), "text", 41),
        (_("What is planned next"), "text", 41),
    )
    body = [[text(team_name(row), strong=True), _said(row["problems"]), _said(row["plans"])] for row in rows]
    return Section("problems", title, [table("problems", heads, body)])


def _said(words: str) -> Cell:
    """What a team wrote, with its own lines."""
    kept = clean(words, lines=True)
    return Cell(kept, kept) if kept else text("")


def plan(of: Frame) -> Section:
    """What was planned, and what became of it; never in one column."""
    told = of.figures["plan"]
    heads = columns((_("Team"), "text", 28), *((str(PLAN_HEADS[name]), "number", 12) for name in PLAN_COLUMNS))
    rows = [_plan_line(of, row) for row in told["by_team"]]
    url = of.list_url("activity", told["q"])
    numbers = [told[name] for name in PLAN_COLUMNS]  # type: ignore[literal-required]
    total = [
        text(_("All"), strong=True),
        *(Cell(count_words(n), n, url if not place else "") for place, n in enumerate(numbers)),
    ]
    return Section(
        "plan",
        _("Planned visits: plan and actual"),
        [table("plan", heads, rows, total=total)],
        in_mail=of.kind != "weekly",
    )


def _plan_line(of: Frame, row: dict[str, Any]) -> list[Cell]:
    name = row.get("name") or row.get("team") or {}
    words = (
        name_of({"zh": str(name.get("zh") or ""), "en": str(name.get("en") or "")})
        if isinstance(name, dict)
        else str(name)
    )
    found = [row.get(one) for one in PLAN_COLUMNS]
    cells = [count(one if isinstance(one, int) else 0) for one in found]
    query = str(row.get("q") or "")
    cells[0] = Cell(cells[0].words, cells[0].value, of.list_url("activity", query))
    return [text(words or _("without a team"), strong=True), *cells]


def next_plan(of: Frame) -> Section:
    """What is planned for the period that follows."""
    told = of.figures["plan"]
    words = ngettext("%(n)s visit is planned for %(next)s.", "%(n)s visits are planned for %(next)s.", told["next_n"])
    blocks: list[Block] = [Paragraph(words % {"n": count_words(told["next_n"]), "next": NEXT[of.kind]})]
    if told["rows"]:
        heads = columns(
            (_("Day"), "day", 12),
            (pgettext("visit", "Form"), "text", 10, True),
            (pgettext("planned visit", "With"), "text", 24),
            (_("Team and owner"), "text", 18),
            (_("Purpose"), "text", 18),
            (_("Expected result"), "text", 18, True),
        )
        blocks.append(table("next_plan", heads, [_visit(of, row) for row in told["rows"]], of=told["next_n"]))
    return Section("next_plan", str(NEXT_PLANS[of.kind]), blocks)


def _visit(of: Frame, row: PlanRow) -> list[Cell]:
    whose = " · ".join(part for part in (name_of(row["team"]), row["owner"]) if part)
    return [
        of.day(row["day"]), text(said(dict[str, Any](Channel.choices), row["channel"])),
        text(row["with_whom"], of.page_url("visits:planned_visit", row["id"]), strong=True), text(whose),
        text(row["purpose"]), text(row["expected"]),
    ]  # fmt: skip
