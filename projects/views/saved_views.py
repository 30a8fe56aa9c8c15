"""Saving, changing, deleting views of a list, and choosing the one that it opens with."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from uuid6 import uuid7

from investcrm.core.answers import UNPROCESSABLE
from investcrm.core.forms import add_problems, sent
from investcrm.core.ids import as_id
from investcrm.core.toasts import add_toast
from projects.choices import ListPage
from projects.forms.lists import ViewForm, shared_as
from projects.models import SavedView
from projects.services.views import change_view, delete_view, may_change, save_view, set_default
from projects.views.filtering import ALL
from projects.views.view_bar import ADDRESSES, view_address
from teams.models import User
from teams.requests import user_of

TOO_LONG = 4000


def _page(page: str) -> str:
    if page not in ListPage.values:
        raise Http404
    return page


def _view(user: User, view_id: uuid.UUID) -> SavedView:
    """A view that the user sees and may change."""
    rows = SavedView.objects.visible_to(user).select_related("team__zone", "zone", "owner")
    view = get_object_or_404(rows, pk=view_id)
    if not may_change(user, view):
        raise PermissionDenied
    return view


def _go(address: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": address})


@login_required
@require_http_methods(["GET", "POST"])
def view_save(request: HttpRequest, page: str) -> HttpResponse:
    """A dialog that keeps the present list under a name."""
    user = user_of(request)
    initial = {"query": request.GET.get("query", "")[:TOO_LONG], "token": uuid7()}
    form = ViewForm(sent(request), user=user, initial=initial)
    if _page(page) and request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        view = SavedView.objects.filter(pk=token, owner=user).first() if token else None
        try:
            view = view or save_view(
                actor=user, page=page, name=form.cleaned_data["name"], query=form.cleaned_data["query"],
                view_id=token, **form.shared,
            )  # fmt: skip
        except ValidationError as error:
            add_problems(form, error)
        else:
            if form.cleaned_data["is_default"]:
                set_default(actor=user, page=page, view_id=view.pk)
            add_toast(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return _go(view_address(view))
    context = {"form": form, "title": _("Save this list as a view")}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_view_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def view_edit(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """A dialog that renames a view, or shares it."""
    user = user_of(request)
    view = _view(user, view_id)
    form = ViewForm(sent(request), user=user, view=view, initial={"name": view.name, "share": shared_as(view)})
    del form.fields["is_default"]
    if request.method == "POST" and form.is_valid():
        try:
            view = change_view(actor=user, view_id=view.pk, changes={"name": form.cleaned_data["name"], **form.shared})
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return _go(view_address(view))
    context = {"form": form, "title": _("Rename or share this view")}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "projects/_view_form.html", context, status=status)


@login_required
@require_POST
def view_update(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """Overwrite a view with the list as it stands."""
    query = request.POST.get("query", "")
    try:
        view = change_view(actor=user_of(request), view_id=view_id, changes={"query": query[: TOO_LONG + 1]})
    except ValidationError as error:
        add_toast(request, " ".join(error.messages), level=messages.ERROR)
        return redirect(view_address(SavedView.objects.get(pk=view_id)))
    add_toast(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(view_address(view))


@login_required
@require_http_methods(["GET", "POST"])
def view_delete(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """A dialog that asks before a view is deleted."""
    user = user_of(request)
    view = _view(user, view_id)
    if request.method == "POST":
        delete_view(actor=user, view_id=view.pk)
        add_toast(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
        return _go(f"{reverse(ADDRESSES[view.page])}?{urlencode({'view': ALL})}")
    return render(request, "projects/_view_delete.html", {"view": view})


@login_required
@require_POST
def view_default(request: HttpRequest, page: str) -> HttpResponse:
    """Open the list with a view from now on (its id), or with none (empty)."""
    user = user_of(request)
    given = request.POST.get("view", "")
    chosen = as_id(given) if given else None
    if given and chosen is None:
        raise Http404
    set_default(actor=user, page=_page(page), view_id=chosen)
    if chosen is None:
        add_toast(request, _("The list opens with everything."))
        return redirect(f"{reverse(ADDRESSES[page])}?{urlencode({'view': ALL})}")
    view = SavedView.objects.get(pk=chosen)
    add_toast(request, _("The list opens with “%(name)s” from now on.") % {"name": view.name})
    return redirect(view_address(view))
