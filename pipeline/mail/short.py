"""A paper as a mail shows it: the short parts, of long tables the first rows and the columns that have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from pipeline.papers.blocks import Block, Paper, Section, Table
from pipeline.papers.frame import begun
from pipeline.papers.phrases import listed

MOST_ROWS = 10
MOST_COLUMNS = 5
# Which columns a mail shows of tables that have many; of others the minor ones are left out.
SHOWN = {"teams": (0, 1, 2, 3, 8), "moves": (0, 1, 2, 4)}


@dataclass(frozen=True)
class Short:
    """The parts that the mail has, and a sentence that names the others ("" where there are none)."""

    sections: Sequence[Section]
    others: str


def shortened(paper: Paper) -> Short:
    """The parts of the mail."""
    sections = [replace(one, blocks=[_block(block) for block in one.blocks]) for one in paper.sections if one.in_mail]
    left = [one.title for one in paper.sections if not one.in_mail]
    words = _("More on the page and in the PDF: %(titles)s.") % {"titles": listed(left)} if left else ""
    return Short(sections, words)


def _block(block: Block) -> Block:
    return _table(block) if isinstance(block, Table) else block


def _table(table: Table) -> Table:
    """The columns that a phone has, if there are many, and the first rows."""
    every = range(len(table.columns))
    places = [place for place in SHOWN.get(table.key, every) if place in every]
    if len(places) > MOST_COLUMNS:
        places = [place for place in places if not table.columns[place].minor]
    # The main figures are what the mail is for.
    table = table if table.key == "figures" else begun(table, MOST_ROWS)
    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[[row[place] for place in places] for row in table.rows],
        total=[table.total[place] for place in places] if table.total else (),
    )
