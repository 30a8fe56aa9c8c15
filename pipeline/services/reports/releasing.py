"""Releasing: a draft gets a comment, goes out, and is frozen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.background import enqueue
from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems, clean_values
from pipeline.models import Report, ReportDelivery, ReportStatus
from pipeline.services.reports.subscriptions import recipients_of
from teams.access import Capability
from teams.models import User


@transaction.atomic
def comment_report(
    *, actor: User, report_id: uuid.UUID, comment: str, base: Mapping[str, Any] | None = None
) -> Report:
    """Say something on a draft; raises Http404, PermissionDenied, Stale, ValidationError."""
    report = lock_for_change(Report.objects.visible_to(actor).select_related("zone", "team"), report_id)
    if not actor.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    if report.status != ReportStatus.DRAFT:
        raise ValidationError(
            _("This report is released and stays as it is. Make a new edition instead."), code="released"
        )
    changed = apply_changes(report, {"comment": comment.strip()}, frozenset({"comment"}), base=base)
    if not changed:
        return report
    problems = Problems()
    clean_values(report, problems, {"comment"})
    problems.raise_if_any()
    report.commented_by = actor
    report.save_changes(["comment", "commented_by"])
    return report


@transaction.atomic
def release_reports(*, actor: User, report_ids: Iterable[uuid.UUID]) -> list[Report]:
    """Release drafts, all or none; returns those that were released now, not those that were out already.

    Raises Http404, PermissionDenied.
    """
    released = []
    for report_id in sorted(set(report_ids)):
        report = lock_for_change(Report.objects.visible_to(actor).select_related("zone", "team"), report_id)
        if not actor.can(Capability.RELEASE_REPORTS, on=report):
            raise PermissionDenied
        if report.status == ReportStatus.DRAFT:
            release(report, by=actor)
            released.append(report)
    return released


def release(report: Report, *, by: User | None) -> None:
    """Freeze a draft that is locked or new, and queue its mails, in the caller's transaction."""
    report.status, report.released_at, report.released_by = ReportStatus.RELEASED, timezone.now(), by
    report.save_changes(["status", "released_at", "released_by"])
    ReportDelivery.objects.bulk_create(
        [
            ReportDelivery(report=report, user=one.user, language=one.language, address=one.user.email or "")
            for one in recipients_of(report)
        ],
        batch_size=1000,
    )
    enqueue("pipeline.write_report_mails")
