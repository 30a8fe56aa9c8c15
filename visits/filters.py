"""The filters of interactions, follow-ups, planned visits and service requests."""

from __future__ import annotations

import uuid

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from investcrm.core.paging import Ordering
from projects.choices import DocumentKind
from projects.filters import CHANGED_ORDERINGS, ChangedFilter, ChoicesFilter, KnownAsFilter, OfLeadFilter, RefFilter
from projects.models import Document, Lead
from projects.selectors import search
from teams.models import User
from visits.choices import PLANNABLE, Channel, FollowUpStatus, PlanStatus, RequestCategory, RequestState
from visits.models import Attachment, FollowUp, Interaction, InteractionParty, PlannedVisit, ServiceRequest
from visits.models.aftercare import ServiceRequestQuerySet
from visits.selectors.requests import with_state


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


class FollowUpFilter(OfLeadFilter):
    """Filters of follow-ups."""

    assignee = RefFilter(field_name="assignee", code="username", label=_("Who"))
    status = ChoicesFilter(choices=FollowUpStatus.choices, label=_("Status"))
    due_after = django_filters.DateFilter("due_on", "gte", label=_("Due from"))
    due_before = django_filters.DateFilter("due_on", "lte", label=_("Due up to"))

    class Meta:
        model = FollowUp
        fields: list[str] = []


class DocumentFilter(ChangedFilter):
    """Filters of documents."""

    lead = django_filters.UUIDFilter("lead_id", label=_("Lead"))
    company = django_filters.UUIDFilter("company_id", label=_("Company"))
    interaction = django_filters.UUIDFilter(method="by_interaction", label=_("Call or visit"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    kind = ChoicesFilter(choices=DocumentKind.choices, label=_("Kind"))

    class Meta:
        model = Document
        fields: list[str] = []

    def by_interaction(self, rows: QuerySet[Document], _name: str, value: uuid.UUID) -> QuerySet[Document]:
        """Those attached to the interaction, if the caller sees it."""
        seen = Interaction.objects.visible_to(self.request.user).filter(id=value)
        return rows.filter(Exists(Attachment.objects.filter(document_id=OuterRef("id"), interaction__in=seen)))


class PlannedVisitFilter(ChangedFilter):
    """Filters of planned visits."""

    lead = django_filters.UUIDFilter("lead_id", label=_("Lead"))
    company = django_filters.UUIDFilter("company_id", label=_("Company"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="team", code="code", label=_("Team"))
    owner = RefFilter(field_name="owner", code="username", label=_("Who goes"))
    channel = ChoicesFilter(choices=[(one, one.label) for one in PLANNABLE], label=_("Kind"))
    status = ChoicesFilter(choices=PlanStatus.choices, label=_("Status"))
    planned_after = django_filters.DateFilter("planned_on", "gte", label=_("Planned from"))
    planned_before = django_filters.DateFilter("planned_on", "lte", label=_("Planned up to"))

    class Meta:
        model = PlannedVisit
        fields: list[str] = []


class ServiceRequestFilter(ChangedFilter):
    """Filters of service requests."""

    lead = django_filters.UUIDFilter("lead_id", label=_("Lead"))
    company = django_filters.UUIDFilter("company_id", label=_("Company"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="team", code="code", label=_("Team"))
    handler = RefFilter(field_name="handler", code="username", label=_("Handled by"))
    category = ChoicesFilter(choices=RequestCategory.choices, label=_("About"))
    state = django_filters.MultipleChoiceFilter(
        method="by_state", choices=RequestState.choices, label=_("Where it stands")
    )
    received_after = django_filters.IsoDateTimeFilter("received_at", "gte", label=_("Received from"))
    received_before = django_filters.IsoDateTimeFilter("received_at", "lt", label=_("Received before"))

    class Meta:
        model = ServiceRequest
        fields: list[str] = []

    def by_state(self, rows: ServiceRequestQuerySet, _name: str, value: list[str]) -> QuerySet[ServiceRequest]:
        """Those that stand at one of several steps."""
        return with_state(rows).filter(Q(state__in=value)) if value else rows


FOLLOW_UP_ORDERINGS: dict[str, Ordering] = {**CHANGED_ORDERINGS, "due_on": Ordering("due_on")}
PLANNED_VISIT_ORDERINGS: dict[str, Ordering] = {**CHANGED_ORDERINGS, "planned_on": Ordering("planned_on")}
SERVICE_REQUEST_ORDERINGS: dict[str, Ordering] = {**CHANGED_ORDERINGS, "received_at": Ordering("received_at")}
