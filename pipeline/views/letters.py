"""Target letters: the list with lights, a letter with its targets, entering and changing one, its scan."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from investcrm.core.paging import Ordering, page_or_first
from investcrm.core.toasts import add_toast
from pipeline.forms.targets import ApplyTierForm, LetterForm, ScanForm
from pipeline.models.targets import LetterScan, TargetLetter
from pipeline.selectors.rule_words import overrides, window_words
from pipeline.selectors.targets import letters_progress
from pipeline.services.scans import NewScan, add_scan
from pipeline.services.targets import delete_letter, update_letter
from pipeline.services.tiers import apply_tier
from pipeline.views.asked import asked_of
from projects.services.storing import StorageFailed, read_stored
from projects.views.answers import unsaved
from projects.views.receiving import takes_files
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.views.answers import zone_tabs

PAGE = 20
FIRST_ROWS = 2
ORDERINGS = {"begins_on": Ordering("begins_on")}
CHANGED = "targets-changed"


def tabs_of(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The pages about targets."""
    zone = request.GET.get("zone", "")
    query = f"?zone={zone}" if zone else ""
    names = {
        "pipeline:targets": _("Letters"), "pipeline:score": _("Scores"), "pipeline:templates": _("Tiers"),
        "pipeline:schemes": _("Scoring schemes"),
    }  # fmt: skip
    return [{"label": label, "url": reverse(name) + query, "here": name == here} for name, label in names.items()]


def zone_of(request: HttpRequest, user: User) -> tuple[Zone, list[Zone]]:
    """The zone whose targets are looked at, and all that the reader may look at; raises PermissionDenied."""
    codes = set(user.zone_ids_with(Capability.VIEW))
    zones = [one for one in Zone.objects.visible_to(user).order_by("code") if user.is_superuser or one.pk in codes]
    return chosen_zone(request, zones), zones


