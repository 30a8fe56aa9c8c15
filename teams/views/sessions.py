"""Where one is signed in, and signing out there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from investcrm.core.toasts import add_toast
from teams.requests import user_of
from teams.selectors import sessions_of
from teams.services.sessions import end_other_sessions, end_session


@login_required
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """The devices one is signed in on, this one first."""
    rows = sessions_of(user_of(request), str(request.session.session_key))
    return render(request, "teams/sessions.html", {"rows": rows, "others": sum(not row.here for row in rows)})


@login_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign oneself out on one device."""
    end_session(actor=user_of(request), session_id=session_id)
    add_toast(request, _("Signed out there."))
    return redirect("usersessions_list")


@login_required
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """Sign oneself out everywhere but here."""
    number = end_other_sessions(actor=user_of(request), session_key=str(request.session.session_key))
    if number:
        words = ngettext("Signed out on %(count)d other device.", "Signed out on %(count)d other devices.", number)
        add_toast(request, words % {"count": number})
    else:
        add_toast(request, _("You are signed in nowhere else."))
    return redirect("usersessions_list")
