"""Rows that may be one and the same: pairs with the reasons why.

Rows are grouped by what they share (a name without its legal form, its pinyin, a phone number, …), and each is held
against the few before it in its group: the work grows with the rows, never with their square, whatever is in them.
The pair of which the later row is the newest comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.ids import as_id
from projects.choices import MergeKind
from projects.models import Company, Contact, KeptApart, Lead
from teams.access import Capability
from teams.models import User

REASONS = {
    "organisation": _("Same organisation in the credit code"),
    "name": _("Same name without legal form and region"),
    "pinyin": _("Same name in pinyin"),
    "phone": _("Same phone number of a contact"),
    "company": _("Same company or company name, similar name"),
    "contact_name": _("Same name"),
    "contact_phone": _("Same phone number"),
    "email": _("Same e-mail address"),
}
PAGE_SIZE = 30
# How many of the rows before it in its group a row is held against.
NEIGHBOURS = 5
# How alike the names of two leads of one company are, in pinyin (0 to 1).
ALIKE = 0.6


@dataclass(frozen=True)
class Candidate:
    """Two rows that may be one, the earlier one first, and why."""

    first: Any
    second: Any
    reasons: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The reasons in words."""
        return [str(REASONS[reason]) for reason in self.reasons]


@dataclass(frozen=True)
class Candidates:
    """One page of pairs, and where its neighbours begin."""

    rows: list[Candidate]
    before: str = ""
    after: str = ""


# What rows share: the reason, and a hash of it with a seed of its own (64 bits: sorting costs little, and two reasons
# never meet).
ZONES = "(%(all)s OR {row}zone_id = ANY (%(zones)s))"
KEYS: dict[str, tuple[str, ...]] = {
    MergeKind.COMPANY: (
        "SELECT r.id, 'organisation', hashtextextended(substr(r.credit_code, 9, 9), 1) FROM projects_company r"
        " WHERE r.deleted_at IS NULL AND r.credit_code IS NOT NULL",
        "SELECT r.id, 'name', hashtextextended(r.normalised_name, 2) FROM projects_company r"
        " WHERE r.deleted_at IS NULL AND r.normalised_name <> ''",
        "SELECT r.id, 'pinyin', hashtextextended(r.name_key, 3) FROM projects_company r"
        " WHERE r.deleted_at IS NULL AND r.name_key <> ''",
        "SELECT DISTINCT r.id, 'phone', hashtextextended(c.phone_e164, 4) FROM projects_contact c"
        " JOIN projects_company r ON r.id = c.company_id"
        f" WHERE r.deleted_at IS NULL AND c.deleted_at IS NULL AND c.phone_e164 <> '' AND {ZONES.format(row='c.')}",
    ),
    MergeKind.LEAD: (
        "SELECT r.id, 'company', hashtextextended(r.zone_id::text || COALESCE(NULLIF(c.normalised_name, ''), c.name),"
        " 1) FROM projects_lead r JOIN projects_company c ON c.id = r.company_id"
        f" WHERE r.deleted_at IS NULL AND {ZONES.format(row='r.')}",
    ),
    MergeKind.CONTACT: tuple(
        f"SELECT r.id, '{reason}', hashtextextended(r.zone_id::text || r.company_id || {value}, {seed})"
        f" FROM projects_contact r WHERE r.deleted_at IS NULL AND {ZONES.format(row='r.')} AND {value} <> ''"
        for seed, (reason, value) in enumerate(
            {"contact_name": "lower(r.name)", "contact_phone": "r.phone_e164", "email": "lower(r.email)"}.items()
        )
    ),
}
# Of the companies that only other zones work with, nothing is asked here.
OWN_COMPANIES = """(
    %(all)s OR EXISTS (
        SELECT 1 FROM projects_lead l WHERE l.company_id IN (p.first, p.second) AND l.zone_id = ANY (%(zones)s)
    ) OR NOT EXISTS (SELECT 1 FROM projects_lead l WHERE l.company_id IN (p.first, p.second))
)"""
SIMILAR = f"similarity(a.name_key, b.name_key) >= {ALIKE}"
SIMILAR_LEADS = f"""EXISTS (
    SELECT 1 FROM projects_lead a, projects_lead b WHERE a.id = p.first AND b.id = p.second AND {SIMILAR}
)"""
# kind -> the table, and a condition on a pair
SOURCES: dict[str, tuple[str, str]] = {
    MergeKind.COMPANY: ("projects_company", OWN_COMPANIES),
    MergeKind.LEAD: ("projects_lead", SIMILAR_LEADS),
    MergeKind.CONTACT: ("projects_contact", "TRUE"),
}
MODELS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    MergeKind.COMPANY: (Company, ()),
    MergeKind.LEAD: (Lead, ("company", "stage", "team", "owner", "zone")),
    MergeKind.CONTACT: (Contact, ("company", "zone")),
}


