"""Funds, visits, receptions and plans kept: which question of `activity` answers a metric, and what nearly counts.

A question of activity is limited to leads where the rule has filters over leads: to those that meet them on the as-of
day. Such a list has no address of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_text
from pipeline.models.targets import Metric
from pipeline.selectors.activity import (
    FUNDS,
    INTERACTIONS,
    PLANS,
    Activity,
    Measure,
    activity_rows,
    activity_url,
    ids,
    measure,
    measures_by,
)
from pipeline.selectors.figures import lead_ids
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import FundKind, FundStatus
from projects.models import FundArrival, Lead
from teams.models import User
from visits.choices import Channel, PlanStatus
from visits.models import Interaction, InteractionParty, PlannedVisit

KINDS = {
    Metric.FUNDS: (FUNDS, FundKind.FUNDS_IN_PLACE.value),
    Metric.FDI: (FUNDS, FundKind.FDI.value),
    Metric.VISITS: (INTERACTIONS, Channel.VISIT.value),
    Metric.RECEPTIONS: (INTERACTIONS, Channel.RECEPTION.value),
    Metric.PLAN_KEPT: (PLANS, ""),
}
NOTHING = Measure()


@dataclass(frozen=True)
class Measured:
    """A figure, the address of its list ("" where it has none), how many are in no sum, what a share is a share of."""

    value: Decimal = Decimal(0)
    url: str = ""
    without: int = 0
    of: int = 0


@dataclass(frozen=True)
class Listed:
    """One thing behind a figure; no address where the reader does not see what it hangs on."""

    title: str
    url: str
    notes: tuple[str, ...]


def asked_of(metric: str, limits: Question, scope: Scope) -> Activity:
    """The question of activity that a metric means, limited as the question of leads is."""
    what, kind = KINDS[Metric(metric)]
    if limits.period is None:
        raise ValueError("a figure of activity is asked of a period")
    filtered = limits.industry or limits.origin or limits.listing or limits.total_investment
    leads = None
    if filtered or limits.registered_capital:
        whole = replace(limits, what=STOCK, scope=Scope(scope.zone), period=None)
        leads = frozenset(lead_ids(whole))
    return Activity(what, scope, limits.period, limits.as_of, limits.known, kind=(kind,) if kind else (), leads=leads)


def measured_by(metric: str, limits: Question, scopes: Sequence[Scope]) -> list[Measured]:
    """The figure of each scope: all teams, all people, or one and the same. One query, two with filters."""
    one = asked_of(metric, limits, scopes[0])
    if len({scope.code for scope in scopes}) == 1:
        found = measure(one)
        return [_measured(metric, one, found)] * len(scopes)
    cut = "person" if scopes[0].person is not None else "team"
    by = measures_by(replace(one, scope=Scope(scopes[0].zone)), cut)
    return [_measured(metric, replace(one, scope=scope), by.get(_key(scope), NOTHING)) for scope in scopes]


def _key(scope: Scope) -> str:
    of = scope.person or scope.team
    return str(of.pk) if of is not None else ""


def _measured(metric: str, asked: Activity, found: Measure) -> Measured:
    url = activity_url(asked) if asked.leads is None else ""
    if metric in (Metric.FUNDS, Metric.FDI):
        return Measured(found.cny, url, found.without_rate)
    if metric == Metric.PLAN_KEPT:
        return Measured(found.share or Decimal(0), url, of=found.due)
    return Measured(Decimal(found.count), url)


def measured_rows(
    metric: str, limits: Question, scope: Scope, user: User, shown: int
) -> tuple[int, list[Listed], int, str]:
    """How many there are, the first that the reader sees, how many they do not see, the address of the list."""
    asked = asked_of(metric, limits, scope)
    every = ids(asked)
    model: Any = {FUNDS: FundArrival, INTERACTIONS: Interaction, PLANS: PlannedVisit}[asked.what]
    seen = set(model.objects.visible_to(user).filter(pk__in=set(every)).values_list("pk", flat=True))
    rows = [row for row in activity_rows(asked, limit=shown * 3) if row.id in seen][:shown]
    leads = _leads({row.lead_id for row in rows if row.lead_id}, user)
    parties = _parties([row.id for row in rows if row.lead_id not in leads], asked.what, user)
    lines = []
    for row in rows:
        lead = leads.get(row.lead_id) if row.lead_id else None
        notes = [day_text(row.day)]
        if row.cny is not None:
            notes.append(format_money(row.cny))
        title = str(lead) if lead is not None else parties.get(row.id) or day_text(row.day)
        lines.append(Listed(title, _url(lead), tuple(notes)))
    url = activity_url(asked) if asked.leads is None else ""
    return len(every), lines, sum(one not in seen for one in every), url


def _leads(wanted: set[uuid.UUID], user: User) -> dict[uuid.UUID, Lead]:
    return {one.pk: one for one in Lead.objects.visible_to(user).filter(pk__in=wanted)}


def _parties(wanted: list[uuid.UUID], what: str, user: User) -> dict[uuid.UUID, str]:
    """Whom a meeting or a plan was with; of a lead that the reader does not see, the company's name is left."""
    if what == PLANS:
        plans = PlannedVisit.objects.filter(pk__in=wanted).select_related("company")
        return {one.pk: str(one.company) for one in plans if one.company is not None}
    if what != INTERACTIONS:
        return {}
    found: dict[uuid.UUID, list[str]] = {}
    rows = Interaction.objects.filter(pk__in=wanted).prefetch_related("parties__company", "parties__lead__company")
    seen = _leads({party.lead_id for one in rows for party in one.parties.all() if party.lead_id}, user)
    for one in rows:
        found[one.pk] = [_party(party, seen) for party in one.parties.all()]
    comma = pgettext("list", ", ")
    return {pk: comma.join(names[:3]) + ("…" if len(names) > 3 else "") for pk, names in found.items()}


