"""Scoring schemes (考核办法): how a period's figures become points, entered as data."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from pipeline.models.targets import CountingRule, Metric, OfZoneQuerySet, rule_constraints
from teams.models import DateRange, Zone


class Formula(models.TextChoices):
    """How an item's figure becomes points (DOMAIN section 6)."""

    RATIO = "ratio", _("Share of the goal × weight")
    AVERAGE = "average", _("Average of two shares × weight")
    EFFICACY = "efficacy", _("Efficacy coefficient: (x − min) ÷ (max − min) × 40 + 60")
    RELATIVE = "relative", _("Relative to the best")
    STEPS = "steps", _("Step table")
    PENALTY = "penalty", _("Penalty for each missing piece")
    BONUS = "bonus", _("Bonus by class, the highest class only")
    DEDUCTION = "deduction", _("Deduction from the weight, floored at 0")


# Which formulas hold a figure against a goal.
WITH_GOAL = frozenset({Formula.RATIO, Formula.AVERAGE, Formula.PENALTY, Formula.DEDUCTION})
WITH_STEPS = frozenset({Formula.STEPS, Formula.BONUS})
WITH_EACH = frozenset({Formula.PENALTY, Formula.DEDUCTION})


class SchemeQuerySet(OfZoneQuerySet):
    """Schemes, by zone and day."""

    def valid_on(self, day: datetime.date) -> SchemeQuerySet:
        """Those whose validity has the day in it."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


@tracked()
class ScoringScheme(Row):
    """How teams are scored from a day to a day. Once it has begun it is never edited: a copy continues from a day."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="scoring_schemes", verbose_name=_("Zone"))
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="continued_by"
    )

    objects = SchemeQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Scoring scheme")
        verbose_name_plural = _("Scoring schemes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="scheme_dates_in_order",
                violation_error_message=_("The end cannot be before the beginning."),
            ),
            ExclusionConstraint(
                name="scheme_one_at_a_time",
                expressions=[
                    ("zone", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(deleted_at=None),
                violation_error_message=_("Another scheme is valid in that time."),
            ),
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)

    def has_begun(self, today: datetime.date) -> bool:
        """Whether it has been in use, and so is not edited any more."""
        return self.valid_from <= today


class OfSchemeQuerySet(models.QuerySet[Any]):
    """Items, seen with their scheme."""

    def visible_to(self, user: Any) -> OfSchemeQuerySet:
        """Those of visible schemes; anonymous gets none."""
        return self.filter(deleted_at=None, scheme__in=ScoringScheme.objects.visible_to(user))


@tracked()
class ScoreItem(Row, CountingRule):
    """One line of a scheme: a counting rule and how it becomes points.

    `minimum` is a team's goal for a year, where the formula has one; empty, it is what the team's letters ask for.
    """

    scheme = models.ForeignKey(ScoringScheme, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    formula = models.CharField(_("Formula"), max_length=10, choices=Formula.choices)
    weight = models.DecimalField(
        _("Weight (points)"), max_digits=8, decimal_places=2, null=True, blank=True,
        help_text=_("The points of the whole item; of a bonus or penalty, its cap."),
    )  # fmt: skip
    cap_percent = models.DecimalField(
        _("Capped at (%)"), max_digits=8, decimal_places=2, null=True, blank=True,
        help_text=_("A share of the goal beyond this counts no more. Empty: no cap."),
    )  # fmt: skip
    second_metric = models.CharField(_("Second share: what is counted"), max_length=20, blank=True,
                                     choices=Metric.choices)  # fmt: skip
    second_minimum = models.DecimalField(
        _("Second share: goal for a year"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    floor_value = models.DecimalField(
        _("Min"), max_digits=18, decimal_places=2, null=True, blank=True,
        help_text=_("Empty: the lowest of the teams."),
    )  # fmt: skip
    ceiling_value = models.DecimalField(
        _("Max"), max_digits=18, decimal_places=2, null=True, blank=True,
        help_text=_("Empty: the highest of the teams."),
    )  # fmt: skip
    each = models.DecimalField(
        _("Points for each missing piece"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    # [{"from": "3", "points": "10"}], [{"listing": "province", "points": "3"}], [{"cny": …, "usd": …, "points": …}]
    steps = models.JSONField(_("Steps or classes"), default=list, blank=True)

    objects = OfSchemeQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Item of a scheme")
        verbose_name_plural = _("Items of a scheme")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = rule_constraints("score_item", minimum=Q(minimum=None) | Q(minimum__gt=0))

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)
