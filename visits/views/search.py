"""The part of the global search that finds calls and visits."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from investcrm.core.text import search_terms
from teams.requests import user_of
from visits.selectors.search import SHOWN, found_interactions

MAX_LENGTH = 100


@login_required
@require_GET
def search_interactions(request: HttpRequest) -> HttpResponse:
    """A fragment: the latest calls and visits that a query finds; `?alone=1` says so where there are none."""
    query = request.GET.get("q", "").strip()[:MAX_LENGTH]
    rows = found_interactions(user_of(request), query) if search_terms(query) else []
    context = {
        "lines": rows[:SHOWN],
        "all_url": f"{reverse('visits:interaction_list')}?{urlencode({'search': query})}",
        "more": len(rows) > SHOWN,
        "alone": "alone" in request.GET,
    }
    return render(request, "visits/_search.html", context)
