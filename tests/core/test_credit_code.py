"""The unified social credit code: published codes pass, one wrong character does not."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from investcrm.core.credit_code import (
    ALPHABET,
    check_credit_code,
    credit_code_check_value,
    credit_code_warnings,
    organisation_check_character,
)

PUBLISHED = [
    "91440300708461136T",
    "914403001922038216",
    "91110000802100433B",
    "91110108551385082Q",
    "91330100799655058B",
]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_pass_without_warning(code: str):
    assert check_credit_code(code) == code
    assert credit_code_warnings(code) == []


def test_what_was_typed_is_normalised():
    assert check_credit_code(" ９１４４0300-708461136ｔ ") == "91440300708461136T"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "length"),
        ("9144030070846113", "length"),
        ("91440300708461136TT", "length"),
        ("9144030070846I136T", "character"),
        ("9144030070846é136T", "character"),
        ("91440300708461136U", "check_digit"),
        ("91440300708461163T", "check_digit"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(code: str, reason: str):
    with pytest.raises(ValidationError) as caught:
        check_credit_code(code)
    assert caught.value.code == reason


FIRST17 = st.text(ALPHABET, min_size=17, max_size=17)


@given(FIRST17, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_single_mistyped_character_is_noticed(first17: str, place: int, other: str):
    code = first17 + credit_code_check_value(first17)
    assert check_credit_code(code) == code
    if code[place] != other:
        with pytest.raises(ValidationError):
            check_credit_code(code[:place] + other + code[place + 1 :])


@given(FIRST17, st.integers(0, 15))
def test_two_swapped_neighbours_are_noticed(first17: str, place: int):
    code = first17 + credit_code_check_value(first17)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(ValidationError):
            check_credit_code(swapped)


def with_check(first17: str) -> str:
    return first17 + credit_code_check_value(first17)


def test_unusual_codes_are_valid_and_warned_about():
    inner = "70846113" + organisation_check_character("70846113")
    assert inner == "708461136"
    assert credit_code_warnings(with_check("A1100000" + inner)) == []
    assert len(credit_code_warnings(with_check("91990000" + inner))) == 1
    assert len(credit_code_warnings(with_check("91440300" + "708461130"))) == 1
    assert len(credit_code_warnings(with_check("B1440300" + inner))) == 1
    assert credit_code_warnings("nonsense") == []
