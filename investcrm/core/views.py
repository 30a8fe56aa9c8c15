"""Pages that belong to no app: language, health, errors, the styleguide."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from investcrm.core.htmx import is_htmx


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language at once, remember it in a cookie and with the signed-in user, return to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or 365 * 24 * 3600,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE or request.is_secure(),
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE or "Lax",
    )
    if request.user.is_authenticated:
        user: Any = request.user
        user.language = language
        user.save(update_fields=["language"])
    return response


@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether this process answers and reaches its database: 200 `ok`, or 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def _error(request: HttpRequest, status: int, text: str) -> HttpResponse:
    """Return an error page, or a fragment where htmx asked."""
    if is_htmx(request):
        return render(request, "components/error_fragment.html", {"text": text}, status=status)
    return render(request, f"{status}.html", {"text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be understood (400)."""
    return _error(request, 400, _("The request could not be understood. Please go back and try again."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what this person may not do (403)."""
    return _error(request, 403, _("Your role does not allow this. Ask your team leader or director if you need it."))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that does not exist, or whose row this person may not see (404)."""
    return _error(
        request, 404, _("There is nothing at this address, or it belongs to a team whose leads you do not see.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours (500); the page needs no database and no signed-in user."""
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old (CSRF_FAILURE_VIEW)."""
    text = _(
        "This page was open for too long, or you signed in again elsewhere. Please reload it and send the form again."
    )
    if is_htmx(request):
        return render(request, "components/error_fragment.html", {"text": text}, status=403)
    return render(request, "403_csrf.html", {"text": text}, status=403)


class SampleForm(forms.Form):
    """One field of each kind, for the styleguide."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As on the business licence."))
    amount = forms.DecimalField(label=gettext_lazy("Total investment"), max_digits=12, decimal_places=2, min_value=0)
    day = forms.DateField(
        label=gettext_lazy("Expected signing"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=[("in_talks", gettext_lazy("In talks")), ("signed", gettext_lazy("Signed"))],
        required=False,
    )
    industry = forms.ChoiceField(
        label=gettext_lazy("Industry"),
        choices=[("", ""), ("powder", gettext_lazy("Powder metallurgy")), ("light", gettext_lazy("Digital lighting"))],
        required=False,
        widget=forms.Select(attrs={"data-select": "1"}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    settled = forms.BooleanField(label=gettext_lazy("Settled in the zone"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        widget=forms.RadioSelect,
        choices=[
            ("phone", gettext_lazy("Phone")),
            ("video", gettext_lazy("Video")),
            ("visit", gettext_lazy("Visit")),
            ("reception", gettext_lazy("Reception")),
        ],
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component (where DEBUG is on)."""
    messages.success(request, _("Moved to Signed"), extra_tags="undo:/styleguide/")
    steps = [
        {"label": _("Enquiry"), "state": "done", "note": "2026-03-02"},
        {"label": _("In talks"), "state": "done", "note": "2026-04-18"},
        {"label": _("Key talks"), "state": "here"},
        {"label": _("To sign"), "state": "ahead"},
        {"label": _("Signed"), "state": "ahead"},
        {"label": _("Landed"), "state": "ahead"},
    ]
    context = {
        "form": SampleForm(initial={"name": "苏州粉末冶金有限公司", "channel": "reception"}),
        "wrong_form": SampleForm({"wrong-amount": "-1", "wrong-channel": "fax"}, prefix="wrong"),
        "steps": steps,
        "chips": [
            {"label": _("Team"), "value": _("Team 4"), "url": "#"},
            {"label": _("Stage"), "value": _("In talks"), "url": "#"},
        ],
        "tabs": [
            {"label": _("Overview"), "url": "#overview", "here": True},
            {"label": _("Timeline"), "url": "#timeline", "count": 12},
            {"label": _("History"), "url": "#history"},
        ],
        "rows": [
            {"label": _("Total investment"), "value": "1.5 亿元"},
            {"label": _("Site need"), "value": "4,300 m²"},
            {"label": _("Referrer"), "value": ""},
        ],
        "crumbs": [{"label": _("Leads"), "url": "#"}, {"label": _("Powder metallurgy")}],
    }
    return render(request, "core/styleguide.html", context)
