"""A report as PDF, set by typst in fonts of our own; the same report gives the same bytes."""

from __future__ import annotations

import logging
import math
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from investcrm.core.fonts import FAMILY, folders
from investcrm.core.money import is_chinese
from pipeline.charts import PRINT
from pipeline.charts.drawing import NotDrawnError
from pipeline.charts.rendering import render_svg
from pipeline.charts.values import width_of
from pipeline.exports.columns import FIGURES, widths
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Block, Bullets, Cell, Paper, Paragraph, Picture, Section, Table
from pipeline.papers.frame import BEGUN, Frame, begun
from pipeline.papers.frozen import whole
from pipeline.papers.writing import centre_name

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("report.typ")
PROGRAM = Path(__file__).with_name("typesetter.py")
# A report takes a second, one with 5,000 rows several.
PATIENCE_SECONDS = 120
# As in the template: the width between the margins, the size of letters in tables, and what stands around a cell.
ROOM = 504.5
SIZE = 8.0
PADDING = 9.0
# A table's rows take a tenth of a megabyte each to be set; the lists of a report are shorter.
MOST_ROWS = 1000
# Rows of more lines than this may be broken at the end of a page.
MOST_LINES = 12
# A table of no more lines is kept on one page.
MOST_TOGETHER = 16
# The room of a picture, in the pixels that it was drawn for and on paper.
DRAWN = 640
MOST_ACROSS = 4
# A longer row of Latin letters has no place where a line could end.
UNBROKEN = 24
_RUN = re.compile(rf"[!-~]{{{UNBROKEN + 1},}}")
SOFT = "\u200b"

_turn = threading.Lock()


class NotSetError(Exception):
    """There is no PDF; the log says why."""


def report_pdf(report: Report, paper: Paper) -> bytes:
    """The report on A4, in the language that the paper is in (the active one)."""
    asked = {
        "template": str(TEMPLATE),
        "fonts": folders(),
        "timestamp": int(report.made_at.timestamp()),
        "paper": orjson.dumps(_told(report, paper)).decode(),
    }
    try:
        # One at a time in each process: a long one takes a quarter of a gigabyte.
        with _turn:
            done = subprocess.run(
                [sys.executable, "-P", str(PROGRAM)],
                input=orjson.dumps(asked),
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=True,
            )
    except subprocess.CalledProcessError as error:
        logger.error("Report %s was not set: %s", report.pk, error.stderr.decode(errors="replace"))
        raise NotSetError(str(report.pk)) from error
    except subprocess.TimeoutExpired as error:
        raise NotSetError(f"{report.pk}: too slow") from error
    return done.stdout


def _told(report: Report, paper: Paper) -> dict[str, Any]:
    """All that the template prints, and in which language."""
    of = Frame(report, whole(report.figures), links=False)
    centre = centre_name(of)
    moment = report.made_at.astimezone(of.zone)
    language = get_language() or "zh-hans"
    return {
        "lang": "zh" if is_chinese(language) else language[:2],
        "region": "cn" if is_chinese(language) else None,
        "families": [FAMILY],
        "centre": _soft(centre),
        "author": centre,
        "title": paper.title,
        "head": _soft(paper.title),
        "description": paper.subtitle,
        # It begins with the centre, which stands over the title here.
        "subtitle": _soft(paper.subtitle.removeprefix(centre).removeprefix(" · ")),
        "date": {
            "year": moment.year, "month": moment.month, "day": moment.day,
            "hour": moment.hour, "minute": moment.minute, "second": moment.second,
        },
        "page": _("Page {page} of {pages}"),
        "draft": "" if report.status == ReportStatus.RELEASED else pgettext("report", "Draft"),
        "foot": _edition(report.edition),
        "facts": [_soft(fact) for fact in paper.facts],
        "summary": [_soft(one) for one in paper.summary.split("\n") if one],
        "changes-title": _("What this edition changed"),
        "changes": [_soft(one) for one in paper.changes],
        "tiles": [
            {"label": tile.label, "number": tile.number, "detail": _soft(tile.detail)} for tile in paper.tiles
        ],
        "tiles-across": _across(len(paper.tiles)),
        "comment-title": _("Comment of the management"),
        "comment": _soft(paper.comment),
        "comment-by": _soft(paper.comment_by),
        "sections": [_section(section) for section in paper.sections],
    }  # fmt: skip


def _edition(edition: int) -> str:
    """What stands at the foot of a corrected report."""
    return _("Edition %(n)s") % {"n": edition} if edition > 1 else ""


def _across(tiles: int) -> int:
    """How many tiles stand side by side, so that rows are even: six as three and three."""
    rows = -(-tiles // MOST_ACROSS) or 1
    return -(-tiles // rows) or 1


def _soft(words: str) -> str:
    """A text that can be broken into lines everywhere, also where a row of letters has no end."""
    return _RUN.sub(lambda run: SOFT.join(run[0][at : at + UNBROKEN] for at in range(0, len(run[0]), UNBROKEN)), words)


def _section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "blocks": [_block(block, section.title) for block in section.blocks]}


def _block(block: Block, section: str) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "text", "text": _soft(block.text), "tone": block.tone}
        case Bullets():
            return {"kind": "bullets", "items": [_soft(item) for item in block.items]}
        case Table():
            return _table(block)
        case Picture():
            return _picture(block, section)


def _table(table: Table) -> dict[str, Any]:
    table = begun(table, BEGUN.get(table.key, MOST_ROWS))
    rows = table.rows
    found = widths(table, ROOM, SIZE, PADDING)
    lines = [_lines(row, found) for row in rows]
    return {
        "kind": "table",
        "widths": [round(width, 1) for width in found],
        "aligns": ["right" if column.kind in FIGURES else "left" for column in table.columns],
        "heads": [_soft(column.head) for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "tall": [number for number, count in enumerate(lines) if count > MOST_LINES],
        "together": sum(lines) <= MOST_TOGETHER,
        "total": [_cell(cell) for cell in table.total],
        "more": _soft(table.more),
    }


def _cell(cell: Cell) -> str | dict[str, Any]:
    """The words alone where there is no more to say: long tables have many cells."""
    words = _soft(cell.words)
    if not cell.light and not cell.strong:
        return words
    more: dict[str, Any] = {"words": words}
    if cell.light:
        more["light"] = cell.light
    if cell.strong:
        more["strong"] = True
    return more


def _lines(row: Sequence[Cell], found: Sequence[float]) -> int:
    """About how many lines a row has."""
    return max((_lines_in(cell.words, width - PADDING) for cell, width in zip(row, found, strict=True)), default=1)


def _lines_in(words: str, width: float) -> int:
    return sum(math.ceil(width_of(line, SIZE) / max(width, SIZE)) or 1 for line in words.split("\n"))


def _picture(picture: Picture, section: str) -> dict[str, Any]:
    """A chart, with its title where the part has another; where none can be drawn its sentence stands alone."""
    chart = picture.chart
    svg = ""
    if not chart.is_empty:
        try:
            svg = render_svg(chart, PRINT, DRAWN)
        except NotDrawnError:
            logger.exception("A chart of a PDF was not drawn: %s", chart.title)
    return {
        "kind": "picture",
        "title": _soft(chart.title) if chart.title != section else "",
        "summary": _soft(chart.summary),
        "alt": f"{chart.title}. {chart.summary}",
        "svg": svg,
        "width": ROOM,
    }
