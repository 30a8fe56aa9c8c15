"""When the zone's periodic work is due: the schedules with their runs, changing one, running it now."""

from __future__ import annotations

import datetime
import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import CONFLICT, UNPROCESSABLE, dialog_done
from investcrm.core.calendar import published_until
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.mails import mail_trouble
from investcrm.core.toasts import add_toast, with_toast
from teams.access import Capability
from teams.forms.schedules import ScheduleForm
from teams.models import CalendarDay, Job, Schedule, ScheduleRun, User
from teams.requests import user_of
from teams.selectors.schedule_words import next_run_of, when_words
from teams.selectors.schedules import last_runs
from teams.services.schedules import ensure_schedules, run_now, update_schedule
from teams.views.answers import administered, at_zone, zone_tabs

CHANGED = "schedules-changed"
# A row that waits for its run asks so long.
PATIENCE = datetime.timedelta(minutes=2)


def _lines(schedules: list[Schedule], asked: datetime.datetime | None = None) -> list[dict[str, Any]]:
    """Each schedule in words, with its next and its last run. Two queries."""
    zone, now = schedules[0].zone, timezone.now()
    own = {row.day: row for row in CalendarDay.objects.filter(zone=zone)}
    overrides = {day: row.is_working for day, row in own.items()}
    runs = last_runs(zone)
    found = []
    for one in schedules:
        run = runs.get(one.job)
        running = run is not None and run.outcome == ScheduleRun.Outcome.RUNNING and now - run.started_at < PATIENCE
        missed = asked is not None and now - asked < PATIENCE and (run is None or run.started_at < asked)
        found.append(
            {
                "schedule": one, "when": when_words(one), "next": next_run_of(one, now, overrides, own), "run": run,
                "waits": running or missed, "queued": missed, "asked": asked, "is_report": one.job != Job.REMINDERS,
            }
        )  # fmt: skip
    return found


@login_required
@require_GET
def schedules(request: HttpRequest) -> HttpResponse:
    """All jobs of a zone: when, next run, last run with what it came to."""
    user, zone, zones = administered(request, Capability.MANAGE_SETTINGS)
    rows = _lines(ensure_schedules(zone))
    years = [one["next"].at.year for one in rows if one["next"]]
    known = published_until()
    context = {
        "zone": zone,
        "tabs": zone_tabs("teams:schedules", zone, zones),
        "rows": rows,
        "unknown_year": next((year for year in years if year > known), None),
        "trouble": mail_trouble(user),
    }  # fmt: skip
    return render(request, "teams/schedules.html", context)


def _managed(user: User, schedule_id: uuid.UUID) -> Schedule:
    row = get_object_or_404(Schedule.objects.visible_to(user).select_related("zone"), pk=schedule_id)
    if not user.can(Capability.MANAGE_SETTINGS, on=row.zone):
        raise PermissionDenied
    return row


@login_required
@require_http_methods(["GET", "POST"])
def schedule_edit(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """A dialog: when a job is due."""
    user = user_of(request)
    row = _managed(user, schedule_id)
    form = ScheduleForm(sent(request), row=row)
    status = _unsaved(form, partial(update_schedule, actor=user, schedule_id=row.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "action": request.path}
    return render(request, "teams/schedule_edit.html", context, status=status)


def _unsaved(form: ScheduleForm, save: Any) -> int | None:
    """None when saved, else the status of the form again."""
    if not form.is_bound:
        return 200
    if form.is_valid():
        try:
            save(changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, {})
            return CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            return None
    return UNPROCESSABLE


@login_required
@require_POST
def schedule_run(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Queue what is due of a job by now; the row asks for what it came to."""
    user = user_of(request)
    row = _managed(user, schedule_id)
    asked, problem = timezone.now(), ""
    try:
        run_now(actor=user, zone_id=row.zone_id, job=row.job)
    except ValidationError as error:
        problem = error.messages[0]
    words = problem or _("Queued. The row says what it came to.")
    if not is_htmx(request):
        add_toast(request, words, level=messages.ERROR if problem else messages.SUCCESS)
        return redirect(at_zone("teams:schedules", row.zone))
    (line,) = _lines([row], None if problem else asked)
    answer = render(request, "teams/_schedule_row.html", {"row": line})
    return with_toast(answer, words, level="danger" if problem else "success")


@login_required
@require_GET
def schedule_row(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """One job's row; `?asked=` is when its run was asked for."""
    row = _managed(user_of(request), schedule_id)
    try:
        asked = parse_datetime(request.GET.get("asked", ""))
    except ValueError:
        asked = None
    (line,) = _lines([row], asked if asked and asked.tzinfo else None)
    return render(request, "teams/_schedule_row.html", {"row": line})
