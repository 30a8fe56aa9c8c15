"""Comments on leads, and what people are told of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, UUIDField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.models import Row
from projects.choices import NotificationKind
from projects.models.funds import OfLeadQuerySet
from projects.models.leads import Lead
from teams.models import User


@tracked()
class Comment(Row):
    """What colleagues say to each other about a lead."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    text = models.TextField(_("Comment"), max_length=5000)
    mentions = models.ManyToManyField(User, blank=True, related_name="+")

    objects = OfLeadQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Comment")
        verbose_name_plural = _("Comments")
        indexes: ClassVar = [
            models.Index(fields=["lead", "-created_at"], condition=Q(deleted_at=None), name="comment_lead"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


# Rows of the apps above that a notification may be about: `what` of its data, and those of them that a user sees.
# Their models enter themselves.
SEEN: dict[str, Callable[[Any], models.QuerySet[Any]]] = {}


class NotificationQuerySet(models.QuerySet["Notification"]):
    """What a person is told of; a lead or a row that is out of sight now takes its notes with it."""

    def visible_to(self, user: Any) -> NotificationQuerySet:
        """One's own, of leads and other rows that one still sees."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # Row by row: a person's few notes are looked at, and not all leads that a director sees.
        seen = Lead.objects.visible_to(user).filter(id=OuterRef("lead_id"))
        rows = self.filter(user=user).filter(Q(lead=None) | Exists(seen))
        for what, visible_to in SEEN.items():
            row_id = Case(When(data__what=what, then=Cast(KeyTextTransform("id", "data"), UUIDField())))
            about = f"about_{what}"
            rows = rows.alias(**{about: row_id}).filter(
                Q(**{f"{about}__isnull": True}) | Exists(visible_to(user).filter(pk=OuterRef(about)))
            )
        return rows


class Notification(models.Model):
    """Something that a person should know of: a row first, shown on the page, and mailed where they chose so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=NotificationKind.choices)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    # What the sentence is made of, in any language; names of rows that have two are given as {"zh": …, "en": …}.
    data = models.JSONField(default=dict)
    # The same thing is told once: a key of the event, unique for a person.
    key = models.CharField(max_length=150)
    in_page = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Notification")
        verbose_name_plural = _("Notifications")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], condition=Q(in_page=True), name="notification_list"),
            # the number beside the bell
            models.Index(fields=["user"], condition=Q(in_page=True, read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class NotificationChoice(models.Model):
    """How a person wants to be told of one kind of event; without a row the kind's default holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=20, choices=NotificationKind.choices)
    in_page = models.BooleanField(_("In the page"), default=True)
    by_mail = models.BooleanField(_("By mail"), default=False)

    class Meta:
        verbose_name = _("Notification choice")
        verbose_name_plural = _("Notification choices")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
