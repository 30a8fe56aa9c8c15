"""The dashboard's pictures, each as a fragment of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from pipeline.charts import (
    Ageing,
    AgeingRow,
    Chart,
    Funnel,
    FunnelStage,
    Ranking,
    RankingRow,
    Step,
    Trend,
    TrendSeries,
    Value,
    Waterfall,
    month_slot,
)
from pipeline.selectors.desk.keys import moved_flow
from pipeline.selectors.desk.ranks import RANKED, ranks
from pipeline.selectors.desk.standing import standing
from pipeline.selectors.desk.trend import MONTHS, signed_and_landed
from pipeline.selectors.figures import figure_url
from pipeline.selectors.flow import CLOSING, NAMES, OPENING, cohort
from pipeline.views.charts import chart_fragment
from pipeline.views.desk import Desk, desk_of


def funnel(desk: Desk) -> Chart:
    """How far the leads that were opened in the period have come."""
    every, *steps = cohort(desk.scope, desk.period, desk.as_of)
    return Funnel(
        title=_("How far new leads came"),
        cohort=every.answer.count,
        stages=tuple(
            FunnelStage(str(step.stage), Value(step.answer.count, figure_url(step.question))) for step in steps
        ),
    )


def bridge(desk: Desk, *, money: bool) -> Chart:
    """What moved, all stages together, from opening to closing."""
    flow = moved_flow(desk.scope, desk.moved, desk.as_of)

    def step(name: str) -> Step:
        answer = flow.total.columns[name]
        number = answer.total_cny if money else answer.count
        return Step(str(NAMES[name]), Value(number, figure_url(flow.question(name))))

    between = [step(name) for name in NAMES if name not in (OPENING, CLOSING)]
    # What moved nothing needs no row; moving from stage to stage comes to nothing for all stages together.
    moved = tuple(one for one in between if one.value.number)
    title = _("What moved, total investment") if money else _("What moved, number of leads")
    return Waterfall(title=title, opening=step(OPENING), steps=moved, closing=step(CLOSING), money=money)


def trend(desk: Desk) -> Chart:
    """Signed and landed month by month, beside the year before."""
    told = signed_and_landed(desk.scope, desk.as_of)
    series = []
    for label, months in ((_("Signed"), told.signed), (_("Landed"), told.landed)):
        before, now = months[:MONTHS], months[MONTHS:]

        def values(of: list[Any], name: str) -> tuple[Value, ...]:
            return tuple(Value(getattr(one.answer, name), figure_url(one.question)) for one in of)

        series.append(
            TrendSeries(
                label,
                values(now, "count"),
                values(now, "agreed_cny"),
                values(before, "count"),
                values(before, "agreed_cny"),
            )
        )
    return Trend(
        title=_("Signed and landed, by month"),
        periods=tuple(month_slot(one.first) for one in told.months[MONTHS:]),
        series=tuple(series),
        count_name=_("Leads"),
        amount_name=_("Agreed investment"),
    )


def ageing(desk: Desk) -> Chart:
    """How long leads stand in their present stages."""
    return Ageing(
        title=_("Days in the present stage"),
        stages=tuple(
            AgeingRow(
                str(one.stage),
                tuple(Value(count, figure_url(question)) for count, question in one.buckets),  # type: ignore[arg-type]
                figure_url(one.question),
            )
            for one in standing(desk.scope, desk.as_of)
        ),
    )


def ranking(desk: Desk, by: str) -> Chart:
    """What is new and what was signed in the period, by a column."""
    found = ranks(desk.scope, desk.period, desk.as_of, by)
    return Ranking(
        title=str(RANKED[by]),
        head=_("Name"),
        series=(pgettext("leads", "New"), _("Signed")),
        entries=tuple(
            RankingRow(
                one.name,
                (
                    Value(one.new.answer.count, figure_url(one.new.question)),
                    Value(one.signed.answer.count, figure_url(one.signed.question)),
                ),
            )
            for one in found
        ),
    )


CHARTS: Mapping[str, Callable[[Desk], Chart]] = {
    "funnel": funnel,
    "moved": partial(bridge, money=False),
    "moved-money": partial(bridge, money=True),
    "trend": trend,
    "ageing": ageing,
    **{by: partial(ranking, by=by) for by in RANKED},
}
TITLES = {
    "funnel": gettext_lazy("How far new leads came"),
    "trend": gettext_lazy("Signed and landed, by month"),
    "ageing": gettext_lazy("Days in the present stage"),
    **RANKED,
}


@login_required
@require_GET
def chart(request: HttpRequest, picture: str) -> HttpResponse:
    """A picture of the dashboard, for the same scope, period and day."""
    desk = desk_of(request)
    if picture not in CHARTS:
        raise Http404
    return chart_fragment(request, CHARTS[picture](desk))
