"""The working calendar: public holidays and days worked in lieu, and the zone's own days."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from investcrm.core.calendar import published_until
from investcrm.core.days_off import days_off, holiday_name, worked_in_lieu
from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.access import Capability
from teams.forms.schedules import CalendarDayForm
from teams.models import CalendarDay
from teams.requests import user_of
from teams.services.schedules import add_calendar_day, remove_calendar_day
from teams.views.answers import administered, at_zone, form_page, zone_tabs

# From here on the notice of the next year is due.
NOTICE_MONTH = 11
MOST_DAYS = 200


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """This and the next year's days off, the zone's own days, and a form for one more."""
    user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    form = CalendarDayForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_calendar_day(actor=user, zone_id=zone.pk, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect(at_zone("teams:calendar", zone))
    today = zone.today()
    known = published_until()
    own = CalendarDay.objects.filter(zone=zone, day__gte=today.replace(month=1, day=1)).order_by("day")
    years: list[dict[str, Any]] = [
        {"year": year, "off": list(days_off(year)), "worked": worked_in_lieu(year), "known": year <= known}
        for year in (today.year, today.year + 1)
    ]
    context = {
        "zone": zone,
        "tabs": zone_tabs("teams:calendar", zone, zones),
        "years": years,
        "own": [{"row": row, "holiday": holiday_name(row.day)} for row in own[:MOST_DAYS]],
        "today": today,
        "unknown_year": next((one["year"] for one in years if not one["known"]), None),
        "is_pressing": known < today.year or today.month >= NOTICE_MONTH,
    }
    return form_page(request, "teams/calendar.html", form, **context)


@login_required
@require_POST
def calendar_remove(request: HttpRequest, calendar_day_id: uuid.UUID) -> HttpResponse:
    """Take one of the zone's own days out."""
    user = user_of(request)
    row = get_object_or_404(CalendarDay.objects.visible_to(user).select_related("zone"), pk=calendar_day_id)
    remove_calendar_day(actor=user, calendar_day_id=row.pk)
    add_toast(request, _("Taken out. The published calendar holds for this day again."))
    return redirect(at_zone("teams:calendar", row.zone))
