"""Webhooks: clients of the change feed that are called instead of calling."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.models import Row
from sync.choices import DeliveryStatus, StopReason
from teams.models import User


class Webhook(Row):
    """An address that is told of changes, with its place in the feed. It sees what its account sees."""

    account = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    url = models.URLField(_("Address"), max_length=500)
    types = ArrayField(models.CharField(max_length=30), verbose_name=_("Types"))
    description = models.CharField(_("Description"), max_length=300, blank=True)
    # encrypted with a key made of SECRET_KEY: it must be read to sign
    secret = models.TextField(editable=False)
    # the source system whose external ids its rows carry, from the key that made it
    source_system = models.CharField(max_length=40, blank=True, editable=False)
    # what stands behind it is delivered or given up
    cursor = models.CharField(max_length=500, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    stop_reason = models.CharField(max_length=10, choices=StopReason.choices, blank=True, editable=False)
    # since when deliveries fail without one that succeeded between
    failing_since = models.DateTimeField(null=True, editable=False)
    last_delivered_at = models.DateTimeField(null=True, editable=False)

    class Meta(Row.Meta):
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")
        # its place and how it fares move with every delivery: whoever edits it is not to be told that it changed
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="raise_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "url", "types", "description", "secret", "stopped_at", "stop_reason", "deleted_at"
                ),
                func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="") | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
                name="webhook_stopped_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """Up to 100 changes as they are sent; each attempt has the same id and body, and a signature of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    body = models.BinaryField()
    changes = models.PositiveSmallIntegerField()
    # the place in the feed before it; empty where it begins anew with all rows
    since = models.CharField(max_length=500, blank=True)
    # the fingerprint of the sight that its rows were read with; empty: not known
    sight = models.CharField(max_length=24, blank=True)
    status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    # of the last attempt
    response_status = models.PositiveSmallIntegerField(null=True)
    response_excerpt = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(null=True)
    # set where somebody asked for it to be sent once more
    replay_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replays")
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Delivery of a webhook")
        verbose_name_plural = _("Deliveries of webhooks")
        indexes: ClassVar = [
            # a webhook's deliveries, the latest first
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
            # what is due
            models.Index(fields=["next_attempt_at"], condition=Q(status="waiting"), name="webhook_delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.status}"
