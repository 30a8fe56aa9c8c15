"""The dialogs of contacts: add, edit, delete."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.answers import UNPROCESSABLE, dialog_done
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from projects.forms.companies import ContactForm
from projects.models import Company, Contact, Lead
from projects.services.companies import create_contact, delete_contact, update_contact
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import user_of
from teams.selectors import zones_where

CHANGED = "contacts-changed"


def contacts_of(user: User, company: Company) -> QuerySet[Contact]:
    """The contacts of a company that the user may see, by name."""
    return Contact.objects.visible_to(user).filter(company=company).select_related("zone").order_by("name")


def _zones(request: HttpRequest, user: User) -> list[Zone]:
    """The zone of the lead the dialog was opened from, else all in which the user may enter contacts."""
    zones = zones_where(user, Capability.EDIT_LEAD)
    lead_id = as_id(request.GET.get("lead", ""))
    lead = Lead.objects.visible_to(user).filter(pk=lead_id).first() if lead_id else None
    return [zone for zone in zones if zone.pk == lead.zone_id] if lead else zones


@login_required
@require_http_methods(["GET", "POST"])
def contact_create(request: HttpRequest, company_id: uuid.UUID) -> HttpResponse:
    """A dialog that enters a contact of the company."""
    user = user_of(request)
    company = get_object_or_404(Company.objects.visible_to(user), pk=company_id)
    zones = _zones(request, user)
    if not zones:
        raise PermissionDenied
    form = ContactForm(sent(request), zones=zones)
    if request.method == "POST" and form.is_valid():
        zone = form.cleaned_data.get("zone") or zones[0]
        try:
            create_contact(actor=user, zone=zone, company=company, **form.values)
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "title": _("New contact"), "action": request.get_full_path(), "company": company}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_contact_form.html", context, status=status)


def _editable(user: User, contact_id: uuid.UUID) -> Contact:
    """The contact; raises Http404, and PermissionDenied for those who only look."""
    contact = get_object_or_404(Contact.objects.visible_to(user).select_related("zone", "company"), pk=contact_id)
    if not user.can(Capability.EDIT_LEAD, on=contact.zone):
        raise PermissionDenied
    return contact


@login_required
@require_http_methods(["GET", "POST"])
def contact_edit(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes a contact."""
    user = user_of(request)
    contact = _editable(user, contact_id)
    form = ContactForm(sent(request), zones=[contact.zone], row=contact)
    status = unsaved(form, contact, partial(update_contact, actor=user, contact_id=contact.pk))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {
        "form": form, "title": str(contact), "action": request.get_full_path(), "company": contact.company,
        "contact": contact,
    }  # fmt: skip
    return render(request, "projects/_contact_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def contact_delete(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """A dialog that asks before a contact is taken out of use."""
    user = user_of(request)
    contact = _editable(user, contact_id)
    if request.method == "POST":
        delete_contact(actor=user, contact_id=contact.pk)
        return dialog_done(_("The contact was deleted."), CHANGED)
    return render(request, "projects/_contact_delete.html", {"contact": contact})
