"""Where the installation asks for a second factor (REQUIRE_SECOND_FACTOR), nothing works before it is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from investcrm.core.api.problems import API_PREFIX, FORBIDDEN, problem_response
from investcrm.core.htmx import is_htmx

# Setting it up, proving who one is, leaving, and reading in one's own language.
FREE = frozenset(
    {
        "account_logout", "account_reauthenticate", "account_login", "core:set_language", "core:healthz",
        "mfa_index", "mfa_activate_totp", "mfa_reauthenticate", "mfa_authenticate", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    }
)  # fmt: skip
# The capabilities of administrators.
ADMINISTERS = ("manage_people", "manage_settings")
SET_UP = _("Your account needs two-step sign-in. Set it up to go on.")


class SecondFactorMiddleware:
    """Sends who needs a second factor, and has none, to the page where it is set up. API keys are not affected."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the view is known later."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer instead of the view where the second factor is missing."""
        match = request.resolver_match
        if match is None or match.view_name in FREE or settings.REQUIRE_SECOND_FACTOR == "nobody":
            return None
        if request.path.startswith(API_PREFIX) and _brings_key(request):
            return None
        user: Any = request.user
        if not user.is_authenticated or not needs_second_factor(user):
            return None
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return None
        return _sent_to_set_up(request)


def _brings_key(request: HttpRequest) -> bool:
    """Whether a key is sent, good or bad; with any other header the browser's session would count."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def needs_second_factor(user: Any) -> bool:
    """Whether the installation asks this person for a second factor."""
    if settings.REQUIRE_SECOND_FACTOR == "everybody":
        return True
    if settings.REQUIRE_SECOND_FACTOR == "administrators":
        return bool(user.is_superuser or any(user.can(capability) for capability in ADMINISTERS))
    return False


def _is_free_page(request: HttpRequest) -> bool:
    """Whether htmx asks from a page that is open to everybody."""
    try:
        return resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path).view_name in FREE
    except (Resolver404, ValueError):
        return False


def _sent_to_set_up(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_response(request, FORBIDDEN, detail=SET_UP)
    address = reverse("mfa_activate_totp")
    if is_htmx(request):
        # a fragment of the page on which it is being set up must not load that page anew
        return HttpResponse(status=204, headers={} if _is_free_page(request) else {"HX-Redirect": address})
    messages.warning(request, SET_UP)
    return redirect(address)
