"""The bar of saved views above a list: which ones there are, where the reader stands, what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from investcrm.core.ids import is_id
from projects.choices import ListPage
from projects.models import DefaultView, SavedView
from projects.services.views import may_change, view_query
from projects.views.filtering import ALL
from teams.models import User

# The list of each page, by name.
ADDRESSES: dict[str, str] = {
    ListPage.LEADS: "projects:lead_list",
    ListPage.COMPANIES: "projects:company_list",
    ListPage.INTERACTIONS: "visits:interaction_list",
}
SHOWN = 200


def view_address(view: SavedView) -> str:
    """The list as the view keeps it; the address carries everything, so that it can be changed bit by bit."""
    query = "&".join(part for part in (view.query, urlencode({"view": str(view.pk)})) if part)
    return f"{reverse(ADDRESSES[view.page])}?{query}"


@dataclass(frozen=True)
class Entry:
    """A view in the menu."""

    view: SavedView
    url: str
    is_here: bool
    is_default: bool
    is_mine: bool

    @property
    def shared_with(self) -> str:
        """The team or zone that shares it, "" for one's own alone."""
        return str(self.view.team or self.view.zone or "")


@dataclass
class ViewBar:
    """What the bar shows. `query` is what saving would keep; `cleaned`: the view names what no longer exists."""

    page: str
    query: str
    all_url: str
    entries: list[Entry] = field(default_factory=list)
    here: Entry | None = None
    changed: bool = False
    cleaned: bool = False
    may_save: bool = False
    is_lost: bool = False

    @property
    def mine(self) -> list[Entry]:
        """The reader's own views."""
        return [entry for entry in self.entries if entry.is_mine]

    @property
    def shared(self) -> list[Entry]:
        """The views that others share with the reader."""
        return [entry for entry in self.entries if not entry.is_mine]

    @property
    def has_default(self) -> bool:
        """Whether the list opens with a view."""
        return any(entry.is_default for entry in self.entries)


def _entries(user: User, page: str, here: str) -> list[Entry]:
    """The views of the page that the user sees, by name. One query."""
    default = DefaultView.objects.filter(user=user, page=page, view=OuterRef("pk"))
    views = SavedView.objects.visible_to(user).filter(page=page).select_related("team__zone", "zone", "owner")
    return [
        Entry(view, view_address(view), str(view.pk) == here, view.is_default, view.owner_id == user.pk)
        for view in views.annotate(is_default=Exists(default)).order_by("name", "id")[:SHOWN]
    ]


def default_view_of(request: HttpRequest, user: User, page: str) -> HttpResponse | None:
    """A bare address opens the reader's default view: where to go, None where there is none. One query."""
    if request.GET:
        return None
    found = (
        DefaultView.objects.filter(user=user, page=page, view__in=SavedView.objects.visible_to(user))
        .select_related("view")
        .first()
    )
    return None if found is None else HttpResponseRedirect(view_address(found.view))


def view_bar(request: HttpRequest, user: User, page: str, *, understood: str, unknown: list[str]) -> ViewBar:
    """The bar for this address; `understood` is the part of it that means something, `unknown` the rest in words."""
    given = request.GET.get("view", "")
    entries = _entries(user, page, given)
    query = view_query(QueryDict(understood))
    bar = ViewBar(page, query, f"{reverse(ADDRESSES[page])}?{urlencode({'view': ALL})}", entries)
    bar.here = next((entry for entry in entries if entry.is_here), None)
    if bar.here is None:
        bar.is_lost = is_id(given)
        return bar
    untouched = view_query(request.GET) == bar.here.view.query
    bar.cleaned = untouched and bool(unknown)
    bar.changed = not untouched and query != bar.here.view.query
    bar.may_save = may_change(user, bar.here.view)
    return bar


def bar_context(bar: ViewBar) -> dict[str, Any]:
    """What the templates of the bar take."""
    return {"bar": bar, "save_query": urlencode({"query": bar.query})}
