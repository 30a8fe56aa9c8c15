"""Teams, and who belongs where, when, as what."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from teams.access import TEAM_ROLES, ZONE_ROLES, Role
from teams.models.reach import seen_by
from teams.models.zones import Zone


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams; everybody of a zone sees its teams."""

    def visible_to(self, user: Any) -> TeamQuerySet:
        """Teams of the user's zones; anonymous gets none."""
        return seen_by(self, user, lambda: Q(zone_id__in=user.role_zone_ids))

    def in_use(self, day: datetime.date) -> TeamQuerySet:
        """Teams that are not dissolved on the day, and so may have members and leads."""
        return self.filter(deleted_at=None).filter(Q(dissolved_on=None) | Q(dissolved_on__gt=day))


@tracked()
class Team(Row):
    """A promotion team (招商小组)."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="teams", verbose_name=_("Zone"))
    code = models.CharField(_("Code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    starts_on = models.DateField(_("Since"), null=True, blank=True)
    dissolved_on = models.DateField(_("Dissolved on"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        ordering: ClassVar = ["zone", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "code"], name="team_code_once_a_zone"),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(starts_on=None) | Q(dissolved_on__gte=F("starts_on")),
                name="team_dates_in_order",
                violation_error_message=_("A team cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)

    def is_in_use(self, day: datetime.date) -> bool:
        """The same as TeamQuerySet.in_use, of a team in hand."""
        return self.dissolved_on is None or self.dissolved_on > day

    def was_in_use(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether it was in use on any of the days; one without a first day was always there."""
        return self.is_in_use(first) and (self.starts_on is None or self.starts_on <= last)


class DateRange(Func):
    """daterange(starts_on, ends_on) with both days inside; an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


@tracked()
class Membership(Row):
    """A role in a zone or a team, from a day to a day (both inside). A reorganisation ends rows and adds new ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("User")
    )
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="memberships", verbose_name=_("Zone"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("Team")
    )
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    title = models.CharField(_("Title"), max_length=100, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("Membership")
        verbose_name_plural = _("Memberships")
        ordering: ClassVar = ["zone", "team", "user"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role__in=sorted(TEAM_ROLES)) | Q(team__isnull=False),
                name="membership_role_needs_team",
                violation_error_message=_("This role is held in a team."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(ZONE_ROLES)) | Q(team__isnull=True),
                name="membership_role_of_zone",
                violation_error_message=_("This role is held in the whole zone, not in a team."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates_in_order",
                violation_error_message=_("The end cannot be before the beginning."),
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("zone", RangeOperators.EQUAL),
                    (
                        Func(F("team"), Value(uuid.UUID(int=0)), function="COALESCE", output_field=models.UUIDField()),
                        RangeOperators.EQUAL,
                    ),
                    ("role", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The person already holds this role in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.team or self.zone}"
