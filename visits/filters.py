"""The filters of interactions."""

from __future__ import annotations

import uuid

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.paging import Ordering
from projects.filters import ChoicesFilter, KnownAsFilter, RefFilter
from projects.models import Lead
from projects.selectors import search
from teams.models import User
from visits.choices import Channel
from visits.models import Interaction, InteractionParty


class InteractionFilter(KnownAsFilter):
    """Filters of interactions, as REST clients name them."""

    lead = django_filters.UUIDFilter(method="by_lead", label=_("Lead"))
    company = django_filters.UUIDFilter(method="by_company", label=_("Company"))
    channel = ChoicesFilter(choices=Channel.choices, label=_("Channel"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="team", code="code", label=_("Team"))
    staff = django_filters.CharFilter(method="by_staff", label=_("Our people"))
    client_token = django_filters.UUIDFilter("client_token", label=_("Token of the device"))
    occurred_after = django_filters.IsoDateTimeFilter("occurred_at", "gte", label=_("From"))
    occurred_before = django_filters.IsoDateTimeFilter("occurred_at", "lt", label=_("Before"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte", label=_("Entered from"))
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt", label=_("Entered before"))
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte", label=_("Changed from"))
    updated_before = django_filters.IsoDateTimeFilter("updated_at", "lt", label=_("Changed before"))
    search = django_filters.CharFilter(method="by_search", label=_("Search"))

    class Meta:
        model = Interaction
        fields: list[str] = []

    def by_lead(self, rows: QuerySet[Interaction], _name: str, value: uuid.UUID) -> QuerySet[Interaction]:
        """Those in which the lead took part, if the caller sees it."""
        leads = Lead.objects.visible_to(self.request.user).filter(id=value)
        return rows.filter(Exists(InteractionParty.objects.filter(interaction_id=OuterRef("id"), lead__in=leads)))

    def by_company(self, rows: QuerySet[Interaction], _name: str, value: uuid.UUID) -> QuerySet[Interaction]:
        """Those in which the company took part."""
        return rows.filter(Exists(InteractionParty.objects.filter(interaction_id=OuterRef("id"), company_id=value)))

    def by_staff(self, rows: QuerySet[Interaction], _name: str, value: str) -> QuerySet[Interaction]:
        """Those in which the person of this user name took part."""
        people = User.objects.filter(username__iexact=value)
        through = Interaction.staff.through.objects.filter(interaction_id=OuterRef("id"), user__in=people)
        return rows.filter(Exists(through))

    def by_search(self, rows: QuerySet[Interaction], _name: str, value: str) -> QuerySet[Interaction]:
        """Words of the text and the place."""
        return search(rows, value)


INTERACTION_ORDERINGS: dict[str, Ordering] = {
    "created_at": Ordering("created_at"),
    "updated_at": Ordering("updated_at"),
    "occurred_at": Ordering("occurred_at"),
}
