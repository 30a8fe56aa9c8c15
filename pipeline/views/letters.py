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
from pipeline.forms.targets import ApplyTierForm, LetterForm, ScanForm, TargetForm
from pipeline.models.targets import LetterScan, TargetLetter, TargetTemplate
from pipeline.selectors.rule_words import window_words
from pipeline.selectors.targets import letters_progress, overrides
from pipeline.services.scans import NewScan, add_scan, check_scan
from pipeline.services.targets import MOST_TARGETS, create_letter, delete_letter, update_letter
from pipeline.services.tiers import apply_tier, copied
from pipeline.views.asked import asked_of
from projects.services.storing import StorageFailed, read_stored
from projects.views.answers import unsaved
from projects.views.receiving import takes_files
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of
from teams.views.answers import administered, zone_tabs

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
    return [
        {"label": label, "url": reverse(name) + query, "here": name == here} for name, label in names.items()
    ]


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


def _rows_of(request: HttpRequest, zone: Zone, form: LetterForm) -> list[TargetForm]:
    """The target rows as the page has them; those that a tier fills in come after what was typed."""
    dates = dates_of(form)
    above = _above(form)
    number = _count(request)
    forms = [
        TargetForm(
            sent(request), zone=zone, dates=dates, above=above, prefix=f"t{one}", empty_permitted=True,
            use_required_attribute=False,
        )  # fmt: skip
        for one in range(number)
    ]
    if "fill" in request.POST:
        forms = [one for one in forms if one.has_changed()]
        forms += _filled(request, zone, dates, len(forms))
        forms = [_renumbered(one, place, zone, dates, above) for place, one in enumerate(forms)]
    more = 1 if "add" in request.POST else 0 if request.method == "POST" else FIRST_ROWS
    for place in range(len(forms), min(len(forms) + more, MOST_TARGETS)):
        forms.append(
            TargetForm(
                zone=zone, dates=dates, above=above, prefix=f"t{place}", empty_permitted=True,
                use_required_attribute=False,
            )  # fmt: skip
        )
    return forms


def _renumbered(form: TargetForm, place: int, zone: Zone, dates: Any, above: TargetLetter | None) -> TargetForm:
    """The same row under another number: what was typed goes along."""
    if form.prefix == f"t{place}":
        return form
    data = {f"t{place}-{name}": value for name, value in _typed(form).items()}
    return TargetForm(
        data, zone=zone, dates=dates, above=above, prefix=f"t{place}", empty_permitted=True,
        use_required_attribute=False,
    )  # fmt: skip


def _typed(form: TargetForm) -> dict[str, Any]:
    if not form.is_bound:
        return {name: form.initial.get(name, "") for name in form.fields}
    return {name: form.data.get(form.add_prefix(name), "") for name in form.fields}


def _filled(request: HttpRequest, zone: Zone, dates: Any, start: int) -> list[TargetForm]:
    """Rows that begin as the items of the chosen tier."""
    chosen = as_id(request.POST.get("template", ""))
    tier = TargetTemplate.objects.filter(zone=zone, deleted_at=None, pk=chosen).first() if chosen else None
    if tier is None or not all(dates):
        return []
    rows = []
    items = tier.items.filter(deleted_at=None).select_related("industry")  # type: ignore[attr-defined]
    for place, item in enumerate(items, start):
        values = copied(item, *dates)
        values["tier_item"] = item.pk
        values["window"] = "letter" if item.months is None else "dates"
        data = {f"t{place}-{name}": _as_typed(value) for name, value in values.items()}
        rows.append(
            TargetForm(
                data, zone=zone, dates=dates, prefix=f"t{place}", empty_permitted=True, use_required_attribute=False
            )
        )
    return rows


def _as_typed(value: Any) -> Any:
    if value is None:
        return ""
    return str(getattr(value, "pk", value))


def _count(request: HttpRequest) -> int:
    text = request.POST.get("rows", "")
    return min(int(text), MOST_TARGETS) if text.isdigit() and len(text) < 4 else 0


def dates_of(form: LetterForm) -> tuple[Any, Any]:
    """The letter's time as typed, where it can be read."""
    if not form.is_bound:
        return form.initial.get("begins_on"), form.initial.get("ends_on")
    found = []
    for name in ("begins_on", "ends_on"):
        try:
            found.append(form.fields[name].clean(form.data.get(name, "")))
        except ValidationError:
            found.append(None)
    return found[0], found[1]


