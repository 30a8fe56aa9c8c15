"""The parts of a paper that list leads: what moved, milestones, key leads, what is to be signed, what stands still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from pipeline.papers.blocks import Block, Cell, Column, Paragraph, Section, Table
from pipeline.papers.frame import Frame, columns, count, count_words, money, name_of, said, table, text
from pipeline.papers.frozen import amount_of
from pipeline.selectors.reports.shape import LeadList, LeadRow
from projects.choices import EntryKind, MilestoneKind, StageKind

LEAD = "projects:lead"
WHAT: dict[str, Any] = {**dict(EntryKind.choices), **dict(StageKind.choices)}
TO_SIGN = {
    "weekly": gettext_lazy("Expected signings"),
    "monthly": gettext_lazy("To be signed next month"),
    "quarterly": gettext_lazy("To be signed next quarter"),
    "yearly": gettext_lazy("To be signed next year"),
}
LIGHTS = {"yellow": pgettext_lazy("light", "Yellow"), "red": pgettext_lazy("light", "Red")}


def lead_cell(of: Frame, row: LeadRow) -> Cell:
    """The lead's name."""
    return text(row["name"], of.page_url(LEAD, row["id"]), strong=True)


def _amounts(rows: Sequence[LeadRow], head: str) -> tuple[list[Column], Any]:
    """One column of amounts, or two where some are in another currency."""
    foreign = any(row["currency"] not in ("", "CNY") for row in rows)

    def cells(row: LeadRow) -> list[Cell]:
        own = money(amount_of(row["amount"]), row["currency"])
        if not foreign:
            return [own]
        # Amounts of several currencies add up to nothing.
        return [Cell(own.words), money(amount_of(row["cny"]))]

    if not foreign:
        return columns((head, "money", 14)), cells
    return columns((head, "money", 12), (_("In CNY"), "money", 12, True)), cells


def moves(of: Frame) -> Section:
    """What was signed, landed and closed."""
    listed = of.figures["moves"]
    title = _("Signed, landed, closed")
    if not listed["n"]:
        return Section("moves", title, [Paragraph(_("No lead was signed, landed or closed."))])
    paid, amounts = _amounts(listed["rows"], _("Agreed investment"))
    heads = [
        *columns((_("Lead"), "text", 30), (pgettext("stage", "Came to"), "text", 12), (_("Team"), "text", 14)),
        *columns((_("Day"), "day", 12)),
        *paid,
        *columns((_("Note"), "text", 18, True)),
    ]
    rows = [
        [
            lead_cell(of, row), text(said(WHAT, row["what"]) or name_of(row["stage"])),
            _team(row), of.day(row["day"]),
            *(amounts(row) if row["what"] != StageKind.CLOSED else [text("")] * len(paid)), text(row["note"]),
        ]
        for row in listed["rows"]
    ]  # fmt: skip
    return Section("moves", title, [table("moves", heads, rows, of=listed["n"])])


def _team(row: LeadRow) -> Cell:
    return text(name_of(row["team"]))


def milestones(of: Frame) -> Section:
    """Dated facts after signing."""
    rows = of.figures["milestones"]
    title = pgettext("section", "Milestones reached")
    if not rows:
        return Section("milestones", title, [Paragraph(_("No milestone was reached."))], in_mail=False)
    heads = columns(
        (_("Lead"), "text", 40), (_("Milestone"), "text", 20), (_("Team"), "text", 20), (_("Day"), "day", 20)
    )
    kinds = dict[str, Any](MilestoneKind.choices)
    body = [
        [
            text(row["lead"], of.page_url(LEAD, row["lead_id"]), strong=True), text(said(kinds, row["kind"])),
            text(name_of(row["team"])), of.day(row["day"]),
        ]
        for row in rows
    ]  # fmt: skip
    every = of.now("milestones")["n"]
    return Section("milestones", title, [table("milestones", heads, body, of=every)], in_mail=False)


def key_leads(of: Frame) -> Section:
    """Key leads one by one."""
    listed = of.figures["key_leads"]
    title = _("Key leads, one by one")
    if not listed["n"]:
        return Section("key_leads", title, [Paragraph(_("No lead is in key talks."))], in_mail=False)
    paid, amounts = _amounts(listed["rows"], _("Total investment"))
    heads = [
        *columns((_("Lead"), "text", 24), (_("Team and owner"), "text", 14), (_("Stage"), "text", 10)),
        *paid,
        *columns((_("In this stage since"), "day", 12, True), (_("Progress and remarks"), "text", 26)),
    ]
    rows = [
        [
            lead_cell(of, row), text(_whose(row)), text(name_of(row["stage"])), *amounts(row), of.day(row["day"]),
            text(row["note"]),
        ]
        for row in listed["rows"]
    ]  # fmt: skip
    return Section("key_leads", title, [table("key_leads", heads, rows, of=listed["n"])], in_mail=False)


