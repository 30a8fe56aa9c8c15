"""Reports: the list with who has reported, a report as a page, what it would say now."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from investcrm.core.mails import mail_trouble
from investcrm.core.paging import page_or_first
from pipeline.forms.reports import CommentForm
from pipeline.models.reports import Report, ReportKind, ReportStatus
from pipeline.papers.writing import paper_of
from pipeline.selectors.periods import FIRST_YEAR, Period
from pipeline.selectors.reports.duties import PERIODS, duties_of, owed_by, report_period, who_reported
from pipeline.selectors.reports.listing import (
    MOST_DRAFTS,
    ORDERINGS,
    draft_reports,
    editions_of,
    grouped_drafts,
    lines,
    period_words,
    released_reports,
    releases,
    scopes_to_read,
)
from pipeline.selectors.scopes import Scope, may_ask, scopes_of
from pipeline.services.reports.drafting import preview
from pipeline.views.letters import zone_of
from teams.access import Capability
from teams.models import Schedule, User, Zone
from teams.requests import user_of
from teams.selectors.schedules import next_run
from teams.views.answers import zone_tabs

PAGE = 30
CENTRE = "centre"


def _link(params: QueryDict, **changed: str) -> str:
    """The list's address with some of its parameters set, or taken off by ""; from its first page."""
    copy = params.copy()
    for name, value in {"cursor": "", **changed}.items():
        copy.pop(name, None)
        if value:
            copy[name] = value
    return f"?{copy.urlencode()}"


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Drafts that wait, who has reported, and the released reports, the newest first."""
    user = user_of(request)
    zone, zones = zone_of(request, user)
    kind = request.GET.get("kind", "")
    kind = kind if kind in PERIODS else ""
    whole, teams = scopes_to_read(user, zone)
    scope = request.GET.get("scope", "")
    limits: dict[str, Any] = {"kind": kind} if kind else {}
    if scope == CENTRE and whole:
        limits["team"] = None
    elif team_id := next((team.pk for team in teams if str(team.pk) == scope), None):
        limits["team"] = team_id
    else:
        scope = ""
    drafts = draft_reports(user, zone).filter(**limits)
    page = page_or_first(
        released_reports(user, zone).filter(**limits), ordering="-cutoff_at", allowed=ORDERINGS,
        cursor=request.GET.get("cursor"), page_size=PAGE,
    )  # fmt: skip
    waiting = list(
        drafts.order_by("-cutoff_at", "kind", F("team__code").asc(nulls_first=True), "pk")[: MOST_DRAFTS + 1]
    )
    context = {
        "zone": zone,
        "zone_tabs": zone_tabs("pipeline:reports", zone, zones),
        "tabs": _kind_tabs(request.GET, kind),
        "kind": kind,
        "whole": whole,
        "teams": teams,
        "scope": scope,
        "rows": lines(page.rows),
        "drafts": grouped_drafts(waiting[:MOST_DRAFTS]),
        "more_drafts": len(waiting) > MOST_DRAFTS,
        "may_release": releases(user, zone),
        "may_preview": [one for one in ReportKind if not kind or one.value == kind],
        "next_url": _link(request.GET, cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": _link(request.GET, cursor=page.previous_cursor) if page.previous_cursor else "",
        **_reporting(user, zone, kind or ReportKind.WEEKLY.value),
    }  # fmt: skip
    if not page.rows and not waiting:
        context["first_one"] = _first_one(zone, kind)
    return render(request, "pipeline/reports/list.html", context)


def _kind_tabs(params: QueryDict, kind: str) -> list[dict[str, Any]]:
    """All reports, and each kind of them."""
    names = {"": _("All"), **{str(one.value): str(one.label) for one in ReportKind}}
    return [{"label": label, "url": _link(params, kind=code), "here": code == kind} for code, label in names.items()]


def _reporting(user: User, zone: Zone, kind: str) -> dict[str, Any]:
    """Who has reported on the period that is due next and on the one before."""
    now = timezone.now()
    duties = duties_of(zone, now).get(kind, [])
    return {"duties": duties, "reporting": who_reported(user, zone, duties, now), "reporting_kind": kind}


def _first_one(zone: Zone, kind: str) -> Any:
    """When the next report comes, for a list without any."""
    now = timezone.now()
    rows = Schedule.objects.filter(zone=zone, job__in=[kind] if kind else PERIODS, is_on=True)
    return min(
        (found for one in rows.select_related("zone") if (found := next_run(one, now)) is not None), default=None
    )


def report_of(user: User, report_id: uuid.UUID) -> Report:
    """A report that the user reads; raises Http404."""
    rows = Report.objects.visible_to(user).select_related("zone", "team", "released_by", "commented_by")
    return get_object_or_404(rows, pk=report_id)


def report_to_release(user: User, report_id: uuid.UUID) -> Report:
    """A report that the user comments on, releases, sends again; raises Http404, PermissionDenied."""
    report = report_of(user, report_id)
    if not user.can(Capability.RELEASE_REPORTS, on=report):
        raise PermissionDenied
    return report


def crumbs_of(report: Report, *, here: str = "") -> list[dict[str, str]]:
    """Where a page about a report is."""
    name = f"{ReportKind(report.kind).label} · {period_words(report)} · {report.team or report.zone}"
    found = [{"label": _("Reports"), "url": f"{reverse('pipeline:reports')}?zone={report.zone.code}"}]
    if not here:
        return [*found, {"label": name}]
    return [*found, {"label": name, "url": reverse("pipeline:report", args=[report.pk])}, {"label": here}]


def asks(user: User, report: Report) -> bool:
    """Whether the numbers of a report may open their lists: the reader asks figures of its scope."""
    return may_ask(user, Scope(report.zone, report.team))


@login_required
@require_GET
def report(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """One report in the reader's language, with what may be done with it."""
    user = user_of(request)
    row = report_of(user, report_id)
    may_release = user.can(Capability.RELEASE_REPORTS, on=row)
    is_draft = row.status == ReportStatus.DRAFT
    editions = editions_of(user, row)
    context = {
        "report": row,
        "paper": paper_of(row, links=asks(user, row)),
        "editions": editions if len(editions) > 1 else [],
        "is_old": any(one.edition > row.edition for one in editions if one.status == ReportStatus.RELEASED),
        "has_draft": any(one.status == ReportStatus.DRAFT for one in editions),
        "newest": editions[0] if editions else row,
        "is_draft": is_draft,
        "may_release": may_release,
        "may_export": user.can(Capability.EXPORT, on=row),
        "form": CommentForm(row=row) if may_release and is_draft else None,
        "crumbs": crumbs_of(row),
    }
    return render(request, "pipeline/reports/report.html", context)


