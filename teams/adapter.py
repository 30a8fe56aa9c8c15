"""How django-allauth is used here: accounts are made by administrators, not by signing up."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from teams.models import User

# Demonstration accounts are known by their addresses in this domain, which no mail can reach (RFC 2606).
DEMO_MAIL_DOMAIN = "demo.invalid"


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, writes mails in their reader's language, shuts demonstration accounts out elsewhere."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever looks after a whole zone begins with its figures, everybody else with today."""
        user: Any = request.user
        return reverse("pipeline:dashboard") if user.watches_zone else super().get_login_redirect_url(request)

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is: the address of the site says nothing to the reader."""
        return subject

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """In the language of the account that the mail is for, whoever asked for it; else in that of the page."""
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        with translation.override(language):
            return cast(EmailMessage, super().render_mail(template_prefix, email, context, headers))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Refuse demonstration accounts where the same private database is later used for real work."""
        user = super().authenticate(request, **credentials)
        if user is not None and not settings.DEMO and (user.email or "").endswith(f"@{DEMO_MAIL_DOMAIN}"):
            return None
        return user
