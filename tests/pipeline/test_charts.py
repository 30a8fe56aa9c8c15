"""Charts: what they say, what their pictures hold, and that nothing of them needs an eye for colour."""

from __future__ import annotations

import re
import sys
import threading
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from pipeline.charts import (
    DARK,
    LIGHT,
    PAGE,
    PRINT,
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
    Theme,
    Trend,
    TrendSeries,
    Value,
    Waterfall,
    drawing,
    rendering,
)
from pipeline.charts.base import MOST_ROWS
from pipeline.charts.rendering import render_png, render_svg
from pipeline.charts.themes import variables
from pipeline.charts.values import cut, ticks, width_of
from pipeline.views.chart_samples import SAMPLES
from pipeline.views.charts import chart_fragment, width_asked

LANGUAGES = ("zh-hans", "en")


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield
    cache.clear()


@pytest.fixture(params=[name for name in SAMPLES if name != "nothing"])
def chart(request: pytest.FixtureRequest) -> Chart:
    """Each of the sample charts that has a picture."""
    return SAMPLES[request.param]()


def values(*numbers: int | None) -> tuple[Value, ...]:
    return tuple(Value(number) for number in numbers)


def a_funnel(*counts: int, name: str = "In talks") -> Funnel:
    stages = tuple(FunnelStage(f"{name} {place}", Value(count)) for place, count in enumerate(counts))
    return Funnel(title="Funnel", cohort=counts[0] if counts else 0, stages=stages)


def texts(chart: Chart) -> list[str]:
    return [row[column].text for row in chart.table().rows for column in range(len(row))]


def picture(chart: Chart, width: int = 560) -> ElementTree.Element:
    return ElementTree.fromstring(render_svg(chart, PAGE, width))  # noqa: S314 - our own


def draw(source: str, **context: object) -> str:
    return Template("{% load charts %}" + source).render(Context(context))


# -- what they say --------------------------------------------------------------------------------------------------


def test_a_trend_says_counts_amounts_and_the_year_before() -> None:
    chart = Trend(
        title="Signed",
        periods=(Slot("Jan", "Jan 2026"), Slot("Feb", "Feb 2026")),
        count_name="Leads",
        amount_name="Agreed investment",
        series=(
            TrendSeries(
                "Signed",
                (Value(3, "/list/"), Value(None)),
                (Value(Decimal(1_200_000_000)), Value(None)),
                values(2, 4),
                values(100_000_000, 0),
            ),
        ),
    )
    assert texts(chart)[:5] == ["Jan 2026", "3", "2", "CNY 1.2 billion", "CNY 100 million"]
    assert texts(chart)[5:] == ["Feb 2026", "—", "4", "—", "CNY 0"]
    assert chart.tips()[0].lines == ("Signed: 3 · CNY 1.2 billion (a year before: 2 · CNY 100 million)",)
    assert chart.tips()[0].href == "/list/"
    assert chart.summary == "Signed: 3 in all, most in Jan 2026 (3)."


def test_a_funnel_says_both_shares() -> None:
    chart = a_funnel(120, 60, 6)
    assert texts(chart)[8:] == ["In talks 2", "6", "5%", "10%"]
    assert chart.summary == "In talks 2: reached by 6 of 120 (5%)."


def test_a_waterfall_balances_or_is_refused() -> None:
    chart = Waterfall(
        title="Week", opening=Step("Monday", Value(10)), steps=(Step("New", Value(3)), Step("Closed", Value(-1))),
        closing=Step("Sunday", Value(12)),
    )  # fmt: skip
    assert texts(chart) == ["Monday", "10", "New", "+3", "Closed", "−1", "Sunday", "12"]
    assert chart.summary == "From 10 to 12: 3 in, 1 out."
    with pytest.raises(ValueError, match="do not add up"):
        Waterfall(title="Week", opening=chart.opening, steps=chart.steps, closing=Step("Sunday", Value(13)))


def test_small_steps_on_a_large_stock_are_seen_and_the_cut_bars_show_it() -> None:
    def axis(opening: int) -> list[float]:
        chart = Waterfall(
            title="Week", opening=Step("Monday", Value(opening)), steps=(Step("New", Value(2)),),
            closing=Step("Sunday", Value(opening + 2)),
        )  # fmt: skip
        bars = next(layer for layer in chart.spec(LIGHT)["layer"] if layer["mark"]["type"] == "bar")
        domain: list[float] = bars["encoding"]["x"]["scale"]["domain"]
        return domain

    assert axis(4) == [0, 6]
    assert axis(3000) == [2998, 3002]


