"""Every chart with made-up numbers, for looking at them (where DEBUG is on)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pipeline.charts import (
    Ageing,
    AgeingRow,
    Chart,
    Funnel,
    FunnelStage,
    Pace,
    PaceRow,
    Ranking,
    RankingRow,
    Slot,
    Step,
    Trend,
    TrendSeries,
    Value,
    Waterfall,
    month_slot,
)
from pipeline.views.charts import chart_fragment

YI = Decimal(100_000_000)


def _values(numbers: Sequence[int | None], unit: Decimal | None = None) -> tuple[Value, ...]:
    href = reverse("projects:lead_list")
    return tuple(
        Value(number if unit is None or number is None else number * unit, href if number is not None else "")
        for number in numbers
    )


def _months(count: int) -> tuple[Slot, ...]:
    return tuple(month_slot(datetime.date(2025 + (2 + n) // 12, (2 + n) % 12 + 1, 1)) for n in range(count))


def trend() -> Chart:
    """Twelve months, two of them to come, beside the year before."""
    return Trend(
        title=_("Signed and landed"),
        periods=_months(12),
        count_name=_("Leads"),
        amount_name=_("Agreed investment"),
        series=(
            TrendSeries(
                _("Signed"),
                _values((1, 3, 2, 5, 4, 0, 2, 3, 6, 2, None, None)),
                _values((1, 3, 2, 12, 4, 0, 2, 3, 6, 2, None, None), YI),
                _values((2, 2, 1, 3, 4, 1, 2, 2, 5, 3, 1, 4)),
                _values((2, 3, 5, 6, 4, 2, 2, 1, 4, 4, 1, 4), YI),
            ),
            TrendSeries(
                _("Landed"),
                _values((0, 1, 2, 2, 1, 0, 1, 3, 2, 1, None, None)),
                _values((0, 1, 2, 2, 1, 0, 2, 3, 4, 2, None, None), YI),
                _values((1, 1, 1, 1, 2, 1, 0, 2, 3, 1, 1, 2)),
                _values((1, 3, 2, 2, 2, 2, 2, 1, 2, 4, 1, 1), YI),
            ),
        ),
    )


def funnel() -> Chart:
    """The default stages."""
    names = (_("Enquiry"), _("In talks"), _("Key talks"), _("To sign"), _("Signed"), _("Landed"))
    counts = _values((120, 74, 31, 15, 11, 6))
    stages = tuple(FunnelStage(name, count) for name, count in zip(names, counts, strict=True))
    return Funnel(title=_("How far leads come"), cohort=120, stages=stages)


def waterfall() -> Chart:
    """A week: a large stock, small steps."""
    names = (_("New leads"), _("Reopened"), _("Signed"), _("Closed"), _("Transferred"))
    values = _values((12, 1, -3, -4, 0))
    return Waterfall(
        title=_("What moved this week"),
        opening=Step(_("Monday"), Value(312)),
        steps=tuple(Step(name, value) for name, value in zip(names, values, strict=True)),
        closing=Step(_("Sunday"), Value(318)),
    )


def ageing() -> Chart:
    """Open stages."""
    names = (_("Enquiry"), _("In talks"), _("Key talks"), _("To sign"))
    counts = ((30, 12, 9, 4), (22, 18, 3, 11), (4, 2, 1, 0), (1, 0, 0, 2))
    rows = tuple(
        AgeingRow(name, (one, two, three, four), reverse("projects:lead_list"))
        for name, (one, two, three, four) in zip(names, map(_values, counts), strict=True)
    )
    return Ageing(title=_("How long leads stand in their stages"), stages=rows)


def ranking() -> Chart:
    """Two series, and a name that does not fit."""
    names = (_("Powder metallurgy"), _("Digital lighting"), "冷链物流与食品深加工综合产业园区（二期）", "—")
    counts = ((24, 5), (18, 2), (7, 1), (0, 0))
    entries = tuple(RankingRow(name, _values(two)) for name, two in zip(names, counts, strict=True))
    return Ranking(title=_("Industries"), head=_("Industry"), series=(_("In hand"), _("Signed")), entries=entries)


def money() -> Chart:
    """One series of amounts."""
    names = (_("Powder metallurgy"), _("Digital lighting"), _("Cold chain centre"))
    amounts = (24 * YI, YI * 18 / 10, YI * 7 / 10)
    entries = tuple(RankingRow(name, (Value(amount),)) for name, amount in zip(names, amounts, strict=True))
    series = (_("Total investment"),)
    return Ranking(title=_("Total investment"), head=_("Industry"), series=series, entries=entries, money=True)


def pace() -> Chart:
    """Ahead, behind, nothing yet, far beyond."""
    rows = (
        PaceRow(_("Landed"), Value(4), 5, Decimal("0.5")),
        PaceRow(_("Signed"), Value(3), 12, Decimal("0.5")),
        PaceRow(_("Provincial major project"), Value(0), 1, Decimal("0.7")),
        PaceRow(_("Agreed investment"), Value(92 * YI), 50 * YI, Decimal("0.5"), money=True),
    )
    return Pace(title=_("Targets"), targets=rows)


def nothing() -> Chart:
    """No rows at all."""
    return Funnel(title=_("How far leads come"), cohort=0, stages=())


def zeros() -> Chart:
    """A year in which nothing happened."""
    series = TrendSeries(_("Signed"), _values((0,) * 12), _values((0,) * 12, YI))
    return Trend(
        title=_("Signed"),
        periods=_months(12),
        count_name=_("Leads"),
        amount_name=_("Agreed investment"),
        series=(series,),
    )


def one_month() -> Chart:
    """A single period."""
    series = TrendSeries(_("Signed"), _values((3,)), _values((2,), YI))
    return Trend(
        title=_("Signed"),
        periods=_months(1),
        count_name=_("Leads"),
        amount_name=_("Agreed investment"),
        series=(series,),
    )


def three_years() -> Chart:
    """Thirty-six periods, one series, counts alone."""
    counts = _values([(n * 7) % 23 for n in range(36)])
    return Trend(
        title=_("New leads"), periods=_months(36), count_name=_("Leads"), series=(TrendSeries(_("New leads"), counts),)
    )


def huge() -> Chart:
    """Amounts of trillions, twelve rows, long names."""
    long = _("Provincial major project") + " Nordic Fresh Logistics Holding AB (publ)"
    names = [f"{number} {long}" for number in range(1, 13)]
    entries = tuple(
        RankingRow(name, (Value(Decimal(10) ** (14 - place) * 9 / 7),)) for place, name in enumerate(names)
    )
    series = (_("Total investment"),)
    return Ranking(title=_("Total investment"), head=_("Lead"), series=series, entries=entries, money=True)


SAMPLES: dict[str, Callable[[], Chart]] = {
    made.__name__: made
    for made in (
        trend,
        funnel,
        waterfall,
        ageing,
        ranking,
        money,
        pace,
        nothing,
        zeros,
        one_month,
        three_years,
        huge,
    )
}


@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """All of them, each loaded by itself; the first once more within the page."""
    charts = [(name, made()) for name, made in SAMPLES.items()]
    return render(request, "pipeline/chart_samples.html", {"charts": charts, "within": trend()})


@require_GET
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    if name not in SAMPLES:
        raise Http404
    return chart_fragment(request, SAMPLES[name]())
