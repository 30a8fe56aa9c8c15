"""What a key may be used for, whatever its account may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission

from sync.models import ApiKey, Scope


class KeyScope(BasePermission):
    """Reading needs the scope `read`, anything else `write`; `admin` is both. A browser session is not limited."""

    message = _("The key does not have the scope that this needs.")

    def has_permission(self, request: Any, view: Any) -> bool:
        """Whether the key has the scope."""
        if not isinstance(request.auth, ApiKey):
            return True
        return request.auth.has_scope(Scope.READ if request.method in SAFE_METHODS else Scope.WRITE)
