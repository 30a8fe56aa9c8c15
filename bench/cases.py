"""What is measured: each case runs the application once, or its bare contender once."""

from __future__ import annotations

import contextlib
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import orjson
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from bench import sql
from bench.bare import plain
from bench.calls import Caller, app_handler, bare_handler
from investcrm.core.changes import give_positions
from investcrm.core.middleware import SEEN_COOKIE
from investcrm.core.paging import cursor_after
from investcrm.core.text import search_text
from pipeline.services.moves import move_lead
from projects.filters import LEAD_ORDERINGS
from projects.models import Lead
from projects.shapes import LEAD_COLUMNS, lead_rows
from sync.models import Scope
from sync.selectors.feed.cursors import Place, sight_of, write_cursor
from sync.selectors.feed.head import read_head
from sync.services.keys import issue_key
from teams.access import Role
from teams.models import User, Zone
from visits.services.interactions import log_interaction
from visits.services.parties import Party

Run = Callable[[], Any]
NEWEST = "-created_at"
SUMMARY = "电话沟通扩产计划，下周再联系"
NOTE = "重新联系"
# Leads to move: more than all rounds take.
SPARE = 2_000
CHANGES = 100


@dataclass(frozen=True)
class Case:
    """One thing to measure, and how many times in each round."""

    key: str
    app: Run
    bare: Run
    repeats: int = 10