def _scope(offered: Sequence[Scope], code: str) -> Scope:
    """Of whom a preview is asked: the centre or a team whose reports the reader reads."""
    found = next((one for one in offered if one.code == code), None) if code else next(iter(offered), None)
    if found is None:
        raise Http404
    return found


def _period(zone: Zone, kind: str, text: str) -> Period:
    """The period that begins on the day, else the running one."""
    today = zone.today()
    try:
        day = datetime.date.fromisoformat(text) if text else today
    except ValueError as error:
        raise Http404 from error
    if day.year < FIRST_YEAR or day > today:
        raise Http404
    return report_period(kind, day)


@login_required
@require_GET
def report_preview(request: HttpRequest) -> HttpResponse:
    """What the report on the running period would say now; nothing is kept. `?part=tiles` is its head alone."""
    user = user_of(request)
    zone, _zones = zone_of(request, user)
    kind = request.GET.get("kind", "")
    if kind not in PERIODS:
        kind = ReportKind.WEEKLY.value
    scopes = [one for one in scopes_of(user) if one.zone == zone and one.person is None]
    scope = _scope(scopes, request.GET.get("scope", ""))
    period = _period(zone, kind, request.GET.get("first_day", ""))
    row = preview(actor=user, scope=scope, kind=kind, period=period)
    context = {
        "report": row,
        "paper": paper_of(row, links=True),
        "scope": scope,
        "scopes": scopes,
        "kind": kind,
        "kinds": ReportKind.choices,
        "zone": zone,
        "period": period,
        "crumbs": [
            {"label": _("Reports"), "url": f"{reverse('pipeline:reports')}?zone={zone.code}"},
            {"label": _("Preview")},
        ],
    }
    template = "_tiles.html" if request.GET.get("part") == "tiles" else "preview.html"
    return render(request, f"pipeline/reports/{template}", context)


@login_required
@require_GET
def report_notices(request: HttpRequest) -> HttpResponse:
    """What the reader should do about reports: statements that are due, drafts that wait, mail that is stuck."""
    user = user_of(request)
    drafts = Report.objects.visible_to(user).filter(status=ReportStatus.DRAFT)
    zones = user.zone_ids(Capability.RELEASE_REPORTS)
    waiting = drafts.filter(zone_id__in=zones).count() if zones else 0
    first = drafts.filter(zone_id__in=zones).select_related("zone").first() if waiting else None
    context = {
        "owed": owed_by(user), "waiting": waiting, "zone": first.zone if first else None,
        "trouble": mail_trouble(user),
    }  # fmt: skip
    return render(request, "pipeline/reports/_notices.html", context)
