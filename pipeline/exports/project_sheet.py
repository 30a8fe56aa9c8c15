"""The project sheet (项目表) in a spreadsheet: columns in the usual order, typed cells, sums by formula."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from investcrm.core.language import picker
from pipeline.exports.sheet_file import SheetLost
from pipeline.exports.styles import (
    BODY,
    DAY,
    HEAD,
    MAX_TEXT,
    TOTAL,
    Styles,
    as_moment,
    height_of,
    lines_in,
    page_foot,
    scaled,
)
from pipeline.papers.frozen import amount_of
from pipeline.selectors.reports.shape import Name
from pipeline.selectors.reports.sheet_row import SheetRow, Site
from projects.choices import SiteNeed

CNY = "CNY"
# Title, what it is of, heads.
HEAD_ROW = 2
FIRST_ROW = HEAD_ROW + 1
# A3, since the columns of the usual form do not fit on A4 and stay readable.
PAPER = 8
Value = str | int | Decimal | datetime.date | None
Pick = Callable[[str, str], str]


@dataclass(frozen=True)
class SheetColumn:
    """A column: its key, its head, how wide it is, what it holds. The `usual` ones are printed."""

    key: str
    head: str | Promise
    width: float
    kind: Literal["text", "long", "number", "amount", "day"] = "text"
    usual: bool = True


COLUMNS = (
    SheetColumn("position", pgettext_lazy("project sheet", "No."), 6, "number"),
    SheetColumn("project", pgettext_lazy("project sheet", "Project"), 30, "long"),
    SheetColumn("investor", pgettext_lazy("project sheet", "Investor"), 24, "long"),
    SheetColumn("fixed_asset", pgettext_lazy("project sheet", "Fixed-asset investment (million)"), 14, "amount"),
    SheetColumn("currency", pgettext_lazy("project sheet", "Currency"), 8),
    SheetColumn("investor_profile", pgettext_lazy("project sheet", "Investor profile"), 32, "long"),
    SheetColumn("content", pgettext_lazy("project sheet", "Project content"), 40, "long"),
    SheetColumn("site", pgettext_lazy("project sheet", "Land or premises needed"), 22, "long"),
    SheetColumn("contact", pgettext_lazy("project sheet", "Contact"), 14, "long"),
    SheetColumn("phone", pgettext_lazy("project sheet", "Phone"), 16),
    SheetColumn("team", pgettext_lazy("project sheet", "Team"), 14),
    SheetColumn("progress", pgettext_lazy("project sheet", "Progress and remarks"), 40, "long"),
    SheetColumn("industry", pgettext_lazy("project sheet", "Industry"), 16),
    SheetColumn("assessment", pgettext_lazy("project sheet", "Assessment"), 28, "long"),
    SheetColumn("stage", pgettext_lazy("project sheet", "Stage"), 11, usual=False),
    SheetColumn("owner", pgettext_lazy("project sheet", "Owner"), 12, usual=False),
    SheetColumn("total", pgettext_lazy("project sheet", "Total investment (million)"), 14, "amount", usual=False),
    SheetColumn("agreed", pgettext_lazy("project sheet", "Agreed investment (million)"), 14, "amount", usual=False),
    SheetColumn("cny", pgettext_lazy("project sheet", "Counted amount (CNY million)"), 16, "amount", usual=False),
    SheetColumn("signed_on", pgettext_lazy("project sheet", "Signed on"), 12, "day", usual=False),
    SheetColumn("landed_on", pgettext_lazy("project sheet", "Landed on"), 12, "day", usual=False),
    SheetColumn("last_contact", pgettext_lazy("project sheet", "Last contact"), 12, "day", usual=False),
    SheetColumn("number", pgettext_lazy("project sheet", "Project number"), 15, usual=False),
)
PLACE = {column.key: index for index, column in enumerate(COLUMNS)}
# Amounts in the project's own currency; `cny` is in one.
OWN = tuple(column.key for column in COLUMNS if column.kind == "amount" and column.key != "cny")


class Sums:
    """What the columns of amounts come to, by currency, in the unit of the sheet."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rows = 0
        self.found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def add(self, currency: str, values: dict[str, Value]) -> None:
        """Count one row."""
        self.rows += 1
        for key in (*OWN, "cny"):
            amount = values[key]
            if isinstance(amount, Decimal):
                self.found[CNY if key == "cny" else currency][key] += amount

    @property
    def currencies(self) -> list[str]:
        """The currencies that amounts are in, CNY first."""
        told = {currency for currency, sums in self.found.items() if any(key in sums for key in OWN)}
        return sorted(told, key=lambda currency: (currency != CNY, currency)) or [CNY]


