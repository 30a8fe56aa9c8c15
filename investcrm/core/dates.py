"""Days as people type them, and the bounds within which a day makes sense."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Before the first development zones had records of this kind: earlier days are slips of the keyboard.
MIN_DAY = dt.date(1990, 1, 1)
DEFAULT_FUTURE_YEARS = 20

_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def parse_day(text: str) -> dt.date:
    """The day in `2022-03-05`, `2022/3/5`, `2022.3.5`, `2022年3月5日`, `20220305`, also in full-width digits.

    The order is always year, month, day (`3/5/2022` means two days to two readers). Raises ValidationError
    `invalid_day`.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    match = _YEAR_FIRST.fullmatch(folded) or _COMPACT.fullmatch(folded)
    try:
        if match:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ValidationError(
        _("This date cannot be read. Write year, month and day, for example 2026-03-05 or 2026年3月5日."),
        code="invalid_day",
    )


def check_day(
    day: dt.date,
    *,
    future_years: int = DEFAULT_FUTURE_YEARS,
    today: dt.date | None = None,
    earliest: dt.date = MIN_DAY,
) -> dt.date:
    """The day itself if it lies between `earliest` and `future_years` from today (0: not after today).

    Raises ValidationError with code `too_early` or `too_late`. `today` is the current time zone's day unless given.
    """
    reference = today or timezone.localdate()
    if day < earliest:
        raise ValidationError(
            _("This date is too far back: not before %(day)s."), code="too_early", params={"day": earliest.isoformat()}
        )
    latest = latest_day(future_years=future_years, today=reference)
    if day > latest:
        message = (
            _("This date is too far ahead: not after %(day)s.")
            if future_years
            else _("This date lies in the future: not after %(day)s.")
        )
        raise ValidationError(message, code="too_late", params={"day": latest.isoformat()})
    return day


def latest_day(*, future_years: int = DEFAULT_FUTURE_YEARS, today: dt.date | None = None) -> dt.date:
    """The last day `check_day` accepts."""
    reference = today or timezone.localdate()
    try:
        return reference.replace(year=reference.year + future_years)
    except ValueError:  # 29 February
        return reference.replace(year=reference.year + future_years, day=28)
