"""The ground floor's rows: the base of every table, the outbox, exchange rates."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

# A written amount: up to ten trillion (10万亿), two decimals.
MAX_AMOUNT = 10_000_000_000_000


def raise_version(*, besides: Collection[str] = ()) -> pgtrigger.Trigger:
    """Each change raises the version and sets the time, but for a change of the columns `besides` alone."""
    return pgtrigger.Trigger(
        name="raise_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(exclude=list(besides)) if besides else pgtrigger.AnyChange(),
        func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
    )


class Row(models.Model):
    """Base of the tables users work on: time-ordered id, version, times, soft delete.

    The version is raised by the database, so that bulk SQL raises it too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [raise_version()]

    def save_changes(self, fields: list[str]) -> None:
        """Write the named fields and read back the version that the database gave."""
        self.save(update_fields=fields)
        self.refresh_from_db(fields=["version", "updated_at"])


class MoneyField(models.DecimalField):
    """An amount in the unit of its currency, two decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in CNY from a day on."""

    currency = models.CharField(_("Currency"), max_length=3)
    valid_from = models.DateField(_("Valid from"))
    cny = models.DecimalField(_("CNY for one unit"), max_digits=14, decimal_places=6)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Exchange rate")
        verbose_name_plural = _("Exchange rates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(cny__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from:%Y-%m-%d} {self.cny}"


class OutboxMessage(models.Model):
    """A mail that must be sent: written in the transaction that causes it, sent by the worker."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message_id = models.CharField(max_length=200, unique=True)
    recipients = models.JSONField()
    subject = models.CharField(max_length=500)
    body = models.BinaryField(help_text=_("The whole message as it goes over the wire."))
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    # refused for good: it is not tried again by itself
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("Outgoing mail")
        verbose_name_plural = _("Outgoing mails")
        indexes: ClassVar = [
            # what send_outbox looks for
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(sent_at=None, failed_at=None), name="outbox_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ChangeRow(models.Model):
    """One change of a row, written by a trigger without a position; the sequencer gives it one after commit.

    An id or a time taken inside a transaction would let slower transactions be skipped (DESIGN section 4). Who could
    see the row before and after stands beside it. Figures "as known at" a moment leave out what has a later position.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    row_id = models.UUIDField()
    # the row of the history that was written with the change, where figures are asked of the history
    history_id = models.BigIntegerField(null=True)
    is_delete = models.BooleanField(default=False)
    # who sees what hangs on the row may have changed, too
    fans_out = models.BooleanField(default=False)
    old_zone_id = models.UUIDField(null=True)
    old_team_id = models.UUIDField(null=True)
    old_created_by_id = models.UUIDField(null=True)
    zone_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    created_by_id = models.UUIDField(null=True)
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            # what the sequencer looks for
            models.Index(fields=["id"], condition=models.Q(position=None), name="change_without_position"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.row_id}"


class FeedMark(models.Model):
    """Up to which position changes could be seen at a moment: one row each time the sequencer gave positions."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.position} {self.at}"


class ExternalId(models.Model):
    """What another system calls a row: one id for each row and system, so that two clients may know it by theirs."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    row_id = models.UUIDField()
    source_system = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("External id")
        verbose_name_plural = _("External ids")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source_system", "external_id"], name="external_id_once"),
            models.UniqueConstraint(fields=["kind", "row_id", "source_system"], name="external_id_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.source_system} {self.external_id}"


class IdempotentAnswer(models.Model):
    """The answer to a POST with an Idempotency-Key: written in one transaction with what it did, replayed for 24 h."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    # of method, address and body: the same key with another request is a mistake of the client
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Answer kept for a repetition")
        verbose_name_plural = _("Answers kept for repetitions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once"),
        ]
        indexes: ClassVar = [
            # what is swept away
            models.Index(fields=["created_at"], name="idempotent_answer_age"),
        ]

    def __str__(self) -> str:
        return self.key
