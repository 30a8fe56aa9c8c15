"""Which source systems the caller's key may speak of."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied


def systems_of(request: Any) -> tuple[str, ...]:
    """The systems to which the key is limited; none: it is not limited (nor is a browser's session)."""
    return tuple(getattr(getattr(request, "auth", None), "source_systems", None) or ())


def may_speak_of(request: Any, system: str) -> bool:
    """Whether the key may read and write the external ids of this system."""
    systems = systems_of(request)
    return not systems or system in systems


def refuse_other_system(request: Any, system: str) -> None:
    """Raise PermissionDenied where the key is limited to other systems."""
    if not may_speak_of(request, system):
        raise PermissionDenied(_("This key is limited to other source systems."), code="other_system")