@login_required
@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters whose time overlaps the period, each with its light."""
    user = user_of(request)
    zone, zones = zone_of(request, user)
    asked = asked_of(request, zone)
    letters = TargetLetter.objects.visible_to(user).filter(
        zone=zone, begins_on__lte=asked.period.last, ends_on__gte=asked.period.first
    )
    page = page_or_first(
        letters.select_related("zone", "team", "person", "parent"), ordering="-begins_on", allowed=ORDERINGS,
        cursor=request.GET.get("cursor"), page_size=PAGE,
    )  # fmt: skip
    context = {
        "asked": asked,
        "rows": letters_progress(page.rows, as_of=asked.as_of, known=asked.known),
        "next_url": asked.link(cursor=page.next_cursor) if page.next_cursor else "",
        "previous_url": asked.link(cursor=page.previous_cursor) if page.previous_cursor else "",
        "may_manage": user.can(Capability.MANAGE_TARGETS, on=zone),
        "zone": zone,
        "zone_tabs": zone_tabs("pipeline:targets", zone, zones),
        "tabs": tabs_of(request, "pipeline:targets"),
    }
    return render(request, "pipeline/targets/letters.html", context)


def _letter(user: User, letter_id: uuid.UUID) -> TargetLetter:
    rows = TargetLetter.objects.visible_to(user).select_related("zone", "team", "person", "parent")
    return get_object_or_404(rows, pk=letter_id)


def managed_letter(user: User, letter_id: uuid.UUID) -> TargetLetter:
    """A letter that the reader may change; raises Http404, PermissionDenied."""
    letter = _letter(user, letter_id)
    if not user.can(Capability.MANAGE_TARGETS, on=letter.zone):
        raise PermissionDenied
    return letter


@login_required
@require_GET
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A letter: its targets with pace and light, the letters below it, its scan."""
    user = user_of(request)
    row = _letter(user, letter_id)
    asked = asked_of(request, row.zone)
    children = TargetLetter.objects.visible_to(user).filter(parent=row).select_related("zone", "team", "person")
    below = list(children.order_by("team__code", "begins_on", "id")[:PAGE])
    own, *others = letters_progress([row, *below], as_of=asked.as_of, known=asked.known)
    context = {
        "row": row,
        "asked": asked,
        "own": own,
        "targets": [{"progress": one, "overrides": overrides(one.target)} for one in own.targets],
        "children": others,
        "parent_seen": row.parent is not None
        and TargetLetter.objects.visible_to(user).filter(pk=row.parent.pk).exists(),
        "scan": LetterScan.objects.filter(letter=row).select_related("uploaded_by").first(),
        "window": window_words(row.begins_on, row.ends_on),
        "may_manage": user.can(Capability.MANAGE_TARGETS, on=row.zone),
        "scan_form": ScanForm(),
        "token": uuid7(),
        "crumbs": [{"label": _("Targets"), "url": f"{reverse('pipeline:targets')}?zone={row.zone.code}"},
                   {"label": row.title}],
    }  # fmt: skip
    return render(request, "pipeline/targets/letter.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def letter_edit(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A dialog: the letter's own fields; what somebody else changed meanwhile stands beside."""
    user = user_of(request)
    row = managed_letter(user, letter_id)
    form = LetterForm(sent(request), user=user, zone=row.zone, row=row)
    confirmed = request.POST.get("confirm_overlap") == "on"
    save = partial(update_letter, actor=user, letter_id=row.pk, confirm_overlap=confirmed)
    status = unsaved(form, row, save)
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "row": row, "action": request.path}
    return render(request, "pipeline/targets/letter_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def letter_delete(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A dialog that takes a letter out, with its targets."""
    user = user_of(request)
    row = managed_letter(user, letter_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            delete_letter(actor=user, letter_id=row.pk)
        except ValidationError as error:
            problem, status = error.messages[0], UNPROCESSABLE
        else:
            add_toast(request, _("Taken out."))
            target = f"{reverse('pipeline:targets')}?zone={row.zone.code}"
            return HttpResponse(status=204, headers={"HX-Redirect": target}) if is_htmx(request) else redirect(target)
    context = {"row": row, "problem": problem, "action": request.path}
    return render(request, "pipeline/targets/letter_delete.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def letter_apply(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A dialog: take over the targets of a tier."""
    user = user_of(request)
    row = managed_letter(user, letter_id)
    form = ApplyTierForm(sent(request), zone=row.zone)
    if form.is_valid():
        try:
            apply_tier(
                actor=user, letter_id=row.pk, tier_id=form.cleaned_data["template"].pk,
                confirm_overlap=form.cleaned_data["confirm_overlap"],
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "row": row, "action": request.path}
    return render(request, "pipeline/targets/letter_apply.html", context, status=status)


@takes_files
@require_POST
def letter_scan_add(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Store a scan of the signed letter; the letter's page again where it is refused."""
    user = user_of(request)
    row = managed_letter(user, letter_id)
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        token = as_id(request.POST.get("token", ""))
        try:
            add_scan(
                actor=user, letter_id=row.pk,
                scan=NewScan(Path(file.temporary_file_path()), file.name, file.size, token),
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        except StorageFailed as failed:
            form.add_error("file", ValidationError(failed.message, code="storage"))
        else:
            add_toast(request, _("Saved."))
            return redirect("pipeline:letter", letter_id=row.pk)
    context = {"form": form, "row": row, "token": uuid7(), "crumbs": [
        {"label": row.title, "url": reverse("pipeline:letter", args=[row.pk])}, {"label": _("Scan")}]}  # fmt: skip
    return render(request, "pipeline/targets/scan.html", context, status=UNPROCESSABLE)


@login_required
@require_GET
def letter_scan(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponseBase:
    """The newest scan of a letter, as a download."""
    row = _letter(user_of(request), letter_id)
    scan: Any = LetterScan.objects.filter(letter=row).first()
    if scan is None:
        raise Http404
    try:
        pieces = read_stored(scan, 0, scan.size)
    except StorageFailed:
        message = _("The file cannot be fetched just now. Please try again later.")
        return render(request, "projects/file_problem.html", {"message": message}, status=503)
    headers = {
        "Content-Length": str(scan.size),
        "Content-Disposition": str(content_disposition_header(True, scan.name)),
        "Cache-Control": "private, no-cache",
        # Whatever is in the file: a browser that shows it nevertheless runs nothing and loads nothing.
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(pieces, headers=headers, content_type=scan.content_type)
