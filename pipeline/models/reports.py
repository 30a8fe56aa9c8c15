"""Reports (周通报、月调度、季考核): drafted at a cut-off, released, frozen, sent to whoever subscribes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.models import OutboxMessage, Row
from projects.models.documents import document_storage
from teams.access import Capability
from teams.models import Team, User, Zone, covered, seen_by


class ReportKind(models.TextChoices):
    """The kinds of report; each is the `Job` of the same name."""

    WEEKLY = "weekly", _("Weekly bulletin")
    MONTHLY = "monthly", _("Monthly scheduling")
    QUARTERLY = "quarterly", _("Quarterly assessment")
    YEARLY = "yearly", _("Yearly report")


class ReportStatus(models.TextChoices):
    """How far a report is."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports; whoever reads the figures of their zone or team reads them once they are released."""

    def visible_to(self, user: Any) -> ReportQuerySet:
        """Released ones within reach, and drafts for whoever releases them; anonymous gets none."""
        return seen_by(
            self,
            user,
            lambda: (
                covered(user, Capability.VIEW) & Q(status=ReportStatus.RELEASED)
                | covered(user, Capability.RELEASE_REPORTS)
            ),
        )


@tracked("figures")
class Report(Row):
    """One edition of a zone's or team's report on a period. A released one never changes: a correction makes another.

    `figures` is all that it tells, as data without a language (`pipeline.selectors.reports`), as of `as_of` and as
    known at `known`. `sheet` is the project sheet of the day: lines of JSON, compressed, a lead each.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="reports", verbose_name=_("Zone"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("Team")
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=ReportKind.choices)
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("Until"))
    edition = models.PositiveSmallIntegerField(_("Edition"), default=1)
    # when it was due
    cutoff_at = models.DateTimeField(_("Cut-off"))
    as_of = models.DateField(_("As of"))
    known = models.BigIntegerField()
    figures = models.JSONField()
    # what differs from the edition before: [{"path": …, "before": …, "after": …}]
    changes = models.JSONField(default=list)
    sheet = models.FileField(storage=document_storage, blank=True, max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(
        _("Status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT, editable=False
    )
    comment = models.TextField(_("Comment"), max_length=5000, blank=True)
    commented_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    # why there is a new edition
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    released_at = models.DateTimeField(null=True, editable=False)
    # empty for one that went out by itself
    released_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Report")
        verbose_name_plural = _("Reports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["zone", "team", "kind", "first_day", "edition"],
                nulls_distinct=False,
                name="report_once_a_period_and_edition",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="report_days_in_order"),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.DRAFT, released_at=None)
                | Q(status=ReportStatus.RELEASED, released_at__isnull=False),
                name="report_released_has_time",
            ),
        ]
        indexes: ClassVar = [
            # the list of a zone's reports
            models.Index(fields=["zone", "-cutoff_at", "id"], name="report_list"),
        ]

    def __str__(self) -> str:
        return f"{ReportKind(self.kind).label} {self.first_day} {self.team or self.zone}"


class StatementQuerySet(models.QuerySet["TeamStatement"]):
    """What teams have said; seen with the team."""

    def visible_to(self, user: Any) -> StatementQuerySet:
        """Those of zones and teams whose figures the user reads; anonymous gets none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(covered(user, Capability.VIEW))


class TeamStatement(models.Model):
    """A team says that its entries of a period are complete (上报), and what cannot be counted: problems, plans.

    Never changed: who says it again adds a row, and the last one holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    first_day = models.DateField()
    problems = models.TextField(_("Problems and what needs coordination"), max_length=3000, blank=True)
    plans = models.TextField(_("What is planned next"), max_length=3000, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("Team's statement")
        verbose_name_plural = _("Teams' statements")
        indexes: ClassVar = [
            models.Index(fields=["zone", "kind", "first_day"], name="statement_period"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.kind} {self.first_day}"


@tracked()
class ReportSubscription(models.Model):
    """What somebody chose about one kind of report of a zone or team; without a row the role's default holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="report_subscriptions")
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(_("Kind"), max_length=10, choices=ReportKind.choices)
    is_on = models.BooleanField(_("By mail"), default=True)
    # empty: the reader's own language
    language = models.CharField(_("Language"), max_length=10, blank=True, choices=settings.LANGUAGES)

    class Meta:
        verbose_name = _("Subscription")
        verbose_name_plural = _("Subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "zone", "team", "kind"], nulls_distinct=False, name="subscription_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.is_on}"


class DeliveryQuerySet(models.QuerySet["ReportDelivery"]):
    """Deliveries, seen by whoever releases the report."""

    def visible_to(self, user: Any) -> DeliveryQuerySet:
        """Those of reports that the user releases; anonymous gets none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(covered(user, Capability.RELEASE_REPORTS, "report__"))


class ReportDelivery(models.Model):
    """One report to one person: a row first, then a mail of the outbox, then sent.

    `turn` counts how often it was sent on purpose; within a turn there is one mail, whatever happens.
    """

    class State(models.TextChoices):
        """How far it is, as far as this row tells; what became of the mail stands in the outbox."""

        WAITING = "waiting", _("Waits to be written")
        WRITTEN = "written", _("Written")
        NO_ADDRESS = "no_address", _("No address")
        NOT_ALLOWED = "not_allowed", _("May not read it any more")
        FAILED = "failed", _("Could not be written")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=10)
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    mail = models.ForeignKey(OutboxMessage, models.PROTECT, null=True, related_name="report_deliveries")
    created_at = models.DateTimeField(default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Delivery")
        verbose_name_plural = _("Deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "user", "turn"], name="delivery_once_a_turn"),
            models.CheckConstraint(
                condition=Q(state="written", mail__isnull=False) | (~Q(state="written") & Q(mail=None)),
                name="delivery_written_has_mail",
            ),
        ]
        indexes: ClassVar = [
            # what the writer looks for
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["waiting", "failed"]), name="delivery_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.user_id} {self.turn}"
