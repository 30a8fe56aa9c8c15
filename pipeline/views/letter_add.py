"""Entering a target letter with its targets: rows that are added and filled in without losing what was typed."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast
from pipeline.forms.targets import LetterForm, TargetForm
from pipeline.models.targets import TargetLetter, TargetTemplate
from pipeline.services.scans import NewScan, add_scan, check_scan
from pipeline.services.targets import MOST_TARGETS, create_letter
from pipeline.services.tiers import copied
from projects.services.storing import StorageFailed
from projects.views.receiving import takes_files
from teams.access import Capability
from teams.models import User, Zone
from teams.views.answers import administered, zone_tabs

FIRST_ROWS = 2


def _rows_of(request: HttpRequest, zone: Zone, form: LetterForm) -> list[TargetForm]:
    """The target rows as the page has them; those that a tier fills in come after what was typed."""
    dates = dates_of(form)
    above = _above(form)
    number = _count(request)
    forms = [
        TargetForm(
            sent(request),
            zone=zone,
            dates=dates,
            above=above,
            prefix=f"t{one}",
            empty_permitted=True,
            use_required_attribute=False,
        )
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
                zone=zone,
                dates=dates,
                above=above,
                prefix=f"t{place}",
                empty_permitted=True,
                use_required_attribute=False,
            )
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
    items = tier.items.filter(deleted_at=None).select_related("industry")
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
    return min(int(text), MOST_TARGETS) if text.isascii() and text.isdigit() and len(text) < 4 else 0


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
