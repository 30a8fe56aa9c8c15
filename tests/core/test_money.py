"""Money as Chinese and English readers write it, and the other page filters."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from investcrm.core.countries import country_choices, country_name, is_country
from investcrm.core.money import CURRENCIES, format_money, format_money_exact


@pytest.mark.parametrize(
    ("amount", "currency", "chinese", "english"),
    [
        ("1230000000", "CNY", "12.3亿元", "CNY 1.23 billion"),
        ("43000000", "CNY", "4,300万元", "CNY 43 million"),
        ("9800", "CNY", "9,800元", "CNY 9,800"),
        ("980", "CNY", "980元", "CNY 980"),
        ("0", "CNY", "0元", "CNY 0"),
        ("30000000", "USD", "3,000万美元", "USD 30 million"),
        ("99999999.99", "CNY", "1亿元", "CNY 100 million"),
        ("999999999", "CNY", "10亿元", "CNY 1 billion"),
        ("9999.99", "CNY", "9,999.99元", "CNY 9,999.99"),
        ("0.5", "CNY", "0.50元", "CNY 0.50"),
        ("123456789", "CNY", "1.23亿元", "CNY 123.46 million"),
        ("1200000000000", "CNY", "1.2万亿元", "CNY 1.2 trillion"),
        ("-120000000", "CNY", "-1.2亿元", "CNY -120 million"),
        ("12500000", "JPY", "1,250万日元", "JPY 12.5 million"),
        ("12345000", "CNY", "1,234.5万元", "CNY 12.34 million"),
    ],
)
def test_each_reader_gets_their_own_units(amount: str, currency: str, chinese: str, english: str):
    assert format_money(Decimal(amount), currency, "zh-hans") == chinese
    assert format_money(Decimal(amount), currency, "en") == english


def test_no_amount_is_a_dash_and_the_exact_amount_has_every_digit():
    assert format_money(None) == format_money_exact(None) == "—"
    assert format_money_exact(Decimal("1234567890.50"), "CNY", "zh-hans") == "1,234,567,890.50元"
    assert format_money_exact(Decimal("1234567890"), "USD", "en") == "USD 1,234,567,890"


def test_the_active_language_decides():
    with translation.override("en"):
        assert format_money(Decimal("43000000")) == "CNY 43 million"
    with translation.override("zh-hans"):
        assert format_money(Decimal("43000000")) == "4,300万元"


@given(st.decimals(min_value=-(10**16), max_value=10**16, places=2), st.sampled_from(sorted(CURRENCIES)))
def test_any_amount_has_a_short_form_near_it(amount: Decimal, currency: str):
    units = {"trillion": 12, "billion": 9, "million": 6}
    _code, number, *unit = format_money(amount, currency, "en").split(" ")
    shown = Decimal(number.replace(",", "")).scaleb(units[unit[0]] if unit else 0)
    assert abs(shown - amount) <= max(abs(amount) * Decimal("0.006"), Decimal(0))


def test_countries_are_named_in_both_languages_and_china_comes_first():
    assert country_name("DE", "zh-hans") == "德国"
    assert country_name("DE", "en") == "Germany"
    assert country_choices("zh-hans")[0] == ("CN", "中国")
    assert country_name("TW", "en") == "Taiwan, China"
    assert len(country_choices("en")) == 249
    assert is_country("SG")
    assert not is_country("XK")
    assert not is_country("sg")


def render(expression: str, language: str, **values: object) -> str:
    with translation.override(language):
        return Template("{% load crm %}{{ " + expression + " }}").render(Context(values))


def test_money_on_a_page_carries_its_exact_value():
    html = render("amount|money:currency", "zh-hans", amount=Decimal("1234567890.00"), currency="USD")
    assert html == '<data class="money" value="1234567890.00" title="1,234,567,890美元">12.35亿美元</data>'
    assert render("amount|money", "en", amount=None) == "—"
    assert "<b>" not in render("amount|money:currency", "en", amount=1, currency="<b>")


def test_days_carry_the_year_only_when_it_is_another():
    year = timezone.localdate().year
    assert render("d|day_text", "zh-hans", d=dt.date(2020, 3, 5)) == "2020年3月5日"
    assert render("d|day_text", "en", d=dt.date(2020, 3, 5)) == "5 Mar 2020"
    assert render("d|day_text", "zh-hans", d=dt.date(year, 3, 5)) == "3月5日"
    assert render("d|day_text", "en", d=dt.date(year, 3, 5)) == "5 Mar"
    assert render("d|day", "en", d=dt.date(2020, 3, 5)) == (
        '<time datetime="2020-03-05" title="5 Mar 2020 Thursday">5 Mar 2020</time>'
    )
    assert render("d|day", "en", d=None) == "—"


def test_a_moment_is_told_in_the_readers_time_zone():
    at = dt.datetime(2020, 3, 5, 18, 30, tzinfo=dt.UTC)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        html = render("at|moment", "en", at=at)
    assert html == '<time datetime="2020-03-06T02:30+08:00" title="6 Mar 2020 02:30">6 Mar 2020 02:30</time>'


def test_today_and_yesterday_are_said_so():
    now = timezone.localtime().replace(hour=14, minute=30)
    assert render("at|moment_text", "en", at=now) == "today 14:30"
    assert render("at|moment_text", "en", at=now - dt.timedelta(days=1)) == "yesterday 14:30"
    today = timezone.localdate()
    assert render("d|ago_days", "en", d=today) == "today"
    assert render("d|ago_days", "en", d=today - dt.timedelta(days=12)) == "12 days ago"
    assert render("d|ago_days", "en", d=today + dt.timedelta(days=3)) == "in 3 days"


def test_areas_telephones_and_numbers():
    assert render("a|area_mu", "en", a=Decimal("30")) == '<data value="30" title="20,000 m²">30 mu</data>'
    assert render("a|area_m2", "en", a=Decimal("4300.00")) == "4,300 m²"
    assert render("p|phone", "en", p="+8613812345678") == "138 1234 5678"
    assert render("p|phone", "en", p="<b>1") == "&lt;b&gt;1"
    assert render("n|number", "en", n=1234567) == "1,234,567"
