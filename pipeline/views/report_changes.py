"""What directors do with a report: a comment, drawing it again, releasing it, a new edition."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.toasts import add_toast, with_toast
from pipeline.forms.reports import CommentForm, EditionForm
from pipeline.models.reports import ReportKind, ReportStatus
from pipeline.selectors.periods import FIRST_YEAR
from pipeline.selectors.reports.duties import report_period
from pipeline.selectors.reports.listing import draft_reports, lines, releases
from pipeline.services.reports.drafting import draw_again
from pipeline.services.reports.editions import new_edition
from pipeline.services.reports.releasing import comment_report, release_reports
from pipeline.services.reports.subscriptions import Recipient, recipients_of
from pipeline.views.letters import zone_of
from pipeline.views.reports import report_to_release
from projects.services.storing import StorageFailed
from projects.views.answers import unsaved
from teams.requests import user_of

CHANGED = "report-changed"
NAMED = 40


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """To another page, also from a dialog."""
    return HttpResponse(status=204, headers={"HX-Redirect": to}) if is_htmx(request) else redirect(to)


def read_first_day(kind: str, text: str) -> datetime.date:
    """The first day of a period of the kind, from an address; raises Http404."""
    try:
        day = datetime.date.fromisoformat(text)
        period = report_period(kind, day)
    except (ValueError, KeyError, OverflowError) as error:
        raise Http404 from error
    if period.first != day or day.year < FIRST_YEAR:
        raise Http404
    return day


@login_required
@require_http_methods(["GET", "POST"])
def report_comment(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """The director's comment on a draft, in its place on the page; what two have written stands side by side."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    if row.status != ReportStatus.DRAFT:
        raise Http404
    form = CommentForm(sent(request), row=row)

    def save(*, changes: dict[str, Any], base: dict[str, Any]) -> None:
        comment_report(actor=user, report_id=row.pk, comment=changes.get("comment", row.comment), base=base)

    status = unsaved(form, row, save)
    if status is None:
        if not is_htmx(request):
            add_toast(request, _("Saved."))
            return redirect("pipeline:report", report_id=row.pk)
        row.refresh_from_db(fields=["comment", "version"])
        answer = render(request, "pipeline/reports/_comment.html", {"form": CommentForm(row=row), "report": row})
        return with_toast(answer, _("Saved."), events={CHANGED: True})
    template = "_comment.html" if is_htmx(request) else "comment.html"
    return render(request, f"pipeline/reports/{template}", {"form": form, "report": row}, status=status)


def _told(recipients: list[Recipient]) -> dict[str, Any]:
    """Who receives a report: by language, by name, and whom no mail can reach."""
    names = dict(settings.LANGUAGES)
    without = [one.user for one in recipients if not one.user.email]
    with_address = [one for one in recipients if one.user.email]
    by_language = Counter(one.language for one in with_address)
    return {
        "number": len(with_address),
        "languages": [(names.get(code, code), number) for code, number in sorted(by_language.items())],
        "people": [one.user for one in with_address[:NAMED]],
        "more": max(len(with_address) - NAMED, 0),
        "without": without,
    }


@login_required
@require_http_methods(["GET", "POST"])
def report_release(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """A dialog that says who receives the report, and releases it."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    if request.method == "POST":
        released = release_reports(actor=user, report_ids=[row.pk])
        add_toast(request, _("Released. The mails are on their way.") if released else _("It was released already."))
        return _go(request, reverse("pipeline:report", args=[row.pk]))
    context = {"report": row, "told": _told(recipients_of(row)), "line": lines([row])[0], "action": request.path}
    return render(request, "pipeline/reports/release.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reports_release(request: HttpRequest, report_kind: str, first_day: str) -> HttpResponse:
    """A dialog that releases all drafts of a period together; those that are named in it, and no later ones."""
    user = user_of(request)
    zone, _zones = zone_of(request, user)
    if not releases(user, zone):
        raise PermissionDenied
    day = read_first_day(report_kind, first_day)
    drafts = list(
        draft_reports(user, zone)
        .filter(kind=report_kind, first_day=day)
        .order_by(F("team__code").asc(nulls_first=True), "pk")
    )
    if request.method == "POST":
        chosen = set(request.POST.getlist("report"))
        released = release_reports(actor=user, report_ids=[one.pk for one in drafts if str(one.pk) in chosen])
        words = ngettext("%(number)d report released.", "%(number)d reports released.", len(released))
        add_toast(request, words % {"number": len(released)})
        return _go(request, f"{reverse('pipeline:reports')}?zone={zone.code}")
    context = {
        "lines": lines(drafts), "kind": ReportKind(report_kind).label, "period": report_period(report_kind, day).words,
        "action": request.get_full_path(),
    }  # fmt: skip
    return render(request, "pipeline/reports/release_all.html", context)


@login_required
@require_POST
def report_draw(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Draw a draft again: the same day, as known now."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    try:
        draw_again(actor=user, report_id=row.pk)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
    except StorageFailed as failed:
        add_toast(request, failed.message, level=messages.ERROR)
    else:
        add_toast(request, _("Drawn again with what is known now."))
    return redirect("pipeline:report", report_id=row.pk)


@login_required
@require_http_methods(["GET", "POST"])
def report_edition(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """A dialog: why a released report is drawn anew; its draft opens."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    form = EditionForm(sent(request), report=row)
    if form.is_valid():
        try:
            made = new_edition(actor=user, report_id=row.pk, **form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        except StorageFailed as failed:
            form.add_error(None, ValidationError(failed.message, code="storage"))
        else:
            add_toast(request, _("The new edition is a draft. See what changed, then release it."))
            return _go(request, reverse("pipeline:report", args=[made.pk]))
    context = {"form": form, "report": row, "action": request.path}
    return render(request, "pipeline/reports/edition.html", context, status=UNPROCESSABLE if form.errors else 200)
