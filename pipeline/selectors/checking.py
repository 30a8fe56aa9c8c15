"""The checks of the ledger, and what they found, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.models import LedgerCheck
from pipeline.selectors.questions import WHATS
from projects.models import Industry, Lead, Stage
from teams.models import Team, User, Zone

# So many checks are listed.
LAST = 14
WORDS = {
    "numbering": gettext_lazy("Lead %(number)s: its %(entries)s ledger entries are not numbered one after another."),
    "zone": gettext_lazy("Lead %(number)s: ledger entry %(seq)s belongs to another zone."),
    "lead": gettext_lazy("Lead %(number)s: %(field)s is %(found)s; by the ledger it should be %(should)s."),
    "span": gettext_lazy("Lead %(number)s, state %(ordinal)s: %(field)s is %(found)s; it should be %(should)s."),
    "span_missing": gettext_lazy("Lead %(number)s: its state %(ordinal)s, from %(day)s on, is missing."),
    "span_extra": gettext_lazy("Lead %(number)s: it has a state %(ordinal)s, from %(day)s on, that it never was in."),
    "stray_span": gettext_lazy("There are states of a lead that does not exist: %(lead_id)s."),
    "history": gettext_lazy("Lead %(number)s: its history shows changes that the ledger does not know, or others."),
    "increase": gettext_lazy(
        "Lead %(number)s: the increase of %(amount)s %(currency)s of %(day)s has no such entry in the ledger."
    ),
    "increase_entry": gettext_lazy(
        "Lead %(number)s: the ledger has an increase of %(amount)s %(currency)s of %(day)s that is not on the lead."
    ),
    "taken_back": gettext_lazy(
        "Lead %(number)s: the increase of %(amount)s %(currency)s of %(day)s is taken back in one place only."
    ),
    "tally": gettext_lazy("The sum kept for “%(tally)s” is %(found)s; it should be %(should)s."),
    "figure": gettext_lazy("The figure “%(what)s” as of %(day)s, %(key)s, is %(found)s; it should be %(should)s."),
    "unnoted": gettext_lazy("Lead %(number)s: ledger entry %(seq)s has no change row."),
    "positions": gettext_lazy(
        "There are %(count)s positions of changes from %(first)s to %(last)s: some are missing."
    ),
}
# Columns that no form shows.
LABELS = {
    "stage_kind": gettext_lazy("Kind of the stage"),
    "stage_since": gettext_lazy("In this stage since"),
    "last_progress_on": gettext_lazy("Day of the last progress"),
    "is_deleted": gettext_lazy("Deleted"),
    "begins_on": gettext_lazy("Its beginning"),
    "ends_on": gettext_lazy("Its end"),
    "cause": gettext_lazy("What began it"),
    "ended_by": gettext_lazy("What ended it"),
    "entry_id": gettext_lazy("Its ledger entry"),
}
# Columns whose value is the id of something with a name.
NAMED: dict[str, Any] = {
    "team_id": (Team, "pk"), "owner_id": (User, "pk"), "industry_id": (Industry, "pk"), "stage_id": (Stage, "code")
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A difference in words, and the lead it is about."""

    words: str
    lead_id: str


def latest_check(zone: Zone) -> LedgerCheck | None:
    """The zone's last check."""
    return LedgerCheck.objects.filter(zone=zone).order_by("-checked_on").first()


def latest_difference(zone: Zone) -> LedgerCheck | None:
    """The zone's last check if it found that something differs; else None."""
    check = latest_check(zone)
    return check if check is not None and check.difference_count else None


def last_checks(zone: Zone) -> list[LedgerCheck]:
    """The last checks of a zone, the latest first."""
    return list(LedgerCheck.objects.filter(zone=zone).order_by("-checked_on")[:LAST])


def sentences(check: LedgerCheck) -> list[Sentence]:
    """What differs, in the reader's language; a query for each kind of thing that is named."""
    names = _names(check.differences)
    return [_sentence(difference, names) for difference in check.differences]


def _sentence(difference: dict[str, Any], names: dict[tuple[str, str], str]) -> Sentence:
    column = difference.get("field", "")
    told = {name: value or _("nothing") for name, value in difference.items()}
    if column:
        told["field"] = _label(column)
    for side in ("should", "found"):
        told[side] = names.get((column, difference.get(side, "")), told.get(side, ""))
    if difference["code"] == "figure":
        named = "stage_id" if difference["what"] == "stock" else "team_id"
        told["key"] = names.get((named, difference["key"]), told["key"])
        told["what"] = str(WHATS[difference["what"]])
    return Sentence(WORDS[difference["code"]] % told, difference.get("lead", ""))


def _label(column: str) -> str:
    if column in LABELS:
        return str(LABELS[column])
    return str(Lead._meta.get_field(column.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]


def _names(differences: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The names of teams, people, industries and stages that are spoken of."""
    wanted: dict[str, set[str]] = {}
    for one in differences:
        if one["code"] == "figure":
            wanted.setdefault("stage_id" if one["what"] == "stock" else "team_id", set()).add(one["key"])
        elif one.get("field") in NAMED:
            wanted.setdefault(one["field"], set()).update((one["should"], one["found"]))
    found = {}
    for column, values in wanted.items():
        model, key = NAMED[column]
        for row in model.objects.filter(**{f"{key}__in": values - {""}}):
            found[column, str(getattr(row, key))] = str(row)
    return found