def test_ageing_says_who_is_old() -> None:
    def row(name: str, *counts: int) -> AgeingRow:
        young, older, old, oldest = values(*counts)
        return AgeingRow(name, (young, older, old, oldest))

    chart = Ageing(title="Age", stages=(row("In talks", 4, 3, 2, 1), row("Key", 0, 0, 0, 5)))
    assert texts(chart) == ["In talks", "4", "3", "2", "1", "10", "Key", "0", "0", "0", "5", "5"]
    assert chart.summary == "Over 90 days: 6 of 15, most in Key (5)."


def test_a_pace_says_what_is_behind_and_survives_a_minimum_of_nothing() -> None:
    chart = Pace(
        title="Targets",
        targets=(
            PaceRow("Landed", Value(4), 5, Decimal("0.5")),
            PaceRow("Signed", Value(1), 12, Decimal("0.5"), state="red"),
            PaceRow("Anything", Value(0), 0, Decimal(1)),
        ),
    )
    assert texts(chart)[:6] == ["Landed", "4", "5", "80%", "50%", "on time"]
    assert texts(chart)[11] == "red"
    assert chart.summary == "Reached: 1 of 3; behind the pace: 1."
    picture(chart)


def test_a_ranking_has_a_value_of_each_series_in_every_row() -> None:
    with pytest.raises(ValueError, match="a value of each"):
        Ranking(title="R", head="Team", series=("In hand", "Signed"), entries=(RankingRow("One", values(1)),))


def test_a_trend_has_a_value_for_every_period() -> None:
    with pytest.raises(ValueError, match="every period"):
        Trend(title="T", periods=(Slot("1", "1"),), count_name="Leads", series=(TrendSeries("Signed", values(1, 2)),))


# -- pictures -------------------------------------------------------------------------------------------------------


def test_each_number_of_a_chart_is_in_its_table(chart: Chart) -> None:
    number = re.compile(r"\d[\d,.]*\d|\d")
    for tip, row in zip(chart.tips(), chart.table().rows, strict=True):
        said = {found for cell in row for found in number.findall(cell.text)}
        told = {found for line in tip.lines for found in number.findall(line.split(": ", 1)[-1])}
        assert told <= said


@pytest.mark.parametrize("width", [300, 340, 560, 1200])
def test_a_picture_stays_within_its_frame(chart: Chart, width: int) -> None:
    root = picture(chart, width)
    assert (root.get("width"), root.get("height")) == (str(width), str(chart.height))
    for text in root.iter("text"):
        x, y = (float(part) for part in re.findall(r"-?[\d.]+", text.get("transform", ""))[:2])
        wide = width_of(text.text or "", float((text.get("font-size") or "12").removesuffix("px")))
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        assert left >= -2, text.text
        assert left + wide <= width + 12, text.text
        assert 0 <= y <= chart.height


def test_a_picture_obeys_the_policy_and_carries_no_ids(chart: Chart) -> None:
    root = picture(chart)
    for element in root.iter():
        assert element.tag in {"svg", "g", "path", "text", "line", "rect", "tspan"}
        assert not {"style", "id", "font-family", "aria-label", "role"} & set(element.attrib)
        assert not any(name.startswith("on") for name in element.attrib)
        for paint in (element.get("fill"), element.get("stroke")):
            assert paint is None or paint == "none" or paint.startswith("var(--chart-"), paint


def test_every_tip_has_its_field_in_the_picture(chart: Chart) -> None:
    hits = [element for element in picture(chart).iter() if element.get("class") == "chart-hit"]
    said = [hit.get("data-tip") for hit in hits]
    assert said == ["\n".join((tip.title, *tip.lines)) for tip in chart.tips()][: MOST_ROWS if chart.rows else None]


def test_names_cannot_break_out_of_the_picture() -> None:
    name = "<script>alert(1)</script>\"'&"
    html = draw("{% chart made %}", made=a_funnel(4, 2, name=name))
    assert "<script" not in html
    assert any(name in (tip.title) for tip in a_funnel(4, 2, name=name).tips())
    root = picture(a_funnel(4, 2, name=name))
    assert any(name in element.get("data-tip", "") for element in root.iter())


def test_no_data_is_said_and_not_drawn() -> None:
    html = draw("{% chart made %}", made=SAMPLES["nothing"]())
    assert "No data yet." in html
    assert "<svg" not in html
    assert "<table" not in html


@pytest.mark.parametrize("count", [12, 60])
def test_more_rows_than_a_picture_holds_are_in_its_table(count: int) -> None:
    chart = a_funnel(*range(count + 1, 1, -1))
    assert chart.rows == min(count, MOST_ROWS)
    assert len(chart.table().rows) == count
    picture(chart)


