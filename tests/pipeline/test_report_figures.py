"""What a report tells: sections, zeros, who has not reported, what came late; and that the past comes out the same."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from investcrm.core.changes import give_positions
from pipeline.models import LedgerCheck, Report, TeamStatement
from pipeline.selectors.activity import ids, measure
from pipeline.selectors.activity_questions import read_activity
from pipeline.selectors.desk.lists import desk_rows
from pipeline.selectors.figures import answer, lead_ids
from pipeline.selectors.periods import MONTH, QUARTER, WEEK, YEAR, Period, period_of
from pipeline.selectors.questions import read_question
from pipeline.selectors.reports import shape
from pipeline.selectors.reports.building import build
from pipeline.selectors.reports.differences import differences
from pipeline.selectors.reports.lines import LINES
from pipeline.selectors.scopes import Scope
from pipeline.services.moves import correct_move, move_lead
from pipeline.services.scoring import add_score_item, create_scheme
from pipeline.services.targets import create_letter
from projects.services.funds import enter_funds, verify_funds
from projects.services.leads import delete_lead, update_lead
from projects.services.milestones import set_milestone
from tests.factories import log, make_lead, make_team
from tests.pipeline.desk_rows import answers_on, fill
from tests.projects.pages import signed_in
from visits.models import ServiceRequest
from visits.services.planning import plan_visit
from visits.services.request_steps import answer_request, settle_request

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
KINDS = {"weekly": WEEK, "monthly": MONTH, "quarterly": QUARTER, "yearly": YEAR}


def told(
    centre: SimpleNamespace,
    kind: str = "weekly",
    *,
    scope: Scope | None = None,
    period: Period | None = None,
    **asked: Any,
) -> dict[str, Any]:
    """A report as of today, as known now, unless said otherwise; as plain JSON."""
    today = centre.zone.today()
    options = {"as_of": today, "cutoff_at": timezone.now(), **asked}
    if "known" not in options:
        options["known"] = give_positions()
    found = build(scope or Scope(centre.zone), kind, period or period_of(KINDS[kind], today), **options)
    plain = json.loads(json.dumps(found))
    assert plain == found
    return cast(dict[str, Any], plain)


def line(report: dict[str, Any], key: str, when: str = "now") -> dict[str, Any]:
    return next(row for row in report["lines"] if row["key"] == key)[when]


def numbers_in(part: Any) -> Iterator[dict[str, Any]]:
    """Every number that says which list is behind it."""
    if isinstance(part, dict):
        if {"of", "q", "n"} <= set(part):
            yield part
        else:
            for one in part.values():
                yield from numbers_in(one)
    elif isinstance(part, list):
        for one in part:
            yield from numbers_in(one)


def state(
    centre: SimpleNamespace, team: Any, kind: str = "weekly", first: datetime.date | None = None
) -> TeamStatement:
    """The team's leader says that its entries are complete."""
    first = first or period_of(KINDS[kind], centre.zone.today()).first
    return TeamStatement.objects.create(
        zone=centre.zone, team=team, kind=kind, first_day=first, problems="用地指标不足", plans="下周赴苏州",
        created_by=centre.li,
    )  # fmt: skip


