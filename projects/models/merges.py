"""Rows that were one and the same: what was merged into what, and which pairs somebody looked at and kept apart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from projects.choices import MergeKind
from teams.models import User


class Merge(models.Model):
    """One row was merged into another: the one that is gone leads to the one that was kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=MergeKind.choices)
    kept_id = models.UUIDField()
    gone_id = models.UUIDField()
    # name of the field -> the value that the kept row had before, where that of the other was taken
    replaced = models.JSONField(default=dict)
    # how many of what was moved over
    moved = models.JSONField(default=dict)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Merge")
        verbose_name_plural = _("Merges")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "gone_id"], name="merged_once"),
            models.CheckConstraint(condition=~Q(kept_id=F("gone_id")), name="merged_into_another"),
        ]
        indexes: ClassVar = [
            # what was merged into a row
            models.Index(fields=["kept_id"], name="merge_of_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.gone_id} → {self.kept_id}"


class KeptApart(models.Model):
    """Somebody has looked at two rows and says that they are not the same; the smaller id stands first."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=MergeKind.choices)
    first_id = models.UUIDField()
    second_id = models.UUIDField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Pair kept apart")
        verbose_name_plural = _("Pairs kept apart")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "first_id", "second_id"], name="kept_apart_once"),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="kept_apart_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} ≠ {self.second_id}"