def test_contracted_capital_that_fell_goes_below_zero() -> None:
    series = TrendSeries("FDI", values(1, 1), values(-300_000_000, 100_000_000))
    slots = (Slot("Jan", "Jan 2026"), Slot("Feb", "Feb 2026"))
    chart = Trend(title="FDI", periods=slots, count_name="Leads", amount_name="Amount", series=(series,))
    assert "−CNY 300 million" in texts(chart)
    assert "−400" in [text.text for text in picture(chart).iter("text")]


def test_both_languages_write_their_own_numbers() -> None:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = [text.text for text in picture(SAMPLES["money"]()).iter("text")]
    assert "24亿元" in said["zh-hans"]
    assert "CNY 2.4 billion" in said["en"]


def test_a_png_is_one() -> None:
    assert render_png(a_funnel(4, 2), scale=1).startswith(b"\x89PNG")


def test_pdf_and_mail_have_colours_and_fonts_of_their_own() -> None:
    svg = render_svg(a_funnel(4, 2), PRINT)
    assert "var(" not in svg
    assert PRINT.first in svg
    assert "Noto Sans SC" in svg


def test_a_folder_of_fonts_is_made_known(settings: Any, tmp_path: Path) -> None:
    settings.CHART_FONT_DIR = str(tmp_path)
    assert "<svg" in render_svg(a_funnel(9, 2))


def test_the_web_goes_on_while_a_picture_is_drawn() -> None:
    render_svg(a_funnel(8, 2))
    assert "vl_convert" not in sys.modules


def test_a_painter_that_died_is_followed_by_another() -> None:
    render_svg(a_funnel(7, 2))
    process = drawing.painter._process
    assert process is not None
    process.kill()
    process.wait()
    assert "<svg" in render_svg(a_funnel(7, 3))


def test_a_definition_that_is_none_is_refused_and_the_painter_lives() -> None:
    with pytest.raises(drawing.NotDrawnError):
        drawing.painter.draw("svg", {"mark": 7})
    assert "<svg" in render_svg(a_funnel(6, 3))


def test_a_painter_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PATIENCE_SECONDS", 0)
    with pytest.raises(drawing.NotDrawnError, match="too slow"):
        render_svg(a_funnel(5, 3))
    monkeypatch.undo()
    assert "<svg" in render_svg(a_funnel(5, 3))


# -- the cache ------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was really drawn."""
    seen: list[dict[str, Any]] = []
    draw = drawing.painter.draw

    def noting(kind: str, spec: dict[str, Any], **options: Any) -> bytes:
        seen.append(spec)
        return draw(kind, spec, **options)

    monkeypatch.setattr(drawing.painter, "draw", noting)
    cache.clear()
    return seen


def test_the_same_chart_is_drawn_once(drawn: list[Any]) -> None:
    assert render_svg(a_funnel(4, 2)) == render_svg(a_funnel(4, 2))
    assert len(drawn) == 1
    render_svg(a_funnel(4, 3))
    render_svg(a_funnel(4, 2), PAGE, 340)
    assert len(drawn) == 3


def test_another_list_behind_the_same_numbers_is_another_picture(drawn: list[Any]) -> None:
    def one(href: str) -> Funnel:
        return Funnel(title="F", cohort=4, stages=(FunnelStage("A", Value(4, href)),))

    assert "/one/" in render_svg(one("/one/"))
    assert "/two/" in render_svg(one("/two/"))


def test_without_the_cache_it_is_drawn_again(drawn: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering.cache, "get", lambda _key: None)
    first = render_svg(a_funnel(4, 2))
    assert render_svg(a_funnel(4, 2)) == first
    assert len(drawn) == 2


def test_eight_threads_at_once_draw_one_picture_once(drawn: list[Any]) -> None:
    together = threading.Barrier(8)
    pictures: list[str] = []

    def ask() -> None:
        together.wait()
        with translation.override("en"):
            pictures.append(render_svg(a_funnel(40, 20)))

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pictures)) == 1
    assert len(pictures) == 8
    assert len(drawn) == 1


# -- on a page ------------------------------------------------------------------------------------------------------


def test_numbers_are_shown_where_the_picture_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_asked: object, **_options: object) -> bytes:
        raise drawing.NotDrawnError("no picture today")

    monkeypatch.setattr(drawing.painter, "draw", fail)
    html = draw("{% chart made %}", made=a_funnel(77, 20))
    assert "The picture could not be drawn." in html
    assert '<details class="chart-numbers" open>' in html
    assert ">77<" in html