def _above(form: LetterForm) -> TargetLetter | None:
    chosen = as_id(form.data.get("parent", "")) if form.is_bound else form.initial.get("parent")
    return form.fields["parent"].queryset.filter(pk=chosen).first() if chosen else None


def _first_error(rows: list[TargetForm], error: ValidationError, form: LetterForm) -> None:
    """A service's refusal: `0-minimum` beside the row, the rest beside the letter's fields."""
    own: dict[str, Any] = {}
    filled = [row for row in rows if row.has_changed()]
    for name, errors in getattr(error, "error_dict", {"__all__": getattr(error, "error_list", [])}).items():
        number, dash, of_row = name.partition("-")
        if dash and number.isdigit():
            row = filled[int(number)]
            row.add_error(of_row if of_row in row.fields else None, errors)
        else:
            own[name] = errors
    if own:
        add_problems(form, ValidationError(own))


@takes_files
@require_http_methods(["GET", "POST"])
def letter_add(request: HttpRequest) -> HttpResponse:
    """Enter a letter with its targets; rows are added and filled in from a tier without losing what was typed."""
    user, zone, zones = administered(request, Capability.MANAGE_TARGETS)
    token = as_id(request.POST.get("token", "")) or uuid7()
    initial = {"parent": as_id(request.GET.get("parent", "")), "team": as_id(request.GET.get("team", ""))}
    form = LetterForm(sent(request), request.FILES or None, user=user, zone=zone, initial=initial)
    rows = _rows_of(request, zone, form)
    context: dict[str, Any] = {
        "form": form, "rows": rows, "zone": zone, "zone_tabs": zone_tabs("pipeline:letter_add", zone, zones),
        "token": token, "templates": TargetTemplate.objects.filter(zone=zone, deleted_at=None).order_by("name_zh"),
        "tier": request.POST.get("template", ""), "may_add": len(rows) < MOST_TARGETS,
        "crumbs": [{"label": _("Targets"), "url": f"{reverse('pipeline:targets')}?zone={zone.code}"},
                   {"label": _("New letter")}],
    }  # fmt: skip
    status = 200
    if request.method == "POST" and not {"add", "fill"} & set(request.POST):
        made = _entered(request, user, zone, form, rows, token)
        if made is not None:
            add_toast(request, _("Saved."))
            return redirect("pipeline:letter", letter_id=made.pk)
        status = UNPROCESSABLE
    if is_htmx(request):
        return render(request, "pipeline/targets/_target_rows.html", context, status=status)
    return render(request, "pipeline/targets/letter_add.html", context, status=status)


def _entered(
    request: HttpRequest, user: User, zone: Zone, form: LetterForm, rows: list[TargetForm], token: uuid.UUID
) -> TargetLetter | None:
    """The letter that was made; None where the form comes back."""
    fine = [row.is_valid() for row in rows]
    if not form.is_valid() or not all(fine):
        return None
    file = form.cleaned_data.get("file")
    scan = NewScan(Path(file.temporary_file_path()), file.name, file.size, token) if file else None
    targets = [row_values(row) for row in rows if row.has_changed()]
    try:
        if scan is not None:
            check_scan(scan)
        made = create_letter(
            actor=user, zone_id=zone.pk, values=form.values, targets=targets, letter_id=token,
            confirm_overlap=form.cleaned_data["confirm_overlap"],
        )  # fmt: skip
        if scan is not None:
            add_scan(actor=user, letter_id=made.pk, scan=scan)
    except ValidationError as error:
        _first_error(rows, error, form)
    except StorageFailed as failed:
        form.add_error("file", ValidationError(failed.message, code="storage"))
    else:
        return made
    return None


def row_values(form: TargetForm) -> dict[str, Any]:
    """What the service takes of a row, with what its tier said."""
    values: dict[str, Any] = dict(form.values)
    item = form.cleaned_data.get("tier_item")
    if item is not None:
        said = copied(item, values["starts_on"], values["ends_on"])
        values |= {"template_item": item, "tier": said["tier"]}
    return values


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


