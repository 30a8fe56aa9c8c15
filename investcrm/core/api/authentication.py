"""Who calls: the account of a key (looked up by its hash, in one query), or of a browser's session."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from investcrm.core.fixed_queries import FixedQuery
from investcrm.core.key_use import has_been_used

KEY = re.compile(rb"[A-Za-z0-9_-]{16,256}")


_KEYS = FixedQuery(lambda digest: get_token_model().objects.select_related("user").filter(digest=digest), "digest")


def key_of(digest: str) -> Any:
    """The key with this hash and its account, or None."""
    found = _KEYS.first(digest, get_token_model(), get_user_model())
    if found is None:
        return None
    key, key.user = found
    return key


class BearerAuthentication(BaseAuthentication):
    """The account of a key. A bad, expired or revoked key and an inactive account look the same: 401."""

    scheme = "Bearer"

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.scheme.lower().encode():
            return None
        refusal = AuthenticationFailed(_("The key is not valid."), code="invalid_key")
        if len(parts) != 2 or not KEY.fullmatch(parts[1]):
            raise refusal
        key = key_of(hash_token(parts[1].decode("ascii")))
        now = timezone.now()
        if key is None or not key.user.is_active or key.revoked_at is not None or (key.expiry and key.expiry <= now):
            raise refusal
        has_been_used(key, now)
        return key.user, key

    def authenticate_header(self, request: Any) -> str:
        return self.scheme


class BrowserSession(SessionAuthentication):
    """The session of a browser, with the CSRF token; a refusal is told in the reader's language."""

    def enforce_csrf(self, request: Any) -> None:
        """Raise PermissionDenied where the token is missing or wrong."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            message = _("The CSRF token is missing or wrong: send it in the header X-CSRFToken.")
            raise PermissionDenied(message, code="csrf") from error
