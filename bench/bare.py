"""The barest pages that give the same answers: sessions, authentication, SQL of the columns shown, little markup.

They know one reader of one whole zone, check nothing, and are no part of the application.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from knox.crypto import hash_token

from bench import sql
from bench.markup import board_markup, dashboard_markup, list_markup
from investcrm.core.text import bigrams, pinyin_key, search_text
from projects.models import Lead
from projects.shapes import LEAD_COLUMNS, lead_rows

PAGE = 30
API_PAGE = 100


def use_bare_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: the request is answered by the addresses below."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return answer


def _rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def _zone(request: HttpRequest) -> uuid.UUID:
    found: uuid.UUID = _rows(sql.ZONE_OF, request.user.pk)[0][0]
    return found


@login_required
def lead_list(request: HttpRequest) -> HttpResponse:
    """A page of leads: the first, the one after `at`, or what a search finds."""
    zone = _zone(request)
    if term := request.GET.get("search", "").lower():
        if len(term) == 2:
            rows = _rows(sql.FOUND_BY_PAIR, zone, bigrams(term), PAGE + 1)
        else:
            rows = _rows(sql.FOUND, zone, f"%{term}%", PAGE + 1)
    elif at := request.GET.get("at", ""):
        created, _mark, row = at.partition("_")
        rows = _rows(sql.AFTER, zone, datetime.datetime.fromisoformat(created), row, PAGE + 1)
    else:
        rows = _rows(sql.FIRST, zone, PAGE + 1)
    return HttpResponse(list_markup(rows[:PAGE], more=len(rows) > PAGE))


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The first cards of each stage, and what the tallies say of it."""
    zone = _zone(request)
    sums = {stage: (count, total) for stage, count, total, _agreed in _rows(sql.STOCK, zone, zone)}
    return HttpResponse(board_markup(sums, _rows(sql.CARDS, zone, zone)))


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """The first screen: what happened in three periods, the stock by stage, and what moved this week."""
    zone = _zone(request)
    figures = [_rows(query, zone, zone) for query in (sql.HAPPENED, sql.STOCK, sql.FLOW)]
    return HttpResponse(dashboard_markup(*figures))


def _account(request: HttpRequest) -> tuple[uuid.UUID, uuid.UUID]:
    """The account of a key and its zone, in one query."""
    digest = hash_token(request.headers["Authorization"].removeprefix("Bearer "))
    account, zone = _rows(sql.ACCOUNT_OF, digest)[0]
    return account, zone


def plain(value: Any) -> str:
    """What orjson does not write by itself."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def api_list(request: HttpRequest) -> HttpResponse:
    """A hundred leads with the columns that the resource reads, by `values()` and orjson."""
    _user, zone = _account(request)
    leads = lead_rows(Lead.objects.filter(zone_id=zone, deleted_at=None)).order_by("-created_at", "-id")
    rows = list(leads.values(*LEAD_COLUMNS)[: API_PAGE + 1])
    return HttpResponse(orjson.dumps({"results": rows[:API_PAGE]}, default=plain), content_type="application/json")


def api_create(request: HttpRequest) -> HttpResponse:
    """A lead with its ledger entry, by SQL."""
    user, zone = _account(request)
    data = orjson.loads(request.body)
    day = datetime.date.today()  # noqa: DTZ011 - a bare page
    lead, name = uuid.uuid4(), data["name"]
    with transaction.atomic():
        number, company, company_en = _rows(sql.NUMBER, data["company"])[0]
        code = f"{day.year}-{number:06d}"
        made = _rows(
            sql.CREATE, lead, zone, code, name, data["company"], user, day, day, pinyin_key(name),
            search_text(code, name, "", company, company_en), uuid.uuid4(),
        )  # fmt: skip
    return HttpResponse(orjson.dumps(made[0][0], default=plain), content_type="application/json", status=201)


@csrf_exempt
def api_leads(request: HttpRequest) -> HttpResponse:
    """The address of the leads: read with GET, made with POST."""
    return api_create(request) if request.method == "POST" else api_list(request)


def nothing(request: HttpRequest) -> HttpResponse:
    """The least that asks the database."""
    return HttpResponse(orjson.dumps({"one": _rows("SELECT 1")[0][0]}), content_type="application/json")


urlpatterns = [
    path("leads/", lead_list),
    path("board/", board),
    path("dashboard/", dashboard),
    path("api/v1/leads/", api_leads),
    path("nothing/", nothing),
]
