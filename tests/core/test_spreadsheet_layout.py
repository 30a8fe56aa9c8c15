"""Where a table begins, and which rows are none of its data."""

from __future__ import annotations

from typing import Any

import pytest

from investcrm.core.spreadsheets.layout import find_head, row_kind
from sync.selectors.imports.fields import FIELDS
from sync.selectors.imports.suggesting import heading_key, is_known, suggest


def head(rows: list[list[Any]], merged: list[list[int]] | None = None) -> tuple[int, int, list[str]] | None:
    """First and last row of the head that is found, and the headings."""
    found = find_head(rows, merged or [], is_known)
    return (found.first, found.last, found.headings) if found else None


def test_a_title_and_a_note_above_the_head() -> None:
    rows = [["2022年在谈项目汇总表"], ["填报单位：招商服务中心"], [], ["序号", "项目名称", "投资方"], [1, "甲", "乙"]]
    assert head(rows) == (3, 3, ["序号", "项目名称", "投资方"])


def test_a_merged_head_of_two_rows() -> None:
    rows = [["序号", "项目名称", "投资额（亿元）", ""], ["", "", "总投资", "其中：固定资产投资"], [1, "甲", 1.5, 0.8]]
    merged = [[0, 0, 1, 0], [0, 1, 1, 1], [0, 2, 0, 3]]
    first, last, headings = head(rows, merged) or (0, 0, [])
    assert (first, last) == (0, 1)
    assert headings == ["序号", "项目名称", "投资额(亿元) / 总投资", "投资额(亿元) / 其中:固定资产投资"]


def test_the_same_head_in_a_text_file_which_knows_no_merged_cells() -> None:
    rows = [["序号", "项目名称", "投资额（亿元）", ""], ["", "", "总投资", "固定资产投资"], ["1", "甲", "1.5", "0.8"]]
    first, last, headings = head(rows) or (0, 0, [])
    assert (first, last, headings[2:]) == (0, 1, ["投资额(亿元) / 总投资", "投资额(亿元) / 固定资产投资"])


def test_english_headings_and_empty_columns() -> None:
    rows = [["Project", "", "Investor", "Total investment (CNY million)"], ["A", "", "B", 12]]
    assert head(rows) == (0, 0, ["Project", "", "Investor", "Total investment (CNY million)"])


def test_numbers_alone_have_no_head() -> None:
    assert head([[1, 2, 3], [4, 5, 6]]) is None
    assert head([]) is None


HEADINGS = ["序号", "项目名称", "投资方", "总投资", "备注"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, "甲项目", "乙公司", 3, ""], ""),
        (["", "甲项目", "乙公司"], ""),
        (["合计", "", "", 12], "total_row"),
        (["合  计", "", "", 12], "total_row"),
        (["合计（5个）", "", "", 12], "total_row"),
        (["小计", "", "", 12], "total_row"),
        (["", "总计：", "", 12], "total_row"),
        (["Total", "", "", 12], "total_row"),
        ([9, "合计", "", 12], "total_row"),
        (["注：总投资以协议为准"], "note_row"),
        (["备注1：数据截至3月底"], "note_row"),
        (["制表人：张三", "", "审核：李四"], "note_row"),
        (["一、重点项目"], "note_row"),
        (["Note: as agreed"], "note_row"),
        (HEADINGS, "repeated_heading"),
        (["", " ", None], "empty"),
        (["合计算力项目", "甲项目", "乙公司", 3], ""),
        ([2, "统计软件项目", "乙公司", 3], ""),
    ],
)
def test_rows_that_are_no_data(cells: list[Any], kind: str) -> None:
    assert row_kind(cells, HEADINGS, 5) == kind


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("项目名称", "name"), ("* 项 目 名 称", "name"), ("企业名称（全称）", "company"), ("投资方", "company"),
        ("统一社会信用代码", "credit_code"), ("总投资（亿元）", "total_investment"),
        ("总投资(万元)", "total_investment"),
        ("其中：固定资产投资", "fixed_asset_investment"), ("注册资本（万元）", "registered_capital"),
        ("用地（亩）", "land_mu"), ("行业", "industry"), ("招商方式", "acquisition_mode"), ("责任单位", "team"),
        ("招商组", "team"), ("负责人", "owner"), ("联系人", "contact"), ("联系电话", "phone"), ("项目进展", "stage"),
        ("签约时间", "stage_on"), ("洽谈时间", "first_contact_on"), ("备注", "note"), ("引荐方", "referrer"),
        ("境内外资", "capital_origin"), ("Total investment (CNY million)", "total_investment"),
        ("Company name", "company"), ("Contact person", "contact"), ("序号", ""), ("天气", ""),
    ],
)  # fmt: skip
def test_headings_that_are_known(heading: str, field: str) -> None:
    assert suggest([heading], [], FIELDS, {}, lambda _value: True).get(0, "") == field


def test_no_field_is_suggested_twice_and_what_is_remembered_comes_first() -> None:
    found = suggest(["项目名称", "项目", "投资方"], [], FIELDS, {"项目": "name", "投资方": ""}, lambda _value: True)
    assert found == {1: "name"}


def test_a_column_of_long_texts_names_no_stage() -> None:
    samples = [["客商已来访两次，正在比选厂房"], ["待对方提交方案后再议"]]
    assert suggest(["项目进展"], samples, FIELDS, {}, lambda _value: False) == {0: "note"}


def test_units_and_signs_do_not_matter() -> None:
    assert heading_key("总投资：亿元") == heading_key(" 总 投资（万元）") == "总投资"
