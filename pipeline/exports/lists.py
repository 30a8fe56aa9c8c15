"""The lists behind figures as files: what their rows say, as far as whoever takes them out sees the leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import ExportedList
from projects.exports.tables import Table, computed


@dataclass(frozen=True)
class InHand:
    """Rows that were read already, as a file reads them."""

    rows: list[Any]

    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    def iterator(self, chunk_size: int = 0) -> Iterator[Any]:
        """One after the other; they are all here, however many at a time are asked for."""
        del chunk_size
        return iter(self.rows)


FIGURE = Table(
    ExportedList.FIGURE,
    pgettext_lazy("name of a file", "figure"),
    (
        computed("lead", _("Lead"), lambda one: str(one.lead), width=36),
        computed("number", _("Number"), lambda one: one.lead.number),
        computed("company", _("Company"), lambda one: str(one.lead.company), width=30),
        computed("day", _("Day"), lambda one: one.row.day, kind="day"),
        computed("cause", _("Cause"), lambda one: one.cause_words),
        computed("counts", _("Counts"), lambda one: one.row.n, kind="number", width=9),
        computed("stage", _("Stage"), lambda one: str(one.stage) if one.stage else ""),
        computed("team", _("Team"), lambda one: one.team, width=20),
        computed("owner", _("Owner"), lambda one: one.owner),
        computed("currency", _("Currency"), lambda one: one.row.currency, width=9),
        computed("total", _("Total investment"), lambda one: one.row.total_investment, kind="money", width=18),
        computed("agreed", _("Agreed investment"), lambda one: one.row.agreed_investment, kind="money", width=18),
        computed("total_cny", _("Total investment in CNY"), lambda one: one.row.total_cny, kind="money", width=18),
        computed("agreed_cny", _("Agreed investment in CNY"), lambda one: one.row.agreed_cny, kind="money", width=18),
    ),
)
ACTIVITY = Table(
    ExportedList.FIGURE,
    pgettext_lazy("name of a file", "figure"),
    (
        computed("title", _("What"), lambda one: one.title.words, width=36),
        computed("note", _("Note"), lambda one: one.title.note, width=36),
        computed("day", _("Day"), lambda one: one.row.day, kind="day"),
        computed("kind", _("Kind"), lambda one: one.kind),
        computed("state", _("What became of it"), lambda one: one.state),
        computed("team", _("Team"), lambda one: one.team, width=20),
        computed("person", _("Person"), lambda one: one.person),
        computed("people", _("People met"), lambda one: one.row.person_times, kind="number"),
        computed("companies", _("Companies met"), lambda one: one.row.companies, kind="number"),
        computed("cny", _("Amount in CNY"), lambda one: one.row.cny, kind="money", width=18),
        computed("days", _("Days"), lambda one: one.row.days, kind="number"),
    ),
)
