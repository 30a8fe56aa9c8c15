"""The parts of a paper about targets and scores."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from investcrm.core.language import pick
from pipeline.charts import Pace, PaceRow, Value
from pipeline.papers.blocks import Block, Cell, Paragraph, Picture, Section
from pipeline.papers.frame import Frame, clean, columns, count, name_of, percent, table, text
from pipeline.papers.frozen import amount_of
from pipeline.selectors.reports.shape import ScoreRow, TargetRow


def targets(of: Frame) -> Section:
    """Each target, how far it is, and what it carries over; with the pace as a picture."""
    rows = of.figures["targets"]
    title = _("Targets and pace")
    if not rows:
        return Section("targets", title, [Paragraph(_("No target runs in this period."))])
    carries = any(name_of(row["carried"]) for row in rows)
    heads = columns(
        (_("Team"), "text", 12),
        (_("Target"), "text", 24),
        (_("Window"), "text", 10, True),
        (pgettext("target", "Reached"), "number", 10),
        (_("At least"), "number", 10),
        (_("Still missing"), "number", 10, True),
        (_("Share"), "percent", 7, True),
        (_("Time passed"), "percent", 7, True),
        (pgettext("column", "Light"), "light", 10),
    )
    if carries:
        heads += columns((_("Carried over"), "text", 12))
    body = [_target(row)[: len(heads)] for row in rows]
    return Section("targets", title, [Picture(_pace(rows)), table("targets", heads, body)])


def _target(row: TargetRow) -> list[Cell]:
    light = Cell(name_of(row["words"]) or row["light"], light=row["light"])
    return [
        text(name_of(row["team"]) or name_of(row["letter"])), text(name_of(row["name"]), strong=True),
        text(name_of(row["window"])), text(name_of(row["actual"])), text(name_of(row["minimum"])),
        text(name_of(row["missing"])), percent(row["percent"]), percent(row["pace_percent"]), light,
        text(name_of(row["carried"])),
    ]  # fmt: skip


def _pace(rows: list[TargetRow]) -> Pace:
    return Pace(
        title=_("Targets and pace"),
        targets=tuple(
            PaceRow(
                " · ".join(part for part in (name_of(row["team"]), name_of(row["name"])) if part),
                Value(row["percent"]),
                100,
                Decimal(row["pace_percent"]) / 100,
                name_of(row["words"]),
                said=(name_of(row["actual"]), name_of(row["minimum"])),
            )
            for row in rows
        ),
    )


def scores(of: Frame) -> Section:
    """Each team's score, then how each came about."""
    rows = of.figures["scores"]
    title = _("Scores")
    scheme = name_of(of.figures["scheme"])
    if not scheme:
        return Section("scores", title, [Paragraph(_("No scoring scheme is valid in this period."))])
    heads = columns((_("Rank"), "number", 15), (_("Team"), "text", 55), (_("Points"), "number", 30))
    body = [[_rank(row), text(name_of(row["name"]), strong=True), _points(row["total"])] for row in rows]
    blocks: list[Block] = [Paragraph(_("By the scheme “%(name)s”.") % {"name": scheme}), table("scores", heads, body)]
    return Section("scores", title, blocks)


def steps(of: Frame) -> Section:
    """How each score came about."""
    title = _("How the scores came about")
    blocks = [block for row in of.figures["scores"] for block in _steps(row)]
    return Section("steps", title, blocks or [Paragraph(_("There are no scores."))], in_mail=False)


def _rank(row: ScoreRow) -> Cell:
    return count(row["rank"]) if row["rank"] else text("")


def _points(written: str) -> Cell:
    points = amount_of(written)
    return text("") if points is None else Cell(f"{points:,f}", points)


def _steps(row: ScoreRow) -> list[Block]:
    """Every step of a team's score, so that it can be checked by hand."""
    name = name_of(row["name"])
    heads = columns(
        (pgettext("score", "Item"), "text", 30), (_("How it was computed"), "text", 55), (_("Points"), "number", 15)
    )
    body = [
        [
            text(name_of(step["name"]), strong=True),
            _computed(step["words"]["zh"], step["words"]["en"]),
            _points(step["points"]),
        ]
        for step in row["steps"]
    ]
    total = [text(_("Total"), strong=True), Cell(""), _points(row["total"])]
    return [
        Paragraph(name),
        table("steps", heads, body, total=total),
    ]


def _computed(zh: str, en: str) -> Cell:
    """How a step was computed, a line each."""
    words = "\n".join(line for line in clean(pick(zh, en), lines=True).split("\n") if line.strip())
    return Cell(words, words or None)
