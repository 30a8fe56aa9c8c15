"""Names that are kept in two languages."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation


def picker() -> Callable[[str, str], str]:
    """`pick` for the language that is active now: long lists ask for it once."""
    if (translation.get_language() or "").startswith("zh"):
        return lambda zh, en: zh or en
    return lambda zh, en: en or zh


def pick(zh: str, en: str) -> str:
    """The name for the active language; the other one where it is empty."""
    return picker()(zh, en)
