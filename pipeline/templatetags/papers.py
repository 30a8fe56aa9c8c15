"""Papers in templates: which kind a block is, and its tables, which are written in Python as they may be long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pipeline.papers.blocks import Block, Bullets, Cell, Column, Paper, Paragraph, Picture, Table

register = template.Library()

KINDS = {Paragraph: "paragraph", Bullets: "bullets", Table: "table", Picture: "picture"}
# Few and short columns: such a table stays one on a phone, the others become cards.
TIGHT = frozenset({"figures", "trend", "scores", "steps"})
# So many letters without a space have no place where a line could end.
LONG = re.compile(r"[!-~]{17,}")
CLASSES = {"number": "num", "money": "num", "percent": "num", "day": "paper-day"}


@register.filter
def block_kind(block: Block) -> str:
    """What a block is: paragraph, bullets, table or picture."""
    return KINDS[type(block)]


@register.inclusion_tag("pipeline/reports/_paper.html")
def paper(paper: Paper) -> dict[str, Paper]:
    """Draw a paper as a part of a page; see pipeline/reports/_paper.html."""
    return {"paper": paper}


@register.simple_tag
def paper_table(table: Table, caption: str) -> SafeString:
    """A table of a paper; `caption` is read to those who do not see its place."""
    tight = " paper-tight" if table.key in TIGHT else ""
    body = mark_safe("".join(_rows(table)))  # noqa: S308 - every cell is escaped
    foot = _row(table.columns, table.total, 'class="paper-total"') if table.total else ""
    more = format_html('<p class="paper-more">{}</p>', table.more) if table.more else ""
    return format_html(
        '<div class="table-wrap paper-table{}"><table class="data-table"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}{}</tbody></table></div>{}",
        tight, caption, format_html_join("", '<th scope="col"{}>{}</th>', _heads(table.columns)), body, foot, more,
    )  # fmt: skip


def _class(column: Column) -> str:
    names = [*([CLASSES[column.kind]] if column.kind in CLASSES else []), *(["paper-minor"] if column.minor else [])]
    return f' class="{" ".join(names)}"' if names else ""


def _heads(columns: Sequence[Column]) -> Iterator[tuple[SafeString, str]]:
    return ((mark_safe(_class(column)), column.head) for column in columns)  # noqa: S308 - our own words


def _rows(table: Table) -> Iterator[str]:
    return (_row(table.columns, row) for row in table.rows)


def _row(columns: Sequence[Column], cells: Sequence[Cell], attributes: str = "") -> SafeString:
    parts = [f"<tr {attributes}>" if attributes else "<tr>"]
    for place, (column, cell) in enumerate(zip(columns, cells, strict=False)):
        words = _words(cell)
        if not place:
            parts.append(f'<th scope="row"{" class=strong" if cell.strong else ""}>{words}</th>')
        else:
            parts.append(f'<td{_class(column)} data-label="{conditional_escape(column.head)}">{words}</td>')
    return mark_safe("".join([*parts, "</tr>"]))  # noqa: S308 - every cell is escaped


def _words(cell: Cell) -> str:
    words = str(conditional_escape(cell.words)).replace("\n", "<br>")
    if cell.url:
        words = f'<a href="{conditional_escape(cell.url)}">{words}</a>'
    if cell.light:
        words = f'<span class="paper-light paper-light-{conditional_escape(cell.light)}">{words}</span>'
    return f"<span>{words}</span>"


@register.filter
def side(column: Column) -> str:
    """On which side the cells of a column stand."""
    return "right" if CLASSES.get(column.kind) == "num" else "left"


@register.filter
def share(table: Table, column: Column) -> int:
    """How wide a column is of 100, among those of its table."""
    return column.width * 100 // max(sum(one.width for one in table.columns), 1)


@register.filter
def breakable(words: str) -> str:
    """The words with places where a very long row of letters may break."""
    return LONG.sub(lambda run: "\u200b".join(re.findall(".{1,10}", run[0])), words)


@register.filter
def celled(table: Table, cells: Sequence[Cell]) -> list[tuple[Column, Cell]]:
    """The cells of a row with their columns."""
    return list(zip(table.columns, cells, strict=False))
