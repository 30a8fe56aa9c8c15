"""A report as a spreadsheet: its figures, its long tables, and the project sheet of its day."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from typing import IO

from django.utils.translation import pgettext

from pipeline.exports.figure_sheets import MOST_INLINE, FigureSheet, write_own_sheet
from pipeline.exports.project_sheet import write_project_sheet
from pipeline.exports.sheet_file import SheetLost, read_sheet
from pipeline.exports.styles import Styles, new_book
from pipeline.models.reports import Report
from pipeline.papers.blocks import Paper, Table
from pipeline.papers.frame import Frame
from pipeline.papers.frozen import whole
from pipeline.papers.writing import centre_name
from pipeline.selectors.reports.sheet_row import SheetRow


def report_xlsx(report: Report, paper: Paper) -> IO[bytes]:
    """The file, in a temporary file that begins at its start; closing it deletes it. Same report, same bytes."""
    into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = new_book(into)
    made_at = report.made_at.astimezone(datetime.UTC).replace(tzinfo=None)
    author = centre_name(Frame(report, whole(report.figures), links=False))
    book.set_properties({"title": paper.title, "subject": paper.subtitle, "author": author, "created": made_at})
    book.set_size(1920, 1080)
    styles = Styles(book)
    first = book.add_worksheet(styles.sheet_name(pgettext("sheet", "Figures")))
    projects = book.add_worksheet(styles.sheet_name(pgettext("sheet", "Projects"))) if report.sheet else None
    long = [
        (section.title, block)
        for section in paper.sections
        for block in section.blocks
        if isinstance(block, Table) and len(block.rows) > MOST_INLINE
    ]
    named = {id(table): styles.sheet_name(title) for title, table in long}
    FigureSheet(first, styles).write(paper, named)
    if projects is not None:
        write_project_sheet(projects, styles, _kept_rows(report), paper.title, " · ".join(paper.facts))
    for title, table in long:
        write_own_sheet(book.add_worksheet(named[id(table)]), styles, title, table)
    book.close()
    into.seek(0)
    return into


def _kept_rows(report: Report) -> Iterator[SheetRow]:
    """The rows that the report kept; raises SheetLost where they are gone, OSError where the storage is away."""
    try:
        file = report.sheet.open("rb")
    except FileNotFoundError as error:
        raise SheetLost from error
    with file:
        yield from read_sheet(file)
