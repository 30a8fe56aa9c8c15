"""Cells as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from investcrm.core.spreadsheets.values import Unit, read_amount, read_day, says_nothing, unit_in


@pytest.mark.parametrize(
    ("cell", "unit", "amount", "currency"),
    [
        ("2000万", None, "20000000", ""),
        ("2000万", 8, "20000000", ""),
        ("1.5亿", None, "150000000", ""),
        ("1.5", 8, "150000000", ""),
        (1.5, 8, "150000000", ""),
        (0.1, 8, "10000000", ""),
        (4300, 4, "43000000", ""),
        ("4,300.00", 4, "43000000", ""),
        ("4,300.00", None, "4300", ""),
        ("１２", 4, "120000", ""),
        ("￥3000", None, "3000", ""),
        ("约3亿元", None, "300000000", ""),
        ("3亿元左右", None, "300000000", ""),
        ("5000万美元", 4, "50000000", "USD"),
        ("USD 20 million", None, "20000000", "USD"),
        ("1.2E+8", None, "120000000", ""),
        ("1亿5000万", None, "150000000", ""),
        (" 800 万元 ", 8, "8000000", ""),
        ("0", 8, "0", ""),
        ("三亿", 8, "300000000", ""),
        ("三", 8, "300000000", ""),
        ("两千", 4, "20000000", ""),
        ("约五百万美元", None, "5000000", "USD"),
        ("3亿多", None, "300000000", ""),
    ],
)
def test_amounts_are_read_exactly(cell: Any, unit: int | None, amount: str, currency: str) -> None:
    found = read_amount(cell, Unit(unit))
    assert (found.value, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "cell", ["三四亿", "1,2,3", "3-5亿元", "三到五亿", "三千五", "面议", True, "1e99", "NaN", "inf", "1" * 200, 1e300]
)
def test_what_is_no_amount_is_refused(cell: Any) -> None:
    with pytest.raises(ValidationError):
        read_amount(cell, Unit(8))


@pytest.mark.parametrize(
    ("heading", "power", "currency"),
    [
        ("总投资（亿元）", 8, ""),
        ("总投资(万元)", 4, ""),
        ("总投资", None, ""),
        ("投资额 / 总投资（万美元）", 4, "USD"),
        ("Total investment (CNY 10,000)", 4, "CNY"),
        ("Investment (USD million)", 6, "USD"),
        ("注册资本：万元", 4, ""),
        ("固定资产投资/亿元", 8, ""),
        ("单位（元）", 0, ""),
        ("亿达公司名称", None, ""),
    ],
)
def test_the_unit_stands_in_the_heading(heading: str, power: int | None, currency: str) -> None:
    assert unit_in(heading) == Unit(power, currency)


@pytest.mark.parametrize(
    ("cell", "day", "assumed"),
    [
        ("2022/3/5", "2022-03-05", ""),
        ("2022.3.5", "2022-03-05", ""),
        ("2022年3月5日", "2022-03-05", ""),
        ("2022-03-05 14:30", "2022-03-05", ""),
        ("２０２２年３月５日", "2022-03-05", ""),
        ("20220305", "2022-03-05", ""),
        (20220305, "2022-03-05", ""),
        ("3月5日", "2023-03-05", "year"),
        ("3/5", "2023-03-05", "year"),
        ("3.5", "2023-03-05", "year"),
        ("2022年3月", "2022-03-01", "month"),
        ("2022年3月份", "2022-03-01", "month"),
        ("2022-03", "2022-03-01", "month"),
        ("2022年2月底", "2022-02-28", "month"),
        ("22年3月5日", "2022-03-05", ""),
        (44625, "2022-03-05", "serial"),
        (44625.6, "2022-03-05", "serial"),
        ("44625", "2022-03-05", "serial"),
        ("5 March 2022", "2022-03-05", ""),
        ("Mar 5, 2022", "2022-03-05", ""),
        ("2027年一季度", "2027-03-31", "month"),
        ("2027年第三季度", "2027-09-30", "month"),
        ("2027Q2", "2027-06-30", "month"),
        ("2026年上半年", "2026-06-30", "month"),
        ("2026年底前", "2026-12-31", "month"),
        ("2026年内", "2026-12-31", "month"),
    ],
)
def test_days_are_read(cell: Any, day: str, assumed: str) -> None:
    found = read_day(cell, year=2023)
    assert (found.value.isoformat(), found.assumed) == (day, assumed)


def test_a_workbook_that_counts_from_1904() -> None:
    assert read_day(43163, date1904=True).value == dt.date(2022, 3, 5)


@pytest.mark.parametrize(
    "cell", ["下周", "2022-13-01", "2022-02-30", "0000-01-01", 12, 1e9, "2022", True, 2022.3, "2月30日", "0年1月底"]
)
def test_what_is_no_day_is_refused(cell: Any) -> None:
    with pytest.raises(ValidationError):
        read_day(cell, year=2023)


def test_a_day_without_a_year_asks_for_it() -> None:
    with pytest.raises(ValidationError) as caught:
        read_day("3月5日")
    assert caught.value.code == "no_year"


@pytest.mark.parametrize("cell", [None, "", "  ", "—", "/", "无", "待定", "N/A", "－"])
def test_words_for_nothing(cell: Any) -> None:
    assert says_nothing(cell)
