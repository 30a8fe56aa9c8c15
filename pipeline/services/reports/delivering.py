"""Delivering: each waiting row becomes a mail of the outbox, both in one transaction, one row at a time."""

from __future__ import annotations

import datetime
import logging
import random
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from investcrm.core import outbox
from investcrm.core.background import enqueue, wait_after
from investcrm.core.editing import lock_for_change
from investcrm.core.models import OutboxMessage
from pipeline.mail import report_message
from pipeline.models import Report, ReportDelivery, ReportStatus
from pipeline.services.reports.subscriptions import readers_of, recipients_of, stop_url
from teams.access import Capability
from teams.models import User

logger = logging.getLogger(__name__)

State = ReportDelivery.State
OPEN = [State.WAITING, State.FAILED]
FIRST_WAIT = datetime.timedelta(minutes=2)
# Mails of one run of the task; a longer queue goes on in the next.
MOST = 200
# Who was sent a report so short a time ago does not get it again by a second click.
JUST_NOW = datetime.timedelta(minutes=1)


def write_mails(now: datetime.datetime | None = None) -> int:
    """Write the mails of deliveries that are due, at most `MOST`; returns how many rows were looked at.

    Safe to run at any time, and by many at once. An attempt is recorded before a mail is composed, so that one that
    breaks its worker does not hold up the others.
    """
    done = 0
    while done < MOST and (delivery_id := _take_next(now or timezone.now())):
        _write(delivery_id)
        done += 1
    if done:
        enqueue("core.send_outbox")
    return done


def _take_next(now: datetime.datetime) -> uuid.UUID | None:
    """The next delivery that is due, this attempt recorded and the next one planned, so that no other takes it."""
    with transaction.atomic():
        row = (
            ReportDelivery.objects.select_for_update(skip_locked=True)
            .filter(state__in=OPEN, next_attempt_at__lte=now)
            .order_by("next_attempt_at")
            .first()
        )
        if row is None:
            return None
        wait = wait_after(row.attempts, FIRST_WAIT)
        row.attempts = min(row.attempts + 1, 1000)
        row.next_attempt_at = now + wait * random.uniform(1, 1.3)  # noqa: S311
        row.save(update_fields=["attempts", "next_attempt_at"])
        return row.pk


def _write(delivery_id: uuid.UUID) -> None:
    """Write the mail of one delivery, or why there is none."""
    with transaction.atomic():
        rows = ReportDelivery.objects.select_related("user", "report__zone", "report__team")
        # Waiting, not skipping: who looks for the next one may hold it for a moment.
        rows = rows.select_for_update(of=("self",))
        row = rows.filter(pk=delivery_id, state__in=OPEN).first()
        if row is None:
            return
        row.address = row.user.email or ""
        row.error = ""
        if not readers_of(row.report, row.report.zone.today()).filter(pk=row.user_id).exists():
            row.state = State.NOT_ALLOWED
        elif not row.address:
            row.state = State.NO_ADDRESS
        else:
            try:
                with transaction.atomic():
                    row.mail = outbox.write(_message(row))
                row.state = State.WRITTEN
            except Exception as error:  # whatever is wrong with one language or report: kept, tried again later
                logger.exception("The mail of report %s to %s could not be written", row.report_id, row.user_id)
                row.mail, row.state, row.error = None, State.FAILED, f"{type(error).__name__}: {error}"[:2000]
        row.save(update_fields=["state", "mail", "address", "error"])


def _message(row: ReportDelivery) -> EmailMultiAlternatives:
    """The mail of a delivery; its Message-ID is made of the delivery's, so that there cannot be two of it."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return report_message(
        row.report,
        user=row.user,
        language=row.language,
        stop_url=stop_url(row.user, row.report),
        message_id=f"<report.{row.pk}@{domain}>",
    )


@transaction.atomic
def send_again(*, actor: User, report_id: uuid.UUID, user_ids: Iterable[uuid.UUID] | None = None) -> int:
    """Send a released report once more, to all who get it today or to some who may read it; returns to how many.

    Each time is a turn of its own. Whose mail is on its way already is left out; what could not be written is tried
    at once, in its turn. Raises Http404, PermissionDenied, ValidationError.
    """
    report = _released(actor, report_id)
    languages = {one.user.pk: one.language for one in recipients_of(report)}
    people = {user.pk: user for user in readers_of(report, report.zone.today())}
    wanted = set(languages) if user_ids is None else set(user_ids)
    if wanted - set(people):
        raise ValidationError(_("Somebody of these may not read this report."), code="not_allowed")
    before_rows = ReportDelivery.objects.filter(report=report).select_related("mail").defer("mail__body")
    last = {row.user_id: row for row in before_rows.order_by("turn")}
    rows, stuck = [], []
    for user_id in sorted(wanted):
        before = last.get(user_id)
        if before is not None and before.state == State.FAILED:
            stuck.append(before.pk)
            continue
        if before is not None and _is_on_its_way(before):
            continue
        user = people[user_id]
        language = languages.get(user_id) or user.language or settings.LANGUAGE_CODE
        rows.append(
            ReportDelivery(
                report=report, user=user, turn=before.turn + 1 if before else 1, language=language,
                address=user.email or "",
            )
        )  # fmt: skip
    ReportDelivery.objects.bulk_create(rows, batch_size=1000)
    ReportDelivery.objects.filter(pk__in=stuck, state=State.FAILED).update(next_attempt_at=timezone.now())
    enqueue("pipeline.write_report_mails")
    return len(rows) + len(stuck)


def _is_on_its_way(row: ReportDelivery) -> bool:
    """Whether its mail waits to be written or sent, or went out a moment ago."""
    if row.mail is None:
        return row.state == State.WAITING
    waits = row.mail.sent_at is None and row.mail.failed_at is None
    return waits or row.created_at > timezone.now() - JUST_NOW


def _released(actor: User, report_id: uuid.UUID) -> Report:
    report = lock_for_change(Report.objects.visible_to(actor).select_related("zone", "team"), report_id)
    if not actor.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    if report.status != ReportStatus.RELEASED:
        raise ValidationError(_("This is a draft still: release it first."), code="draft")
    return report


@transaction.atomic
def send_test_mail(*, actor: User, report_id: uuid.UUID) -> OutboxMessage:
    """Send a report, also a draft, to the actor alone and marked as a test; it is no delivery.

    Raises Http404, PermissionDenied, ValidationError.
    """
    report = Report.objects.visible_to(actor).filter(pk=report_id).select_related("zone", "team").first()
    if report is None:
        raise Http404
    if not actor.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    if not actor.email:
        raise ValidationError(_("Your account has no e-mail address. Enter one in your profile."), code="no_address")
    language = actor.language or settings.LANGUAGE_CODE
    message = report_message(report, user=actor, language=language, stop_url="")
    with translation.override(language):
        message.subject = gettext("Test: %(subject)s") % {"subject": message.subject}
    row = outbox.write(message)
    enqueue("core.send_outbox")
    return row
