"""New editions: a released report that was wrong is drafted anew, and says what differs."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.editing import lock_for_change
from investcrm.core.rules import Problems, clean_values
from pipeline.models import Report, ReportStatus
from pipeline.selectors.reports.differences import differences
from pipeline.services.reports.drawing import drawn_with_sheet, editions_of, stored, subject_of
from teams.access import Capability
from teams.models import User


def new_edition(*, actor: User, report_id: uuid.UUID, reason: str, comment: str | None = None) -> Report:
    """Draft the next edition of a released report, as of the same day, as known now; it needs a reason.

    The comment is taken along, unless another one is given. Where neither figures nor comment differ there is nothing
    to correct. Raises Http404, PermissionDenied, ValidationError, StorageFailed.
    """
    report = _last_edition(actor, report_id)
    edition = _edition_after(report, reason.strip())
    if comment is not None and comment.strip() != report.comment:
        edition.comment, edition.commented_by = comment.strip(), actor
    problems = Problems()
    clean_values(edition, problems, {"reason", "comment"})
    if not edition.reason:
        problems.add("reason", _("Say why there is a new edition."), "required")
    problems.raise_if_any()
    with (
        drawn_with_sheet(subject_of(report)) as (drawing, file),
        stored(file, edition.zone_id, edition.id) as name,
        transaction.atomic(),
    ):
        edition.figures, edition.known, edition.made_at = drawing.figures, drawing.known, drawing.made_at
        edition.sheet.name = name
        edition.changes = differences(report.figures, edition.figures)
        if not edition.changes and edition.comment == report.comment:
            raise ValidationError(
                _("Nothing has changed: the figures are those that were released, and so is the comment."),
                code="unchanged",
            )
        _last_edition(actor, report_id, lock=True)
        edition.save(force_insert=True)
    return edition


def _edition_after(report: Report, reason: str) -> Report:
    """The next edition with the comment of the one before, still without figures."""
    return Report(
        id=uuid7(),
        zone=report.zone,
        team=report.team,
        kind=report.kind,
        first_day=report.first_day,
        last_day=report.last_day,
        edition=report.edition + 1,
        cutoff_at=report.cutoff_at,
        as_of=report.as_of,
        reason=reason,
        comment=report.comment,
        commented_by=report.commented_by,
    )


def _last_edition(actor: User, report_id: uuid.UUID, *, lock: bool = False) -> Report:
    """The released report that may get a next edition; raises Http404, PermissionDenied, ValidationError."""
    rows = Report.objects.visible_to(actor).select_related("zone", "team", "commented_by")
    report = lock_for_change(rows, report_id) if lock else rows.filter(pk=report_id).first()
    if report is None:
        raise Http404
    if not actor.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    if report.status != ReportStatus.RELEASED:
        raise ValidationError(_("This is a draft still: draw it again instead."), code="draft")
    if editions_of(report).filter(edition__gt=report.edition).exists():
        raise ValidationError(_("There is a later edition already."), code="later_edition")
    return report
