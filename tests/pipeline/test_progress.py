"""How far targets are: actual, pace, light, parts that roll up, what is carried over, what nearly counts."""

import datetime
import itertools
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investcrm.core.models import ExchangeRate
from pipeline.models import Target, TargetLetter
from pipeline.selectors.counting import Counted
from pipeline.selectors.near import counting_rows, nearly_counting
from pipeline.selectors.pieces import carried_into, pieces_between, pieces_of, share_up_to
from pipeline.selectors.rule_words import overrides
from pipeline.selectors.targets import (
    Progress,
    ask_of,
    for_progress,
    letters_progress,
    pace_of,
    progress_of,
)
from pipeline.services.targets import create_letter, update_target
from pipeline.services.tiers import add_tier_item, apply_tier, create_tier
from projects.models import Lead
from tests.factories import make_industry, make_lead

FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
DAY = datetime.timedelta(days=1)
BILLION = Decimal(1_000_000_000)


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def letter_of(centre: SimpleNamespace, *targets: dict[str, Any], **changes: Any) -> TargetLetter:
    """A letter of 2025, of team G4 unless said otherwise."""
    values = {"team": centre.g4, "title": "责任状", "begins_on": FIRST, "ends_on": LAST, **changes}
    rows = [{"starts_on": FIRST, "ends_on": LAST, **target} for target in targets]
    return create_letter(actor=centre.chen, zone_id=centre.zone.pk, values=values, targets=rows, confirm_overlap=True)


def progress(target: Target, as_of: datetime.date = LAST) -> Progress:
    """The progress of one target."""
    row = for_progress(Target.objects.filter(pk=target.pk)).get()
    return progress_of([row], as_of=as_of)[row.pk]


def landed(centre: SimpleNamespace, on: datetime.date | None, **fields: Any) -> Lead:
    """A lead of team G4 that landed on the day."""
    return make_lead(centre.chen, centre.zone, stage="landed", on=on, **{"team": centre.g4, **fields})


LARGE: dict[str, Any] = {
    "metric": "landed_count", "minimum": Decimal(5), "total_investment_cny": BILLION,
    "total_investment_usd": Decimal(100_000_000),
}  # fmt: skip


def test_five_landed_projects_of_a_billion_and_a_provincial_one_in_the_year(centre: SimpleNamespace) -> None:
    letter = letter_of(centre, LARGE, {"metric": "listed_count", "listing": "province", "minimum": Decimal(1)})
    for number in range(5):
        landed(
            centre, datetime.date(2025, 2 + number, 10), name=f"大项目{number}", total_investment=BILLION + number,
            listing="province" if number == 4 else "none",
        )  # fmt: skip
    landed(centre, datetime.date(2025, 3, 1), name="小项目", total_investment=BILLION - 1)
    landed(centre, datetime.date(2026, 1, 1), name="明年的项目", total_investment=BILLION)
    landed(centre, datetime.date(2025, 3, 1), name="别组的项目", total_investment=BILLION, team=centre.g1)
    large, major = (progress(one) for one in letter.targets.order_by("position"))
    assert (large.actual, large.state, large.light) == (Decimal(5), "done", "green")
    assert (major.actual, major.state) == (Decimal(1), "done")


def test_within_three_months_one_project_of_twenty_million_registered_capital(centre: SimpleNamespace) -> None:
    march = datetime.date(2025, 3, 31)
    letter = letter_of(
        centre,
        {"metric": "landed_count", "minimum": Decimal(1), "registered_capital_cny": Decimal(20_000_000),
         "registered_capital_usd": Decimal(3_000_000), "ends_on": march},
    )  # fmt: skip
    target = letter.targets.get()
    landed(centre, march + DAY, name="晚了一天", registered_capital=Decimal(20_000_000))
    assert progress(target).state == "missed"
    landed(centre, march, registered_capital=Decimal(20_000_000))
    assert (progress(target).actual, progress(target).state) == (Decimal(1), "done")


