"""Zones: one centre's world each."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from teams.models.reach import seen_by


class ZoneQuerySet(models.QuerySet["Zone"]):
    """Zones; a user sees those they hold a role in."""

    def visible_to(self, user: Any) -> ZoneQuerySet:
        """Zones of the user's roles; anonymous gets none."""
        return seen_by(self, user, lambda: Q(id__in=user.role_zone_ids))


@tracked()
class Zone(Row):
    """One centre's world: its teams, leads, limits, calendar and time zone."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    centre_zh = models.CharField(_("Centre, Chinese name"), max_length=200, blank=True)
    centre_en = models.CharField(_("Centre, English name"), max_length=200, blank=True)
    city = models.CharField(_("City"), max_length=100, blank=True)
    region_code = models.CharField(_("Region (GB/T 2260)"), max_length=6, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=50, default="Asia/Shanghai")
    is_generated = models.BooleanField(_("Generated for demonstration"), default=False)
    # Traffic lights on idle leads: 2, 3 and 6 months (DOMAIN section 4), kept in days.
    idle_yellow_days = models.PositiveSmallIntegerField(_("Idle days until yellow"), default=60)
    idle_red_days = models.PositiveSmallIntegerField(_("Idle days until red"), default=90)
    idle_close_days = models.PositiveSmallIntegerField(_("Idle days until closing is proposed"), default=180)
    # First report protects a lead for so long after its last interaction (首报首谈); empty: no protection.
    protection_days = models.PositiveSmallIntegerField(
        _("Days that a lead is protected after its last contact"), null=True, blank=True, default=90
    )
    # Settled companies: how often to visit, and how fast what they ask for is answered, settled, reported back.
    care_visit_days = models.PositiveSmallIntegerField(_("Days between visits to a settled company"), default=90)
    request_answer_days = models.PositiveSmallIntegerField(_("Days to answer a service request"), default=1)
    request_settle_days = models.PositiveSmallIntegerField(_("Days to settle a service request"), default=15)
    request_report_days = models.PositiveSmallIntegerField(_("Days to report back after settling"), default=3)
    # 每周至少3个小组外出; empty: no rule.
    teams_out_per_week = models.PositiveSmallIntegerField(
        _("Teams that go out every week, at least"), null=True, blank=True, default=3
    )

    objects = ZoneQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Zone")
        verbose_name_plural = _("Zones")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(idle_yellow_days__lt=F("idle_red_days")) & Q(idle_red_days__lt=F("idle_close_days")),
                name="zone_idle_limits_grow",
                violation_error_message=_("Yellow must come before red, and red before closing."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)

    def today(self) -> datetime.date:
        """The present day in the zone's time zone."""
        return self.day_of(timezone.now())

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """The day that a moment has in the zone's time zone."""
        return timezone.localdate(moment, zoneinfo.ZoneInfo(self.time_zone))
