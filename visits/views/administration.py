"""Administration of what belongs to visits: the dossier's items, and handing over a leaver's work."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.models import Membership, User
from teams.requests import user_of
from teams.selectors import teams_led_by
from teams.services.people import may_manage
from teams.views.answers import administered, at_zone, zone_tabs
from visits.forms.administration import DossierForm, HandOverForm
from visits.services.dossier_items import items_by_code, update_dossier
from visits.services.hand_over import hand_over, open_work_of, zones_managed

# So many leads are listed for a successor each; the rest goes to the one successor.
LEADS_LISTED = 60


@login_required
@require_http_methods(["GET", "POST"])
def dossier_items(request: HttpRequest) -> HttpResponse:
    """The items of the zone's dossier."""
    user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    form = DossierForm(sent(request), present=items_by_code(zone))
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            update_dossier(actor=user, zone_id=zone.pk, wanted=form.wanted, seen=form.seen_items, added=form.added)
        except Stale as stale:
            form.show_theirs(stale.current)
            conflict = True
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(at_zone("visits:dossier_items", zone))
    context = {"form": form, "zone": zone, "tabs": zone_tabs("visits:dossier_items", zone, zones)}
    status = CONFLICT if conflict else UNPROCESSABLE if form.errors else 200
    return render(request, "visits/dossier_items.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Hand over a leaver's work in one step; what there is stands above the form."""
    reader = user_of(request)
    if not reader.can(Capability.MANAGE_PEOPLE):
        raise PermissionDenied
    person = get_object_or_404(User.objects.visible_to(reader), pk=user_id)
    if person == reader or not may_manage(reader, person):
        raise PermissionDenied
    zones = zones_managed(reader)
    work = open_work_of(person, zones)
    leads = list(work.leads.select_related("company", "team").order_by("team", "name_key", "id")[:LEADS_LISTED])
    in_zones = Membership.objects.filter(user_id=OuterRef("id"), zone__in=zones, deleted_at=None)
    people = User.objects.filter(Exists(in_zones), is_active=True, is_service_account=False).exclude(pk=person.pk)
    form = HandOverForm(
        sent(request), people=people.order_by("name_key"), leads=leads, led=teams_led_by(person),
        initial={"last_day": person.leaves_on},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            hand_over(
                actor=reader, user_id=user_id, last_day=form.cleaned_data["last_day"],
                successor=form.cleaned_data["successor"], successors=form.successors,
                lead_teams=form.cleaned_data.get("lead_teams", False), note=form.cleaned_data["note"],
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Handed over. %(name)s has no work in hand any more.") % {"name": person})
            return redirect("teams:person", user_id=user_id)
    counts = work.counts()
    context = {
        "form": form, "person": person, "counts": counts, "listed": len(leads),
        "more": max(counts["leads"] - len(leads), 0),
    }  # fmt: skip
    return render(request, "visits/leave.html", context, status=UNPROCESSABLE if form.errors else 200)
