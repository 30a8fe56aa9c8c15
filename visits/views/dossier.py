"""The checklist of what to find out before a visit."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.htmx import is_htmx
from teams.requests import user_of
from visits.models import PlannedVisit
from visits.selectors.planning import for_lines
from visits.services.dossier import tick_item, untick_item
from visits.views.plans import dossier_context


@login_required
@require_POST
def plan_check(request: HttpRequest, planned_visit_id: uuid.UUID, dossier_item_id: uuid.UUID) -> HttpResponse:
    """Tick an item with what was found (`note`), or untick it (`open`); the answer is the checklist."""
    user = user_of(request)
    typed, status, refused = request.POST.get("note", ""), 200, {}
    try:
        if "open" in request.POST:
            untick_item(actor=user, planned_visit_id=planned_visit_id, item_id=dossier_item_id)
        else:
            seen = request.POST.get("seen", "")
            tick_item(actor=user, planned_visit_id=planned_visit_id, item_id=dossier_item_id, note=typed, seen=seen)
    except Stale as stale:
        status, refused = CONFLICT, {"theirs": stale.current["note"]}
    except ValidationError as error:
        status, refused = UNPROCESSABLE, {"error": error.messages[0]}
    if status == 200 and not is_htmx(request):
        return HttpResponseRedirect(reverse("visits:planned_visit", args=[planned_visit_id]))
    visit = for_lines(PlannedVisit.objects.visible_to(user), user).get(pk=planned_visit_id)
    context = {**dossier_context(user, visit), "typed": typed, "refused": refused, "refused_item": dossier_item_id}
    return render(request, "visits/_dossier.html", context, status=status)
