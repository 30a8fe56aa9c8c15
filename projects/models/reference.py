"""Reference rows: stages, what they require, industries."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from projects.choices import StageKind
from teams.models import Zone, live_for


class StageQuerySet(models.QuerySet["Stage"]):
    """Stages; everybody signed in sees them."""

    def visible_to(self, user: Any) -> StageQuerySet:
        """All stages in use; anonymous gets none."""
        return live_for(self, user)


@tracked()
class Stage(Row):
    """A stage of the pipeline. Its kind is fixed, so that counting never depends on a label."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=50)
    name_en = models.CharField(_("English name"), max_length=50)
    kind = models.CharField(_("Kind"), max_length=10, choices=StageKind.choices)
    position = models.PositiveSmallIntegerField(_("Order"))
    silence_limit_days = models.PositiveSmallIntegerField(
        _("Silent days allowed"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    objects = StageQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Stage")
        verbose_name_plural = _("Stages")
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@tracked()
class StageRequirement(models.Model):
    """What a lead needs to enter a stage; the codes are those of projects.requirements."""

    stage = models.ForeignKey(Stage, models.CASCADE, to_field="code", related_name="requirements")
    requirement = models.CharField(_("Requirement"), max_length=40)
    position = models.PositiveSmallIntegerField(_("Order"), default=0)

    class Meta:
        verbose_name = _("Stage requirement")
        verbose_name_plural = _("Stage requirements")
        ordering: ClassVar = ["stage", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stage", "requirement"], name="stage_requirement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.requirement}"


class IndustryQuerySet(models.QuerySet["Industry"]):
    """Industries; everybody of a zone sees its industries."""

    def visible_to(self, user: Any) -> IndustryQuerySet:
        """Industries of the user's zones; anonymous gets none."""
        return live_for(self, user).filter(zone__in=Zone.objects.visible_to(user))

    def in_use(self, day: datetime.date) -> IndustryQuerySet:
        """Industries that may be given to a lead on the day."""
        return self.filter(deleted_at=None).filter(models.Q(disabled_on=None) | models.Q(disabled_on__gt=day))


@tracked()
class Industry(Row):
    """An industry of a centre's own tree, with the national code where known (GB/T 4754-2017)."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="industries", verbose_name=_("Zone"))
    code = models.SlugField(_("Code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    gb_code = models.CharField(_("GB/T 4754 code"), max_length=5, blank=True)
    disabled_on = models.DateField(_("Not used since"), null=True, blank=True)

    objects = IndustryQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Industry")
        verbose_name_plural = _("Industries")
        ordering: ClassVar = ["zone", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "code"], name="industry_code_once_a_zone"),
            models.CheckConstraint(
                condition=models.Q(gb_code="") | models.Q(gb_code__regex=r"^[A-T]\d{2,4}$"),
                name="industry_gb_code",
                violation_error_message=_("A GB/T 4754 code is a letter and 2 to 4 digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)

    def is_in_use(self, day: datetime.date) -> bool:
        """The same as IndustryQuerySet.in_use, of an industry in hand."""
        return self.disabled_on is None or self.disabled_on > day


@tracked()
class StageLimit(Row):
    """A zone's own limit of silent days in a stage, instead of the stage's."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="stage_limits", verbose_name=_("Zone"))
    stage = models.ForeignKey(Stage, models.CASCADE, to_field="code", related_name="+", verbose_name=_("Stage"))
    silence_limit_days = models.PositiveSmallIntegerField(
        _("Silent days allowed"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    class Meta(Row.Meta):
        verbose_name = _("Limit of a zone")
        verbose_name_plural = _("Limits of a zone")
        constraints: ClassVar = [models.UniqueConstraint(fields=["zone", "stage"], name="stage_limit_once_a_zone")]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.stage_id}: {self.silence_limit_days}"
