"""How django-allauth is used here: accounts are made by administrators, not by signing up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from teams.models import User

# Demonstration accounts are known by their addresses in this domain, which no mail can reach (RFC 2606).
DEMO_MAIL_DOMAIN = "demo.invalid"


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, and shuts out demonstration accounts where the demonstration is off."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Refuse demonstration accounts where the same private database is later used for real work."""
        user = super().authenticate(request, **credentials)
        if user is not None and not settings.DEMO and (user.email or "").endswith(f"@{DEMO_MAIL_DOMAIN}"):
            return None
        return user
