"""The state of a list in its address: filters, what could not be understood, order, columns, saved view, page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from investcrm.core.amounts import parse_amount
from investcrm.core.ids import is_id
from investcrm.core.paging import KeysetPage, Ordering, keyset_page, resolve_ordering
from projects.selectors import Choice, known_choice

# Parameters of the list that are no filters.
OWN = frozenset({"cursor", "ordering", "columns", "view"})
PAGE_SIZE = 30
# The word in the address for "no view, though I have a default one".
ALL = "all"
MANY_COLUMNS = 60
# The words for a value of a filter, None where it means nothing.
Words = Callable[[str], str | None]


@dataclass
class ListState:
    """What the reader asked for, in words and as parameters."""

    path: str
    values: dict[str, list[str]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    ordering: str = ""
    default_ordering: str = ""
    # Chosen columns in their order; empty: those that the list shows anyway.
    columns: list[str] = field(default_factory=list)
    # The saved view that the address began with: its id, `all` for none in spite of a default view, or "".
    view: str = ""
    request: HttpRequest | None = field(default=None, repr=False)

    def address(self, **changes: str | None) -> str:
        """The list's address with some parameters changed (None: without); always its first page."""
        query = QueryDict(mutable=True)
        for name, values in self.values.items():
            query.setlist(name, values)
        if self.ordering != self.default_ordering:
            query["ordering"] = self.ordering
        if self.columns:
            query["columns"] = ",".join(self.columns)
        if self.view:
            query["view"] = self.view
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def _without(self, name: str, value: str) -> str:
        rest = replace(self, values=dict(self.values))
        rest.values[name] = [other for other in self.values[name] if other != value]
        if not rest.values[name]:
            del rest.values[name]
        return rest.address()

    @property
    def chips(self) -> list[dict[str, Any]]:
        """The filters that are on, each with the address without it."""
        return [
            {"label": self.labels[name], "value": self.words[name, value], "url": self._without(name, value)}
            for name, values in self.values.items()
            for value in values
        ]

    @property
    def query(self) -> str:
        """The filters, the order, the columns and the view as a query string."""
        return self.address().partition("?")[2]

    @property
    def own_query(self) -> str:
        """The same without the view: what a saved view keeps."""
        return self.address(view=None).partition("?")[2]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form of filters carries along unseen."""
        return [(name, value) for name, value in (("columns", ",".join(self.columns)), ("view", self.view)) if value]


def _typed(name: str, value: str) -> str:
    """A value as the filters read it: amounts such as 1亿 in digits, full-width characters in half width."""
    if name.startswith("total_investment"):
        try:
            return str(parse_amount(value))
        except ValidationError:
            return value
    return unicodedata.normalize("NFKC", value) if name.endswith("_days_min") else value


def read_state(
    request: HttpRequest,
    filters: type[django_filters.FilterSet],
    *,
    words: Mapping[str, Words],
    default_ordering: str,
    orderings: Mapping[str, Ordering],
    columns: Collection[str] = (),
    default_columns: Sequence[str] = (),
    others: Collection[str] = (),
) -> ListState:
    """Read the address; what means nothing is left out and named in `unknown`.

    `columns` are the keys that may be chosen; `others` are parameters of the page that do not filter. A list without
    columns of its own carries those of the address along unread.
    """
    known = filters.base_filters
    state = ListState(request.path, default_ordering=default_ordering, ordering=default_ordering, request=request)
    for name in request.GET:
        given = [part.strip() for part in request.GET.getlist(name) if part.strip()]
        if name in OWN or name in others or not given:
            continue
        if name not in known:
            state.unknown.append(name)
            continue
        state.labels[name] = known[name].label
        for value in _parts(known[name], given):
            _take(state, name, value, words.get(name), known[name])
    ordering = request.GET.get("ordering", "")
    if ordering:
        try:
            resolve_ordering(ordering, orderings)
            state.ordering = ordering
        except ValidationError:
            state.unknown.append(ordering)
    view = request.GET.get("view", "")
    state.view = view if view == ALL or is_id(view) else ""
    _take_columns(state, request.GET.getlist("columns"), columns, default_columns)
    return state


def _take_columns(state: ListState, given: list[str], known: Collection[str], default: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(part.strip() for value in given for part in value.split(",") if part.strip()))
    if not known:
        state.columns = wanted[:MANY_COLUMNS]
        return
    state.unknown.extend(f"{_('Column')}: {key[:40]}" for key in wanted if key not in known)
    chosen = [key for key in wanted if key in known]
    state.columns = [] if chosen == list(default) else chosen


def _parts(known: Any, given: list[str]) -> list[str]:
    many = isinstance(known, django_filters.BaseInFilter)
    found = [part for value in given for part in value.split(",")] if many else given
    single = not many and not isinstance(known, django_filters.MultipleChoiceFilter)
    return found[-1:] if single else list(dict.fromkeys(found))


def _take(state: ListState, name: str, value: str, words: Words | None, known: Any) -> None:
    value = _typed(name, value)
    try:
        many = isinstance(known, django_filters.BaseInFilter | django_filters.MultipleChoiceFilter)
        cast(Any, known.field).clean([value] if many else value)
        found = words(value) if words else value
    except ValidationError:
        found = None
    if found is None:
        shown = _("no longer there") if is_id(value) else value
        state.unknown.append(f"{state.labels[name]}: {shown}")
        return
    state.values.setdefault(name, []).append(value)
    state.words[name, value] = found


def filtered(state: ListState, filters: type[django_filters.FilterSet], rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that the filters of the state leave."""
    if not state.values:
        return rows
    data = QueryDict(mutable=True)
    for name, values in state.values.items():
        many = isinstance(filters.base_filters[name], django_filters.BaseInFilter)
        data.setlist(name, [",".join(values)] if many else values)
    return cast("QuerySet[Any]", filters(data, queryset=rows, request=state.request).qs)


