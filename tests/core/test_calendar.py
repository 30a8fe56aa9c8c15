"""Working days in China, with make-up days and overrides; days as typed and their bounds."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from investcrm.core.calendar import (
    add_working_days,
    is_holiday,
    is_working_day,
    next_working_day,
    today,
    week_start,
)
from investcrm.core.dates import MIN_DAY, check_day, parse_day

D = dt.date


def test_make_up_days_are_worked_and_days_in_lieu_are_not():
    assert is_working_day(D(2026, 2, 14))  # a Saturday worked for the Spring Festival
    assert is_working_day(D(2026, 10, 10))
    assert not is_working_day(D(2026, 2, 20))
    assert not is_working_day(D(2026, 2, 21))
    assert not is_working_day(D(2026, 10, 1))
    assert is_working_day(D(2026, 3, 5))
    assert is_holiday(D(2026, 10, 1))
    assert not is_holiday(D(2026, 3, 7))


def test_a_centre_can_override_the_calendar():
    closed = {D(2026, 3, 5): False, D(2026, 3, 7): True}
    assert not is_working_day(D(2026, 3, 5), overrides=closed)
    assert is_working_day(D(2026, 3, 7), overrides=closed)
    assert next_working_day(D(2026, 3, 5), overrides=closed) == D(2026, 3, 6)


def test_the_weekly_sheet_moves_over_the_golden_week():
    assert next_working_day(D(2026, 10, 2)) == D(2026, 10, 8)
    assert next_working_day(D(2026, 10, 9)) == D(2026, 10, 9)
    assert add_working_days(D(2026, 9, 30), 3) == D(2026, 10, 10)
    assert add_working_days(D(2026, 10, 8), -1) == D(2026, 9, 30)
    assert add_working_days(D(2026, 10, 1), 0) == D(2026, 10, 1)


@given(st.dates(D(2015, 1, 1), D(2040, 1, 1)), st.integers(1, 40))
def test_counting_on_and_back_again_agrees(day: dt.date, count: int):
    later = add_working_days(day, count)
    assert is_working_day(later)
    assert sum(is_working_day(day + dt.timedelta(days=n + 1)) for n in range((later - day).days)) == count


def test_today_depends_on_the_zone():
    days = {today("Pacific/Kiritimati"), today("Pacific/Pago_Pago")}
    assert len(days) == 2
    assert week_start(D(2026, 3, 5)) == D(2026, 3, 2)


@pytest.mark.parametrize(
    "text", ["2022/3/5", "2022-03-05", "2022.3.5", "2022年3月5日", "２０２２年３月５日", "20220305", " 2022/03/05 "]
)
def test_days_are_read_in_the_forms_people_write(text: str):
    assert parse_day(text) == D(2022, 3, 5)


@pytest.mark.parametrize("text", ["", "2022-02-30", "3/5/2022", "yesterday", "2022-13-01", "202235", "2022年3月"])
def test_other_texts_are_no_day(text: str):
    with pytest.raises(ValidationError) as caught:
        parse_day(text)
    assert caught.value.code == "invalid_day"


def test_absurd_years_are_refused():
    now = D(2024, 2, 29)
    assert check_day(D(2025, 2, 28), future_years=1, today=now) == D(2025, 2, 28)
    assert check_day(MIN_DAY, today=now) == MIN_DAY
    assert check_day(now, future_years=0, today=now) == now
    for day, years, code in [
        (D(2199, 1, 1), 20, "too_late"),
        (D(1989, 12, 31), 20, "too_early"),
        (D(2024, 3, 1), 0, "too_late"),
    ]:
        with pytest.raises(ValidationError) as caught:
            check_day(day, future_years=years, today=now)
        assert caught.value.code == code