def _party(party: InteractionParty, seen: Mapping[uuid.UUID, Lead]) -> str:
    if party.lead is None:
        return str(party.company)
    return str(seen.get(party.lead.pk) or party.company or party.lead.company)


def _url(lead: Lead | None) -> str:
    return reverse("projects:lead", args=[lead.pk]) if lead is not None else ""


def measured_near(metric: str, limits: Question, scope: Scope, user: User, shown: int) -> list[Listed]:
    """What nearly counts: money that waits for a second pair of eyes, visits that are planned."""
    asked = asked_of(metric, limits, scope)
    if asked.what == FUNDS:
        return _unverified(asked, user, shown)
    rows = PlannedVisit.objects.visible_to(user).filter(zone=scope.zone, status=PlanStatus.PLANNED)
    if asked.what == INTERACTIONS:
        rows = rows.filter(channel__in=asked.kind, planned_on__range=(asked.period.first, asked.period.last))
    else:
        rows = rows.filter(first_planned_on__range=(asked.period.first, asked.period.last))
    if scope.team is not None:
        rows = rows.filter(team=scope.team)
    if scope.person is not None:
        rows = rows.filter(owner=scope.person)
    plans = rows.select_related("lead", "company").order_by("planned_on", "id")[:shown]
    seen = _leads({one.lead_id for one in plans if one.lead_id}, user)
    return [
        Listed(
            str((seen.get(one.lead_id) if one.lead_id else None) or one.company or _("now with another team")),
            _url(seen.get(one.lead_id) if one.lead_id else None),
            (_("planned for %(day)s, not done yet") % {"day": day_text(one.planned_on)},),
        )
        for one in plans
    ]  # fmt: skip


def _unverified(asked: Activity, user: User, shown: int) -> list[Listed]:
    rows = FundArrival.objects.visible_to(user).filter(
        lead__zone=asked.scope.zone, status=FundStatus.ENTERED, kind__in=asked.kind,
        value_on__range=(asked.period.first, asked.period.last),
    )  # fmt: skip
    if asked.scope.team is not None:
        rows = rows.filter(lead__team=asked.scope.team)
    if asked.scope.person is not None:
        rows = rows.filter(lead__owner=asked.scope.person)
    if asked.leads is not None:
        rows = rows.filter(lead__in=asked.leads)
    return [
        Listed(
            str(one.lead), _url(one.lead),
            (_("%(amount)s is to be verified") % {"amount": format_money(one.amount, one.currency)},),
        )
        for one in rows.select_related("lead").order_by("-value_on", "id")[:shown]
    ]  # fmt: skip
