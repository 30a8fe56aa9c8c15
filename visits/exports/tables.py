"""Calls and visits, follow-ups, planned visits and service requests as files: their columns, and what is read."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from projects.choices import ExportedList
from projects.columns import Value
from projects.exports.tables import Table, column, computed
from projects.models import Company, Contact, Lead
from teams.models import User
from visits.models import FollowUp, Interaction, InteractionParty, PlannedVisit, ServiceRequest


def _joined(words: Any) -> str:
    return pgettext("list", ", ").join(dict.fromkeys(str(one) for one in words if one))


def _companies(row: Any) -> Value:
    return _joined(party.company for party in row.parties.all())


def _leads(row: Any) -> Value:
    return _joined(party.lead for party in row.parties.all() if party.lead_id)


def _contacts(row: Any) -> Value:
    """Of a party whose lead is not for the reader, only the company is told."""
    seen = [party for party in row.parties.all() if party.lead_id is None or party.lead]
    return _joined(contact for party in seen for contact in party.contacts.all())


def _lead(row: Any) -> Value:
    return str(row.lead) if row.lead_seen else ""


def _with_lead(rows: Any, user: User) -> Any:
    """With `lead_seen`: whether the reader sees the lead of the row."""
    return rows.annotate(lead_seen=Exists(Lead.objects.visible_to(user).filter(id=OuterRef("lead_id"))))


def _staff(row: Any) -> Value:
    return _joined(row.staff.all())


def _read_interactions(rows: QuerySet[Interaction], user: User) -> QuerySet[Interaction]:
    """Each table by the ids of a piece: joined, all leads and companies would be read for each piece anew.

    A lead that the reader does not see is not among those read, and None.
    """
    parties = InteractionParty.objects.prefetch_related(
        Prefetch("company", Company.objects.only("name", "name_en")),
        Prefetch("lead", Lead.objects.visible_to(user).only("name", "name_en")),
        Prefetch("contacts", Contact.objects.only("name", "name_en")),
    )
    joined = rows.select_related("team", "created_by")
    return joined.prefetch_related(
        Prefetch("staff", User.objects.only("display_name", "username")),
        Prefetch("parties", parties.order_by("position")),
    )


INTERACTIONS = Table(
    ExportedList.INTERACTIONS,
    pgettext_lazy("name of a file", "calls-and-visits"),
    (
        column(Interaction, "occurred_at", kind="day"),
        column(Interaction, "channel", width=12),
        computed("companies", _("Companies"), _companies, width=36),
        computed("leads", _("Leads"), _leads, width=36),
        computed("contacts", _("Contacts"), _contacts, width=20),
        computed("staff", _("Our people"), _staff, width=20),
        column(Interaction, "person_times", kind="number", width=10),
        column(Interaction, "duration_minutes", kind="number", width=10),
        column(Interaction, "place", width=24),
        column(Interaction, "summary", width=60),
        column(Interaction, "outcome", width=40),
        column(Interaction, "next_follow_up_on", kind="day"),
        column(Interaction, "team", width=20),
        column(Interaction, "created_by", label=_("Entered by")),
        column(Interaction, "created_at", label=_("Entered"), kind="day"),
    ),
    _read_interactions,
)
FOLLOW_UPS = Table(
    ExportedList.FOLLOW_UPS,
    pgettext_lazy("name of a file", "follow-ups"),
    (
        computed("lead", _("Lead"), lambda row: str(row.lead), width=36),
        computed("number", _("Number"), lambda row: row.lead.number),
        computed("company", _("Company"), lambda row: str(row.lead.company), width=30),
        column(FollowUp, "due_on", kind="day"),
        column(FollowUp, "note", width=40),
        column(FollowUp, "assignee"),
        column(FollowUp, "status"),
        column(FollowUp, "closed_at", label=_("Done or cancelled on"), kind="day"),
        column(FollowUp, "cancel_reason", width=30),
        column(FollowUp, "snooze_reason", width=30),
        column(FollowUp, "created_by", label=_("Entered by")),
        column(FollowUp, "created_at", label=_("Entered"), kind="day"),
    ),
    lambda rows, _user: rows.select_related("lead__company", "assignee", "created_by"),
)
PLANNED_VISITS = Table(
    ExportedList.PLANNED_VISITS,
    pgettext_lazy("name of a file", "planned-visits"),
    (
        column(PlannedVisit, "planned_on", kind="day"),
        column(PlannedVisit, "channel", width=12),
        computed("company", _("Company"), lambda row: str(row.company or (row.lead and row.lead.company)), width=36),
        computed("lead", _("Lead"), _lead, width=36),
        column(PlannedVisit, "owner"),
        computed("staff", _("With"), _staff, width=20),
        column(PlannedVisit, "team", width=20),
        column(PlannedVisit, "place", width=24),
        column(PlannedVisit, "purpose", width=36),
        column(PlannedVisit, "expected_result", width=40),
        column(PlannedVisit, "status"),
        column(PlannedVisit, "first_planned_on", label=_("First planned for"), kind="day"),
        column(PlannedVisit, "cancel_reason", width=30),
    ),
    lambda rows, user: _with_lead(
        rows.select_related("company", "lead__company", "owner", "team"), user
    ).prefetch_related("staff"),
)


def _moment(name: str, label: Any) -> Any:
    return column(ServiceRequest, name, label=label, kind="day")


SERVICE_REQUESTS = Table(
    ExportedList.SERVICE_REQUESTS,
    pgettext_lazy("name of a file", "service-requests"),
    (
        column(ServiceRequest, "title", width=36),
        column(ServiceRequest, "company", width=36),
        computed("lead", _("Lead"), _lead, width=30),
        column(ServiceRequest, "category"),
        column(ServiceRequest, "detail", width=50),
        _moment("received_at", _("Received")),
        column(ServiceRequest, "raised_by"),
        column(ServiceRequest, "handler"),
        column(ServiceRequest, "team", width=20),
        column(ServiceRequest, "answer_due_on", kind="day"),
        _moment("answered_at", _("Answered")),
        column(ServiceRequest, "answer", width=40),
        column(ServiceRequest, "settle_due_on", kind="day"),
        _moment("settled_at", pgettext_lazy("request", "Settled")),
        column(ServiceRequest, "settlement", width=40),
        column(ServiceRequest, "report_due_on", kind="day"),
        _moment("reported_at", _("Reported back")),
        column(ServiceRequest, "report", width=40),
        column(ServiceRequest, "withdraw_reason", width=30),
    ),
    lambda rows, user: _with_lead(rows.select_related("company", "lead", "raised_by", "handler", "team"), user),
)
