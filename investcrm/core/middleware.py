"""Middleware: whose address a request has, signing in again from inside a fragment, the reader's language and time."""

import ipaddress
import zoneinfo
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from investcrm.core.background import enqueue
from investcrm.core.htmx import is_htmx

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SESSION_EXPIRED_HEADER = "X-Session-Expired"
# While the browser has this cookie, its session was noted as in use a short while ago.
SEEN_COOKIE = "seen"
SEEN_SECONDS = 15 * 60


class ClientAddressMiddleware:
    """Behind proxies, the address of a request is what the outermost of them says, not the nearest proxy's own.

    Each proxy adds who asked it to the end of X-Forwarded-For; what stands before those of our own (`PROXIES`) is
    whatever the client wrote. Limits of use, refused passwords and sessions go by this address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put the client's address in the place of the proxy's; what is no address is left alone."""
        said = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if 0 < settings.PROXIES <= len(said) and _is_address(said[-settings.PROXIES]):
            request.META["REMOTE_ADDR"] = said[-settings.PROXIES]
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class CompressPagesMiddleware(GZipMiddleware):
    """Compress pages and fragments: a board of 400 cards weighs a tenth.

    HTML alone: files keep their length and ranges, and the API its ETags. Django adds bytes at random, and the token
    against forgery is masked anew in each page, so that the length of an answer tells nothing (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what is a page."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        return super().process_response(request, response) if is_page else response


class HtmxLoginRedirectMiddleware:
    """Send an htmx request that needs a login to the login page as a whole page, never into the fragment.

    The reader comes back to the page they were on (HX-Current-URL), where app.js fills in again what they had typed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Turn a redirect to the login page into an HX-Redirect."""
        response = self.get_response(request)
        if not is_htmx(request) or response.status_code not in (301, 302, 303, 307):
            return response
        target = urlsplit(response.headers.get("Location", ""))
        if target.path != urlsplit(resolve_url(settings.LOGIN_URL)).path:
            return response
        query = urlencode({"next": self._page(request, target.query)})
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = f"{target.path}?{query}"
        answer.headers[SESSION_EXPIRED_HEADER] = "1"
        answer.cookies = response.cookies
        return answer

    @staticmethod
    def _page(request: HttpRequest, query: str) -> str:
        """Return the path of the page the request was made from; without one, where the redirect would return to."""
        current = request.headers.get("HX-Current-URL", "")
        if url_has_allowed_host_and_scheme(current, {request.get_host()}, require_https=request.is_secure()):
            parts = urlsplit(current)
            return parts.path + (f"?{parts.query}" if parts.query else "")
        return parse_qs(query).get("next", ["/"])[0]


class UserLanguageMiddleware:
    """Show pages in the language the signed-in person chose, whatever the browser asks for.

    Stands after AuthenticationMiddleware and LocaleMiddleware. The API follows Accept-Language alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate the user's language for this request."""
        if not request.path.startswith(("/api/", "/static/")) and request.user.is_authenticated:
            language = getattr(request.user, "language", "")
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return self.get_response(request)


class UserTimeZoneMiddleware:
    """Show times in the time zone that the signed-in person chose; days stay those of the zone.

    Also notes, at most every quarter of an hour, that the session is in use: by a cookie and in the background, so
    that a page asks the database nothing more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the user's time zone."""
        if request.path.startswith(("/api/", "/static/")) or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(_zone_named(getattr(request.user, "time_zone", ""))):
            response = self.get_response(request)
        if SEEN_COOKIE not in request.COOKIES and request.session.session_key:
            enqueue(
                "teams.note_session",
                session_key=request.session.session_key,
                user_agent=request.headers.get("User-Agent", "")[:200],
                ip=request.META.get("REMOTE_ADDR", ""),
                seen_at=timezone.now().isoformat(),
            )
            response.set_cookie(
                SEEN_COOKIE, "1", max_age=SEEN_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax"
            )
        return response


@lru_cache(maxsize=64)
def _zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """The time zone; None (the installation's) where the name is empty or unknown."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
