"""Everybody locks in one order (leads by id, then follow-ups and interactions, then companies), so nobody deadlocks.

Each test holds a lock, lets another connection run into it, and then asks for what that one must not hold yet.
Foreign keys are checked, and their rows locked, at commit: a company is needed by whoever saves a lead of it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.models import Model

from projects.models import Lead
from projects.services.companies import update_company
from tests.factories import log, make_lead
from visits.services.interactions import update_interaction
from visits.services.parties import Party

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def running_into(held: Lead, work: Callable[[], object]) -> Iterator[None]:
    """Hold the lead's lock and let the work run into it on a connection of its own; it must end after the block."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        lock(held)
        thread.start()
        until = time.monotonic() + 20
        waiting = False
        while not waiting and thread.is_alive() and time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            waiting = bool(cursor.fetchone()[0])
        assert waiting, failed
        yield
    thread.join(timeout=30)
    assert not failed


def lock(row: Model) -> None:
    """Lock a row, or fail after the timeout."""
    type(row)._default_manager.select_for_update().get(pk=row.pk)


def test_renaming_a_company_waits_for_its_leads_without_holding_the_company(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)

    def rename() -> None:
        update_company(actor=centre.wang, company_id=lead.company_id, changes={"name": "苏州新名称公司"})

    with running_into(lead, rename):
        lock(lead.company)
    lead.refresh_from_db()
    assert "新名称" in lead.search_text


def test_two_edits_that_swap_leads_lock_them_in_one_order(centre: SimpleNamespace) -> None:
    first, second = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    interaction = log(centre.wang, second)

    def edit() -> None:
        update_interaction(actor=centre.wang, interaction_id=interaction.pk, changes={}, parties=[Party(lead=first)])

    with running_into(first, edit):
        lock(second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.last_interaction_at, second.last_interaction_at) == (interaction.occurred_at, None)
