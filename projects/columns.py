"""The columns that a list of leads can show: for the page and for the files that it is taken out as."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django.db.models import Model, Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from projects.clocks import Light, idle_days, light, protected_until, silent_days
from projects.models import Lead, LeadQuerySet, Tag

# What a cell holds; the page writes it by its kind, a file by its type.
Value = str | int | Decimal | datetime.date | datetime.datetime | None


@dataclass(frozen=True)
class LeadRow:
    """A lead with its clocks, in days."""

    lead: Lead
    light: Light
    idle: int | None
    silent: int
    late: bool


def lead_row(lead: Lead, today: datetime.date | None = None) -> LeadRow:
    """A lead and its clocks on the zone's present day."""
    zone = lead.zone
    today = today or zone.today()
    idle = idle_days(lead.last_progress_on, today)
    return LeadRow(
        lead,
        light=light(idle, lead.stage_kind, yellow=zone.idle_yellow_days, red=zone.idle_red_days),
        idle=idle,
        silent=silent_days(lead.last_interaction_at, lead.created_at, today, zone.time_zone),
        late=lead.next_follow_up_on is not None and lead.next_follow_up_on < today,
    )


@dataclass(frozen=True)
class Column:
    """A column: its words, what a cell holds, and what must be read with the leads for it.

    `kind` says how a cell is written: text, number, money, day; `cell` names a way of its own
    (projects/templatetags/leads.py). `in_file` are the columns that stand for it in a file; none: itself.
    """

    key: str
    label: str | Promise
    value: Callable[[LeadRow], Value]
    kind: str = "text"
    cell: str = ""
    sort: str = ""
    width: int = 16
    joins: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    in_file: tuple[str, ...] = field(default=())

    @property
    def css(self) -> str:
        """Figures stand to the right; some cells say on a phone by themselves what they are."""
        return "fact" if self.cell in ALONE else "num" if self.kind in ("number", "money") else ""


# Cells that need no word before them on a phone.
ALONE = frozenset({"stage", "owner", "light", "tags"})


def _label(name: str) -> Any:
    return cast(Any, Lead._meta.get_field(name)).verbose_name


def _plain(name: str, **options: Any) -> Column:
    """A field of the lead, as it is."""
    return Column(name, options.pop("label", None) or _label(name), lambda row: getattr(row.lead, name), **options)


def _choice(name: str, empty: str = "") -> Column:
    """A choice, in its words; `empty` is the value that says nothing."""

    def words(row: LeadRow) -> Value:
        value = getattr(row.lead, name)
        return "" if value == empty else str(getattr(row.lead, f"get_{name}_display")())

    return Column(name, _label(name), words)


def _row(name: str, *, joined: bool = False, **options: Any) -> Column:
    """The name of a row that the lead points to; `joined`: lists do not read it anyway."""

    def words(row: LeadRow) -> Value:
        found = cast(Model | None, getattr(row.lead, name))
        return "" if found is None else str(found)

    return Column(
        name, options.pop("label", None) or _label(name), words, joins=(name,) if joined else (), width=24, **options
    )


def _money(name: str) -> Column:
    sort = name if name == "total_investment" else ""
    return _plain(name, kind="money", width=18, sort=sort)


def _measure(name: str) -> Column:
    """A measure, without needless zeros."""

    def value(row: LeadRow) -> Value:
        found = cast(Decimal | None, getattr(row.lead, name))
        return None if found is None else found.normalize()

    return Column(name, _label(name), value, kind="number")


def _tags(row: LeadRow) -> Value:
    return pgettext("list", ", ").join(tag.name for tag in cast(Any, row.lead).live_tags)


def _owner_and_team(row: LeadRow) -> Value:
    return " · ".join(str(one) for one in (row.lead.owner, row.lead.team) if one)


def _protected(row: LeadRow) -> Value:
    lead = row.lead
    return protected_until(
        lead.last_interaction_at,
        lead.created_at,
        lead.stage_kind,
        days=lead.zone.protection_days,
        time_zone=lead.zone.time_zone,
    )