def _whose(row: LeadRow) -> str:
    return " · ".join(part for part in (name_of(row["team"]), row["owner"]) if part)


def to_sign(of: Frame) -> Section:
    """What is expected to be signed: planned amounts, never in a column with what was agreed."""
    listed = of.figures["to_sign"]
    title = str(TO_SIGN[of.kind])
    if not listed["n"]:
        return Section("to_sign", title, [Paragraph(_("No signing is expected."))])
    paid, amounts = _amounts(listed["rows"], _("Planned total investment"))
    heads = [
        *columns((_("Lead"), "text", 34), (_("Team and owner"), "text", 22), (_("Stage"), "text", 12, True)),
        *columns((_("Expected on"), "day", 14)),
        *paid,
        *columns((_("Progress and remarks"), "text", 20, True)),
    ]
    rows = [
        [
            lead_cell(of, row),
            text(_whose(row)),
            text(name_of(row["stage"])),
            of.day(row["day"]),
            *amounts(row),
            text(row["note"]),
        ]
        for row in listed["rows"]
    ]
    return Section("to_sign", title, [table("to_sign", heads, rows, of=listed["n"])])


def idle(of: Frame) -> Section:
    """Leads without progress, red before yellow, and those without contact beyond their limit."""
    told = of.figures
    yellow, red, silent = told["yellow"], told["red"], told["silent"]
    words = {"yellow": count_words(yellow["n"]), "red": count_words(red["n"]), "silent": count_words(silent["n"])}
    blocks: list[Block] = [
        Paragraph(
            _("Without progress: yellow %(yellow)s, red %(red)s. Without contact beyond the limit: %(silent)s.")
            % words
        )
    ]
    standing = [*[(row, "red") for row in red["rows"]], *[(row, "yellow") for row in yellow["rows"]]]
    if standing:
        heads = _heads(_("Last progress"), _("Days without progress"), light=True)
        rows = [[*_idle_cells(of, row), Cell(str(LIGHTS[light]), light=light)] for row, light in standing]
        blocks.append(table("idle", heads, rows, of=red["n"] + yellow["n"]))
    if silent["rows"]:
        blocks.append(_silent(of, silent))
    return Section("idle", _("Idle and silent leads"), blocks)


def _silent(of: Frame, silent: LeadList) -> Table:
    heads = [*_heads(_("Last contact"), _("Days without contact")), *columns((_("Limit"), "number", 10, True))]
    rows = [[*_idle_cells(of, row), text(row["what"])] for row in silent["rows"]]
    return table("silent", heads, rows, of=silent["n"])


def _heads(since: str, days: str, *, light: bool = False) -> list[Column]:
    return [
        *columns((_("Lead"), "text", 32), (_("Team and owner"), "text", 20), (_("Stage"), "text", 12, True)),
        *columns((since, "day", 14, True), (days, "number", 12)),
        *(columns((pgettext("column", "Light"), "light", 10)) if light else []),
    ]


def _idle_cells(of: Frame, row: LeadRow) -> list[Cell]:
    return [
        lead_cell(of, row), text(_whose(row)), text(name_of(row["stage"])), of.day(row["day"]), count(row["days"])
    ]  # fmt: skip


def without_amount(of: Frame) -> list[Block]:
    """The leads that are in no sum because nobody entered their amount."""
    listed = of.figures["missing"]["without_amount"]
    if not listed["rows"]:
        return []
    heads = columns(
        (_("Lead without an amount"), "text", 50), (_("Team and owner"), "text", 30), (_("Stage"), "text", 20)
    )
    rows = [[lead_cell(of, row), text(_whose(row)), text(name_of(row["stage"]))] for row in listed["rows"]]
    return [table("without_amount", heads, rows, of=listed["n"])]


def open_amounts_words(of: Frame) -> str:
    """How many of the new leads have no amount yet."""
    n = of.now("new")["without"]
    if not n:
        return ""
    words = ngettext(
        "%(n)s of the new leads has no total investment yet.",
        "%(n)s of the new leads have no total investment yet.",
        n,
    )
    return words % {"n": count_words(n)}


def without_amount_words(of: Frame) -> str:
    """How many have no amount."""
    n = of.figures["missing"]["without_amount"]["n"]
    if not n:
        return _("Every lead signed in the period has its amount.")
    words = ngettext(
        "%(n)s lead signed in the period has no amount and is in no sum.",
        "%(n)s leads signed in the period have no amount and are in no sum.",
        n,
    )
    return words % {"n": count_words(n)}
