"""Who calls the API: a Bearer key first, so that a missing key is 401, else a browser session with CSRF."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from sync.models import ApiKey


class KeyAuthentication(TokenAuthentication):
    """One query a request; an expired key is refused and kept, so that its owner can still see it."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ApiKey]:
        """The account and the key; raises AuthenticationFailed."""
        try:
            text = token.decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("Unknown key.")) from error
        digest = hash_token(text)
        found = ApiKey.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
        for key in found:
            if compare_digest(key.digest, digest):
                if key.expiry is not None and key.expiry <= timezone.now():
                    raise AuthenticationFailed(_("This key has expired."))
                if not key.user.is_active:
                    raise AuthenticationFailed(_("The account of this key is not active."))
                return key.user, key
        raise AuthenticationFailed(_("Unknown key."))