@pytest.fixture
def full(centre: SimpleNamespace) -> SimpleNamespace:
    """A centre with something in every part: funds verified, milestones, plans, targets, a scheme."""
    fill(centre)
    today = centre.zone.today()
    from_year = {"begins_on": today.replace(month=1, day=1), "ends_on": today.replace(month=12, day=31)}
    window = {"starts_on": from_year["begins_on"], "ends_on": from_year["ends_on"]}
    create_letter(
        actor=centre.chen, zone_id=centre.zone.pk, values={"team": centre.g4, "title": "责任状", **from_year},
        targets=[{"metric": "signed_count", "minimum": Decimal(5), **window}],
    )  # fmt: skip
    scheme = create_scheme(
        actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "考核办法", "valid_from": today + DAY}
    )
    add_score_item(
        actor=centre.chen, scheme_id=scheme.pk,
        values={"name_zh": "签约", "metric": "signed_count", "formula": "relative", "weight": Decimal(20)},
    )  # fmt: skip
    type(scheme).objects.filter(pk=scheme.pk).update(valid_from=window["starts_on"])
    set_milestone(actor=centre.chen, lead_id=centre.leads.landed.id, kind="registered", occurred_on=today)
    arrival = enter_funds(
        actor=centre.wang, lead_id=centre.leads.landed.id, kind="funds_in_place", amount=Decimal(10**6),
        value_on=today, evidence="回单",
    )  # fmt: skip
    verify_funds(actor=centre.chen, fund_id=arrival.id)
    log(centre.wang, centre.leads.fresh)
    for channel, ahead in (("visit", 0), ("visit", 7), ("reception", 35)):
        centre.plan, _new = plan_visit(
            actor=centre.wang, zone=centre.zone, lead=centre.leads.fresh, channel=channel,
            planned_on=today + DAY * ahead, expected_result="谈定用地", purpose="看厂房",
        )  # fmt: skip
    return centre


# --- what is in it


def test_a_week_tells_its_sections_and_no_others(full: SimpleNamespace) -> None:
    state(full, full.g4)
    report = told(full)
    assert set(report) == set(shape.ReportFigures.__annotations__)
    assert [row["key"] for row in report["lines"]] == list(LINES)
    assert report["head"]["zone"] == {"zh": full.zone.name_zh, "en": full.zone.name_en}
    assert report["head"]["team"] is None
    assert (line(report, "signed")["n"], line(report, "signed")["cny"]) == (1, "300000000.00")
    assert (line(report, "increased")["n"], line(report, "increased")["cny"]) == (1, "100000000.00")
    assert (line(report, "funds")["n"], line(report, "funds")["cny"]) == (1, "1000000.00")
    assert (line(report, "visits")["n"], line(report, "visits")["people"], line(report, "visits")["companies"]) == (
        1,
        1,
        1,
    )
    assert (line(report, "calls")["n"], line(report, "milestones")["n"], line(report, "requests")["n"]) == (1, 1, 1)
    signed = report["moves"]["rows"][0]
    assert (report["moves"]["n"], signed["what"], signed["name"], signed["amount"]) == (
        1,
        "signed",
        "已签约项目",
        "300000000.00",
    )
    assert [row["lead"] for row in report["milestones"]] == ["已落地项目"]
    assert [report["requests"][name] for name in ("raised", "answered", "open", "overdue")] == [1, 0, 1, 1]
    assert report["requests"]["rows"][0]["title"] == "用电增容"
    assert report["requests"]["rows"][0]["is_overdue"]
    assert {name: report[name]["n"] for name in ("yellow", "red")} == {"yellow": 1, "red": 1}
    assert (report["red"]["rows"][0]["name"], report["red"]["rows"][0]["days"]) == ("美元项目", 120)
    assert (report["red"]["rows"][0]["currency"], report["red"]["rows"][0]["cny"]) == ("USD", "213000000.00")
    assert (report["plan"]["planned"], report["plan"]["next_n"]) == (2, 1)
    assert (report["plan"]["rows"][0]["with_whom"], report["plan"]["rows"][0]["expected"]) == ("新线索", "谈定用地")
    assert {row["name"]["en"] for row in report["league"]} == {"Team G1", "Team G4"}
    # what only months and quarters tell
    assert [report[name] for name in ("targets", "scores", "trend", "scheme")] == [[], [], [], None]
    assert report["key_leads"] == report["to_sign"] == {"n": 0, "rows": []}