# The first column is always there: a row without its name is no row.
NAME = Column("name", _("Lead"), lambda row: str(row.lead), cell="lead", sort="name", width=36)
CHOOSABLE: tuple[Column, ...] = (
    _plain("number", sort="number", width=14),
    _row("company"),
    _row("zone"),
    Column("stage", _("Stage"), lambda row: row.lead.stage.name, cell="stage", sort="stage_entered_on", width=14),
    _plain("stage_entered_on", kind="day", sort="stage_entered_on"),
    Column("owner_and_team", _("Team and owner"), _owner_and_team, cell="owner", width=24, in_file=("team", "owner")),
    _row("team"),
    _row("owner"),
    Column("tags", _("Tags"), _tags, cell="tags", width=24, prefetch=("tags",)),
    _row("industry"),
    _choice("capital_origin"),
    _choice("listing", empty="none"),
    _choice("acquisition_mode"),
    _plain("source", width=24),
    _row("referrer_company", joined=True),
    _plain("first_contact_on", kind="day"),
    _plain("currency", width=9),
    _money("total_investment"),
    _money("fixed_asset_investment"),
    _money("registered_capital"),
    _money("agreed_investment"),
    _choice("site_need"),
    _measure("land_mu"),
    _measure("floor_area_m2"),
    _measure("clear_height_m"),
    _measure("floor_load_t_m2"),
    _measure("power_kva"),
    _plain("place", width=24),
    _plain("summary", cell="long", width=60),
    _plain("expected_signing_on", kind="day", sort="expected_signing_on"),
    _plain("draft_agreement_on", kind="day"),
    _plain("signed_on", kind="day"),
    _plain("agreement_number", width=20),
    _row("registered_company", joined=True),
    _plain("landed_on", kind="day"),
    _plain("closed_on", kind="day"),
    _plain("close_reason", cell="long", width=30),
    Column("progress", _("Progress"), lambda row: row.idle, kind="number", cell="light", in_file=("idle_days",)),
    Column("idle_days", _("Days without progress"), lambda row: row.idle, kind="number"),
    _plain("last_interaction_at", label=_("Last contact"), kind="day", cell="contact", sort="last_interaction_at"),
    Column("silent_days", _("Days without contact"), lambda row: row.silent, kind="number"),
    _plain("next_follow_up_on", label=_("Next follow-up"), kind="day", cell="follow_up", sort="next_follow_up_on"),
    Column("protected_until", _("Protected until"), _protected, kind="day"),
    _plain("created_at", label=_("Entered"), kind="day", sort="created_at"),
    _row("created_by", joined=True, label=_("Entered by")),
    _plain("updated_at", label=_("Changed"), kind="day", sort="updated_at"),
)
COLUMNS: dict[str, Column] = {column.key: column for column in CHOOSABLE}
DEFAULT = ("stage", "owner_and_team", "total_investment", "progress", "last_interaction_at", "next_follow_up_on")
# What stands in the name's own cell on the page, and so goes into a file with it.
WITH_NAME = ("number", "company")


def chosen_columns(keys: Sequence[str]) -> list[Column]:
    """The columns of these keys, else the default ones; the name is always first."""
    return [NAME, *(COLUMNS[key] for key in keys or DEFAULT)]


def columns_for_file(keys: Sequence[str]) -> list[Column]:
    """The chosen columns as a file has them: one fact each, and a currency beside amounts."""
    found: dict[str, Column] = {NAME.key: NAME}
    for key in (*WITH_NAME, *(keys or DEFAULT)):
        column = COLUMNS[key]
        for part in column.in_file or (key,):
            if COLUMNS[part].kind == "money":
                found.setdefault("currency", COLUMNS["currency"])
            found.setdefault(part, COLUMNS[part])
    return list(found.values())


def with_tags(leads: LeadQuerySet) -> LeadQuerySet:
    """The leads with their tags as `live_tags`. One query more."""
    return leads.prefetch_related(Prefetch("tags", Tag.objects.filter(deleted_at=None), to_attr="live_tags"))


# Of the rows around a lead, only what a line shows and its clocks need.
BOTH = ("name_zh", "name_en")
COMPANY, PERSON = ("name", "name_en"), ("display_name", "username")
NAMES: dict[str, tuple[str, ...]] = {
    "company": COMPANY, "team": BOTH, "owner": PERSON, "stage": BOTH, "industry": BOTH,
    "zone": (*BOTH, "time_zone", "idle_yellow_days", "idle_red_days", "protection_days"),
}  # fmt: skip
JOINED = {"referrer_company": COMPANY, "registered_company": COMPANY, "created_by": PERSON}
OWN = tuple(one.name for one in Lead._meta.concrete_fields if one.name not in ("search_text", "name_key"))


def read_for(leads: LeadQuerySet, columns: Iterable[Column]) -> LeadQuerySet:
    """The leads with what these columns read, and nothing more."""
    joins = sorted({join for column in columns for join in column.joins})
    related = [f"{join}__{name}" for join in (*NAMES, *joins) for name in NAMES.get(join) or JOINED[join]]
    leads = leads.select_related(*NAMES, *joins).only(*OWN, *related)
    return with_tags(leads) if any("tags" in column.prefetch for column in columns) else leads
