"""Folding, search text, company names, pinyin, and the bigrams' twin in SQL."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investcrm.core.text import (
    BIGRAM_FUNCTION_SQL,
    bigrams,
    clean_pasted,
    fold,
    normalise_company_name,
    pinyin_key,
    search_terms,
    search_text,
)

CHINESE = st.text("苏州数照明科技重庆长安银行有限公司集团股份（）()省市𠮷㛃灣蘇", max_size=30)
ANYTHING = st.text(max_size=60)


def test_folding_makes_width_case_script_and_spaces_equal():
    assert fold("　ＡＢＣ　蘇州\u200b　１２３ \n x ") == "abc 苏州 123 x"


@given(ANYTHING)
def test_folding_leaves_nothing_a_database_refuses(text: str):
    folded = fold(text + "\x00\ud800")
    assert "\x00" not in folded
    folded.encode()


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("苏(sū)州(zhōu)", "苏州"),
        ("苏（su）州（zhou）高新区", "苏州高新区"),
        ("苏(su1)州(zhou1)", "苏州"),
        ("北京(bj)", "北京(bj)"),
        ("<b>数照</b>&nbsp;科技<br/>", "数照 科技"),
        ("数\u200b照\ufeff", "数照"),
        ("A &amp; B", "A & B"),
        ("a < b", "a < b"),
    ],
)
def test_pasted_text_loses_only_what_came_along(pasted: str, clean: str):
    assert clean_pasted(pasted) == clean


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("苏州数照科技有限公司", "数照科技"),
        ("江苏省苏州市数照科技股份有限公司", "数照科技"),
        ("数照科技（苏州）有限公司", "数照科技"),
        ("数照科技(中国)集团有限公司", "数照科技"),
        ("蘇州市吳江區數照科技有限責任公司", "数照科技"),
        ("广西壮族自治区南宁市数照 科技", "数照科技"),
        ("ＡＢＢ (China) Co., Ltd.", "abb"),
        ("Trumpf GmbH & Co. KG", "trumpf"),
        ("Acme Holdings, Inc.", "acme"),
        ("Cisco", "cisco"),
        ("有限公司", "有限公司"),
        ("北京市", "北京市"),
        ("（）", "（）"),
        ("🚀", "🚀"),
        ("𠮷㛃（集团）有限公司", "𠮷㛃"),
    ],
)
def test_a_company_name_is_cut_to_what_distinguishes_it(name: str, short: str):
    assert fold(normalise_company_name(name)) == fold(short)


@given(st.one_of(CHINESE, ANYTHING))
def test_a_name_never_becomes_empty_and_normalising_ignores_width(name: str):
    if name.strip():
        assert normalise_company_name(name)


def test_sorting_and_initials_know_phrases_with_two_readings():
    assert pinyin_key("重庆长安") == "chong qing chang an"
    assert pinyin_key("银行") == "yin hang"
    assert pinyin_key("吕") == "lv"
    assert pinyin_key("ABB (China)") == "abb china"
    assert "szzm3ddy" in search_text("数字照明3D打印").splitlines()
    assert sorted(["张", "李", "Bosch", "王"], key=pinyin_key) == ["Bosch", "李", "王", "张"]


def test_search_text_holds_characters_pinyin_and_initials_without_the_legal_form():
    assert search_text("苏州数照科技有限公司", "Suzhou Shuzhao Co., Ltd.", "", "苏州数照科技") == (
        "苏州数照科技\nsuzhoushuzhaokeji\nszszkj\nsuzhou shuzhao"
    )


def test_rare_characters_and_very_long_names_stay_searchable():
    assert "𠮷㛃" in search_text("𠮷㛃")
    assert "🚀" in search_text("🚀火箭")
    assert search_text("长" * 300).startswith("长" * 300 + "\n")


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("数照 科技", ["数照", "科技"]),
        ("苏州数照有限", ["苏州数照"]),
        ("苏州数照有限公司", ["苏州数照"]),
        ("suzhouyouxiangongsi", ["suzhou"]),
        ("ＳＺ", ["sz"]),
        ("徐", []),
        ("公司", []),
        ("  ", []),
        ("数照 a", ["数照"]),
        ("100% _x_", ["100"]),
    ],
)
def test_a_query_is_cut_into_words_that_narrow(query: str, terms: list[str]):
    assert search_terms(query) == terms


@given(st.text("苏州数照明科技重庆长安银行有限公司集团股份（）()省市灣蘇abz1 .-", min_size=2, max_size=25))
def test_a_row_is_found_by_its_whole_name(name: str):
    found_in = search_text(name)
    assert all(term in found_in for term in search_terms(name))


@given(st.lists(CHINESE, min_size=1, max_size=3))
def test_a_row_is_found_by_its_pinyin(parts: list[str]):
    text = search_text(*parts)
    assert all(segment == segment.strip() and segment for segment in text.split("\n") if text)


def test_pairs_do_not_cross_spaces_or_lines():
    assert bigrams("ab c\nde a") == ["ab", "de"]
    assert bigrams("苏州苏州") == ["苏州", "州苏"]
    assert bigrams("") == bigrams("a") == []


@pytest.mark.django_db
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.text("ab苏州𠮷㛃é \n{},\"\\'", max_size=30), st.lists(ANYTHING, max_size=3).map(lambda p: search_text(*p))
    )
)
def test_postgresql_makes_the_same_pairs(text: str):
    with connection.cursor() as cursor:
        cursor.execute(BIGRAM_FUNCTION_SQL)
        cursor.execute("SELECT crm_bigrams(%s)", [text])
        assert set(cursor.fetchone()[0]) == set(bigrams(text))


def test_pairs_are_so_dear_that_a_list_is_not_walked_for_them(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procost FROM pg_proc WHERE proname = 'crm_bigrams'")
        assert cursor.fetchone()[0] >= 1000