def test_a_month_adds_targets_key_leads_and_what_is_to_be_signed(full: SimpleNamespace) -> None:
    today = full.zone.today()
    coming = period_of(MONTH, today).after()
    update_lead(actor=full.chen, lead_id=full.leads.soon.id, changes={"expected_signing_on": coming.first})
    report = told(full, "monthly")
    assert [(row["name"], row["day"]) for row in report["to_sign"]["rows"] if row["name"] == "即将签约"] == [
        ("即将签约", coming.first.isoformat())
    ]
    assert report["to_sign"]["n"] == len(report["to_sign"]["rows"])
    assert {row["name"] for row in report["key_leads"]["rows"]} == {"美元项目", "拟签约项目", "即将签约", "稍后签约"}
    dollars = next(row for row in report["key_leads"]["rows"] if row["name"] == "美元项目")
    assert (dollars["stage"]["en"], dollars["days"], dollars["team"]["en"]) == ("Key talks", 120, "Team G4")
    target = report["targets"][0]
    assert (target["team"]["en"], target["percent"]) == ("Team G4", 20 * line(report, "signed", "year")["n"])
    assert target["words"]["zh"] != target["words"]["en"]
    assert target["window"] == {"zh": f"{today.year}年", "en": str(today.year)}
    assert len(report["trend"]) == 12
    assert (report["trend"][-1]["code"], report["trend"][-1]["signed"]) == (f"{today:%Y-%m}", 1)
    assert report["scores"] == []
    assert {row["name"]["en"]: row["planned"] for row in report["plan"]["by_team"]}["Team G4"] == report["plan"][
        "planned"
    ]


@pytest.mark.parametrize("kind", ["quarterly", "yearly"])
def test_quarters_and_years_add_scores_with_their_steps_in_both_languages(full: SimpleNamespace, kind: str) -> None:
    report = told(full, kind)
    assert report["scheme"] == {"zh": "考核办法", "en": ""}
    assert [(row["name"]["en"], row["rank"]) for row in report["scores"]] == [("Team G4", 1), ("Team G1", 2)]
    step = report["scores"][0]["steps"][0]
    assert (step["name"]["zh"], step["points"]) == ("签约", "20.00")
    assert "the best" in step["words"]["en"]
    assert "the best" not in step["words"]["zh"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whose", ["zone", "g4"])
def test_each_number_is_that_of_its_list(full: SimpleNamespace, kind: str, whose: str) -> None:
    scope = Scope(full.zone, team=full.g4) if whose == "g4" else Scope(full.zone)
    found = [one for one in numbers_in(told(full, kind, scope=scope)) if one["q"]]
    assert len(found) > 80
    for one in {one["q"]: one for one in found}.values():
        query = QueryDict(one["q"])
        if one["of"] == "activity":
            asked = read_activity(full.chen, query)
            assert one["n"] == measure(asked).count == len(ids(asked)), one
            continue
        question = read_question(full.chen, query)
        counted = answer(question)
        # what left a stage is taken off in the flow
        assert one["n"] in (counted.count, -counted.count), one
        if question.what != "flow":
            assert abs(one["n"]) == len(lead_ids(question)), one


def test_the_pages_of_requests_and_of_visits_to_come_say_the_number_and_name_the_rows(full: SimpleNamespace) -> None:
    report = told(full)
    client = signed_in(full.chen)
    for query, n, name in (
        (line(report, "requests")["q"], 1, "用电增容"), (report["plan"]["next_q"], report["plan"]["next_n"], "新线索"),
    ):  # fmt: skip
        url = f"{reverse('pipeline:activity')}?{query}"
        assert answers_on(client, url)["count"] == str(n)
        assert name in client.get(url).content.decode()
        assert client.get(f"{url}&by=team").status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_the_flow_of_the_stages_balances_and_teams_make_the_whole(full: SimpleNamespace, kind: str) -> None:
    report = told(full, kind)
    for row in report["stages"]:
        columns = {name: one["n"] for name, one in row["columns"].items()}
        assert sum(columns.values()) - columns["closing"] == columns["closing"], row["code"]
    total = report["stages"][-1]["columns"]
    assert report["stages"][-1]["code"] == ""
    assert total["closing"]["n"] == sum(row["columns"]["closing"]["n"] for row in report["stages"][:-1]) > 0
    for key in LINES:
        assert sum(team["numbers"][key]["n"] for team in report["teams"]) == line(report, key)["n"], key
    assert report["moves"]["n"] == sum(line(report, key)["n"] for key in ("signed", "landed", "closed"))


# --- zeros, and what is missing


def test_a_period_without_anything_prints_zeros(centre: SimpleNamespace) -> None:
    for kind in KINDS:
        report = told(centre, kind)
        assert {one["n"] for one in numbers_in(report)} == {0}
        assert [row["key"] for row in report["lines"]] == list(LINES)
        assert [team["name"]["en"] for team in report["teams"]] == ["Team G1", "Team G4"]
        assert all(set(team["numbers"]) == set(LINES) for team in report["teams"])
        assert len(report["plan"]["by_team"]) == len(report["league"]) == 2
        assert report["missing"]["teams"] == [{"zh": "招商G1组", "en": "Team G1"}, {"zh": "招商G4组", "en": "Team G4"}]


def test_teams_without_a_statement_are_named(centre: SimpleNamespace) -> None:
    state(centre, centre.g4)
    state(centre, centre.g1, "monthly")
    report = told(centre)
    assert [name["en"] for name in report["missing"]["teams"]] == ["Team G1"]
    four = next(row for row in report["teams"] if row["name"]["en"] == "Team G4")
    assert (four["reported_by"], four["problems"], four["plans"]) == ("Li", "用地指标不足", "下周赴苏州")
    assert four["reported_at"]
    own = told(centre, scope=Scope(centre.zone, team=centre.g4))
    assert own["missing"]["teams"] == []
    assert [row["name"]["en"] for row in own["teams"]] == ["Team G4"]


def test_a_team_dissolved_within_the_period_is_there_and_says_so(centre: SimpleNamespace) -> None:
    week = period_of(WEEK, centre.zone.today()).before()
    gone = make_team(centre.zone, "G7", starts_on=week.first - 90 * DAY, dissolved_on=week.first + 3 * DAY)
    make_team(centre.zone, "G8", dissolved_on=week.first)
    make_team(centre.zone, "G9", starts_on=week.last + DAY)
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="enquiry", on=week.first)
    report = told(centre, period=week)
    assert [row["name"]["en"] for row in report["teams"]] == ["Team G1", "Team G4", "Team G7"]
    assert [row["dissolved_on"] for row in report["teams"]] == ["", "", (week.first + 2 * DAY).isoformat()]
    own = told(centre, scope=Scope(centre.zone, team=gone), period=week)
    assert own["head"]["dissolved_on"] == (week.first + 2 * DAY).isoformat()
    assert own["head"]["team"]["en"] == "Team G7"


