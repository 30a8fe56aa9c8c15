"""What an administrator does with a colleague's account: a button each, answered by going back to the person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from investcrm.core.toasts import add_toast
from teams.models import User
from teams.requests import user_of
from teams.services.people import activate_account, deactivate_account, remove_second_factor, resend_invitation
from teams.views.people import managed_person


def _act(request: HttpRequest, user_id: uuid.UUID, service: Callable[..., User], done: Any) -> HttpResponse:
    managed_person(request, user_id)
    try:
        service(actor=user_of(request), user_id=user_id)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
    else:
        add_toast(request, done)
    return redirect("teams:person", user_id=user_id)


@login_required
@require_POST
def person_deactivate(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Close the account."""
    return _act(request, user_id, deactivate_account, _("The account is closed; its sessions have ended."))


@login_required
@require_POST
def person_activate(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Open the account again."""
    return _act(request, user_id, activate_account, _("The account is open again."))


@login_required
@require_POST
def person_invite(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Send the link for the password once more."""
    return _act(request, user_id, resend_invitation, _("The link was sent once more."))


@login_required
@require_POST
def person_factor_off(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Take the second factor off."""
    return _act(request, user_id, remove_second_factor, _("The second factor was taken off; a mail says so."))
