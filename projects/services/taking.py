"""Taking rows out as a file: which ones one may, and a record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import ExportedList, ExportFormat
from projects.models import Contact, ExportRecord, Lead, LeadQuerySet
from projects.models.companies import leads_of_company
from projects.services.bulk import Chosen
from teams.access import Capability
from teams.models import User, covered

# A spreadsheet is made while somebody waits; a CSV file of any length begins at once.
XLSX_LIMIT = 50_000
QUERY_KEPT = 4000


def exportable(user: User, leads: LeadQuerySet) -> LeadQuerySet:
    """Those of the leads that the user may take out; raises PermissionDenied for whom there can be none."""
    if not user.can(Capability.EXPORT):
        raise PermissionDenied
    if user.is_superuser:
        return leads
    reach = covered(user, Capability.EXPORT)
    own = Q(team=None, created_by=user, zone_id__in=user.zone_ids_with(Capability.EXPORT))
    return leads.filter(reach | own)


def chosen_leads(user: User, rows: Sequence[Chosen]) -> LeadQuerySet:
    """The chosen leads; raises ValidationError where one of them may not be taken out."""
    leads = exportable(user, Lead.objects.visible_to(user)).filter(pk__in=[row.lead_id for row in rows])
    left_out = len(rows) - leads.count()
    if left_out:
        raise ValidationError(
            _("Some of the chosen leads (%(number)s) are gone, or you may not export them. Choose again."),
            code="not_yours",
            params={"number": left_out},
        )
    return leads


def exportable_rows(user: User, rows: QuerySet[Any], *, own: Q, leads: str = "") -> QuerySet[Any]:
    """Those of a zone's visible rows that the user may take out: of zones and teams, one's own, of such leads.

    `own` are rows that are somebody's own; `leads` is the key that points to a lead, where there is one. Rows without
    a team of their own are reached through zones. Raises PermissionDenied for whom there can be none.
    """
    if not user.can(Capability.EXPORT):
        raise PermissionDenied
    if user.is_superuser:
        return rows
    has_team = any(field.name == "team" for field in rows.model._meta.concrete_fields)
    reach = covered(user, Capability.EXPORT) if has_team else Q(zone_id__in=user.zone_ids(Capability.EXPORT))
    reach |= own & Q(zone_id__in=user.zone_ids_with(Capability.EXPORT))
    if leads:
        reach |= Q(**{f"{leads}__in": exportable(user, Lead.objects.visible_to(user)).values("id")})
    return rows.filter(reach)


def exportable_contacts(user: User, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Contacts that the user may take out: seen through leads that they may take out, or entered by themselves."""
    if not user.can(Capability.EXPORT) or user.is_superuser:
        return exportable_rows(user, contacts, own=Q())
    through = Exists(leads_of_company(exportable(user, Lead.objects.visible_to(user))))
    own = Q(created_by=user, zone_id__in=user.zone_ids_with(Capability.EXPORT))
    return contacts.filter(through | own | Q(zone_id__in=user.zone_ids(Capability.EXPORT)))


def exportable_of_leads(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that go with their lead, such as funds and follow-ups."""
    return rows.filter(lead__in=exportable(user, Lead.objects.visible_to(user)))


@transaction.atomic
def record_export(
    *,
    actor: User,
    rows: Any,
    format: str,  # noqa: A002 - as the table has it
    query: str,
    columns: Sequence[str],
    page: str = ExportedList.LEADS,
) -> ExportRecord:
    """Note who takes out what, before it leaves; raises ValidationError where a spreadsheet would be too long."""
    number = rows.count()
    if format == ExportFormat.XLSX and number > XLSX_LIMIT:
        raise ValidationError(
            {
                "format": ValidationError(
                    _("A spreadsheet takes at most %(limit)s rows, not %(number)s. Filter further, or take CSV."),
                    code="too_many",
                    params={"limit": f"{XLSX_LIMIT:,}", "number": f"{number:,}"},
                )
            }
        )
    return ExportRecord.objects.create(
        user=actor, page=page, format=format, query=query[:QUERY_KEPT], columns=list(columns), rows=number
    )