def test_what_has_no_amount_no_day_or_no_rate_is_named(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    make_lead(centre.chen, centre.zone, name="无金额", stage="signed", on=today, agreement_number="1")
    make_lead(centre.chen, centre.zone, name="日元", currency="JPY", total_investment=Decimal(10**9))
    make_lead(centre.chen, centre.zone, name="不知何时", stage="in_talks")
    report = told(centre)
    missing = report["missing"]
    assert (missing["without_amount"]["n"], [row["name"] for row in missing["without_amount"]["rows"]]) == (
        1,
        ["无金额"],
    )
    assert report["moves"]["rows"][0]["amount"] == ""
    assert (missing["undated"], missing["rateless"]) == (1, ["JPY"])
    assert (line(report, "new")["rateless"], line(report, "signed")["without"]) == (1, 1)


def test_a_recount_that_found_a_difference_is_told_until_the_next(centre: SimpleNamespace) -> None:
    now = timezone.now()
    check = LedgerCheck.objects.create(
        zone=centre.zone, checked_on=centre.zone.today(), leads=1, difference_count=1, finished_at=now - DAY
    )
    assert told(centre)["missing"]["differs"]
    assert not told(centre, cutoff_at=now - 2 * DAY)["missing"]["differs"]
    LedgerCheck.objects.filter(pk=check.pk).update(difference_count=0)
    assert not told(centre)["missing"]["differs"]


def saved(centre: SimpleNamespace, figures: dict[str, Any], period: Period, **fields: Any) -> Report:
    """A report as it was drafted."""
    day = period.last
    return Report.objects.create(
        zone=centre.zone, kind="weekly", first_day=period.first, last_day=day, as_of=day, figures=figures,
        known=figures["head"]["known"], cutoff_at=timezone.now() - DAY, made_at=timezone.now() - DAY, **fields,
    )  # fmt: skip


def test_what_came_late_into_the_period_before_is_named(centre: SimpleNamespace) -> None:
    week = period_of(WEEK, centre.zone.today())
    before = week.before()
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="enquiry", on=before.first)
    report = saved(centre, told(centre, period=before), before)
    known = give_positions()
    assert told(centre)["missing"]["late"] == []
    make_lead(
        centre.chen, centre.zone, team=centre.g4, stage="enquiry", on=before.first, total_investment=Decimal(10**8)
    )
    assert told(centre)["missing"]["late"] == [
        {"key": "new", "reported": 1, "reported_cny": "0.00", "now": 2, "now_cny": "100000000.00"}
    ]
    assert told(centre, known=known)["missing"]["late"] == []
    # a later edition said what is so now; a draft after it does not take its place
    saved(centre, told(centre, period=before), before, edition=2, status="released", released_at=timezone.now() - DAY)
    assert told(centre)["missing"]["late"] == []
    saved(centre, report.figures, before, edition=3)
    assert told(centre)["missing"]["late"] == []


