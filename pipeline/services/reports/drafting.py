"""Drafting: every period whose cut-off has passed and which has no report yet, made once, whoever comes first."""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.editing import lock_for_change
from investcrm.core.locks import alone
from pipeline.models import Report, ReportStatus
from pipeline.selectors.periods import Period
from pipeline.selectors.reports.differences import differences
from pipeline.selectors.reports.duties import PERIODS
from pipeline.selectors.scopes import Scope
from pipeline.services.reports.drawing import (
    Subject,
    draw,
    drawn_with_sheet,
    editions_of,
    stored,
    subject_of,
)
from pipeline.services.reports.due import Due, Missing, waiting_periods
from pipeline.services.reports.releasing import release
from projects.services.storing import forget
from teams.access import Capability
from teams.models import Schedule, User, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import cutoff_at
from teams.services.schedules import ensure_schedules, name_lost_runs, noted_run

logger = logging.getLogger(__name__)


def make_due_reports(
    zone_id: uuid.UUID | str | None = None,
    now: datetime.datetime | None = None,
    asked_by_id: uuid.UUID | str | None = None,
    job: str | None = None,
) -> int:
    """Make the reports that are due, of all zones and kinds or of one; returns how many.

    Safe to run at any time, and by two at once: kinds that another one makes are left to it. Each report is a
    transaction of its own; one that fails is noted, stops no other, and is tried again.
    """
    now = now or timezone.now()
    zones = Zone.objects.filter(deleted_at=None).order_by("code")
    made = 0
    for zone in zones.filter(pk=zone_id) if zone_id else zones:
        try:
            made += _make_zone(zone, now, asked_by_id, job)
        except Exception:  # the other zones have theirs all the same
            logger.exception("The reports of %s could not be made", zone.code)
    return made


def _make_zone(zone: Zone, now: datetime.datetime, asked_by_id: uuid.UUID | str | None, job: str | None) -> int:
    """Make what is due of all kinds or of one, as far as nobody else is at it."""
    due, made = Due(zone, now), 0
    for schedule in ensure_schedules(zone):
        if schedule.job not in PERIODS or not schedule.is_on or (job and schedule.job != job):
            continue
        if asked_by_id is None and not due.missing(schedule):
            continue
        with alone(f"reports:{zone.pk}:{schedule.job}") as is_mine:
            if not is_mine:
                continue
            # Nobody else is at it, so what seems to run was killed; it waits like what failed, lest it kill on and on.
            name_lost_runs(zone, schedule.job, before=timezone.now())
            missing = due.missing(schedule)
            if asked_by_id is None:
                waiting = waiting_periods(schedule)
                missing = [one for one in missing if one[0].code not in waiting]
            made += _make_kind(schedule, missing, asked_by_id)
    return made


def _make_kind(schedule: Schedule, missing: Sequence[Missing], asked_by_id: uuid.UUID | str | None) -> int:
    """Make what is missing of one kind, oldest first; whoever asked reads also that there was nothing."""
    if not missing and asked_by_id is not None:
        with noted_run(schedule.zone, schedule.job, asked_by_id=asked_by_id):
            return 0
    made = 0
    for period, due_at, subjects in missing:
        with noted_run(schedule.zone, schedule.job, key=period.code, due_at=due_at, asked_by_id=asked_by_id) as run:
            errors = []
            for subject in subjects:
                try:
                    run.made += _make(subject, releases_itself=schedule.releases_itself)
                except Exception as error:  # the others are made all the same
                    logger.exception("The report %s %s could not be made", period.code, subject.scope.code)
                    errors.append(f"{subject.scope.name}: {error or type(error).__name__}")
            run.error = "\n".join(errors)
            made += run.made
    return made


def _make(subject: Subject, *, releases_itself: bool) -> int:
    """Draft one report, and release it if that needs nobody; 0 where another one was faster."""
    report = _blank(subject)
    with drawn_with_sheet(subject) as (drawing, file), stored(file, report.zone_id, report.id) as name:
        report.figures, report.known, report.made_at = drawing.figures, drawing.known, drawing.made_at
        report.sheet.name = name
        try:
            with transaction.atomic():
                report.save(force_insert=True)
                if releases_itself:
                    release(report, by=None)
        except IntegrityError:
            if not _same(subject).exists():
                raise
            forget(name)
            return 0
    return 1


def _blank(subject: Subject) -> Report:
    return Report(
        id=uuid7(),
        zone=subject.scope.zone,
        team=subject.scope.team,
        kind=subject.kind,
        first_day=subject.period.first,
        last_day=subject.period.last,
        cutoff_at=subject.cutoff_at,
        as_of=subject.as_of,
    )


def _same(subject: Subject) -> Any:
    return Report.objects.filter(
        zone=subject.scope.zone,
        team=subject.scope.team,
        kind=subject.kind,
        first_day=subject.period.first,
        edition=1,
    )


def preview(*, actor: User, scope: Scope, kind: str, period: Period) -> Report:
    """What a report would say as of the day it will have, or of today before it; nothing is kept.

    For whoever reads the figures of the scope. Raises PermissionDenied, ValidationError.
    """
    if kind not in PERIODS or period.kind != PERIODS[kind] or scope.person is not None:
        raise ValidationError(_("There is no such report."), code="unknown")
    zone = scope.zone
    today = zone.today()
    if period.first > today:
        raise ValidationError(_("This period has not begun yet."), code="future")
    schedule = next(one for one in ensure_schedules(zone) if one.job == kind)
    moment = cutoff_at(schedule, period.first, period.last, overrides_of(zone))
    report = _blank(Subject(scope, kind, period, moment, min(zone.day_of(moment), period.last, today)))
    if not actor.can(Capability.VIEW, on=report):
        raise PermissionDenied
    drawing = draw(subject_of(report))
    report.figures, report.known, report.made_at = drawing.figures, drawing.known, drawing.made_at
    return report


def draw_again(*, actor: User, report_id: uuid.UUID) -> Report:
    """Draw a draft anew: as of the same day, as known now; its comment stays.

    Raises Http404, PermissionDenied, ValidationError, StorageFailed.
    """
    report = open_draft(actor, report_id)
    with (
        drawn_with_sheet(subject_of(report)) as (drawing, file),
        stored(file, report.zone_id, report.id) as name,
        transaction.atomic(),
    ):
        report = open_draft(actor, report_id, lock=True)
        if report.known > drawing.known:
            # Somebody drew it with more while this was drawn.
            forget(name)
            return report
        old = report.sheet.name
        report.figures, report.known, report.made_at = drawing.figures, drawing.known, drawing.made_at
        report.sheet.name = name
        before = report_before(report)
        report.changes = differences(before.figures, report.figures) if before else []
        report.save_changes(["figures", "known", "made_at", "sheet", "changes"])
        if old:
            transaction.on_commit(lambda: forget(old), robust=True)
    return report


def open_draft(actor: User, report_id: uuid.UUID, *, lock: bool = False) -> Report:
    """A draft that the actor may change; raises Http404, PermissionDenied, ValidationError."""
    rows = Report.objects.visible_to(actor).select_related("zone", "team")
    report = lock_for_change(rows, report_id) if lock else rows.filter(pk=report_id).first()
    if report is None:
        raise Http404
    if not actor.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    if report.status != ReportStatus.DRAFT:
        raise ValidationError(
            _("This report is released and stays as it is. Make a new edition instead."), code="released"
        )
    return report


def report_before(report: Report) -> Report | None:
    """The edition before this one."""
    if report.edition == 1:
        return None
    return editions_of(report).filter(edition=report.edition - 1).first()