def test_every_number_of_the_table_opens_its_list() -> None:
    made = Funnel(title="F", cohort=4, stages=(FunnelStage("A", Value(4, "/figures/?a=1&b=2")),))
    assert '<a href="/figures/?a=1&amp;b=2">4</a>' in draw("{% chart made %}", made=made)


def test_a_slot_keeps_as_much_room_as_the_chart_takes(chart: Chart) -> None:
    keyed = getattr(chart, "has_legend", False)
    slot = draw("{% chart_slot '/x/' made.kind rows=made.rows keyed=keyed %}", made=chart, keyed=keyed)
    whole = draw("{% chart made width=560 %}", made=chart)
    of_slot = re.search(r'class="chart-slot ([^"]+)"', slot)
    of_chart = re.search(r'class="chart ([^"]+)"', whole)
    assert of_slot is not None
    assert of_chart is not None
    assert of_slot[1] == of_chart[1]


@pytest.mark.parametrize(
    ("said", "width"),
    [("", None), ("536", 520), ("1", 300), ("9999", 1200), ("12345", None), ("-5", None), ("٣٤٠", None), ("x", None)],
)
def test_the_width_asked_for_is_rounded_and_bounded(said: str, width: int | None) -> None:
    assert width_asked(RequestFactory().get("/", headers={"Chart-Width": said})) == width


def test_a_fragment_is_private_and_asked_for_anew_only_when_it_changed() -> None:
    headers = {"HX-Request": "true", "Chart-Width": "358"}
    first = chart_fragment(RequestFactory().get("/", headers=headers), a_funnel(4, 2))
    assert first["Cache-Control"] == "private, no-cache"
    assert {"HX-Request", "Chart-Width", "Cookie"} <= set(first["Vary"].split(", "))
    assert first.content.count(b"<svg") == 1
    again = RequestFactory().get("/", headers={**headers, "If-None-Match": first["ETag"]})
    assert chart_fragment(again, a_funnel(4, 2)).status_code == 304
    assert chart_fragment(again, a_funnel(4, 3)).status_code == 200


# -- colours --------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes (2009), whole deficiency: what somebody sees who lacks red, green or blue cones.
BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in rgb)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, kind: str) -> float:
    """How far apart two colours are for somebody (CIE76; 10 is plain to see)."""
    seen = []
    for colour in (one, other):
        parts = linear(colour)
        seen.append(lab([sum(factor * part for factor, part in zip(row, parts, strict=True)) for row in BLIND[kind]]))
    return float(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_marks_stand_out_and_words_can_be_read(theme: Theme) -> None:
    for mark in (theme.first, theme.second, theme.before, theme.total, *theme.ages):
        assert contrast(mark, theme.panel) >= 3, mark
    for words in (theme.ink, theme.soft):
        assert contrast(words, theme.panel) >= 4.5, words
    for ground, words in zip(theme.ages, theme.on_ages, strict=True):
        assert contrast(ground, words) >= 4.5, ground


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
def test_the_colour_blind_tell_series_and_ages_apart(theme: Theme, kind: str) -> None:
    assert distance(theme.first, theme.second, kind) >= 20
    for one, other in combinations(theme.ages, 2):
        assert distance(one, other, kind) >= 15, (one, other)


@pytest.mark.parametrize("theme", [LIGHT, PRINT], ids=lambda theme: theme.name)
def test_ages_darken_in_black_and_white(theme: Theme) -> None:
    assert all(luminance(young) > luminance(old) for young, old in pairwise(theme.ages[:3]))


def test_the_style_sheet_has_the_colours_of_the_themes() -> None:
    css = (Path(project.BASE_DIR) / "static" / "css" / "charts.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{((?:\s*--chart-[\w-]+: #\w+;)+)\s*\}", css)
    found = [dict(re.findall(r"(--chart-[\w-]+): (#\w+);", block)) for block in blocks]
    assert found == [variables(LIGHT), variables(DARK), variables(PRINT)]


# -- numbers of axes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("largest", "whole", "expected"),
    [
        (0, True, [0, 1]),
        (1, True, [0, 1]),
        (6, True, [0, 2, 4, 6]),
        (23, True, [0, 10, 20, 30]),
        (0.3, False, [0, 0.1, 0.2, 0.3]),
    ],
)
def test_axes_have_round_numbers(largest: float, whole: bool, expected: list[float]) -> None:
    assert ticks(largest, 3, whole=whole) == pytest.approx(expected)


def test_long_names_are_cut_by_the_room_that_they_take() -> None:
    name = "冷链物流与食品深加工综合产业园区"
    short = cut(name, 100, 12)
    assert short.endswith("…")
    assert width_of(short, 12) <= 100
    assert cut("落地", 100, 12) == "落地"
