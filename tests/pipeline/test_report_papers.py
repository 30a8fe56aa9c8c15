"""A report in words: right for 0, 1 and many, in both languages; what is missing is named; old and odd figures."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Bullets, Paper, Paragraph, Picture, Section, Table
from pipeline.papers.frame import clean
from pipeline.papers.frozen import amount_of, whole
from pipeline.papers.writing import paper_of
from pipeline.selectors.periods import period_of
from pipeline.selectors.scopes import Scope
from pipeline.services.reports.drafting import preview
from tests.factories import make_lead
from tests.pipeline import report_samples as samples
from tests.pipeline.report_samples import number

LANGUAGES = ("zh-hans", "en")
KINDS = ("weekly", "monthly", "quarterly", "yearly")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def written(report: Report, language: str = "en", *, links: bool = False) -> Paper:
    with translation.override(language):
        return paper_of(report, links=links)


def part(paper: Paper, key: str) -> Section:
    return next(section for section in paper.sections if section.key == key)


def table(paper: Paper, key: str) -> Table:
    tables = (block for section in paper.sections for block in section.blocks if isinstance(block, Table))
    return next(one for one in tables if one.key == key)


def texts(paper: Paper) -> Iterator[str]:
    """Everything that a reader reads."""
    yield from (paper.title, paper.subtitle, paper.summary, *paper.facts, *paper.changes)
    for tile in paper.tiles:
        yield from (tile.label, tile.number, tile.detail)
    for section in paper.sections:
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Picture):
                yield from (block.chart.title, block.chart.summary)
            else:
                yield from (column.head for column in block.columns)
                yield from (cell.words for row in [*block.rows, block.total] for cell in row)
                yield block.more


def a_week(**changes: Any) -> Report:
    """A week of zeros but for some main figures: (now, before)."""
    told = samples.zeros()
    for line in told["lines"]:
        if line["key"] in changes:
            line["now"], line["before"] = changes[line["key"]]
    return samples.report(told=told)


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "新增线索0条；签约项目0个；", "0 new leads, 0 signed, "),
        (1, "新增线索1条；签约项目1个，协议投资额6.15亿元；", "1 new lead, 1 signed with CNY 615 million, "),
        (2, "新增线索2条；签约项目2个，协议投资额12.3亿元；", "2 new leads, 2 signed with CNY 1.23 billion, "),
    ],
)
def test_the_text_part_is_right_for_none_one_and_many(n: int, zh: str, en: str) -> None:
    signed = number(n, f"{n * 615_000_000}.00")
    report = a_week(new=(number(n), number()), signed=(signed, number()))
    assert written(report, "zh-hans").summary.startswith(f"本周（截至11月20日）{zh}")
    assert written(report, "en").summary.startswith(f"This week, until 20 Nov: {en}")


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "外出拜访0批次；", "0 outbound visits, "),
        (1, "外出拜访1批次（企业1家、1人次）", "1 outbound visit (1 company and 1 person met)"),
        (3, "外出拜访3批次（企业3家、3人次）", "3 outbound visits (3 companies and 3 people met)"),
    ],
)
def test_visits_are_groups_companies_and_people(n: int, zh: str, en: str) -> None:
    report = a_week(visits=(number(n, people=n, companies=n), number()))
    assert zh in written(report, "zh-hans").summary
    assert en in written(report, "en").summary


def test_comparisons_say_more_fewer_and_as_many() -> None:
    report = a_week(
        new=(number(7), number(5)),
        signed=(number(2, "1230000000.00"), number(3, "1845000000.00")),
        visits=(number(1), number(2)),
    )
    english = written(report).summary
    assert (
        "Compared with the same days of the week before: 2 more new leads, 1 fewer signed with CNY 615 million less "
        "agreed investment, as many landed, 1 outbound visit fewer, as many receptions." in english
    )
    chinese = written(report, "zh-hans").summary
    assert (
        "与上周同期相比，新增线索多2条；签约项目少1个，协议投资额减少6.15亿元；落地项目持平；外出拜访少1批次；"
        in chinese
    )


def test_nothing_that_differs_is_said_in_one_sentence() -> None:
    assert "No difference to the same days of the week before." in written(a_week()).summary
    assert "与上周同期持平。" in written(a_week(), "zh-hans").summary


def test_a_period_that_was_over_is_compared_with_a_whole_one() -> None:
    month = written(samples.report("monthly"), "zh-hans").summary
    assert month.startswith("本月新增线索28条")
    assert "与上月相比，" in month
    assert "与上年同期相比，" in month


def test_a_year_ago_without_any_figure_is_not_compared_with() -> None:
    told = samples.figures("monthly")
    for line in told["lines"]:
        line["year_before"] = number()
    assert "There are no figures of a year ago to compare with." in written(samples.report("monthly", told)).summary
    told["lines"][-1]["year_before"] = number(1)
    assert "Compared with the same days a year before: " in written(samples.report("monthly", told)).summary


def test_targets_are_named_without_their_window_and_drawn_worst_first() -> None:
    told = samples.figures("monthly")
    (first, *_others) = told["targets"]
    told["targets"] = [
        {
            **first, "team": samples.name(f"{place}组", f"Team {place}") if place else samples.NOBODY,
            "name": samples.name(f"2026年：指标{place}", f"2026: target {place}"),
            "window": samples.name("2026年", "2026"), "percent": 30 + place, "pace_percent": 50, "light": "yellow",
        }
        for place in reversed(range(12))
    ]  # fmt: skip
    paper = written(samples.report("monthly", told))
    assert table(paper, "targets").rows[0][0].words == "The centre"
    assert [row[1].words for row in table(paper, "targets").rows[:2]] == ["target 0", "target 11"]
    assert {"Window", "Time passed"}.isdisjoint(column.head for column in table(paper, "targets").columns)
    chart = next(block for block in part(paper, "targets").blocks if isinstance(block, Picture)).chart
    assert chart.title == "The 10 of 12 targets that are furthest behind"
    assert [row[0].text for row in chart.table().rows[:2]] == ["The centre · target 0", "Team 1 · target 1"]
    assert chart.rows == 10
    with translation.override("en"):
        assert chart.summary == "Reached: 0 of 12; behind the pace: 12."


def test_leads_that_all_have_no_amount_have_no_sum_of_zero() -> None:
    paper = written(a_week(signed=(number(2, "0.00", without=2), number())))
    row = next(row for row in table(paper, "figures").rows if row[0].words == "Signed, agreed investment")
    assert (row[1].words, row[3].words) == ("—", "—")


def test_a_lead_without_an_amount_is_signed_without_one() -> None:
    summary = written(a_week(signed=(number(1, "0.00", without=1), number()))).summary
    assert "1 signed," in summary
    assert "CNY 0" not in summary


@pytest.mark.parametrize(
    ("names", "zh", "en"),
    [
        (0, "各小组均已上报。", "All teams have reported."),
        (1, "1个小组尚未上报：招商一组", "1 team has not reported: Team 1"),
        (
            2,
            "2个小组尚未上报：招商一组（新能源汽车）、招商二组",
            "2 teams have not reported: Team 1 (new-energy vehicles), Team 2",
        ),
    ],
)
def test_teams_that_have_not_reported_are_named(names: int, zh: str, en: str) -> None:
    told = samples.figures()
    told["missing"]["teams"] = [samples.team_of(place) for place in range(names)]
    report = samples.report(told=told)
    for language, words in (("zh-hans", zh), ("en", en)):
        paper = written(report, language)
        assert words in paper.summary
        assert words in " ".join(part(paper, "missing").blocks[0].items)  # type: ignore[union-attr]


def test_what_else_is_missing_is_said_in_sentences() -> None:
    sentences = " ".join(part(written(samples.report()), "missing").blocks[0].items)  # type: ignore[union-attr]
    assert "2 leads signed in the period have no amount and are in no sum." in sentences
    assert "There is no exchange rate for KRW, THB: such amounts are in no sum." in sentences
    assert "The nightly recount found a difference." in sentences
    assert "Changed since the report on the week before: New leads 5, now 6." in sentences
    assert "Signed 3 (CNY 1.84 billion), now 4 (CNY 2.46 billion)." in sentences
    assert table(written(samples.report()), "without_amount").rows


def test_a_team_that_reports_for_itself_is_not_named_as_one_of_many() -> None:
    told = samples.figures(team=samples.name("招商四组", "Team 4"))
    told["missing"]["teams"] = [samples.name("招商四组", "Team 4")]
    paper = written(samples.report(told=told))
    assert "The team has not reported." in paper.summary
    assert paper.subtitle.startswith("Guangling Investment Promotion Centre · Team 4")
    assert {"teams", "league"}.isdisjoint(section.key for section in paper.sections)


def test_a_dissolved_team_says_so() -> None:
    told = samples.figures()
    told["head"]["dissolved_on"] = "2026-11-18"
    missing = part(written(samples.report(told=told)), "missing").blocks[0]
    assert "The team was dissolved on 18 Nov 2026" in " ".join(missing.items)  # type: ignore[union-attr]
    assert table(written(samples.report()), "teams").rows[4][0].words == (
        "Team 5 (modern services), dissolved on 18 Nov 2026"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_period_in_which_nothing_happened_prints_zeros(kind: str, language: str) -> None:
    paper = written(samples.report(kind, samples.zeros(kind)), language)
    figures = table(paper, "figures")
    assert all(cell.words.replace("CNY ", "").removesuffix("元") == "0" for row in figures.rows for cell in row[1:])
    assert len(figures.rows) >= len(samples.KEYS)
    assert all(section.blocks for section in paper.sections)
    assert "None" not in " ".join(texts(paper))


def test_amounts_are_written_as_each_reader_writes_them() -> None:
    report = samples.report()
    rows = {row[0].words: row for row in table(written(report), "figures").rows}
    assert [cell.words for cell in rows["Signed, agreed investment"]] == [
        "Signed, agreed investment", "CNY 1.23 billion", "CNY 1.84 billion", "−CNY 615 million", "CNY 615 million",
        "CNY 12.92 billion",
    ]  # fmt: skip
    assert rows["Signed, agreed investment"][1].value == Decimal("1230000000.00")
    chinese = {row[0].words: row for row in table(written(report, "zh-hans"), "figures").rows}
    assert chinese["签约项目协议投资额"][1].words == "12.3亿元"


def test_title_and_facts_say_which_edition_when_and_by_whom() -> None:
    chinese, english = written(samples.report(), "zh-hans"), written(samples.report())
    assert chinese.title == "招商工作周通报（2026年第47周）"
    assert english.title == "Weekly bulletin, week 47 of 2026"
    assert list(chinese.facts) == [
        "第1版", "报送截止：2026年11月20日10:00（北京时间）", "数据截至2026年11月20日",
        "2026年11月20日11:30由陈伟发布",
    ]  # fmt: skip
    assert english.facts[1] == "Cut-off: 20 Nov 2026, 10:00 (Beijing time)"
    draft = samples.report(status=ReportStatus.DRAFT, released_at=None, released_by=None)
    assert written(draft).facts[-1] == "Draft, not released"
    assert "automatically" in written(samples.report(released_by=None)).facts[-1]


def test_times_are_those_of_the_centre_wherever_it_is() -> None:
    told = samples.figures()
    told["head"]["time_zone"] = "Asia/Kathmandu"
    assert written(samples.report(told=told)).facts[1] == "Cut-off: 20 Nov 2026, 07:45 (UTC+5:45)"
    told["head"]["time_zone"] = "Mars/Olympus"
    assert written(samples.report(told=told)).facts[1] == "Cut-off: 20 Nov 2026, 02:00 (UTC+0)"


@pytest.mark.parametrize("kind", KINDS)
def test_an_english_report_has_no_chinese_but_names(kind: str) -> None:
    told = samples.figures(kind)
    for listed in (told["moves"], told["yellow"], told["red"], told["silent"], told["key_leads"], told["to_sign"],
                   told["missing"]["without_amount"]):  # fmt: skip
        for row in listed["rows"]:
            row.update(name="A project", company="A company", owner="Li", note="")
    for team in told["teams"]:
        team.update(problems="None to speak of", plans="Two visits", reported_by="Li")
    for milestone in told["milestones"]:
        milestone["lead"] = "A project"
    for request in told["requests"]["rows"]:
        request.update(title="Power", company="A company", handler="Zhao")
    for plan in told["plan"]["rows"]:
        plan.update(with_whom="A company", owner="Wang", purpose="Talks", expected="A draft")
    for target in told["targets"]:
        target["letter"]["zh"] = "x"
    report = samples.report(kind, told, released_by=None)
    with translation.override("en"):
        mixed = [text for text in texts(paper_of(report, links=False)) if CHINESE.search(text)]
    assert mixed == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_report_has_no_english_words(kind: str) -> None:
    """Every head, title and sentence of ours is translated; names and codes are as they are."""
    paper = written(samples.report(kind), "zh-hans")
    ours = [paper.title, paper.summary, *paper.facts, *(section.title for section in paper.sections)]
    ours += [column.head for section in paper.sections for block in section.blocks if isinstance(block, Table)
             for column in block.columns]  # fmt: skip
    ours += [block.text for section in paper.sections for block in section.blocks if isinstance(block, Paragraph)]
    assert [text for text in ours if re.search(r"[A-Za-z]{2,}", text)] == []


def test_markup_formulas_and_line_ends_in_names_stay_text_in_one_line() -> None:
    paper = written(samples.report(told=samples.hostile()))
    names = [row[0].words for row in table(paper, "moves").rows]
    assert names[:4] == ["<script>alert(1)</script>", "=1+1", 'a" onmouseover="x', "Two Bcc: all@example.org"]
    assert names[5] == "gnp.exe"
    with translation.override("en"):
        page = Template("{% load papers %}{% paper paper %}").render(Context({"paper": paper}))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'onmouseover="x' not in page
    assert "<img src=x" not in page
    assert "{{ 7|add:7 }}" in page


def test_no_sign_turns_the_writing_around() -> None:
    assert clean("a\u202eb\x00c\n d") == "abc d"
    assert clean("a\r\nb\x07", lines=True) == "a\nb"


def test_numbers_lead_to_their_lists_on_the_page_only() -> None:
    linked, plain = (written(samples.report(), links=links) for links in (True, False))
    assert linked.tiles[0].url.startswith("/figures/?")
    cells = [cell for section in linked.sections for block in section.blocks if isinstance(block, Table)
             for row in block.rows for cell in row if cell.url]  # fmt: skip
    assert any(cell.url.startswith("/activity/?") for cell in cells)
    assert any(cell.url.startswith("/leads/") for cell in cells)
    assert not any(tile.url for tile in plain.tiles)
    assert not any(cell.url for section in plain.sections for block in section.blocks if isinstance(block, Table)
                   for row in [*block.rows, block.total] for cell in row)  # fmt: skip


def test_planned_and_actual_never_share_a_column() -> None:
    paper = written(samples.report("monthly"))
    heads = [column.head for column in table(paper, "to_sign").columns]
    assert "Planned total investment" in heads
    assert "Agreed investment" not in heads
    closed = [row for row in table(paper, "moves").rows if row[1].words == "Closed"]
    assert closed
    assert {row[4].words for row in closed} == {"—"}
    assert [column.head for column in table(paper, "plan").columns][1:] == [
        "Planned", "Done in time", "Done later", "Not done", "Cancelled", "Still ahead",
    ]  # fmt: skip


def test_a_list_that_was_cut_says_how_many_are_left() -> None:
    paper = written(samples.report("monthly", samples.many()))
    assert len(table(paper, "moves").rows) == 200
    assert table(paper, "moves").more == "4,800 more are not shown here."
    assert table(paper, "idle").more == "9,600 more are not shown here."


def test_scores_show_every_step() -> None:
    paper = written(samples.report("quarterly"), "zh-hans")
    steps = table(paper, "steps")
    assert [cell.words for cell in steps.rows[1]] == ["到位资金", "1.2亿元 ÷ 2亿元 × 30\n= 18", "18"]
    assert steps.total[-1].words == "92.5"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_older_report_that_lacks_parts_can_still_be_read(kind: str, language: str) -> None:
    for told in (
        {}, [], None, "figures",
        {"head": {"format": 99}, "lines": [{"key": "unknown"}], "teams": [{}], "stages": [{}]},
        {"lines": [{"key": "signed", "now": None}], "moves": {"n": 3, "rows": [{"day": "yesterday", "id": "x"}, 7]},
         "targets": [{"light": "blue"}], "league": [{"values": {"new": "many"}}], "trend": [{"code": "2026-13"}],
         "plan": {"by_team": [{"team": 7}], "rows": [{}]}, "scores": [{}], "scheme": {"zh": "甲"},
         "requests": {"rows": [{"step": "gone"}]}, "milestones": [{"kind": "moon_landing"}]},
    ):  # fmt: skip
        for links in (True, False):
            paper = written(samples.report(kind, told), language, links=links)
            assert paper.title
            assert paper.sections


@pytest.mark.parametrize("kind", ["lines", "teams", "stages", "targets", "missing", "trend", "head"])
def test_any_part_may_be_missing(kind: str) -> None:
    told: Any = samples.figures("quarterly")
    del told[kind]
    assert written(samples.report("quarterly", told)).sections


def test_figures_are_made_whole_and_nothing_else() -> None:
    full = samples.figures("quarterly")
    assert whole(full) == full
    assert whole({})["requests"]["overdue"] == 0
    assert whole({"missing": {"differs": 1}})["missing"]["differs"] is False
    assert amount_of("NaN") is None


def test_a_flow_that_does_not_add_up_has_its_table_and_no_picture() -> None:
    told = samples.figures()
    told["stages"][0]["columns"]["new"]["n"] += 1
    blocks = part(written(samples.report(told=told)), "stages").blocks
    assert not any(isinstance(block, Picture) for block in blocks)
    assert table(written(samples.report(told=told)), "stages").rows


def test_a_new_edition_says_why_and_what_it_changed() -> None:
    told = samples.figures()
    team = told["teams"][1]["id"]
    lead = {"name": "A plant", "day": "2026-11-18", "amount": "30000000.00", "currency": "USD"}
    changes = [
        {"path": "lines.signed.now.n", "before": 2, "after": 3},
        {"path": "lines.signed.now.cny", "before": "1230000000.00", "after": "1845000000.00"},
        {"path": "lines.signed.year.n", "before": 21, "after": 22},
        {"path": f"teams.{team}.signed.n", "before": 1, "after": 2},
        {"path": f"teams.{team}.reported", "before": False, "after": True},
        {"path": "stages.signed.closing.n", "before": 17, "after": 18},
        {"path": "moves.1.signed", "before": None, "after": lead},
        {"path": "moves.2.signed", "before": lead, "after": lead | {"day": "2026-11-17"}},
        {"path": "to_sign.3.", "before": lead, "after": None},
        {"path": "requests.overdue", "before": 0, "after": 1},
        {
            "path": f"targets.{told['targets'][0]['id']}.actual",
            "before": samples.name("4", "4"),
            "after": samples.name("5", "5"),
        },
        {"path": f"targets.{told['targets'][0]['id']}.percent", "before": 80, "after": 100},
        {"path": "scores.招商一组（新能源汽车）", "before": "90.5", "after": "92.5"},
        {"path": "missing.rateless", "before": [], "after": ["KRW"]},
        {"path": "unheard.of", "before": {}, "after": {}},
        "odd",
    ]
    told["scores"] = samples.figures("quarterly")["scores"]
    report = samples.report(told=told, edition=2, reason="An agreement came late\n", changes=changes)
    assert list(written(report).changes) == [
        "Reason: An agreement came late",
        "Signed: before 2, now 3",
        "Signed, agreed investment: before CNY 1.23 billion, now CNY 1.84 billion",
        "Signed, since 1 January: before 21, now 22",
        "Team 2 (advanced equipment), Signed: before 1, now 2",
        "Team 2 (advanced equipment): reported",
        "Signed, At the end: before 17, now 18",
        "Signed, landed, closed: “A plant” was added",
        "Signed, landed, closed: “A plant” before 18 Nov, USD 30 million, now 17 Nov, USD 30 million",
        "Expected signings: “A plant” was taken off",
        "Service requests, overdue: before 0, now 1",
        "Team 1 (new-energy vehicles) · 5 landed projects of CNY 1 billion or more, Reached: before 4, now 5",
        "Scores, Team 1 (new-energy vehicles): before 90.5, now 92.5",
        "What is missing, currencies without a rate: before —, now KRW",
        "unheard: changed",
    ]
    assert not any(re.search(r"[A-Za-z]{4,}", one) for one in written(report, "zh-hans").changes[1:6])
    assert written(report).facts[0] == "Edition 2"
    assert written(samples.report(changes=changes)).changes == []


def test_the_files_have_a_name_that_any_system_takes() -> None:
    told = samples.figures(team=samples.name('招商/四组:*?"<>|\n', "Team 4"))
    report = samples.report(told=told, edition=2)
    assert (
        written(report, "zh-hans").file_name
        == "招商工作周通报（2026年第47周）_广陵经济开发区招商服务中心_招商_四组_第2版"
    )
    assert (
        written(report).file_name
        == "Weekly_bulletin_week_47_of_2026_Guangling_Investment_Promotion_Centre_Team_4_edition_2"
    )


def test_a_week_across_the_year_is_that_of_its_iso_year() -> None:
    report = samples.report(first_day=datetime.date(2026, 12, 28), last_day=datetime.date(2027, 1, 3),
                            as_of=datetime.date(2027, 1, 3))  # fmt: skip
    assert written(report, "zh-hans").title == "招商工作周通报（2026年第53周）"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_is_drawn_as_a_part_of_a_page(language: str) -> None:
    with translation.override(language):
        paper = paper_of(samples.report("quarterly"), links=True)
        page = Template("{% load papers %}{% paper paper %}").render(Context({"paper": paper}))
    assert page.count("<section") >= len(paper.sections)
    assert page.count('class="chart-picture') >= 3
    assert "<h1>" in page
    assert 'style="' not in page


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_drawn_from_the_ledger_is_said_in_both_languages(centre: SimpleNamespace, kind: str) -> None:
    today = centre.zone.today()
    for place, stage in enumerate(("enquiry", "key_talks", "signed")):
        fields: dict[str, Any] = {"agreed_investment": Decimal(300_000_000), "agreement_number": "1"}
        fields = fields if stage == "signed" else {}
        fields |= {"team": centre.g4, "owner": centre.wang, "industry": centre.industry, "name": f"项目{place}"}
        make_lead(centre.chen, centre.zone, stage=stage, on=today, **fields)
    period = period_of(samples.KINDS[kind], today)
    for scope in (Scope(centre.zone), Scope(centre.zone, team=centre.g4)):
        report = preview(actor=centre.chen, scope=scope, kind=kind, period=period)
        english, chinese = (written(report, language, links=True) for language in ("en", "zh-hans"))
        assert "3 new leads, 1 signed with CNY 300 million" in english.summary
        assert "新增线索3条；签约项目1个，协议投资额3亿元" in chinese.summary
        assert [row[0].words for row in table(english, "moves").rows] == ["项目2"]
        assert table(english, "stages").total[-1].words == "3"
