"""Numbers of the pipeline: its state on a day, its flow between two days. The same functions as those of the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.base import ApiViewSet
from investcrm.core.moments import one_moment
from pipeline.api.asking import (
    FlowParameters,
    SummaryParameters,
    day_asked,
    industry_asked,
    known_asked,
    parameters,
    scope_asked,
)
from pipeline.api.number_serializers import FlowSerializer, SummarySerializer
from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figures import answers_by
from pipeline.selectors.flow import CLOSING, MOVES, OPENING, StageFlow, cohort, days_in_stages, flow, negative, went_on
from pipeline.selectors.periods import DATES, Period
from pipeline.selectors.questions import LEFT, STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.models import Stage

CNY = "CNY"
FOUR_PLACES = Decimal("0.0001")
# Those columns whose number is below zero: what went.
WENT = tuple(name for name, (what, _cause) in MOVES.items() if what == LEFT)


def amounts(of: Answer) -> dict[str, Any]:
    """How many, and what they are worth."""
    return {
        "count": of.count,
        "total_investment_cny": _cents(of.total_cny),
        "agreed_investment_cny": _cents(of.agreed_cny),
    }


def sums(of: Answer) -> dict[str, Any]:
    """The same, with what is left out of it."""
    return amounts(of) | {
        "without_total_investment": of.without_total,
        "without_agreed_investment": of.without_agreed,
        "without_rate": of.without_rate,
    }


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def whose(scope: Scope) -> dict[str, Any]:
    """The scope in an answer."""
    team = scope.team
    return {
        "zone": {"code": scope.zone.code, "name": scope.zone.name},
        "team": None if team is None else {"id": team.pk, "code": team.code, "name": team.name},
    }


class PipelineViewSet(ApiViewSet):
    """Numbers of the pipeline."""

    other_refusals: ClassVar = {"summary": (422,), "flow": (422,)}

    @extend_schema(operation_id="pipeline_summary", parameters=[SummaryParameters], responses=SummarySerializer)
    def summary(self, request: Request) -> Response:
        """The leads by their stages: how many, and the sums of their investments, as it was at the end of a day."""
        user: Any = request.user
        asked = parameters(request, SummaryParameters)
        scope = scope_asked(user, asked)
        as_of = day_asked(scope.zone.today(), asked.get("as_of"), "as_of")
        industry = industry_asked(user, scope, asked)
        limits = (str(industry.pk),) if industry is not None else ()
        question = Question(STOCK, scope, as_of, known=known_asked(asked), industry=limits)
        found = answers_by(question, "stage")
        stages = Stage.objects.order_by("position")
        return Response(
            {
                "as_of": as_of,
                "known_at": asked.get("known_at"),
                **whose(scope),
                "industry": industry.code if industry is not None else None,
                "currency": CNY,
                "results": [
                    {"stage": stage.code, "stage_kind": stage.kind, **sums(found.get(stage.code, NOTHING))}
                    for stage in stages
                ],
                "total": sums(sum(found.values(), NOTHING)),
            }
        )

    @extend_schema(operation_id="pipeline_flow", parameters=[FlowParameters], responses=FlowSerializer)
    def flow(self, request: Request) -> Response:
        """What came into each stage and went out of it between two days, both included; how far and how fast."""
        user: Any = request.user
        asked = parameters(request, FlowParameters)
        scope = scope_asked(user, asked)
        last = day_asked(scope.zone.today(), asked["to"], "to")
        if asked["from"] > last:
            raise _wrong_order()
        period, known = Period(DATES, asked["from"], last), known_asked(asked)
        with one_moment():
            moved = flow(scope, period, last, known)
            went = went_on(scope, period, last, known)
            days = {one.stage.code: one.completed.median for one in days_in_stages(scope, period, last, known)}
            new, *steps = cohort(scope, period, last, known)
        reached = {step.stage.code: step.answer.count for step in steps if step.stage is not None}
        results = []
        for stage, row in moved.by_stage:
            on, closed = went.get(stage.code, (0, 0))
            come = reached.get(stage.code)
            results.append(
                {
                    "stage": stage.code,
                    "stage_kind": stage.kind,
                    **flow_sums(row),
                    "moved_on": on,
                    "closed": closed,
                    "reached": come,
                    "conversion": _share(come, new.answer.count),
                    "median_days": days.get(stage.code),
                }
            )
        return Response(
            {
                "from": period.first,
                "to": period.last,
                "known_at": asked.get("known_at"),
                **whose(scope),
                "currency": CNY,
                "results": results,
                "total": flow_sums(moved.total),
                "new_leads": new.answer.count,
            }
        )


def flow_sums(row: StageFlow) -> dict[str, Any]:
    """A row of the flow: opening + entered - left = closing."""
    columns = row.columns
    entered = sum((columns[name] for name in MOVES if name not in WENT), NOTHING)
    left = negative(sum((columns[name] for name in WENT), NOTHING))
    return {
        "opening": amounts(columns[OPENING]),
        "entered": amounts(entered),
        "left": amounts(left),
        "closing": amounts(columns[CLOSING]),
        "causes": {name: amounts(columns[name]) for name in MOVES},
    }


def _share(part: int | None, whole: int) -> Decimal | None:
    if part is None or not whole:
        return None
    return (Decimal(part) / whole).quantize(FOUR_PLACES)


def _wrong_order() -> ValidationError:
    message = _("The period ends before it begins.")
    return ValidationError({"to": ValidationError(message, code="order")})
