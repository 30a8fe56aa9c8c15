"""What may stand on a lead."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.editing import hold
from investcrm.core.money import CURRENCIES
from investcrm.core.rules import Problems, clean_values
from projects.models import Lead
from projects.models.leads import LIMITS
from teams.models import Team, User, Zone

# How many years ahead a day may lie.
DAYS_AHEAD = {"expected_signing_on": 20, "draft_agreement_on": 5, "first_contact_on": 0}


def check_lead(lead: Lead, problems: Problems, changed: set[str] | None = None) -> None:
    """Rules of a lead that need no query but for the neighbours given; `changed` limits the check to those fields."""

    def looks_at(*names: str) -> bool:
        return changed is None or bool(changed & set(names))

    clean_values(lead, problems, only=changed)
    if not lead.name.strip() and looks_at("name"):
        problems.add("name", _("A lead needs a name."), "required")
    for field, limit in LIMITS.items():
        value = getattr(lead, field)
        if value is None or not looks_at(field):
            continue
        if value < 0:
            problems.add(field, _("The value must not be negative."), "negative")
        elif value > limit:
            problems.add(field, _("The value is beyond what can exist. Check the unit."), "absurd")
    if looks_at("fixed_asset_investment", "total_investment"):
        total, fixed = lead.total_investment, lead.fixed_asset_investment
        if total is not None and fixed is not None and fixed > total:
            problems.add(
                "fixed_asset_investment", _("Fixed-asset investment cannot exceed total investment."), "exceeds_total"
            )
    if looks_at("currency") and lead.currency not in CURRENCIES:
        problems.add("currency", _("This currency is not on the list."), "unknown_currency")
    for field, years in DAYS_AHEAD.items():
        day = getattr(lead, field)
        if day is not None and looks_at(field):
            check_day_of(problems, field, day, years, lead.zone.today())
    _check_neighbours(lead, problems, looks_at)


def _check_neighbours(lead: Lead, problems: Problems, looks_at: Callable[..., bool]) -> None:
    """Industry, team and referrer's contact belong where the lead does, and are in use."""
    if looks_at("industry") and lead.industry is not None:
        if lead.industry.zone_id != lead.zone_id:
            problems.add("industry", _("This industry belongs to another zone."), "other_zone")
        elif not lead.industry.is_in_use(lead.zone.today()):
            problems.add("industry", _("This industry is no longer used."), "disabled")
    if looks_at("team") and lead.team is not None:
        if lead.team.zone_id != lead.zone_id:
            problems.add("team", _("This team belongs to another zone."), "other_zone")
        elif not lead.team.is_in_use(lead.zone.today()):
            problems.add("team", _("This team has been dissolved."), "dissolved")
    contact = lead.referrer_contact if looks_at("referrer_contact", "referrer_company") else None
    if contact is not None and contact.company_id != lead.referrer_company_id:
        problems.add("referrer_contact", _("This contact does not belong to the referrer."), "other_company")


def check_day_of(problems: Problems, field: str, day: datetime.date, years: int, today: datetime.date) -> None:
    """A day within sane bounds, at most so many years ahead."""
    try:
        check_day(day, future_years=years, today=today)
    except ValidationError as error:
        problems.errors.setdefault(field, []).append(error)


def hold_team(lead: Lead) -> None:
    """Read the lead's team anew: whoever dissolves it meanwhile waits, or has been first."""
    if lead.team_id is not None:
        hold(Team.objects.filter(pk=lead.team_id))
        lead.team = Team.objects.get(pk=lead.team_id)


def works_there(owner: User, zone: Zone) -> bool:
    """Whether the person works in the zone today, and so may own its leads."""
    return User.objects.working_in(zone, zone.today()).filter(id=owner.id).exists()


def check_owner(
    lead: Lead, actor: User, problems: Problems, works: Callable[[User, Zone], bool] = works_there
) -> None:
    """Who owns the lead works in its zone; one may always take it oneself. `works`: who has looked already."""
    owner = lead.owner
    if owner is None or owner == actor:
        return
    if not works(owner, lead.zone):
        problems.add("owner", _("This person does not work in the zone."), "not_in_zone")
