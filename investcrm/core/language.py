"""Names that are kept in two languages."""

from __future__ import annotations

from django.utils import translation


def pick(zh: str, en: str) -> str:
    """The name for the active language; the other one where it is empty."""
    if (translation.get_language() or "").startswith("zh"):
        return zh or en
    return en or zh
