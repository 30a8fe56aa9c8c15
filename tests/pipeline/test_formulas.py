"""The scoring forms of DOMAIN section 6: figures in, points and steps out; none divides by zero."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pipeline.selectors.formulas import (
    by_average,
    by_bonus,
    by_deduction,
    by_efficacy,
    by_penalty,
    by_ratio,
    by_relative,
    by_steps,
)

D = Decimal
FIGURES = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False)


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def test_a_share_of_the_goal_times_the_weight() -> None:
    found = by_ratio(D(3), D(5), D(20), None)
    assert found.points == D("12.00")
    assert found.steps == ("3 ÷ 5 = 60%", "60% × 20 = 12")


def test_a_share_beyond_the_goal_counts_up_to_its_cap() -> None:
    assert by_ratio(D(8), D(5), D(20), None).points == D(32)
    capped = by_ratio(D(8), D(5), D(20), D(120))
    assert capped.points == D(24)
    assert "capped at 120%" in capped.steps


def test_a_goal_of_nothing_is_reached_and_says_so() -> None:
    found = by_ratio(D(0), D(0), D(20), D(100))
    assert found.points == D(20)
    assert found.steps[0] == "The goal is 0: nothing was asked for, so the share is taken as 100%."


def test_two_shares_are_averaged() -> None:
    found = by_average([("Landed projects", D(5), D(10)), ("Agreed investment", D(30), D(20))], D(10), D(100))
    assert found.points == D("7.50")
    assert "(50% + 100%) ÷ 2 = 75%" in found.steps


def test_the_efficacy_coefficient_lies_between_60_and_100() -> None:
    others = [D(2), D(4), D(10)]
    assert by_efficacy(D(2), others, D(100)).points == D(60)
    assert by_efficacy(D(10), others, D(100)).points == D(100)
    middle = by_efficacy(D(4), others, D(50))
    assert middle.points == D(35)
    assert middle.steps[0] == "(4 − 2) ÷ (10 − 2) × 40 + 60 = 70"


def test_where_max_is_min_everybody_has_the_same_coefficient() -> None:
    same = by_efficacy(D(3), [D(3), D(3)], D(100))
    assert same.points == D(100)
    assert same.steps[0] == "Max and min are both 3: everybody has the coefficient 100."
    nothing = by_efficacy(D(0), [D(0), D(0)], D(100))
    assert nothing.points == D(60)
    assert nothing.steps[0].startswith("Max and min are both 0")


def test_fixed_bounds_hold_what_lies_beyond_them() -> None:
    assert by_efficacy(D(20), [], D(100), D(0), D(10)).points == D(100)
    assert by_efficacy(D(5), [D(99)], D(100), D(0), D(10)).points == D(80)


def test_the_best_has_all_points_and_the_others_their_share() -> None:
    assert by_relative(D(6), [D(6), D(3)], D(10)).points == D(10)
    assert by_relative(D(3), [D(6), D(3)], D(10)).points == D(5)
    nobody = by_relative(D(0), [D(0)], D(10))
    assert (nobody.points, nobody.steps) == (D(0), ("The best has 0: nobody gets points.",))


def test_the_highest_step_that_is_reached_counts() -> None:
    table = [(D(1), D(5)), (D(3), D(10)), (D(5), D(20))]
    assert [by_steps(D(value), table).points for value in (0, 1, 2, 3, 4, 5, 9)] == [0, 5, 5, 10, 10, 20, 20]
    assert by_steps(D(0), table).steps == ("0 is below the first step (1): 0",)


def test_each_missing_piece_costs_points_up_to_the_cap() -> None:
    assert by_penalty(D(3), D(5), D(2), None).points == D(-4)
    assert by_penalty(D(0), D(5), D(2), D(6)).points == D(-6)
    assert by_penalty(D(7), D(5), D(2), None).points == D(0)


def test_pieces_of_part_of_a_year_are_missing_only_when_they_are_due_in_full() -> None:
    assert by_penalty(D(0), D("1.23"), D(2), None).points == D(-2)
    assert by_penalty(D(0), D("0.9"), D(2), None).points == D(0)


def test_a_deduction_is_floored_at_nothing() -> None:
    assert by_deduction(D(4), D(5), D(3), D(10)).points == D(7)
    floored = by_deduction(D(0), D(5), D(3), D(10))
    assert (floored.points, floored.steps[-1]) == (D(0), "floored at 0")


def test_a_bonus_counts_each_project_in_its_highest_class_only() -> None:
    # 3 projects of a city list or higher, 1 of them provincial: 2 × 1 + 1 × 3
    found = by_bonus([("a city major project", 3, D(1)), ("a provincial major project", 1, D(3))], None)
    assert found.points == D(5)
    assert by_bonus([("a city major project", 3, D(1)), ("a provincial major project", 1, D(3))], D(4)).points == D(4)


@given(value=FIGURES, goal=FIGURES, others=st.lists(FIGURES, max_size=5))
def test_no_figures_divide_by_zero_and_points_stay_within_their_bounds(
    value: Decimal, goal: Decimal, others: list[Decimal]
) -> None:
    weight = D(20)
    assert 0 <= by_ratio(value, goal, weight, D(100)).points <= weight
    assert D(12) <= by_efficacy(value, others, weight).points <= weight
    assert 0 <= by_relative(value, others, weight).points <= weight
    assert 0 <= by_average([("a", value, goal), ("b", value, D(0))], weight, D(100)).points <= weight
