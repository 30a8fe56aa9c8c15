"""`Authorization: Bearer <key>`: the key is looked up by its hash, with its account, in one query."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

KEY = re.compile(rb"[A-Za-z0-9_-]{16,256}")


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
        digest = hash_token(parts[1].decode("ascii"))
        key = get_token_model().objects.select_related("user").filter(digest=digest).first()
        if key is None or not key.user.is_active or (key.expiry is not None and key.expiry <= timezone.now()):
            raise refusal
        return key.user, key

    def authenticate_header(self, request: Any) -> str:
        return self.scheme