def write_project_sheet(sheet: Worksheet, styles: Styles, rows: Iterable[SheetRow], title: str, subtitle: str) -> None:
    """The sheet with its rows, one at a time; where they were lost it says so below those that are there."""
    _set_up(sheet)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, title, styles.of(bold=True, font_size=15, text_wrap=False))
    sheet.write_string(1, 0, subtitle, styles.of(font_color="#566064", text_wrap=False))
    heads = [str(column.head) for column in COLUMNS]
    sheet.set_row(
        HEAD_ROW, height_of(max(lines_in(head, column.width - 2) for head, column in zip(heads, COLUMNS, strict=True)))
    )
    for index, head in enumerate(heads):
        sheet.write_string(HEAD_ROW, index, head, styles.of(HEAD, valign="vcenter"))
    sums = Sums()
    pick, site = picker(), SiteWords()
    formats = [_format(styles, column) for column in COLUMNS]
    is_lost = False
    try:
        for row in rows:
            values = _values(row, sums.rows + 1, pick, site)
            _write_row(sheet, FIRST_ROW + sums.rows, values, formats)
            sums.add(row["currency"], values)
    except SheetLost:
        is_lost = True
    _write_totals(sheet, styles, sums)
    if is_lost:
        words = _("Projects are missing here: the file that this report kept them in is gone or damaged.")
        at = FIRST_ROW + sums.rows + len(sums.currencies)
        sheet.write_string(at, PLACE["project"], words, styles.of(bold=True, text_wrap=False))
    last = FIRST_ROW + max(sums.rows, 1) - 1
    sheet.autofilter(HEAD_ROW, 0, last, len(COLUMNS) - 1)
    phones = xl_range(FIRST_ROW, PLACE["contact"], last, PLACE["phone"])
    sheet.ignore_errors({"number_stored_as_text": phones})
    usual = sum(column.usual for column in COLUMNS)
    sheet.print_area(0, 0, FIRST_ROW + sums.rows + len(sums.currencies) - 1, usual - 1)


def _set_up(sheet: Worksheet) -> None:
    """Widths, what stands still, and how it is printed."""
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width)
    sheet.freeze_panes(FIRST_ROW, PLACE["project"] + 1)
    sheet.set_landscape()
    sheet.set_paper(PAPER)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer(page_foot())


def _format(styles: Styles, column: SheetColumn) -> Any:
    """How a cell of the column looks."""
    if column.kind == "amount":
        return styles.of(BODY, num_format="#,##0.00")
    if column.kind == "day":
        return styles.of(BODY, num_format=DAY, align="left")
    if column.kind == "number":
        return styles.of(BODY, num_format="0", align="center")
    return styles.of(BODY, num_format="@", align="center" if column.key == "currency" else "left")


def _write_row(sheet: Worksheet, at: int, values: dict[str, Value], formats: list[Any]) -> None:
    lines = 1
    for column in COLUMNS:
        value = values[column.key]
        if isinstance(value, str) and (column.kind == "long" or len(value) > column.width / 2):
            lines = max(lines, lines_in(value, column.width))
    sheet.set_row(at, height_of(lines))
    for index, (column, look) in enumerate(zip(COLUMNS, formats, strict=True)):
        value = values[column.key]
        if value is None or value == "":
            sheet.write_blank(at, index, None, look)
        elif isinstance(value, str):
            sheet.write_string(at, index, value[:MAX_TEXT], look)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(at, index, as_moment(value), look)
        else:
            sheet.write_number(at, index, float(value), look)


