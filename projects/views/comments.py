"""What colleagues say about a lead: a fragment of its page, and the dialog that changes one's own words."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from investcrm.core.answers import UNPROCESSABLE, dialog_done, show_in
from investcrm.core.forms import add_problems, sent
from investcrm.core.htmx import is_htmx
from investcrm.core.paging import KeysetPage, Ordering, page_or_first
from investcrm.core.toasts import add_toast, with_toast
from projects.forms.comments import CommentEditForm, CommentForm
from projects.models import Comment, Lead
from projects.selectors import colleagues_named
from projects.services.comments import delete_comment, edit_comment, restore_comment, write_comment
from projects.views.answers import unsaved
from teams.access import Capability
from teams.models import User
from teams.requests import user_of

PAGE = 20
CHANGED = "comments-changed"
ORDERINGS: dict[str, Ordering | str] = {"created_at": Ordering("created_at")}


def _lead(user: User, lead_id: uuid.UUID) -> Lead:
    leads = Lead.objects.visible_to(user).select_related("zone", "team", "company")
    return get_object_or_404(leads, pk=lead_id)


def _page(lead: Lead, cursor: str | None) -> KeysetPage:
    rows = Comment.objects.filter(lead=lead, deleted_at=None).select_related("author").prefetch_related("mentions")
    return page_or_first(rows, ordering="-created_at", allowed=ORDERINGS, cursor=cursor, page_size=PAGE)


def _list(user: User, lead: Lead, cursor: str | None = None) -> dict[str, Any]:
    page = _page(lead, cursor)
    return {
        "lead": lead,
        "comments": page.rows,
        "reader": user,
        "may_comment": user.can(Capability.COMMENT, on=lead),
        "older": urlencode({"cursor": page.next_cursor}) if page.next_cursor else "",
    }


@login_required
@require_http_methods(["GET", "POST"])
def comments(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """The comments of a lead, the latest first, and the box to write one; `?cursor=` and `?list=` give rows alone."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    if request.method == "GET" and ("cursor" in request.GET or "list" in request.GET):
        return render(request, "projects/_comments.html", _list(user, lead, request.GET.get("cursor")))
    form = CommentForm(sent(request), initial={"comment_id": uuid.uuid4()})
    if request.method == "POST":
        if not user.can(Capability.COMMENT, on=lead):
            raise PermissionDenied
        if _written(form, user, lead):
            if not is_htmx(request):
                return HttpResponseRedirect(reverse("projects:lead", args=[lead.pk]) + "#comments")
            form = CommentForm(initial={"comment_id": uuid.uuid4()})
    context = _list(user, lead) | {"form": form}
    return show_in(
        "projects/talk_page.html", request, "projects/comments.html", context, UNPROCESSABLE if form.is_bound else 200
    )


def _written(form: CommentForm, user: User, lead: Lead) -> bool:
    if not form.is_valid():
        return False
    values = form.cleaned_data
    try:
        write_comment(actor=user, lead_id=lead.pk, text=values["text"], comment_id=values["comment_id"])
    except ValidationError as error:
        add_problems(form, error)
        return False
    return True


@login_required
@require_GET
def comment_people(request: HttpRequest, lead_id: uuid.UUID) -> HttpResponse:
    """Colleagues who may see the lead, by what stands after an @: name, user name, pinyin or initials."""
    user = user_of(request)
    lead = _lead(user, lead_id)
    if not user.can(Capability.COMMENT, on=lead):
        raise PermissionDenied
    people = colleagues_named(lead, request.GET.get("q", ""), besides=user)
    names = [str(person) for person in people]
    results = [
        {
            "text": str(person),
            # Of two with one name the user name says which one is meant.
            "insert": person.username if names.count(str(person)) > 1 else str(person),
            "note": person.username,
        }
        for person in people
    ]
    return JsonResponse({"results": results})


def _own(user: User, comment_id: uuid.UUID) -> Comment:
    """One's own comment; raises Http404, PermissionDenied."""
    comment = get_object_or_404(Comment.objects.visible_to(user).select_related("lead", "lead__zone"), pk=comment_id)
    if comment.author_id != user.pk or not user.can(Capability.COMMENT, on=comment.lead):
        raise PermissionDenied
    return comment


def _edit(user: User, comment: Comment, *, changes: dict[str, Any], base: dict[str, Any]) -> None:
    edit_comment(actor=user, comment_id=comment.pk, text=changes.get("text", comment.text), base=base)


@login_required
@require_http_methods(["GET", "POST"])
def comment_edit(request: HttpRequest, comment_id: uuid.UUID) -> HttpResponse:
    """A dialog that changes one's own comment."""
    user = user_of(request)
    comment = _own(user, comment_id)
    form = CommentEditForm(sent(request), row=comment)
    status = unsaved(form, comment, partial(_edit, user, comment))
    if status is None:
        return dialog_done(_("Saved."), CHANGED)
    context = {"form": form, "comment": comment, "lead": comment.lead}
    return render(request, "projects/_comment_form.html", context, status=status)


def _back(request: HttpRequest, comment: Comment, text: str, undo_url: str = "") -> HttpResponse:
    if is_htmx(request):
        return with_toast(HttpResponse(status=204), text, undo_url=undo_url, events={CHANGED: True})
    add_toast(request, text, undo_url=undo_url)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("projects:lead", args=[comment.lead_id])
    return HttpResponseRedirect(target)


@login_required
@require_POST
def comment_delete(request: HttpRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Take one's own comment back; the toast undoes it."""
    comment = delete_comment(actor=user_of(request), comment_id=comment_id)
    undo = reverse("projects:comment_restore", args=[comment.pk])
    return _back(request, comment, _("The comment was deleted."), undo)


@login_required
@require_POST
def comment_restore(request: HttpRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Bring back a comment that was deleted."""
    comment = restore_comment(actor=user_of(request), comment_id=comment_id)
    return _back(request, comment, _("The comment is there again."))
