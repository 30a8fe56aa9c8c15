"""Amounts are read exactly, or refused with a reason."""

import contextlib
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from investcrm.core.amounts import parse_amount
from investcrm.core.money import format_money_exact


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("2000万", "20000000"),
        ("1.5亿", "150000000"),
        ("1亿5000万", "150000000"),
        ("1亿5000万3000元", "150003000"),
        ("1.23456789亿", "123456789"),
        ("4,300", "4300"),
        ("4，300", "4300"),
        ("1 234 567.89", "1234567.89"),
        ("４３００", "4300"),
        ("３．５万元", "35000"),
        ("2000 万 元", "20000000"),
        ("人民币2000万元整", "20000000"),
        ("3千万", "30000000"),
        ("2万亿", "2000000000000"),
        ("2000w", "20000000"),
        ("20 million", "20000000"),
        ("1.5bn", "1500000000"),
        ("USD 20m", "20000000"),
        ("¥ 3,000.50", "3000.5"),
        ("$1,000", "1000"),
        ("-5万", "-50000"),
        ("−5", "-5"),
        ("0", "0"),
        ("1.500", "1.5"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("三亿", "300000000"),
        ("两千万", "20000000"),
        ("五百万元", "5000000"),
        ("一亿五千万", "150000000"),
        ("一亿零五百万", "105000000"),
        ("三点五亿元", "350000000"),
        ("十二万", "120000"),
        ("2个亿", "200000000"),
        ("人民币叁仟伍佰万元整", "35000000"),
        ("壹億貳仟萬圓整", "120000000"),
        ("2 十万", "200000"),
    ],
)
def test_what_staff_type_is_read_exactly(typed: str, amount: str):
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "invalid_amount"),
        ("约2000万", "invalid_amount"),
        ("2000-3000万", "invalid_amount"),
        ("1万2", "invalid_amount"),
        ("三千五", "invalid_amount"),
        ("三四千万", "invalid_amount"),
        ("十几亿", "invalid_amount"),
        ("几百万", "invalid_amount"),
        ("一二三亿", "invalid_amount"),
        ("三亿五", "invalid_amount"),
        ("5000万1亿", "invalid_amount"),
        ("1亿20000万", "invalid_amount"),
        ("1,23", "invalid_amount"),
        ("1.234,56", "invalid_amount"),
        ("1e5", "invalid_amount"),
        ("NaN", "invalid_amount"),
        ("Infinity", "invalid_amount"),
        ("--5", "invalid_amount"),
        ("美元2000欧元", "invalid_amount"),
        ("9" * 200, "invalid_amount"),
        ("1.234", "too_precise"),
        ("0.0000001万", "too_precise"),
        ("10000000000000000", "too_large"),
        ("1亿万亿", "invalid_amount"),
        ("99999999万亿", "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_code(typed: str, code: str):
    with pytest.raises(ValidationError) as caught:
        parse_amount(typed)
    assert caught.value.code == code


def test_a_currency_word_must_agree_with_the_chosen_currency():
    assert parse_amount("2000万美元", currency="USD") == 20_000_000
    assert parse_amount("2000万元", currency="EUR") == 20_000_000
    assert parse_amount("$5", currency="HKD") == 5
    with pytest.raises(ValidationError) as caught:
        parse_amount("2000万美元", currency="CNY")
    assert caught.value.code == "other_currency"


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_a_decimal_that_is_no_number_is_refused(value: Decimal):
    with pytest.raises(ValidationError):
        parse_amount(value)


AMOUNTS = st.decimals(min_value=-(10**16) + 1, max_value=10**16 - 1, places=2)


@given(AMOUNTS)
def test_an_amount_written_out_is_read_back_the_same(amount: Decimal):
    assert parse_amount(str(amount)) == amount
    assert parse_amount(f"{amount:,f}") == amount
    for language in ("zh-hans", "en"):
        assert parse_amount(format_money_exact(amount, "USD", language), currency="USD") == amount


@given(st.decimals(min_value=0, max_value=10**8, places=4))
def test_ten_thousands_scale_without_loss(number: Decimal):
    assert parse_amount(f"{number:f}万") == number * 10_000


@given(st.text(max_size=40))
def test_any_text_gives_an_amount_or_a_validation_error(text: str):
    with contextlib.suppress(ValidationError):
        assert parse_amount(text).is_finite()
