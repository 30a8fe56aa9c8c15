"""Taking rows out as a file: which ones one may, and a record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ExportedList, ExportFormat
from projects.models import ExportRecord, Lead, LeadQuerySet
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


@transaction.atomic
def record_export(*, actor: User, leads: Any, format: str, query: str, columns: Sequence[str]) -> ExportRecord:  # noqa: A002
    """Note who takes out what, before it leaves; raises ValidationError where a spreadsheet would be too long."""
    number = leads.count()
    if format == ExportFormat.XLSX and number > XLSX_LIMIT:
        raise ValidationError(
            {
                "format": ValidationError(
                    _("A spreadsheet takes at most %(limit)s leads, not %(number)s. Filter further, or take CSV."),
                    code="too_many",
                    params={"limit": f"{XLSX_LIMIT:,}", "number": f"{number:,}"},
                )
            }
        )
    return ExportRecord.objects.create(
        user=actor, page=ExportedList.LEADS, format=format, query=query[:QUERY_KEPT], columns=list(columns), rows=number
    )