def test_a_size_is_a_pair_and_another_currency_goes_by_dollars(centre: SimpleNamespace) -> None:
    for currency, cny in (("USD", "7"), ("EUR", "8.4")):
        ExchangeRate.objects.create(currency=currency, valid_from=datetime.date(2020, 1, 1), cny=Decimal(cny))
    target = letter_of(centre, LARGE).targets.get()
    day = datetime.date(2025, 5, 1)
    # 100 million USD is 700 million CNY only, and counts; 80 million EUR are 96 million USD, 84 million EUR 100.8
    landed(centre, day, name="美元", currency="USD", total_investment=Decimal(100_000_000))
    landed(centre, day, name="美元少", currency="USD", total_investment=Decimal(99_999_999))
    landed(centre, day, name="欧元少", currency="EUR", total_investment=Decimal(80_000_000))
    landed(centre, day, name="欧元", currency="EUR", total_investment=Decimal(84_000_000))
    assert progress(target).actual == Decimal(2)


def test_an_industry_counts_with_its_branches(centre: SimpleNamespace) -> None:
    branch = make_industry(centre.zone, "gears", name_zh="齿轮", parent=centre.industry)
    other = make_industry(centre.zone, "food", name_zh="食品")
    target = letter_of(
        centre, {"metric": "landed_count", "minimum": Decimal(5), "industry": centre.industry}
    ).targets.get()
    for number, industry in enumerate((centre.industry, branch, other, None)):
        landed(centre, datetime.date(2025, 5, 1), name=f"项目{number}", industry=industry)
    assert progress(target).actual == Decimal(2)


def test_pace_is_the_share_of_days_that_have_passed() -> None:
    assert pace_of(FIRST, LAST, FIRST - DAY) == 0
    assert pace_of(FIRST, LAST, FIRST) == Decimal(1) / 365
    assert pace_of(FIRST, LAST, LAST) == pace_of(FIRST, LAST, LAST + DAY) == 1
    assert pace_of(FIRST, FIRST, FIRST) == 1


@pytest.mark.parametrize(
    ("actual", "as_of", "light"),
    [
        # on day 146 of 365, 40% of the time has passed
        (40, 146, "green"),
        (31, 146, "green"),
        (30, 146, "yellow"),
        (10, 146, "yellow"),
        (9, 146, "red"),
        (100, 146, "green"),
        (99, 365, "red"),  # the window is over
        (0, 0, "green"),  # not begun
    ],
)
def test_behind_by_ten_points_is_yellow_and_by_more_than_thirty_red(
    centre: SimpleNamespace, actual: int, as_of: int, light: str
) -> None:
    target = letter_of(centre, {"metric": "new_leads", "minimum": Decimal(100)}).targets.get()
    row = for_progress(Target.objects.filter(pk=target.pk)).get()
    day = FIRST + (as_of - 1) * DAY
    assert Progress(row, day, Decimal(actual), Counted(Decimal(actual))).light == light


def test_what_landed_on_an_unknown_day_counts_in_no_window_and_is_named(centre: SimpleNamespace) -> None:
    target = letter_of(centre, LARGE).targets.get()
    landed(centre, None, name="老项目", total_investment=BILLION)
    found = progress(target)
    assert found.actual == 0
    near = nearly_counting(ask_of(found.target, LAST), centre.chen)
    assert [(one.title, one.missing) for one in near] == [("老项目", ("landed on an unknown day",))]


def test_what_nearly_counts_says_what_is_missing(centre: SimpleNamespace) -> None:
    target = letter_of(centre, LARGE).targets.get()
    landed(centre, datetime.date(2025, 5, 1), name="差一点", total_investment=Decimal(800_000_000))
    landed(centre, datetime.date(2025, 5, 1), name="未知")
    make_lead(
        centre.chen, centre.zone, team=centre.g4, name="已签约", stage="signed", on=datetime.date(2025, 6, 1),
        total_investment=BILLION,
    )  # fmt: skip
    make_lead(centre.chen, centre.zone, team=centre.g4, name="太小又没签", total_investment=Decimal(1))
    near = {one.title: one.missing for one in nearly_counting(ask_of(progress(target).target, LAST), centre.chen)}
    assert near == {
        "差一点": ("total investment: CNY 800 million of CNY 1 billion",),
        "未知": ("total investment is not known",),
        "已签约": ("not landed yet: Signed",),
    }


