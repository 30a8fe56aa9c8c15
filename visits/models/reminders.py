"""The morning's mail to a person: who wants it, and on which days it was written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.models import OutboxMessage
from teams.models import User


class ReminderChoice(models.Model):
    """Whether somebody wants the morning's mail; who has not chosen gets it."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="reminder_choice")
    by_mail = models.BooleanField(_("A mail each morning with what is due"), default=True)

    class Meta:
        verbose_name = _("Choice of reminders")
        verbose_name_plural = _("Choices of reminders")

    def __str__(self) -> str:
        return f"{self.user_id} {self.by_mail}"


class Reminder(models.Model):
    """A person's morning of one day was looked at: written at once with its mail, so that none is sent twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    day = models.DateField()
    # nothing to remind of: no mail
    mail = models.ForeignKey(OutboxMessage, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Reminder")
        verbose_name_plural = _("Reminders")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "day"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
