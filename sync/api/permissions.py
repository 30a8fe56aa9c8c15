"""What a key may be used for, whatever its account may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission

from sync.models import ApiKey, Scope


class KeyScope(BasePermission):
    """Reading needs the scope `read`, anything else `write`; a browser session has no scopes and is not limited."""

    message = _("The key does not have the scope that this needs.")

    def has_permission(self, request: Any, view: Any) -> bool:
        """Whether the key has the scope."""
        if not isinstance(request.auth, ApiKey):
            return True
        return (Scope.READ if request.method in SAFE_METHODS else Scope.WRITE) in request.auth.scopes
