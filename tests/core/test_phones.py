"""Telephone numbers: read into E.164 when they can be, kept as typed when not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investcrm.core.phones import format_phone, parse_phone


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("13812345678", "+8613812345678"),
        ("１３８ 1234 5678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("0512-66668888", "+8651266668888"),
        ("（021）62345678", "+862162345678"),
        ("0512-66668888转801", "+8651266668888"),
        ("400-820-8820", "+864008208820"),
        ("+49 30 123456", "+4930123456"),
        ("+852 2345 6789", "+85223456789"),
        ("66668888", None),
        ("95588", None),
        ("13812345678 / 13912345678", None),
        ("call reception", None),
        ("", None),
        ("1" * 300, None),
    ],
)
def test_a_number_is_read_or_left_as_typed(typed: str, e164: str | None):
    assert parse_phone(typed) == e164


def test_a_foreign_company_may_type_its_own_national_numbers():
    assert parse_phone("030 123456", "DE") == "+4930123456"


def test_numbers_are_shown_as_one_dials_them():
    assert format_phone("+8613812345678") == "138 1234 5678"
    assert format_phone("+8651266668888") == "0512 6666 8888"
    assert format_phone("+4930123456") == "+49 30 123456"
    assert format_phone("reception, ext. 5") == "reception, ext. 5"
    assert format_phone("+nonsense") == "+nonsense"
    assert format_phone(None) == ""


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str):
    parsed = parse_phone(text)
    assert parsed is None or parse_phone(parsed) == parsed
    format_phone(text)
