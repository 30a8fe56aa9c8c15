"""Writers and readers of the feed in processes of their own: `python -m tests.sync.feed_processes write|read …`."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import DatabaseError

from investcrm.local.places import CHECKOUT

NOT_NOW = (DatabaseError,)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A process of this module on the test's database."""
    name = connection.settings_dict["NAME"]
    environ = {
        **os.environ,
        "DATABASE_URL": re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"]),
        "DJANGO_SETTINGS_MODULE": "investcrm.settings",
        "ALLOWED_HOSTS": "testserver",
    }
    command = [sys.executable, "-m", "tests.sync.feed_processes", *arguments]
    return subprocess.Popen(command, cwd=CHECKOUT, env=environ, start_new_session=True)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine that loses its power."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Store:
    """A reader's copy on disk: rows and cursor are written in one transaction, as a client should."""

    def __init__(self, path: Path | str) -> None:
        self.file = sqlite3.connect(path)
        self.file.execute("CREATE TABLE IF NOT EXISTS row (type TEXT, id TEXT, data BLOB, PRIMARY KEY (type, id))")
        self.file.execute("CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY, text TEXT)")

    @property
    def cursor(self) -> str | None:
        """Where to go on."""
        found = self.file.execute("SELECT text FROM cursor").fetchone()
        return str(found[0]) if found else None

    def take(self, page: Any) -> None:
        """Do what a page says, and keep its cursor; raises AssertionError for an earlier state after a later one."""
        with self.file:
            for change in page["changes"]:
                key = (change["type"], change["id"])
                if change["op"] == "delete":
                    self.file.execute("DELETE FROM row WHERE type = ? AND id = ?", key)
                    continue
                known = self.file.execute("SELECT data FROM row WHERE type = ? AND id = ?", key).fetchone()
                assert known is None or orjson.loads(known[0]).get("version", 1) <= change["version"]
                values = (*key, orjson.dumps(change["data"]))
                self.file.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", values)
            self.file.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", [page["cursor"]])

    def rows(self) -> dict[tuple[str, str], Any]:
        """The copy."""
        found = self.file.execute("SELECT type, id, data FROM row")
        return {(type_, row_id): orjson.loads(data) for type_, row_id, data in found}


def read(path: str, secret: str, until: str) -> None:
    """Follow the feed, until it is at its end and the file `until` is there."""
    from rest_framework.test import APIClient

    client = APIClient(headers={"Accept-Language": "en", "Authorization": f"Bearer {secret}"})
    store, dice = Store(path), random.Random()
    while True:
        may_end = Path(until).exists()
        query = {"limit": dice.choice([7, 100, 400]), **({"since": store.cursor} if store.cursor else {})}
        answer = client.get("/api/v1/changes/", query)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        store.take(page)
        if may_end and not page["has_more"]:
            return


