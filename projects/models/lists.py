"""What makes a list one's own: tags, saved views, recent items, what was exported."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.models import Row
from projects.choices import ExportedList, ExportFormat, ListPage
from projects.models.companies import Company
from projects.models.leads import Lead
from teams.access import Capability
from teams.models import Team, User, Zone, seen_by


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags; everybody of a zone sees its tags."""

    def visible_to(self, user: Any) -> TagQuerySet:
        """Tags of the user's zones; anonymous gets none."""
        return seen_by(self, user, lambda: Q(zone_id__in=user.role_zone_ids))


@tracked()
class Tag(Row):
    """A word of the centre's own to mark leads with."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="tags", verbose_name=_("Zone"))
    name = models.CharField(_("Name"), max_length=40)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    leads = models.ManyToManyField(Lead, through="LeadTag", related_name="tags")

    objects = TagQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "zone",
                Lower("name"),
                condition=Q(deleted_at=None),
                name="tag_once_a_zone",
                violation_error_message=_("There is such a tag already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(deletes=True)
class LeadTag(models.Model):
    """A lead carries a tag."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="lead_links")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Tag of a lead")
        verbose_name_plural = _("Tags of leads")
        constraints: ClassVar = [models.UniqueConstraint(fields=["lead", "tag"], name="lead_tag_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.tag_id}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views: one's own, and those shared with a team or zone of one's own."""

    def visible_to(self, user: Any) -> SavedViewQuerySet:
        """Own ones, and shared ones within reach; anonymous gets none."""
        live = self.filter(deleted_at=None)
        if not user.is_authenticated or not user.is_active:
            return live.none()
        teams = {grant.team_id for grant in user.grants if grant.team_id}
        shared = (
            Q(team_id__in=teams)
            | Q(team__zone_id__in=user.zone_ids(Capability.VIEW))
            | Q(zone_id__in=user.role_zone_ids)
        )
        return live.filter(Q(owner=user) | shared)


@tracked()
class SavedView(Row):
    """A list as somebody wants to find it again: filters, order and columns, as its address carries them."""

    page = models.CharField(max_length=20, choices=ListPage.choices, editable=False)
    name = models.CharField(_("Name"), max_length=60)
    query = models.CharField(max_length=4000, blank=True, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, editable=False, related_name="saved_views")
    # shared with a team, or with all of a zone; neither: one's own
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Team"))
    zone = models.ForeignKey(Zone, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Zone"))

    objects = SavedViewQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Saved view")
        verbose_name_plural = _("Saved views")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                condition=Q(deleted_at=None),
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.CheckConstraint(condition=Q(team=None) | Q(zone=None), name="saved_view_shared_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that a person's list opens with."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    page = models.CharField(max_length=20, choices=ListPage.choices)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("Default view")
        verbose_name_plural = _("Default views")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "page"], name="default_view_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class RecentItem(models.Model):
    """A lead or company that a person looked at lately."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    viewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Recent item")
        verbose_name_plural = _("Recent items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "lead"], name="recent_lead_once"),
            models.UniqueConstraint(fields=["user", "company"], name="recent_company_once"),
            models.CheckConstraint(
                condition=Q(lead__isnull=False, company=None) | Q(lead=None, company__isnull=False),
                name="recent_is_one",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-viewed_at"], name="recent_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.viewed_at:%Y-%m-%d}"


class ExportRecord(models.Model):
    """Somebody took rows out as a file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=20, choices=ExportedList.choices)
    format = models.CharField(max_length=5, choices=ExportFormat.choices)
    query = models.CharField(max_length=4000, blank=True)
    columns = ArrayField(models.CharField(max_length=60), default=list)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Export")
        verbose_name_plural = _("Exports")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d}"
