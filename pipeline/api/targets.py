"""Targets of letters, and how far they are."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.views import (
    CreateMixin,
    DestroyMixin,
    ListMixin,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
)
from investcrm.core.language import pick
from investcrm.core.moments import one_moment
from investcrm.core.paging import Ordering
from pipeline.api.asking import AsOfParameters, asked_beside, day_asked, known_asked
from pipeline.api.target_serializers import (
    ProgressSerializer,
    TargetChangeSerializer,
    TargetSerializer,
    TargetWriteSerializer,
)
from pipeline.filters import TargetFilter
from pipeline.models import Target, TargetLetter
from pipeline.selectors.behind import Behind, behind
from pipeline.selectors.targets import Progress, ask_of, for_progress, progress_of
from pipeline.services.targets import add_target, delete_target, update_target
from projects.models import FundArrival, Industry, Lead
from teams.api.references import References
from teams.models import Zone
from visits.models import Interaction, PlannedVisit

CENT, FOUR_PLACES = Decimal("0.01"), Decimal("0.0001")
ORDERINGS: dict[str, Ordering] = {
    "created_at": Ordering("created_at"), "updated_at": Ordering("updated_at"), "starts_on": Ordering("starts_on"),
}  # fmt: skip
ASKED = ("id", "letter_id", "metric", "starts_on", "ends_on", "name_zh", "name_en")
RULE = (
    "position", "minimum", "total_investment_cny", "total_investment_usd", "registered_capital_cny",
    "registered_capital_usd", "listing", "origin", "version", "created_at", "updated_at",
)  # fmt: skip
COLUMNS = (*ASKED, *RULE, "letter__zone__code", "letter__team_id", "letter__person_id", "industry__code", "parent_id")
Rows = list[dict[str, Any]]
SEEN: dict[str, Any] = {
    "lead": Lead, "fund_arrival": FundArrival, "interaction": Interaction, "planned_visit": PlannedVisit,
}  # fmt: skip


def asked_shape(row: dict[str, Any]) -> dict[str, Any]:
    """Of whom what is asked for, and when."""
    return {
        "id": row["id"],
        "letter": row["letter_id"],
        "zone": row["letter__zone__code"],
        "team": row["letter__team_id"],
        "person": row["letter__person_id"],
        "name": pick(row["name_zh"], row["name_en"]),
        **{name: row[name] for name in ("metric", "starts_on", "ends_on")},
    }


class OfTargets(ResourceViewSet):
    """The targets that the caller sees."""

    model = Target
    columns = COLUMNS
    orderings = ORDERINGS
    default_ordering = "created_at"
    filterset_class = TargetFilter

    def rows(self) -> QuerySet[Any, Any]:
        """Targets of letters that the caller sees."""
        return Target.objects.visible_to(self.actor)


class TargetViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, OfTargets):
    """Targets of letters."""

    noun = "Target"
    answer_serializer = TargetSerializer
    write_serializer = TargetWriteSerializer
    change_serializer = TargetChangeSerializer

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A target with its rule."""
        return {
            **asked_shape(row),
            **{name: row[name] for name in ("name_zh", "name_en", *RULE)},
            "industry": row["industry__code"],
            "parent": row["parent_id"],
        }

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Add a target to a letter, over the letter's time unless told otherwise."""
        references = References(self.actor)
        letters = TargetLetter.objects.visible_to(self.actor)
        letter: Any = references.one(letters, data["letter"], "letter")
        references.raise_if_any()
        values = {"starts_on": letter.begins_on, "ends_on": letter.ends_on}
        values |= self.values(data, Zone.objects.filter(target_letters=letter))
        confirmed = data.get("confirm_overlap", False)
        return add_target(actor=self.actor, letter_id=letter.pk, values=values, confirm_overlap=confirmed)

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change a target."""
        values = self.values(data, Zone.objects.filter(target_letters__targets=pk))
        update_target(
            actor=self.actor,
            target_id=pk,
            changes=values,
            confirm_overlap=data.get("confirm_overlap", False),
            expected_version=expected_version,
        )

    def values(self, data: dict[str, Any], zones: QuerySet[Zone]) -> dict[str, Any]:
        """The fields of the body as the services take them. Raises ValidationError for what is not there."""
        references = References(self.actor)
        values = {name: value for name, value in data.items() if name not in {"letter", "confirm_overlap"}}
        if "industry" in data:
            key, rows = data["industry"], Industry.objects.visible_to(self.actor)
            rows = rows.filter(zone__in=zones) if key and key.code else rows
            values["industry"] = references.one(rows, key, "industry")
        if "parent" in data:
            rows_of_targets = Target.objects.visible_to(self.actor).select_related("letter", "industry")
            values["parent"] = references.one(rows_of_targets, data["parent"], "parent")
        references.raise_if_any()
        return values

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take a target out of its letter."""
        delete_target(actor=self.actor, target_id=pk, expected_version=expected_version)


