"""What needs a director or a leader: the queue, and its first rows for the dashboard."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from investcrm.core.htmx import is_htmx
from pipeline.selectors.desk.queue import KINDS, may_see_queue, queue
from pipeline.views.desk import desk_of

FIRST = 5


@login_required
@require_GET
def needs_me(request: HttpRequest) -> HttpResponse:
    """The queue of `?scope=`; for htmx its rows alone, with `first` the first five."""
    desk = desk_of(request)
    if not may_see_queue(desk.user, desk.scope):
        raise PermissionDenied
    found = queue(desk.user, desk.scope)
    first = bool(request.GET.get("first")) and is_htmx(request)
    context = {
        "desk": desk,
        "needs": found.rows[:FIRST] if first else found.rows,
        "is_first": first,
        "kinds": KINDS,
        "counts": [{"label": KINDS[kind], "count": count} for kind, count in found.counts.items()],
        "total": found.total,
        "is_more": found.is_more,
        "not_shown": found.total - len(found.rows),
    }
    template = "pipeline/desk/_needs.html" if is_htmx(request) else "pipeline/desk/needs_me.html"
    return render(request, template, context)
