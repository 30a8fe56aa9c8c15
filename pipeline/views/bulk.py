"""Closing many leads at once: each one by a move of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.forms.closing import CloseForm
from pipeline.services.moves import close_leads
from projects.services.bulk import Chosen, Outcome
from projects.views.bulk import change_many
from teams.access import Capability
from teams.requests import user_of


@login_required
@require_POST
def lead_bulk_close(request: HttpRequest) -> HttpResponse:
    """Close many leads with one reason."""
    user = user_of(request)
    if not user.can(Capability.MOVE_LEAD):
        raise PermissionDenied

    def run(form: Any, rows: Sequence[Chosen]) -> list[Outcome]:
        return close_leads(
            actor=user, rows=rows, to_stage=form.cleaned_data["stage"], reason=form.cleaned_data["reason"]
        )

    return change_many(
        request, title=_("Close leads"), button=_("Close these leads"),
        make_form=lambda data: CloseForm(data, user=user), run=run,
    )  # fmt: skip