@extend_schema_view(list=extend_schema(parameters=[AsOfParameters]))
class ProgressViewSet(ListMixin, OfTargets):
    """How far targets are. The same functions as those of the pages."""

    noun = "Progress"
    answer_serializer = ProgressSerializer
    other_refusals: ClassVar = {"list": (422,)}
    other_parameters: ClassVar = frozenset({"as_of", "known_at"})

    def list(self, request: Request) -> Response:
        """A page of targets with what they have reached, their pace, their light, and what counts."""
        self.asked = asked_beside(request, AsOfParameters)
        day_asked(timezone.localdate(), self.asked.get("as_of"), "as_of")
        self.known = known_asked(self.asked)
        with one_moment():
            return super().list(request)

    def shape_rows(self, rows: Rows) -> Rows:
        """The progress of a page of targets: a query for each rule and window, not for each target."""
        targets = list(for_progress(Target.objects.filter(pk__in=[row["id"] for row in rows])))
        as_of = self.as_of(targets)
        found: dict[uuid.UUID, Progress] = {}
        counted: dict[uuid.UUID, Behind] = {}
        for day in sorted(set(as_of.values())):
            together = [target for target in targets if as_of[target.pk] == day]
            found |= progress_of(together, as_of=day, known=self.known)
            behind_them = behind([ask_of(target, day, self.known) for target in together])
            counted |= dict(zip((target.pk for target in together), behind_them, strict=True))
        seen = self.seen(list(counted.values()))
        return [self.progress(row, found[row["id"]], counted[row["id"]], seen) for row in rows]

    def as_of(self, targets: Sequence[Target]) -> dict[uuid.UUID, datetime.date]:
        """The day for each target: the one that is asked for, else today where it is. Raises ValidationError."""
        return {
            target.pk: day_asked(target.letter.zone.today(), self.asked.get("as_of"), "as_of") for target in targets
        }

    def seen(self, counted: Sequence[Behind]) -> dict[str, set[uuid.UUID]]:
        """Which of what counts the caller sees, by kind. A query for each kind there is."""
        wanted: dict[str, set[uuid.UUID]] = {}
        for one in counted:
            wanted.setdefault(one.kind, set()).update(one.ids)
            wanted.setdefault("lead", set()).update(one.leads)
        return {
            kind: set(SEEN[kind].objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))
            for kind, ids in wanted.items()
            if ids
        }

    def progress(
        self, row: dict[str, Any], of: Progress, counted: Behind, seen: dict[str, set[uuid.UUID]]
    ) -> dict[str, Any]:
        """One target with how far it is."""
        ids = [one for one in counted.ids if one in seen[counted.kind]]
        return {
            **asked_shape(row),
            "as_of": of.as_of,
            "known_at": self.asked.get("known_at"),
            "value": of.minimum.quantize(CENT),
            "actual": of.actual.quantize(CENT),
            "own": of.own.value.quantize(CENT),
            "ratio": of.ratio.quantize(FOUR_PLACES),
            "pace": of.pace.quantize(FOUR_PLACES),
            "behind": of.behind,
            "state": of.state,
            "light": of.light,
            "leads": [one for one in counted.leads if one in seen["lead"]],
            "counted": {"kind": counted.kind, "ids": ids},
            "hidden": len(counted.ids) - len(ids),
        }
