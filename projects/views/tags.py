"""Tags: those of a lead, and a zone's words in order."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from investcrm.core.answers import CONFLICT, UNPROCESSABLE, dialog_done
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems, sent
from projects.forms.lists import TagNameForm, TagsForm
from projects.models import Lead, Tag
from projects.services.tags import change_tags, delete_tag, merge_tag, rename_tag
from teams.access import Capability
from teams.models import User, Zone
from teams.requests import chosen_zone, user_of

SHOWN = 500


@login_required
@require_http_methods(["GET", "POST"])
def lead_tags(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """A dialog with the tags of a lead."""
    user = user_of(request)
    lead = get_object_or_404(Lead.objects.visible_to(user).select_related("zone"), pk=lead_id)
    if not user.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied
    tags = Tag.objects.visible_to(user).filter(zone=lead.zone)
    present = list(lead.tags.filter(deleted_at=None).values_list("name", flat=True))
    form = TagsForm(sent(request), tags=tags, initial={"tags": present})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["tags"]
        # What was there when the dialog opened; a tag that a colleague has put on since stays.
        seen = request.POST.getlist("seen")
        try:
            change_tags(
                actor=user, lead_id=lead.pk, add=[word for word in wanted if word not in seen],
                remove=[word for word in seen if word not in wanted],
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), "lead-changed")
    context = {"form": form, "lead": lead, "seen": request.POST.getlist("seen") if form.is_bound else present}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_lead_tags.html", context, status=status)


@login_required
@require_GET
def tag_list(request: HttpRequest) -> HttpResponse:
    """The words of a zone, and how many leads carry each."""
    user = user_of(request)
    zones = [zone for zone in Zone.objects.visible_to(user) if user.can(Capability.MANAGE_SETTINGS, on=zone)]
    zone = chosen_zone(request, zones)
    tags = Tag.objects.filter(zone=zone, deleted_at=None).annotate(number=Count("lead_links"))
    context = {"tags": tags.select_related("created_by")[:SHOWN], "zone": zone, "zones": zones}
    return render(request, "projects/tag_list.html", context)


def _tag(user: User, tag_id: uuid.UUID) -> Tag:
    tag = get_object_or_404(Tag.objects.visible_to(user).select_related("zone"), pk=tag_id)
    if not user.can(Capability.MANAGE_SETTINGS, on=tag.zone):
        raise PermissionDenied
    return tag


@login_required
@require_http_methods(["GET", "POST"])
def tag_edit(request: HttpRequest, tag_id: uuid.UUID) -> HttpResponse:
    """A dialog that renames a tag, or puts another in its place."""
    user = user_of(request)
    tag = _tag(user, tag_id)
    form = TagNameForm(sent(request), tag=tag, initial={"name": tag.name, "version": tag.version})
    status = UNPROCESSABLE if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            if into := form.into_id:
                merge_tag(actor=user, tag_id=tag.pk, into_id=into)
            else:
                name, version = form.cleaned_data["name"], form.cleaned_data["version"]
                rename_tag(actor=user, tag_id=tag.pk, name=name, expected_version=version)
        except Stale:
            now = _tag(user, tag_id)
            form.add_error("name", _("Somebody else has renamed it meanwhile to “%(name)s”.") % {"name": now.name})
            form.data = {**form.data.dict(), "version": str(now.version)}  # type: ignore[attr-defined]
            status = CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            return dialog_done(_("Saved."), "tags-changed")
    return render(request, "projects/_tag_edit.html", {"form": form, "tag": tag}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def tag_delete(request: HttpRequest, tag_id: uuid.UUID) -> HttpResponse:
    """A dialog that asks before a tag is taken off all leads."""
    user = user_of(request)
    tag = _tag(user, tag_id)
    if request.method == "POST":
        delete_tag(actor=user, tag_id=tag.pk)
        return dialog_done(_("The tag “%(name)s” is deleted.") % {"name": tag.name}, "tags-changed")
    number = tag.lead_links.count()
    return render(request, "projects/_tag_delete.html", {"tag": tag, "number": number})
