"""Finding calls and visits by what was said, and by whom they were with."""

from __future__ import annotations

from django.db.models import QuerySet

from projects.models import Company, Lead
from projects.selectors import search
from teams.models import User
from visits.models import Interaction, InteractionParty
from visits.selectors.interactions import Line, for_page, lines

SHOWN = 4


def found_interactions(user: User, query: str) -> list[Line]:
    """The latest visible interactions whose words, leads or companies match, one more than is shown."""
    return lines(user, for_page(matching(user, query)).order_by("-occurred_at", "-id")[: SHOWN + 1])


def matching(user: User, query: str) -> QuerySet[Interaction]:
    """All visible interactions that match; each of the three ways by its index."""
    leads = search(Lead.objects.visible_to(user), query).values("id")
    companies = search(Company.objects.filter(deleted_at=None), query).values("id")
    ways = search(Interaction.objects.filter(deleted_at=None), query).order_by().values("id").union(
        InteractionParty.objects.filter(lead__in=leads).order_by().values("interaction_id"),
        InteractionParty.objects.filter(company__in=companies).order_by().values("interaction_id"),
    )  # fmt: skip
    return Interaction.objects.visible_to(user).filter(id__in=ways)