def test_another_zones_rows_and_other_teams_rows_are_not_counted(full: SimpleNamespace) -> None:
    other = told(full, scope=Scope(full.other_zone))
    assert {one["n"] for one in numbers_in(other)} == {0}
    assert [other[name]["n"] for name in ("moves", "yellow", "red", "silent")] == [0, 0, 0, 0]
    own = told(full, "monthly", scope=Scope(full.zone, team=full.g1))
    shown = {
        row["team"]["en"] for name in ("moves", "yellow", "red", "silent", "key_leads") for row in own[name]["rows"]
    }
    assert shown <= {"Team G1"}
    assert own["targets"] == []
    assert own["requests"]["open"] == 0


def test_a_report_cut_off_after_its_period_tells_of_the_period_alone(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    month = period_of(MONTH, today).before()
    lead = make_lead(centre.chen, centre.zone, stage="in_talks", on=month.first, team=centre.g4)
    move_lead(
        actor=centre.chen, lead_id=lead.id, to_stage="signed", occurred_on=month.last + DAY,
        fields={"agreed_investment": Decimal(10**8), "agreement_number": "1", "industry": centre.industry},
    )  # fmt: skip
    report = told(centre, "monthly", period=month)
    assert report["head"]["as_of"] == month.last.isoformat()
    assert line(report, "signed")["n"] == 0
    assert report["stages"][-1]["columns"]["closing"]["n"] == 1
    assert told(centre, "monthly")["moves"]["n"] == 1


# --- time travel


def much_later(full: SimpleNamespace) -> None:
    """What is recorded afterwards, much of it for days of the report."""
    today, leads = full.zone.today(), full.leads
    make_lead(full.chen, full.zone, name="补录", stage="in_talks", on=today, team=full.g4)
    entry = leads.signed.entries.filter(kind="moved").latest("seq")
    correct_move(actor=full.chen, lead_id=leads.signed.id, entry_id=entry.id, note="签早了")
    update_lead(
        actor=full.chen, lead_id=leads.dollars.id,
        changes={"team": full.g1, "owner": full.zhao, "name": "改名", "currency": "CNY"},
    )  # fmt: skip
    update_lead(actor=full.chen, lead_id=leads.soon.id, changes={"expected_signing_on": today + 400 * DAY})
    delete_lead(actor=full.chen, lead_id=leads.overdue.id)
    log(full.chen, leads.dollars, "visit", summary="后来又谈")
    log(full.wang, leads.fresh, "visit", done_planned_visits=[full.plan.pk])
    set_milestone(actor=full.chen, lead_id=leads.landed.id, kind="registered", occurred_on=None)
    request = ServiceRequest.objects.get()
    answer_request(actor=full.wang, request_id=request.pk, answer="下周送电")
    settle_request(actor=full.wang, request_id=request.pk, settlement="已送电")
    state(full, full.g4, "monthly")
    state(full, full.g1, "monthly")


@pytest.mark.parametrize("kind", KINDS)
def test_the_past_comes_out_as_it_did(full: SimpleNamespace, kind: str) -> None:
    state(full, full.g4, kind)
    cutoff = timezone.now()
    scopes = [Scope(full.zone), Scope(full.zone, team=full.g4)]
    then = [told(full, kind, scope=scope, cutoff_at=cutoff) for scope in scopes]
    known = then[0]["head"]["known"]
    much_later(full)
    assert [told(full, kind, scope=scope, known=known, cutoff_at=cutoff) for scope in scopes] == then
    now = told(full, kind, cutoff_at=cutoff)
    assert now != then[0]
    changed = {one["path"]: (one["before"], one["after"]) for one in differences(then[0], now)}
    signed = line(then[0], "signed")["n"]
    assert changed["lines.signed.now.n"] == (signed, signed - 1)
    assert changed["lines.milestones.now.n"] == (1, 0)
    assert changed["requests.settled"] == (0, 1)
    assert changed[f"moves.{full.leads.signed.pk}.signed"][1] is None
    assert changed[f"milestones.{full.leads.landed.pk}.registered"][1] is None
    assert differences(now, now) == []
    if kind == "monthly":
        assert changed[f"key_leads.{full.leads.dollars.pk}."][1]["name"] == "改名"
        assert changed[f"teams.{full.g1.pk}.reported"] == (False, True)


def test_an_earlier_day_of_the_same_position_tells_what_had_happened_by_then(full: SimpleNamespace) -> None:
    today = full.zone.today()
    month = Period("dates", today - 20 * DAY, today)
    known = give_positions()
    yesterday = told(full, "monthly", period=month, as_of=today - DAY, known=known)
    assert line(yesterday, "signed")["n"] == line(yesterday, "milestones")["n"] == 0
    assert line(told(full, "monthly", period=month, known=known), "signed")["n"] == 1
    assert yesterday["head"]["as_of"] == (today - DAY).isoformat()


def test_it_is_the_same_in_every_language_of_whoever_asks(full: SimpleNamespace) -> None:
    known, cutoff = give_positions(), timezone.now()
    with translation.override("zh-hans"):
        chinese = told(full, "quarterly", known=known, cutoff_at=cutoff)
    with translation.override("en"):
        assert told(full, "quarterly", known=known, cutoff_at=cutoff) == chinese


# --- cost


@pytest.mark.parametrize("kind", KINDS)
def test_queries_grow_neither_with_leads_nor_with_teams(full: SimpleNamespace, kind: str) -> None:
    known = give_positions()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            told(full, kind, known=known)
        return len(captured)

    few = queries()
    today = full.zone.today()
    for number in range(4):
        team = make_team(full.zone, f"T{number}")
        for turn in range(7):
            lead = make_lead(full.chen, full.zone, team=team, stage="key_talks", on=today - 100 * DAY, name=f"{turn}")
            log(full.chen, lead, "visit")
        state(full, team, kind)
    known = give_positions()
    assert queries() == few


def test_lists_are_cut_and_say_how_many_there_are(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.selectors.reports.lead_lists.MOST_ROWS", 2)
    for number in range(4):
        make_lead(
            centre.chen, centre.zone, name=f"{number}", stage="key_talks",
            on=centre.zone.today() - (100 + number) * DAY,
        )  # fmt: skip
    report = told(centre, "monthly")
    assert (report["red"]["n"], [row["name"] for row in report["red"]["rows"]]) == (4, ["3", "2"])
    assert (report["key_leads"]["n"], len(report["key_leads"]["rows"])) == (4, 2)


def test_lights_and_silence_are_those_of_the_desk(full: SimpleNamespace) -> None:
    report = told(full)
    from_desk = {name: set(rows(full, name)) for name in ("yellow", "red", "silent")}
    for name, expected in from_desk.items():
        assert {row["id"] for row in report[name]["rows"]} == expected, name
    assert from_desk["red"]


def rows(centre: SimpleNamespace, name: str) -> list[str]:
    """The leads of the desk's list."""
    found = desk_rows(centre.chen, Scope(centre.zone), name)
    return [str(pk) for pk in found.values_list("pk", flat=True)]
