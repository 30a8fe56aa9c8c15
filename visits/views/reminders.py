"""The morning's mail: choosing it, stopping it from the mail itself; and the number beside *today* in the menu."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.forms import sent
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast, with_toast
from teams.access import Capability
from teams.requests import user_of
from visits.forms.reminders import ReminderForm
from visits.selectors.mornings import reader_of, wants_reminders
from visits.selectors.today import number_due
from visits.services.reminder_choices import choose_reminders

# Beyond this the menu says "99+".
SHOWN = 99
STOP_ASKING = 286


@login_required
@require_http_methods(["GET", "POST"])
def reminder_choice(request: HttpRequest) -> HttpResponse:
    """Whether one wants the morning's mail: a part of the page of notification choices, or a page of its own."""
    user = user_of(request)
    form = ReminderForm(sent(request), initial={"by_mail": wants_reminders(user)})
    saved = form.is_bound and form.is_valid()
    if saved:
        choose_reminders(actor=user, by_mail=form.cleaned_data["by_mail"])
    if is_htmx(request):
        answer = render(request, "visits/_reminder_choice.html", {"form": form})
        return with_toast(answer, _("Saved.")) if saved else answer
    if saved:
        add_toast(request, _("Saved."))
        return redirect("visits:reminder_choice")
    return render(request, "visits/reminder_choice.html", {"form": form})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def reminder_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails from a link in one of them, without signing in.

    Opening it only asks, since programs open the links of a mail, too. A mail program's own button posts (RFC 8058),
    from elsewhere and without a cookie: the token is the key.
    """
    reader = reader_of(token)
    if reader is None:
        raise Http404
    stopped = request.method == "POST"
    if stopped:
        choose_reminders(actor=reader, by_mail=False)
    context = {"stopped": stopped, "wanted": stopped or wants_reminders(reader)}
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        answer = render(request, "visits/reminder_stop.html", context)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
@require_GET
def due_count(request: HttpRequest) -> HttpResponse:
    """How many things are due, for the menu; whoever is signed out is told to ask no more, and stays there."""
    if not request.user.is_authenticated:
        return HttpResponse(status=STOP_ASKING)
    user = user_of(request)
    count = number_due(user) if user.can(Capability.LOG_INTERACTION) else 0
    return render(request, "visits/_due_count.html", {"count": count, "many": count > SHOWN})
