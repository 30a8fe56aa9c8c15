"""The parts of a paper about targets and scores."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from investcrm.core.language import pick
from investcrm.core.money import NOTHING
from pipeline.charts import Pace, PaceRow, Value
from pipeline.papers.blocks import Block, Cell, Paragraph, Picture, Section
from pipeline.papers.frame import Frame, clean, columns, count, count_words, name_of, percent, table, text
from pipeline.papers.frozen import amount_of
from pipeline.selectors.reports.shape import ScoreRow, TargetRow

# Places of columns in the table of targets.
WINDOW, ELAPSED, CARRIED = 2, 6, 8
# Worst first.
GRADES = {"red": 0, "yellow": 1}
REACHED = 100
# More bars than these are no picture of what to do first; the table has them all.
MOST_DRAWN = 10


def targets(of: Frame) -> Section:
    """Each target, how far it is, and what it carries over; with the pace of those furthest behind as a picture."""
    # The centre's own come first; the order among them stays that of the letters.
    rows = sorted(of.figures["targets"], key=lambda row: bool(name_of(row["team"])))
    title = _("Targets and pace")
    if not rows:
        return Section("targets", title, [Paragraph(_("No target runs in this period."))])
    windows = {name_of(row["window"]) for row in rows}
    heads = columns(
        (_("Team"), "text", 11),
        (_("Target"), "text", 34),
        (_("Window"), "text", 10, True),
        (pgettext("target", "Reached"), "number", 10),
        (_("At least"), "number", 10),
        (_("Share"), "percent", 7, True),
        (_("Time passed"), "percent", 7, True),
        (pgettext("column", "Light"), "light", 10),
        (_("Carried over"), "number", 10, True),
    )
    body = [_target(row) for row in rows]
    # Columns that say the same in every row, or nothing, are left out.
    left: set[int] = {CARRIED} if all(cells[CARRIED].words == NOTHING for cells in body) else set()
    blocks: list[Block] = [Picture(_pace(rows))]
    if len(windows) == 1 and name_of(rows[0]["window"]):
        left |= {WINDOW, ELAPSED}
        words = {"window": windows.pop(), "percent": body[0][ELAPSED].words}
        blocks.append(
            Paragraph(_("All these targets are for %(window)s: %(percent)s of the time has passed.") % words)
        )
    kept = [place for place in range(len(heads)) if place not in left]
    told = table("targets", [heads[place] for place in kept], [[cells[place] for place in kept] for cells in body])
    return Section("targets", title, [*blocks, told])


def _target(row: TargetRow) -> list[Cell]:
    light = Cell(name_of(row["words"]) or row["light"], light=row["light"])
    # What was missed before is made up where the whole is reached.
    carried = "" if row["percent"] >= REACHED else name_of(row["carried"])
    return [
        text(_whose(row)), text(_name(row), strong=True),
        text(name_of(row["window"])), text(name_of(row["actual"])), text(name_of(row["minimum"])),
        percent(row["percent"]), percent(row["pace_percent"]), light, text(carried),
    ]  # fmt: skip


def _whose(row: TargetRow) -> str:
    """The team's name; a target of no team is the centre's own."""
    return name_of(row["team"]) or pgettext("target", "The centre")


def _name(row: TargetRow) -> str:
    """The target's name without its window, which stands beside it."""
    name, window = name_of(row["name"]), name_of(row["window"])
    rule = _("%(window)s: %(rule)s") % {"window": window, "rule": ""}
    return name.removeprefix(rule.strip()).strip() if window else name


def _pace(rows: list[TargetRow]) -> Pace:
    """Those furthest behind; the centre's own before those of teams."""
    slowest = sorted(
        rows, key=lambda row: (GRADES.get(row["light"], len(GRADES)), row["percent"] - row["pace_percent"])
    )
    drawn = sorted(slowest[:MOST_DRAWN], key=lambda row: bool(name_of(row["team"])))
    title = _("Targets and pace")
    if len(drawn) < len(rows):
        title = _("The %(n)s of %(all)s targets that are furthest behind") % {
            "n": count_words(len(drawn)),
            "all": count_words(len(rows)),
        }
    others = tuple(_bar(row) for row in slowest[MOST_DRAWN:])
    return Pace(title=title, roomy=True, targets=tuple(_bar(row) for row in drawn), others=others)


def _bar(row: TargetRow) -> PaceRow:
    return PaceRow(
        " · ".join((_whose(row), _name(row))),
        Value(row["percent"]),
        100,
        Decimal(row["pace_percent"]) / 100,
        name_of(row["words"]),
        said=(name_of(row["actual"]), name_of(row["minimum"])),
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
