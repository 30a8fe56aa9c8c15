"""What needs a director or a leader: one ranked queue, one action a row.

Rank: first what stands still although it should be signed soon, then targets that are red, then money and requests
that wait for somebody, then leads without a team, then targets that are yellow. Within each, what waits longest or is
furthest behind comes first.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from investcrm.core.money import format_money
from pipeline.models import LedgerCheck
from pipeline.selectors.checking import latest_difference
from pipeline.selectors.desk.lists import Bounded, bounded_count, day_entered, desk_rows
from pipeline.selectors.scopes import Scope
from pipeline.selectors.targets import Progress, panel_targets
from projects.choices import FundStatus
from projects.models import FundArrival, Lead
from teams.access import Capability
from teams.models import User, covered
from visits.models import ServiceRequest
from visits.selectors.requests import OVERDUE, RequestState, may_handle, requests_seen, state_of

# So many rows of each kind are read: nobody works through more in a day.
EACH = 20
# In the order of the queue.
KINDS = {
    "ledger": gettext_lazy("Figures that do not agree with the ledger"),
    "red-key": gettext_lazy("Key leads that stand still (red)"),
    "target-red": gettext_lazy("Targets far behind (red)"),
    "request": gettext_lazy("Service requests overdue"),
    "fund": gettext_lazy("Funds to verify"),
    "teamless": gettext_lazy("Leads without a team"),
    "target-yellow": gettext_lazy("Targets behind (yellow)"),
}


@dataclass(frozen=True)
class Action:
    """What to do about a row: words, and the address of a page or (`in_dialog`) of a dialog."""

    label: str
    url: str
    in_dialog: bool = False


@dataclass(frozen=True)
class Need:
    """A row of the queue: what it is about and why it is here. `weight`: the larger, the earlier within its kind."""

    kind: str
    title: str
    url: str
    why: str
    action: Action
    weight: Decimal = Decimal(0)
    icon: str = "circle"


@dataclass(frozen=True)
class Queue:
    """The rows in their rank, and how many of each kind there are in all."""

    rows: list[Need]
    counts: dict[str, Bounded]

    @property
    def total(self) -> int:
        """How many things wait, each kind counted up to its bound."""
        return sum(count.count for count in self.counts.values())

    @property
    def is_more(self) -> bool:
        """Whether a kind has more than its bound."""
        return any(count.is_more for count in self.counts.values())


def may_see_queue(user: User, scope: Scope) -> bool:
    """Whether there is a queue: for those who assign the leads of the zone or of the team, or verify its funds."""
    if scope.person is not None:
        return False
    wanted = (Capability.ASSIGN_LEAD, Capability.VERIFY_FUNDS)
    if user.is_superuser or any(scope.zone.pk in user.zone_ids(one) for one in wanted):
        return True
    return scope.team is not None and any(scope.team.pk in user.team_ids(one) for one in wanted)


def queue(user: User, scope: Scope) -> Queue:
    """Everything that waits, ranked. The number of queries does not grow with the number of rows."""
    found: dict[str, tuple[list[Need], Bounded]] = {
        "red-key": _stalled(user, scope),
        "request": _requests(user, scope),
        "fund": _funds(user, scope),
        "teamless": _teamless(user, scope),
        **_targets(user, scope),
        "ledger": _ledger(user, scope),
    }
    rows = [row for kind in KINDS for row in sorted(found[kind][0], key=lambda one: -one.weight)]
    return Queue(rows, {kind: found[kind][1] for kind in KINDS if found[kind][1].count})


def _counted(rows: Any, shown: Sequence[Any]) -> Bounded:
    return Bounded(len(shown)) if len(shown) < EACH else bounded_count(rows)


def _lead_url(lead: Lead) -> str:
    return reverse("projects:lead", kwargs={"lead_id": lead.pk})


def _stalled(user: User, scope: Scope) -> tuple[list[Need], Bounded]:
    rows = desk_rows(user, scope, "red-key")
    shown = list(rows.for_listing()[:EACH])
    today = scope.zone.today()
    return [_stalled_lead(user, lead, today) for lead in shown], _counted(rows, shown)


def _stalled_lead(user: User, lead: Lead, today: datetime.date) -> Need:
    days = (today - lead.last_progress_on).days if lead.last_progress_on else 0
    why = ngettext("%(stage)s, no progress for %(days)d day", "%(stage)s, no progress for %(days)d days", days) % {
        "stage": lead.stage,
        "days": days,
    }
    who = str(lead.owner or lead.team or _("nobody"))
    if user.can(Capability.MOVE_LEAD, on=lead):
        action = Action(
            pgettext("queue", "Move"), reverse("pipeline:move", kwargs={"lead_id": lead.pk}), in_dialog=True
        )
    else:
        action = Action(pgettext("queue", "Open"), _lead_url(lead))
    return Need("red-key", str(lead), _lead_url(lead), f"{why} · {who}", action, Decimal(days), "exclamation-triangle")


def _targets(user: User, scope: Scope) -> dict[str, tuple[list[Need], Bounded]]:
    found: dict[str, list[Need]] = {"target-red": [], "target-yellow": []}
    for one in panel_targets(user, scope=scope, as_of=scope.zone.today()):
        if f"target-{one.light}" in found:
            found[f"target-{one.light}"].append(_target(one))
    return {kind: (rows, Bounded(len(rows))) for kind, rows in found.items()}


def _target(one: Progress) -> Need:
    url = reverse("pipeline:target", args=[one.target.pk])
    why = _("%(actual)s of %(minimum)s · %(words)s") % {
        "actual": one.actual_words,
        "minimum": one.minimum_words,
        "words": one.words,
    }
    return Need(f"target-{one.light}", one.name, url, why, Action(_("Look"), url), one.behind, "flag")


def _requests(user: User, scope: Scope) -> tuple[list[Need], Bounded]:
    rows = requests_seen(user).open().filter(OVERDUE, zone=scope.zone)
    if scope.team is not None:
        rows = rows.filter(team=scope.team)
    rows = rows.order_by(F("due_on").asc(), "id")
    shown = list(rows[:EACH])
    return [_request(user, one) for one in shown], _counted(rows, shown)


# The dialog of the step that is owed, and its word.
NEXT_STEP = {
    RequestState.TO_ANSWER: ("visits:request_answer", pgettext_lazy("verb", "Answer")),
    RequestState.TO_SETTLE: ("visits:request_settle", gettext_lazy("Settle")),
    RequestState.TO_REPORT: ("visits:request_report", gettext_lazy("Report back")),
}


def _request(user: User, one: ServiceRequest) -> Need:
    late = -int(getattr(one, "due_in", 0))
    state = state_of(one)
    why = ngettext("%(state)s, overdue by %(days)d day", "%(state)s, overdue by %(days)d days", late) % {
        "state": state.label,
        "days": late,
    }
    url = reverse("visits:request", kwargs={"request_id": one.pk})
    step, label = NEXT_STEP[state]
    action = Action(pgettext("queue", "Open"), url)
    if may_handle(user, one):
        action = Action(str(label), reverse(step, kwargs={"request_id": one.pk}), in_dialog=True)
    words = f"{one.company} · {why} · {one.handler or _('nobody')}"
    return Need("request", one.title, url, words, action, Decimal(late), "chat-dots")


def _funds(user: User, scope: Scope) -> tuple[list[Need], Bounded]:
    if not user.can(Capability.VERIFY_FUNDS):
        return [], Bounded(0)
    rows = FundArrival.objects.visible_to(user).filter(status=FundStatus.ENTERED, lead__zone=scope.zone)
    if not user.is_superuser:
        rows = rows.filter(covered(user, Capability.VERIFY_FUNDS, "lead__"))
    if scope.team is not None:
        rows = rows.filter(lead__team=scope.team)
    rows = rows.exclude(entered_by=user).order_by("created_at", "id")
    shown = list(rows.select_related("lead__zone", "entered_by")[:EACH])
    today = scope.zone.today()
    return [_fund(one, today) for one in shown], _counted(rows, shown)


def _fund(one: FundArrival, today: datetime.date) -> Need:
    why = _("%(amount)s, entered by %(who)s") % {
        "amount": format_money(one.amount, one.currency),
        "who": one.entered_by,
    }
    return Need(
        "fund",
        str(one.lead),
        _lead_url(one.lead),
        why,
        Action(_("Verify"), reverse("projects:funds_check", kwargs={"fund_id": one.pk}), in_dialog=True),
        Decimal((today - day_entered(one, one.lead.zone)).days),
        "cash-stack",
    )


def _teamless(user: User, scope: Scope) -> tuple[list[Need], Bounded]:
    if scope.team is not None or not user.can(Capability.ASSIGN_LEAD, on=scope.zone):
        return [], Bounded(0)
    rows = desk_rows(user, scope, "teamless")
    shown = list(rows.for_listing()[:EACH])
    today = scope.zone.today()
    return [_without_team(lead, today) for lead in shown], _counted(rows, shown)


def _without_team(lead: Lead, today: datetime.date) -> Need:
    days = max((today - day_entered(lead, lead.zone)).days, 0)
    why = ngettext("no team for %(days)d day", "no team for %(days)d days", days) % {"days": days}
    action = Action(_("Assign"), reverse("projects:lead_edit", kwargs={"lead_id": lead.pk}))
    return Need("teamless", str(lead), _lead_url(lead), f"{lead.company} · {why}", action, Decimal(days), "people")


def _ledger(user: User, scope: Scope) -> tuple[list[Need], Bounded]:
    check: LedgerCheck | None = latest_difference(scope.zone) if scope.team is None else None
    if check is None or not user.can(Capability.MANAGE_TARGETS, on=scope.zone):
        return [], Bounded(0)
    why = ngettext(
        "%(count)d difference found by the nightly recount",
        "%(count)d differences found by the nightly recount",
        check.difference_count,
    ) % {"count": check.difference_count}
    url = reverse("pipeline:ledger_check")
    need = Need("ledger", _("Figures that do not agree"), url, why, Action(_("Look"), url), icon="exclamation-circle")
    return [need], Bounded(1)
