"""Tags that write the lines of the list of leads: in Python, since a page has hundreds of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from investcrm.core.markup import addresses, text
from investcrm.core.templatetags.crm import ago_days, day, money, number
from investcrm.core.templatetags.ui import icon, light, stage_badge
from projects.columns import Column, LeadRow, Value
from projects.models import Lead

register = template.Library()

NONE = '<span class="none">—</span>'
Write = Callable[[LeadRow, Value], str]


@register.simple_tag
def lead_light(row: LeadRow) -> SafeString:
    """The light of a lead with its idle days."""
    if row.idle is None:
        unknown = text(gettext("not known"))
        return SafeString(
            f'<span class="none" aria-hidden="true">—</span><span class="visually-hidden">{unknown}</span>'
        )
    words = gettext("progress today")
    if row.idle:
        words = ngettext("%(days)s day idle", "%(days)s days idle", row.idle) % {"days": row.idle}
    return SafeString(f'<span class="soft">{text(words)}</span>') if row.light == "none" else light(row.light, words)


# -- cells ------------------------------------------------------------------------------------------------------------


def _text(_row: LeadRow, value: Value) -> str:
    return text(localize(value)) if value else NONE


def _long(_row: LeadRow, value: Value) -> str:
    return f'<span class="clamp">{text(value)}</span>' if value else NONE


def _number(_row: LeadRow, value: Value) -> str:
    return NONE if value is None else text(number(value))


def _money(row: LeadRow, value: Value) -> str:
    return NONE if value is None else money(value, row.lead.currency)


def _day(_row: LeadRow, value: Any) -> str:
    return day(value) if value else NONE


def _contact(row: LeadRow, _value: Value) -> str:
    last = row.lead.last_interaction_at
    return text(ago_days(last)) if last else f'<span class="soft">{text(gettext("never"))}</span>'


def _follow_up(row: LeadRow, _value: Value) -> str:
    due = row.lead.next_follow_up_on
    if not due:
        return NONE
    if not row.late:
        return f"<span>{day(due)}</span>"
    return f'<span class="late">{day(due)} <span class="note">{text(gettext("overdue"))}</span></span>'


def _owner(row: LeadRow, _value: Value) -> str:
    owner, team = row.lead.owner, row.lead.team
    if owner:
        beside = f' <span class="note">{text(team)}</span>' if team else ""
        return f'<span class="who"><span class="who-name">{text(owner)}</span>{beside}</span>'
    return text(team) if team else f'<span class="soft">{text(gettext("unassigned"))}</span>'


def _stage(row: LeadRow, _value: Value) -> str:
    return stage_badge(row.lead.stage.name, kind=row.lead.stage_kind, code=row.lead.stage_id)


def _tags(row: LeadRow, _value: Value) -> str:
    listed = reverse("projects:lead_list")
    tags: list[Any] = row.lead.live_tags  # type: ignore[attr-defined]
    links = (f'<a class="tag tag-neutral" href="{listed}?tag={tag.pk}">{text(tag.name)}</a> ' for tag in tags)
    return "".join(links) or NONE


def _light(row: LeadRow, _value: Value) -> str:
    return lead_light(row)


# By a column's `cell`, else by its `kind`.
CELLS: dict[str, Write] = {
    "text": _text, "long": _long, "number": _number, "money": _money, "day": _day, "contact": _contact,
    "follow_up": _follow_up, "owner": _owner, "stage": _stage, "tags": _tags, "light": _light,
}  # fmt: skip


# -- lines ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A column of the table: how its cells are written, and how a cell begins that holds something, or nothing."""

    column: Column
    write: Write
    full: str
    nothing: str

    def cell(self, row: LeadRow) -> str:
        """The cell of a row."""
        value = self.column.value(row)
        begin = self.nothing if value is None or value == "" else self.full
        return f"{begin}{self.write(row, value)}</td>"


def _place(column: Column) -> Place:
    label = f'data-label="{text(column.label)}">'
    return Place(
        column,
        CELLS[column.cell or column.kind],
        f'<td class="{column.css}" {label}',
        f'<td class="{column.css} nothing" {label}',
    )


def _choice(lead: Lead, words: str) -> str:
    label = text(words % {"lead": lead})
    return (
        '<td class="choose-cell"><input type="checkbox" class="form-check-input"'
        f' value="{lead.pk}:{lead.version}" data-choose aria-label="{label}"></td>'
    )


@register.simple_tag
def lead_lines(rows: Sequence[LeadRow], columns: Sequence[Column], choosable: bool) -> SafeString:
    """The lines of the list of leads in these columns; choosable: whether each has a box to choose it."""
    address, choose = addresses("projects:lead"), gettext("Choose %(lead)s")
    places = [_place(column) for column in columns]
    lines = []
    for row in rows:
        lead = row.lead
        lines.append(
            f"<tr data-row>{_choice(lead, choose) if choosable else ''}"
            f'<td class="lead-cell"><a href="{address(lead.pk)}" data-row-link>{text(lead)}</a>'
            f'<div class="note">{text(lead.number)} · {text(lead.company)}</div></td>'
            f"{''.join(place.cell(row) for place in places)}</tr>"
        )
    return SafeString("\n".join(lines))


@register.simple_tag
def column_choices(columns: Sequence[tuple[Column, bool]]) -> SafeString:
    """The columns to choose from, each with a box and the two arrows that move it."""
    up, down = gettext("Move %(name)s up"), gettext("Move %(name)s down")
    button = '<button type="button" class="btn btn-quiet btn-icon btn-sm" data-move="{}" aria-label="{}">{}</button>'
    arrows = ((-1, up, icon("arrow-up")), (1, down, icon("arrow-down")))
    items = []
    for column, shown in columns:
        label, checked = str(column.label), " checked" if shown else ""
        buttons = (button.format(step, text(words % {"name": label}), arrow) for step, words, arrow in arrows)
        items.append(
            f'<li><label><input type="checkbox" class="form-check-input" name="columns" value="{text(column.key)}"'
            f"{checked}> <span>{text(label)}</span></label> {' '.join(buttons)}</li>"
        )
    return SafeString("".join(items))