class Bench:
    """The cases for one zone, as its director and a service account meet it."""

    def __init__(self, zone: Zone, director: User) -> None:
        self.zone, self.director = zone, director
        client = Client()
        client.force_login(director)
        # A browser that has been here within the quarter of an hour; without it each call would note the session anew.
        client.cookies[SEEN_COOKIE] = "1"
        cookies = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())}
        account = f"bench-{uuid.uuid4().hex[:8]}"
        issued = issue_key(
            actor=None, account=account, role=Role.DIRECTOR, zone=zone, scopes=[Scope.READ, Scope.WRITE]
        )
        self.account = issued.key.user
        bearer = {"Authorization": f"Bearer {issued.secret}"}
        app, bare = app_handler(), bare_handler()
        self.page, self.bare_page = Caller(app, cookies), Caller(bare, cookies)
        self.api, self.bare_api = Caller(app, bearer), Caller(bare, bearer)
        self.middle = self._middle()
        self.fresh = itertools.count(1)
        self.turn = uuid.uuid4().hex[:6]

    def cases(self) -> list[Case]:
        """All of them; the dashboard only where there is one."""
        found = [
            self._page("list", reverse("projects:lead_list"), "/leads/"),
            self._page("deep", self._deep_address(), self._bare_deep_address()),
            *(self._search(key, term) for key, term in self.terms().items()),
            self._page("board", reverse("pipeline:board"), "/board/", repeats=5),
        ]
        with contextlib.suppress(NoReverseMatch):
            found.append(self._page("dashboard", reverse("pipeline:dashboard"), "/dashboard/", repeats=5))
        rest = reverse("api:lead-list")
        found += [
            Case("rest_list", partial(self.api.get, f"{rest}?page_size=100"), partial(self.bare_api.get, rest)),
            Case("changes", partial(self.api.get, self._changes_address()), self._bare_changes),
            Case("rest_create", partial(self._create, self.api), partial(self._create, self.bare_api)),
            Case("move", self._move, self._bare_move),
            Case("log", self._log, self._bare_log),
            # the least that asks the database, beside itself: how far apart two equal things come out
            Case("floor", partial(self.bare_page.get, "/nothing/"), partial(self.bare_page.get, "/nothing/")),
        ]
        return found

    def _page(self, key: str, address: str, bare: str, repeats: int = 10) -> Case:
        return Case(key, partial(self.page.get, address), partial(self.bare_page.get, bare), repeats)

    # --- lists

    def _middle(self) -> Lead:
        """The lead at half of the list."""
        leads = Lead.objects.filter(zone=self.zone, deleted_at=None).order_by("-created_at", "-id")
        return leads.select_related("company")[leads.count() // 2]

    def _deep_address(self) -> str:
        cursor = cursor_after(self.middle, ordering=NEWEST, allowed=LEAD_ORDERINGS)
        return f"{reverse('projects:lead_list')}?cursor={cursor}"

    def _bare_deep_address(self) -> str:
        return f"/leads/?at={quote(f'{self.middle.created_at.isoformat()}_{self.middle.pk}')}"

    def terms(self) -> dict[str, str]:
        """Rare words of 2, 3 and 6 characters from the name of the lead in the middle, and words that many have."""
        name = self.middle.name
        return {
            "search2": name[:2],
            "search3": name[:3],
            "search6": name[:6],
            "search2_many": "科技",
            "search3_many": "传感器",
        }

    def _search(self, key: str, term: str) -> Case:
        asked = f"?search={quote(term)}"
        return self._page(key, f"{reverse('projects:lead_list')}{asked}", f"/leads/{asked}", repeats=6)

    # --- REST

    def _create(self, caller: Caller) -> bytes:
        data = {"name": f"量测项目 {self.turn}-{next(self.fresh)}", "company": str(self._company)}
        return caller.post(reverse("api:lead-list"), orjson.dumps({**data, "zone": self.zone.code}))

    @property
    def _company(self) -> uuid.UUID:
        return self.middle.company_id

    def _changes_address(self) -> str:
        """The feed from where a hundred leads, and no more, were changed before."""
        before = give_positions()
        with connection.cursor() as cursor:
            cursor.execute(sql.TOUCH, [self.zone.pk, CHANGES])
        place = write_cursor(Place(before), epoch=read_head().epoch, sight=sight_of(self.account))
        return f"{reverse('api:changes')}?types=lead&limit={CHANGES}&since={place}"

    def _bare_changes(self) -> bytes:
        """The latest hundred change rows of leads, and the leads by `.values()` and orjson."""
        with connection.cursor() as cursor:
            cursor.execute(sql.CHANGED, [CHANGES])
            changed = [row[0] for row in cursor.fetchall()]
        rows = lead_rows(Lead.objects.filter(id__in=changed, deleted_at=None)).values(*LEAD_COLUMNS)
        return orjson.dumps(list(rows), default=plain)

    # --- writing; each run takes a lead of its own

    def prepare(self) -> None:
        """Choose the leads that writing takes: closed ones to be taken up again, which have all that talks need."""
        leads = Lead.objects.filter(
            zone=self.zone, stage_id="closed", deleted_at=None, team__isnull=False, closed_on__lt=timezone.localdate()
        )
        self.spare = list(leads.order_by("id").values_list("id", flat=True)[:SPARE])
        self.talked = Lead.objects.select_related("company", "zone").get(pk=self.spare[-1])

    def _next(self) -> uuid.UUID:
        if not self.spare:
            raise LookupError("No lead is left to move; make the centre anew.")
        return self.spare.pop()

    def _move(self) -> None:
        move_lead(actor=self._reader(), lead_id=self._next(), to_stage="in_talks", note=NOTE)

    def _bare_move(self) -> None:
        lead = self._next()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                sql.MOVE,
                {
                    "lead": lead, "zone": self.zone.pk, "entry": str(uuid.uuid4()), "actor": self.director.pk,
                    "note": NOTE, "here": "closed", "told": uuid.uuid4(),
                },
            )  # fmt: skip

    def _log(self) -> None:
        party = Party(lead=self.talked)
        log_interaction(actor=self._reader(), zone=self.zone, channel="phone", parties=[party], summary=SUMMARY)

    def _bare_log(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                sql.LOG,
                {
                    "interaction": uuid.uuid4(), "summary": SUMMARY, "actor": self.director.pk,
                    "found": search_text(SUMMARY, ""), "lead": self.talked.pk, "zone": self.zone.pk,
                },
            )  # fmt: skip

    def _reader(self) -> Any:
        """The director as a request has them: their roles not yet read."""
        self.director.__dict__.pop("grants", None)
        return self.director


def director_of(zone: Zone) -> User:
    """The login that a generated centre has for its director."""
    return User.objects.get(username=f"{zone.code}-director")