class Writer:
    """Does all kinds of things at random until it has made so many changes."""

    def __init__(self, seed: int, changes: int) -> None:
        from projects.models import Lead
        from teams.models import Team, User

        self.dice, self.left = random.Random(seed), changes
        self.people = {user.username: user for user in User.objects.all()}
        self.teams = {team.code: team for team in Team.objects.all()}
        self.leads = Lead.objects.filter(zone__code="guangling")
        self.number = seed * 1_000_000

    def sql(self, statement: str, *values: Any) -> None:
        """One statement; its rows count."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            self.left -= max(cursor.rowcount, 1)

    def some_leads(self, most: int) -> list[Any]:
        """A stretch of leads by id, so that two writers want the same ones in the same order."""
        ids = list(self.leads.filter(deleted_at=None).order_by("id").values_list("id", flat=True))
        begin = self.dice.randrange(max(len(ids) - most, 1))
        return ids[begin : begin + most]

    def a_lead(self) -> Any:
        """One of them."""
        return self.dice.choice(self.some_leads(200))

    def companies(self) -> list[Any]:
        """The latest ones that are there."""
        from projects.models import Company

        return list(Company.objects.filter(deleted_at=None).order_by("-id")[:20])

    def bulk_update(self) -> None:
        """A column of many leads, locked in order."""
        ids = self.some_leads(self.dice.choice([5, 40, 150]))
        self.sql("SELECT 1 FROM projects_lead WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", ids)
        self.sql("UPDATE projects_lead SET summary = %s WHERE id = ANY (%s)", str(self.dice.random()), ids)

    def move_teams(self) -> None:
        """Leads go to another team, or to none."""
        ids = self.some_leads(self.dice.choice([1, 10, 30]))
        team = self.dice.choice([self.teams["G1"].pk, self.teams["G4"].pk, None])
        self.sql("SELECT 1 FROM projects_lead WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", ids)
        self.sql("UPDATE projects_lead SET team_id = %s WHERE id = ANY (%s)", team, ids)

    def remove_and_bring_back(self) -> None:
        """Softly, by bulk SQL."""
        ids = self.some_leads(4)
        self.sql("SELECT 1 FROM projects_lead WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", ids)
        self.sql("UPDATE projects_lead SET deleted_at = now() WHERE id = ANY (%s)", ids)
        gone = list(self.leads.exclude(deleted_at=None).order_by("id").values_list("id", flat=True)[:2])
        self.sql("UPDATE projects_lead SET deleted_at = NULL WHERE id = ANY (%s)", gone)

    def bulk_companies_and_talks(self) -> None:
        """Other tables, by bulk SQL."""
        word = str(self.dice.random())
        self.sql(
            "UPDATE projects_contact SET remarks = %s WHERE id IN (SELECT id FROM projects_contact ORDER BY id"
            " LIMIT 40 FOR NO KEY UPDATE)", word,
        )  # fmt: skip
        self.sql(
            "UPDATE visits_interaction SET summary = %s WHERE id IN (SELECT id FROM visits_interaction"
            " ORDER BY id LIMIT 60 FOR NO KEY UPDATE)", word,
        )  # fmt: skip

    def new_lead(self) -> None:
        """By the service, with a contact and a call."""
        from projects.services.companies import create_company, create_contact
        from projects.services.leads import create_lead
        from visits.services.interactions import log_interaction
        from visits.services.parties import Party

        actor = self.people[self.dice.choice(["chen", "li"])]
        company = self.dice.choice(self.companies())
        team = self.teams["G4"] if actor.username == "li" else self.teams[self.dice.choice(["G1", "G4"])]
        self.number += 1
        if self.dice.random() < 0.3:
            company = create_company(actor=self.people["chen"], name=f"无锡第{self.number}电子公司")
        lead = create_lead(actor=actor, zone=team.zone, name=f"项目{self.number}", company=company, team=team)
        create_contact(actor=actor, zone=team.zone, company=company, name=f"客商{self.number}")
        log_interaction(actor=actor, zone=team.zone, channel="phone", parties=[Party(lead=lead)])
        self.left -= 5

    def change_lead(self) -> None:
        """By the service: its name, or its company, which takes contacts along."""
        from projects.services.leads import update_lead

        changes = {"name": f"改名{self.dice.random()}"}
        if self.dice.random() < 0.4:
            changes = {"company": self.dice.choice(self.companies())}
        update_lead(actor=self.people["chen"], lead_id=self.a_lead(), changes=changes)
        self.left -= 1

    def delete_one(self) -> None:
        """By the service."""
        from projects.services.leads import delete_lead

        delete_lead(actor=self.people["chen"], lead_id=self.a_lead())
        self.left -= 1

    def merge(self) -> None:
        """By the services: two leads, or two companies with all that they have."""
        from visits.services.merging import merge_companies, merge_leads

        if self.dice.random() < 0.5:
            merge, ids = merge_leads, self.some_leads(2)
        else:
            merge, ids = merge_companies, [company.pk for company in self.companies()[:2]]
        kept, gone = self.dice.sample(ids, 2)
        merge(actor=self.people["chen"], kept_id=kept, gone_id=gone)
        self.left -= 5

    def run(self) -> None:
        """Until all is done. What another writer's lock or deletion prevents is rolled back and let be."""
        from django.core.exceptions import ValidationError
        from django.http import Http404

        from investcrm.core.errors import Conflict

        works: list[tuple[Callable[[], None], int]] = [
            (self.bulk_update, 6), (self.move_teams, 5), (self.remove_and_bring_back, 2),
            (self.bulk_companies_and_talks, 2), (self.new_lead, 5), (self.change_lead, 5), (self.delete_one, 1),
            (self.merge, 2),
        ]  # fmt: skip
        choices, weights = zip(*works, strict=True)
        while self.left > 0:
            before = self.left
            try:
                with transaction.atomic():
                    for work in self.dice.choices(choices, weights, k=self.dice.choice([1, 1, 1, 3])):
                        work()
                    if self.dice.random() < 0.15:
                        # a transaction that has written and stays open while others commit
                        self.sql("SELECT pg_sleep(%s)", self.dice.random() * 0.8)
                    if self.dice.random() < 0.1:
                        transaction.set_rollback(True)
                        self.left = before
            except (*NOT_NOW, Conflict, Http404, ValidationError):
                self.left = before


def main(what: str, *arguments: str) -> None:
    """What the command line says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    django.setup()
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    if what == "write":
        seed, changes = map(int, arguments)
        Writer(seed, changes).run()
    else:
        read(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
