"""The unified social credit code (GB 32100-2015), with the organisation code inside it (GB 11714-1997)."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.regions import province_codes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(LENGTH - 1))
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_AUTHORITIES = frozenset("123456789ANY")
# Registered with the national administration itself: 100000.
_NATIONAL = "10"


def normalise_credit_code(typed: str) -> str:
    """The code in half-width capitals without spaces and hyphens; not checked."""
    return re.sub(r"[\s\-\u200b\ufeff]+", "", unicodedata.normalize("NFKC", typed)).upper()


def credit_code_check_value(first17: str) -> str:
    """The 18th character for the first 17: (31 − Σ value × 3^(i−1) mod 31) mod 31. KeyError outside the alphabet."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check_credit_code(code: str) -> str:
    """The normalised code. Raises ValidationError with code `length`, `character` or `check_digit`."""
    normalised = normalise_credit_code(code)
    if len(normalised) != LENGTH:
        raise ValidationError(
            _("A credit code has 18 characters; this one has %(count)d."),
            code="length",
            params={"count": len(normalised)},
        )
    wrong = next((character for character in normalised if character not in _VALUES), None)
    if wrong is not None:
        raise ValidationError(
            _("“%(character)s” cannot stand in a credit code (the letters I, O, S, V and Z are never used)."),
            code="character",
            params={"character": wrong},
        )
    if credit_code_check_value(normalised[:-1]) != normalised[-1]:
        raise ValidationError(
            _("The last character does not fit the others: one of them is mistyped."), code="check_digit"
        )
    return normalised


def organisation_check_character(first8: str) -> str:
    """The check character of an organisation code (GB 11714): 11 − Σ value × weight mod 11; X for 10, 0 for 11."""
    total = sum(
        _INNER_ALPHABET.index(character) * weight for character, weight in zip(first8, _INNER_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def credit_code_warnings(code: str) -> list[str]:
    """What is unusual about a valid code, in the active language; real codes exist that deserve such a warning."""
    normalised = normalise_credit_code(code)
    if len(normalised) != LENGTH or any(character not in _VALUES for character in normalised):
        return []
    warnings = []
    if normalised[0] not in _AUTHORITIES:
        warnings.append(str(_("The first character of the credit code names no known registering authority.")))
    region = normalised[2:8]
    if not region.isdigit() or region[:2] not in province_codes() | {_NATIONAL}:
        warnings.append(str(_("The region digits of the credit code name no known province.")))
    if organisation_check_character(normalised[8:16]) != normalised[16]:
        warnings.append(str(_("The organisation code inside the credit code does not fit its own check character.")))
    return warnings