def read_page(
    request: HttpRequest, state: ListState, rows: QuerySet[Any], orderings: Mapping[str, Ordering]
) -> KeysetPage:
    """The page that the address names; a cursor that is not valid is named in `unknown` and gives the first page."""
    cursor = request.GET.get("cursor") or None
    options: dict[str, Any] = {
        "ordering": state.ordering, "allowed": orderings, "page_size": PAGE_SIZE, "keys_first": bool(state.values),
    }  # fmt: skip
    try:
        return keyset_page(rows, cursor=cursor, **options)
    except ValidationError as error:
        state.unknown.extend(error.messages)
        return keyset_page(rows, cursor=None, **options)


def in_order(state: ListState, rows: QuerySet[Any], orderings: Mapping[str, Ordering]) -> QuerySet[Any]:
    """All rows in the order of the list, empty values last, for reading them through."""
    order, descending = resolve_ordering(state.ordering, orderings)
    last = {"nulls_last": True} if order.nullable else {}
    keys = [F(path).desc(**last) if descending else F(path).asc(**last) for path in order.paths]
    return rows.order_by(*keys, "-pk" if descending else "pk")


def row_words(rows: QuerySet[Any], code: str) -> Words:
    """Names of rows given by id or by code."""

    def words(value: str) -> str | None:
        found = rows.filter(**{"pk" if is_id(value) else code: value}).first()
        return None if found is None else str(found)

    return words


def later(make: Callable[[], Words]) -> Words:
    """Words that are put together only where a value is to be read: most addresses have none."""
    return lambda value: make()(value)


def choice_words(choices: Sequence[Choice], rows: Words) -> Words:
    """Names from the choices in hand; a row that is not among them (someone who has left) costs a query."""

    def words(value: str) -> str | None:
        found = known_choice(choices, value)
        return found.name if found else rows(value)

    return words


def list_context(state: ListState, page: KeysetPage) -> dict[str, Any]:
    """What every list's template takes: its state and the addresses of the pages beside this one."""
    return {
        "state": state,
        "previous_url": state.address(cursor=page.previous_cursor) if page.previous_cursor else "",
        "next_url": state.address(cursor=page.next_cursor) if page.next_cursor else "",
    }


def heads(state: ListState, columns: list[tuple[str, Any, str]]) -> list[dict[str, Any]]:
    """The heads of columns (ordering or "", label, css); a click sorts, a second one turns it around."""
    found = []
    for name, label, css in columns:
        up, down = state.ordering == name, state.ordering == f"-{name}"
        target = f"-{name}" if up else name
        found.append(
            {
                "label": label,
                "css": css,
                "url": state.address(ordering=target) if name else "",
                "sort": "ascending" if up else "descending" if down else "",
            }
        )
    return found