def test_who_does_not_see_a_lead_is_told_how_many_more_count(centre: SimpleNamespace) -> None:
    target = letter_of(centre, {"metric": "landed_count", "minimum": Decimal(2)}, team=None).targets.get()
    landed(centre, datetime.date(2025, 5, 1), name="本组")
    landed(centre, datetime.date(2025, 5, 2), name="别组", team=centre.g1)
    ask = ask_of(progress(target).target, LAST)
    seen = counting_rows(ask, centre.wang)
    assert ([one.title for one in seen.rows], seen.total, seen.hidden) == (["本组"], 2, 1)
    everything = counting_rows(ask, centre.chen)
    assert ([one.title for one in everything.rows], everything.total, everything.hidden) == (["别组", "本组"], 2, 0)


def parts_of(centre: SimpleNamespace, whole: Target, *minimums: int) -> list[Target]:
    """A part of the centre's target for each team."""
    teams = [centre.g1, centre.g4]
    rule = {"metric": whole.metric, "parent": whole}
    return [
        letter_of(centre, {**rule, "minimum": Decimal(number)}, team=team, parent=whole.letter).targets.get()
        for number, team in zip(minimums, teams, strict=False)
    ]


def test_a_parent_is_the_sum_of_its_parts_and_says_where_it_differs(centre: SimpleNamespace) -> None:
    whole = letter_of(centre, {"metric": "landed_count", "minimum": Decimal(6)}, team=None).targets.get()
    parts_of(centre, whole, 3, 3)
    landed(centre, datetime.date(2025, 5, 1), name="一")
    landed(centre, datetime.date(2025, 5, 1), name="二", team=centre.g1)
    found = progress(whole)
    assert (found.rolls_up, found.actual, found.own.value, found.differs) == (True, 2, 2, False)
    landed(centre, datetime.date(2025, 5, 1), name="无组", team=None)
    found = progress(whole)
    assert (found.actual, found.own.value, found.differs, found.url) == (2, 3, True, "")


