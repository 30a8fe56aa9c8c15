"""Refusals that are neither a broken rule nor a missing capability: someone else was faster."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Conflict(Exception):  # noqa: N818
    """The row is no longer where the caller thought it was (HTTP 409).

    `current` says where it is now: a code, or a plain dict that can be shown and sent.
    """

    def __init__(self, current: str | dict[str, Any], message: Any = None) -> None:
        self.current = current
        self.message = message or _("This was changed meanwhile.")
        super().__init__(self.message)


class Stale(Exception):  # noqa: N818
    """The row was edited after the caller read it (HTTP 412).

    `current_version` is the row's version now; `current` may carry the present values, field by field, so that a
    page can show both sides.
    """

    def __init__(self, current_version: int, message: Any = None, *, current: dict[str, Any] | None = None) -> None:
        self.current_version = current_version
        self.current = current or {}
        self.message = message or _("Someone else has saved this meanwhile.")
        super().__init__(self.message)
