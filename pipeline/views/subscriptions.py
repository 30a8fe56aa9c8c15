"""Which reports one gets by mail, and stopping one by the link of its mail, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from pipeline.forms.subscriptions import SubscriptionsForm
from pipeline.models.reports import ReportKind
from pipeline.services.reports.subscriptions import Subscription, choose_subscriptions, offers, read_token, stop
from teams.access import Capability
from teams.requests import user_of


@login_required
@require_http_methods(["GET", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Each report that one may read: by mail or not, and in which language."""
    user = user_of(request)
    if not user.can(Capability.VIEW):
        raise PermissionDenied
    form = SubscriptionsForm(sent(request), offers=offers(user))
    if form.is_valid():
        try:
            choose_subscriptions(actor=user, choices=form.choices())
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("pipeline:subscriptions")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pipeline/reports/subscriptions.html", {"form": form}, status=status)


def _words(found: Subscription) -> dict[str, str]:
    return {"kind": str(ReportKind(found.kind).label), "whose": str(found.team or found.zone)}


# A mail program posts here by itself (List-Unsubscribe-Post, RFC 8058): it has no cookie and no token of a page. The
# signed link says who stops what, and stopping is all that it can do.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def subscription_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would be stopped, and stop it; in the language of whom the mail went to."""
    try:
        found = read_token(token)
    except Http404:
        return render(request, "pipeline/reports/stop.html", {"is_bad": True}, status=404)
    done = request.method == "POST"
    if done:
        stop(token)
    with translation.override(found.user.language or settings.LANGUAGE_CODE):
        context = {"is_bad": False, "done": done, "person": found.user, **_words(found)}
        return render(request, "pipeline/reports/stop.html", context)
