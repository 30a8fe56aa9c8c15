"""The delivery log of a report: who got it, what became of each mail, sending it again."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from investcrm.core.ids import as_id
from investcrm.core.paging import Ordering, page_or_first
from investcrm.core.toasts import add_toast
from pipeline.models.reports import Report, ReportDelivery, ReportStatus
from pipeline.selectors.reports.listing import lines
from pipeline.services.reports.delivering import send_again, send_test_mail
from pipeline.services.reports.subscriptions import readers_of
from pipeline.views.reports import crumbs_of, report_to_release
from teams.models import User
from teams.requests import user_of

PAGE = 50
ORDERINGS: dict[str, Ordering | str] = {"created_at": Ordering("created_at")}
State = ReportDelivery.State
# What did not arrive, or not yet, and nobody is about to try.
UNSENT = Q(state__in=[State.NO_ADDRESS, State.FAILED]) | Q(mail__failed_at__isnull=False, mail__sent_at=None)


def _deliveries(user: User, report: Report) -> Any:
    """The deliveries of a report; the mails' bodies stay where they are."""
    rows = ReportDelivery.objects.visible_to(user).filter(report=report)
    return rows.select_related("user", "mail").defer("mail__body")


def _unsent(user: User, report: Report) -> list[uuid.UUID]:
    """The people whose last delivery did not arrive, and who may read it still."""
    place = Window(RowNumber(), partition_by=F("user_id"), order_by=F("turn").desc())
    last = ReportDelivery.objects.visible_to(user).filter(report=report).annotate(place=place).filter(place=1)
    readers = set(readers_of(report, report.zone.today()).values_list("pk", flat=True))
    return [pk for pk in last.filter(UNSENT).values_list("user_id", flat=True) if pk in readers]


@login_required
@require_GET
def report_mails(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Each recipient with address, language, state and Message-ID, the latest first."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    page = page_or_first(
        _deliveries(user, row), ordering="-created_at", allowed=ORDERINGS, cursor=request.GET.get("cursor"),
        page_size=PAGE,
    )  # fmt: skip
    names = dict(settings.LANGUAGES)
    context = {
        "report": row,
        "line": lines([row])[0],
        "is_draft": row.status == ReportStatus.DRAFT,
        "rows": [{"delivery": one, "language": names.get(one.language, one.language)} for one in page.rows],
        "unsent": len(_unsent(user, row)),
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
        "previous_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
        "crumbs": crumbs_of(row, here=_("Delivery")),
    }
    return render(request, "pipeline/reports/mails.html", context)


@login_required
@require_POST
def report_send(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Send the report again: to one person, to all whom it did not reach, or to everybody who gets it."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    whom = request.POST.get("to", "")
    people: list[uuid.UUID] | None = None
    if whom == "unsent":
        people = _unsent(user, row)
    elif whom != "all":
        person = as_id(whom)
        if person is None or not _deliveries(user, row).filter(user=person).exists():
            raise Http404
        people = [person]
    try:
        number = send_again(actor=user, report_id=row.pk, user_ids=people)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
    else:
        words = ngettext("Sent again to %(number)d person.", "Sent again to %(number)d people.", number)
        nobody = _("Nobody was left to send it to: the mails of a moment ago are on their way.")
        add_toast(request, words % {"number": number} if number else nobody)
    return redirect("pipeline:report_mails", report_id=row.pk)


@login_required
@require_POST
def report_test_mail(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Send the report, be it a draft, to oneself alone."""
    user = user_of(request)
    row = report_to_release(user, report_id)
    try:
        send_test_mail(actor=user, report_id=row.pk)
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
    else:
        add_toast(request, _("A test mail goes to %(address)s.") % {"address": user.email})
    return redirect("pipeline:report", report_id=row.pk)