# The later rows of the pairs are looked for among the newest, and among all where these are in too few; at once among
# all where the table is about so small that this takes as long.
NEWEST = 3_000
SMALL = 30_000


def _sql(kind: str, *, back: bool, has_place: bool, newest: bool) -> str:
    """The next pairs before (back: after) a place."""
    table, condition = SOURCES[kind]
    beyond, order, direction = (">", "", ">=") if back else ("<", " DESC", "<=")
    keys = " UNION ALL ".join(KEYS[kind])
    lags = ", ".join(f"LAG(id, {step}) OVER w" for step in range(1, NEIGHBOURS + 1))
    begins = f" AND id {direction} %(second)s" if has_place else ""
    latest = f"SELECT id FROM {table} WHERE deleted_at IS NULL{begins} ORDER BY id{order} LIMIT {NEWEST}"
    of_latest = " UNION ALL ".join(f"{one} AND r.id IN (SELECT id FROM latest)" for one in KEYS[kind])
    wanted = f"SELECT DISTINCT key FROM ({of_latest}) AS k (id, reason, key)"
    if not newest:
        latest, wanted = "SELECT NULL", "SELECT key FROM keyed GROUP BY key HAVING COUNT(*) > 1"
    narrowed = ["first IS NOT NULL"]
    narrowed += ["(second, first) " + beyond + " (%(second)s, %(first)s)"] if has_place else []
    narrowed += ["second IN (SELECT id FROM latest)"] if newest else []
    return (
        f"WITH latest AS MATERIALIZED ({latest}), keyed (id, reason, key) AS NOT MATERIALIZED ({keys}),"
        f" wanted AS MATERIALIZED ({wanted}),"
        f" near AS (SELECT id AS second, reason, unnest(ARRAY[{lags}]) AS first FROM keyed"
        " WHERE key IN (SELECT key FROM wanted) WINDOW w AS (PARTITION BY key ORDER BY id)),"
        " pairs AS MATERIALIZED (SELECT first, second, array_agg(DISTINCT reason ORDER BY reason) AS reasons FROM near"
        f" WHERE {' AND '.join(narrowed)} GROUP BY first, second)"
        # in order first: the condition is asked of a page then
        " SELECT p.first, p.second, p.reasons"
        f" FROM (SELECT * FROM pairs ORDER BY second{order}, first{order} OFFSET 0) p WHERE {condition}"
        " AND NOT EXISTS (SELECT 1 FROM projects_keptapart k WHERE k.kind = %(kind)s"
        " AND k.first_id = p.first AND k.second_id = p.second)"
        f" ORDER BY second{order}, first{order} LIMIT %(limit)s"
    )


def _read(user: User, kind: str, back: bool, place: tuple[uuid.UUID, uuid.UUID] | None) -> list[tuple[Any, ...]]:
    own = {"all": user.is_superuser, "zones": user.zone_ids(Capability.MERGE)}
    params: dict[str, Any] = {"kind": kind, "limit": PAGE_SIZE + 1, **own}
    if place is not None:
        params |= {"second": place[0], "first": place[1]}
    found: list[tuple[Any, ...]] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [SOURCES[kind][0]])
        is_large = cursor.fetchone()[0] > SMALL
        for newest in (True, False) if is_large else (False,):
            cursor.execute(_sql(kind, back=back, has_place=place is not None, newest=newest), params)
            found = list(cursor.fetchall())
            if len(found) > PAGE_SIZE:
                break
    return found


