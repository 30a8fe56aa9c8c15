"""Telephone numbers: kept as typed, and as E.164 for comparing and dialling."""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat

_HOME = 86
_MAX_TYPED = 60


def parse_phone(typed: str, country: str = "CN") -> str | None:
    """The number in E.164, or None when it cannot be read as one valid number.

    `country` (ISO 3166) is used for numbers without an international prefix: Chinese mobiles, land lines with their
    area code. 400 and 800 numbers give +86400…: not to be dialled from abroad, but the same number compares equal.
    Extensions are left out of E.164 and stay in what was typed. Short numbers (95588) and lists of numbers give None.
    """
    folded = unicodedata.normalize("NFKC", typed).replace("转", " ext. ").replace("\u2212", "-").strip()
    if not folded or len(folded) > _MAX_TYPED:
        return None
    try:
        number = phonenumbers.parse(folded, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    number.extension = None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_phone(e164_or_typed: str | None) -> str:
    """A number for reading: Chinese ones as at home (`138 1234 5678`), others with +; unreadable ones as typed."""
    text = (e164_or_typed or "").strip()
    if not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text
    home = number.country_code == _HOME
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)