def _write_totals(sheet: Worksheet, styles: Styles, sums: Sums) -> None:
    """A line for each currency: amounts in several are never added up, but in the column that is in CNY."""
    words = ngettext("Total, %(n)s project", "Total, %(n)s projects", sums.rows) % {"n": f"{sums.rows:,}"}
    several = len(sums.currencies) > 1
    for offset, currency in enumerate(sums.currencies):
        at = FIRST_ROW + sums.rows + offset
        for index in range(len(COLUMNS)):
            sheet.write_blank(at, index, None, styles.of(TOTAL))
        told = words if offset == 0 else ""
        sheet.write_string(at, PLACE["project"], told, styles.of(TOTAL))
        sheet.write_string(at, PLACE["currency"], currency, styles.of(TOTAL, align="center"))
        for key in (*OWN, "cny") if offset == 0 else OWN:
            amount = sums.found[currency][key] if sums.rows else Decimal(0)
            formula = _sum(key, sums.rows, currency if several and key != "cny" else "")
            sheet.write_formula(at, PLACE[key], formula, styles.of(TOTAL, num_format="#,##0.00"), float(amount))


def _sum(key: str, rows: int, currency: str) -> str:
    """The sum of a column, of one currency where there are several."""
    if not rows:
        return "=0"
    letter, other = xl_col_to_name(PLACE[key]), xl_col_to_name(PLACE["currency"])
    first, last = FIRST_ROW + 1, FIRST_ROW + rows
    if not currency:
        return f"=SUM({letter}{first}:{letter}{last})"
    return f'=SUMIF({other}{first}:{other}{last},"{currency}",{letter}{first}:{letter}{last})'


def _values(row: SheetRow, position: int, pick: Pick, site: SiteWords) -> dict[str, Value]:
    """The typed cells of a row, by column."""

    def named(name: Name) -> str:
        return pick(name["zh"], name["en"])

    return {
        "position": position,
        "project": row["project"],
        "investor": row["investor"],
        "fixed_asset": _amount(row["fixed_asset"]),
        "currency": row["currency"],
        "investor_profile": row["investor_profile"],
        "content": row["content"],
        "site": site(row["site"]),
        "contact": row["contact"],
        "phone": row["phone"],
        "team": named(row["team"]),
        "progress": row["progress"],
        "industry": named(row["industry"]),
        "assessment": row["assessment"],
        "stage": named(row["stage"]),
        "owner": row["owner"],
        "total": _amount(row["total"]),
        "agreed": _amount(row["agreed"]),
        "cny": _amount(row["cny"]),
        "signed_on": _day(row["signed_on"]),
        "landed_on": _day(row["landed_on"]),
        "last_contact": _day(row["last_contact"]),
        "number": row["number"],
    }


class SiteWords:
    """Says what land or premises are needed, in the active language; the words are looked up once."""

    def __init__(self) -> None:
        """Look them up."""
        self._kinds = {str(kind.value): str(kind.label) for kind in SiteNeed}
        self._comma = pgettext("list", ", ")
        self._land = pgettext("project sheet", "%(n)s mu of land")
        self._floor = pgettext("project sheet", "%(n)s m² of floor")
        self._height = pgettext("project sheet", "clear height %(n)s m")

    def __call__(self, site: Site) -> str:
        """The kind, then the measures that are known."""
        parts = [self._kinds.get(site["site_need"], site["site_need"])]
        for measure, words in (
            (site["land_mu"], self._land),
            (site["floor_area_m2"], self._floor),
            (site["clear_height_m"], self._height),
        ):
            if measure:
                parts.append(words % {"n": _plain(measure)})
        return self._comma.join(part for part in parts if part)


def _plain(measure: str) -> str:
    """A measure without needless zeros, grouped by thousands."""
    number = amount_of(measure)
    text = measure if number is None else f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(written: str) -> Decimal | None:
    amount = amount_of(written)
    return None if amount is None else scaled(amount)


def _day(written: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(written) if written else None
    except ValueError:
        return None