def _with_rows(kind: str, found: Sequence[tuple[Any, ...]]) -> list[Candidate]:
    model, related = MODELS[kind]
    ids = {one for row in found for one in row[:2]}
    rows = model._default_manager.select_related(*related).in_bulk(ids)
    return [
        Candidate(rows[first], rows[second], tuple(reasons))
        for first, second, reasons in found
        if first in rows and second in rows
    ]


def _place(text: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The pair that a page begins after, as `second_first`; None for what is no place."""
    second, _mark, first = text.partition("_")
    ids = as_id(second), as_id(first)
    return ids if ids[0] is not None and ids[1] is not None else None  # type: ignore[return-value]


def candidates(user: User, kind: str, *, after: str = "", before: str = "") -> Candidates:
    """One page of the pairs that the user may merge; as many queries for one pair as for many.

    `after` and `before` are the places that a page before told; made up, they begin at the beginning.
    Raises ValidationError for no kind.
    """
    if kind not in SOURCES:
        raise ValidationError(_("There is no such list."), code="unknown")
    place, back = (_place(before), True) if before else (_place(after), False)
    back = back and place is not None
    found = _read(user, kind, back, place)
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE][:: -1 if back else 1]
    marks = [f"{second}_{first}" for first, second, _reasons in found]
    return Candidates(
        _with_rows(kind, found),
        before=marks[0] if marks and (more if back else place is not None) else "",
        after=marks[-1] if marks and (back or more) else "",
    )


def kept_apart(user: User, kind: str, limit: int = 100) -> list[tuple[KeptApart, Candidate]]:
    """The pairs last kept apart, of which the user sees both. Two queries."""
    rows = list(KeptApart.objects.filter(kind=kind).select_related("actor").order_by("-at", "-id")[:limit])
    model, related = MODELS[kind]
    ids = {one for row in rows for one in (row.first_id, row.second_id)}
    seen = model._default_manager.visible_to(user).select_related(*related).in_bulk(ids)
    return [
        (row, Candidate(seen[row.first_id], seen[row.second_id], ()))
        for row in rows
        if row.first_id in seen and row.second_id in seen
    ]


# The same for one row, by the indexes of names and companies.
OF_COMPANY = """
SELECT o.id FROM projects_company o WHERE o.deleted_at IS NULL AND o.normalised_name <> ''
    AND o.normalised_name = (SELECT normalised_name FROM projects_company WHERE id = %(id)s) AND o.id <> %(id)s
"""
OF_LEAD = f"""
SELECT b.id FROM projects_lead a JOIN projects_lead b ON b.id <> a.id AND b.zone_id = a.zone_id
    AND b.company_id = a.company_id AND b.deleted_at IS NULL
WHERE a.id = %(id)s AND {SIMILAR}
"""
SHOWN = 3


def same_as(user: User, kind: str, row_id: uuid.UUID) -> list[Any]:
    """A few rows that may be the same as this lead or company and were not kept apart from it. Two queries."""
    sql = (
        f"SELECT id FROM ({OF_COMPANY if kind == MergeKind.COMPANY else OF_LEAD}) found WHERE NOT EXISTS ("
        "SELECT 1 FROM projects_keptapart k WHERE k.kind = %(kind)s AND k.first_id = LEAST(found.id, %(id)s)"
        " AND k.second_id = GREATEST(found.id, %(id)s)) ORDER BY id DESC LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"kind": kind, "id": row_id, "limit": SHOWN})
        ids: Iterable[uuid.UUID] = [found for (found,) in cursor.fetchall()]
    model, related = MODELS[kind]
    rows = model._default_manager.visible_to(user).select_related(*related)
    return list(rows.filter(pk__in=ids).order_by("-pk")) if ids else []