def test_parts_that_could_count_the_same_twice_are_not_added(centre: SimpleNamespace) -> None:
    whole = letter_of(centre, {"metric": "landed_count", "minimum": Decimal(6)}, team=None).targets.get()
    parts_of(centre, whole, 3, 3)
    letter_of(
        centre, {"metric": "landed_count", "minimum": Decimal(1), "parent": whole}, parent=whole.letter,
        title="补充",
    )  # fmt: skip
    landed(centre, datetime.date(2025, 5, 1))
    found = progress(whole)
    assert (found.rolls_up, found.actual) == (False, 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_roll_up_is_the_sum_of_the_parts_whatever_landed_where(centre: SimpleNamespace, data: Any) -> None:
    with transaction.atomic():
        whole = letter_of(centre, {"metric": "landed_count", "minimum": Decimal(6)}, team=None).targets.get()
        parts_of(centre, whole, 3, 3)
        days = st.none() | st.dates(datetime.date(2024, 12, 1), datetime.date(2026, 1, 31))
        for number in range(data.draw(st.integers(0, 5))):
            team = data.draw(st.sampled_from([centre.g1, centre.g4]))
            landed(centre, data.draw(days), name=f"项目{number}", team=team)
        as_of = data.draw(st.dates(FIRST, datetime.date(2026, 2, 1)))
        found = progress(whole, as_of)
        assert found.actual == sum(part.actual for part in found.parts) == found.own.value
        assert sum(piece.actual for piece in pieces_of(found, "month")) == found.actual
        transaction.set_rollback(True)


@given(
    minimum=st.decimals(min_value="0.01", max_value=10**9, places=2),
    days=st.integers(1, 800),
    by=st.sampled_from(["week", "month", "quarter"]),
)
def test_the_shares_of_all_pieces_are_the_minimum(minimum: Decimal, days: int, by: str) -> None:
    last = FIRST + (days - 1) * DAY
    target = Target(metric="agreed_investment", minimum=minimum, starts_on=FIRST, ends_on=last)
    cut = pieces_between(FIRST, last, by)
    assert (cut[0][0], cut[-1][1]) == (FIRST, last)
    assert all(second[0] - first[1] == DAY for first, second in itertools.pairwise(cut))
    shares = [share_up_to(target, end) - share_up_to(target, begin - DAY) for begin, end in cut]
    assert sum(shares) == minimum


def test_what_a_month_missed_is_carried_to_the_next(centre: SimpleNamespace) -> None:
    target = letter_of(
        centre, {"metric": "landed_count", "minimum": Decimal(9), "ends_on": datetime.date(2025, 3, 31)}
    ).targets.get()
    landed(centre, datetime.date(2025, 1, 5))
    for number in range(4):
        landed(centre, datetime.date(2025, 2, 5), name=f"二月{number}")
    found = progress(target, datetime.date(2025, 2, 28))
    january, february, march = pieces_of(found, "month")
    assert (january.share, january.carried_in, january.actual, january.carried_on) == (
        3, 0, 1, 2,
    )  # fmt: skip
    # Shares of 3.1 and 2.8 projects: nobody can be told to land a part of one.
    assert (february.share, february.carried_in, february.due) == (3, 2, 5)
    assert (february.actual, february.carried_on) == (4, 1)
    assert (march.is_begun, march.share + january.share + february.share) == (False, 9)


def test_a_target_that_differs_from_its_tier_says_so(centre: SimpleNamespace) -> None:
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档"})
    add_tier_item(actor=centre.chen, tier_id=tier.pk, values={"metric": "landed_count", "minimum": Decimal(5)})
    letter = letter_of(centre)
    (target,) = apply_tier(actor=centre.chen, letter_id=letter.pk, tier_id=tier.pk)
    assert overrides(target) == []
    update_target(actor=centre.chen, target_id=target.pk, changes={"minimum": Decimal(3), "origin": "foreign"})
    target.refresh_from_db()
    assert overrides(target) == ["the tier says 5, here 3", "other than the tier: Origin of capital"]


def test_a_page_of_letters_costs_the_same_for_3_and_30(centre: SimpleNamespace) -> None:
    def cost(number: int) -> int:
        letters = [letter_of(centre, LARGE, team=team) for team in (centre.g1, centre.g4) * (number // 2)]
        rows = list(TargetLetter.objects.filter(pk__in=[one.pk for one in letters]).select_related("zone", "team"))
        with CaptureQueriesContext(connection) as queries:
            letters_progress(rows, as_of=LAST)
        return len(queries)

    assert cost(4) == cost(30)


@pytest.mark.parametrize("by", ["week", "month", "quarter"])
def test_what_is_carried_into_a_piece_is_the_same_of_one_target_and_of_many(centre: SimpleNamespace, by: str) -> None:
    letter = letter_of(
        centre, LARGE, {"metric": "signed_count", "minimum": Decimal(7)},
        {"metric": "plan_kept", "minimum": Decimal(80)}, {"metric": "visits", "minimum": Decimal(30)},
    )  # fmt: skip
    for month in (1, 2, 2, 5):
        landed(centre, datetime.date(2025, month, 10), total_investment=BILLION)
    for day in (datetime.date(2025, 1, 1), datetime.date(2025, 5, 20), LAST):
        found = progress_of(list(for_progress(letter.targets.all())), as_of=day)
        carried = carried_into(list(found.values()), day, by)
        for one in found.values():
            piece = next(piece for piece in pieces_of(one, by) if piece.first <= day <= piece.last)
            if one.target.is_additive:
                assert carried.get(one.target.pk, Decimal(0)) == piece.carried_in
            else:
                assert one.target.pk not in carried
