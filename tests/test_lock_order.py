"""Everybody locks in one order, so nobody deadlocks.

Leads by id, then what hangs on them (follow-ups, planned visits, interactions, requests, documents, funds), then
companies and how they are looked after.

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

from projects.models import Document, FundArrival, Lead, Settlement
from projects.services.companies import update_company
from projects.services.documents import delete_document
from projects.services.funds import verify_funds
from tests.factories import log, make_lead
from visits.models import PlannedVisit
from visits.services.follow_ups import plan_follow_up
from visits.services.hand_over import hand_over
from visits.services.interactions import log_interaction, update_interaction
from visits.services.parties import Party
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

pytestmark = pytest.mark.django_db(transaction=True)


def plan(centre: SimpleNamespace, lead: Lead) -> PlannedVisit:
    """A visit to the lead that Wang plans for today."""
    today = centre.zone.today()
    values = {"channel": "visit", "planned_on": today, "expected_result": "谈用地"}
    return plan_visit(actor=centre.wang, zone=centre.zone, lead=lead, **values)[0]


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


def test_logging_a_planned_visit_waits_for_its_lead_without_holding_the_plan(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    visit = plan(centre, lead)

    def log_it() -> None:
        parties = [Party(lead=lead)]
        log_interaction(
            actor=centre.wang, zone=centre.zone, channel="visit", parties=parties, done_planned_visits=[visit.pk]
        )

    with running_into(lead, log_it):
        lock(visit)
    visit.refresh_from_db()
    assert visit.status == "done"


def test_verifying_funds_waits_for_the_lead_without_holding_the_entry(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="signed", agreed_investment=300_000_000)
    arrival = FundArrival.objects.create(
        lead=lead, amount=20_000_000, value_on=centre.zone.today(), evidence="进账单", entered_by=centre.wang
    )
    with running_into(lead, lambda: verify_funds(actor=centre.li, fund_id=arrival.pk)):
        lock(arrival)
    arrival.refresh_from_db()
    assert arrival.status == "verified"


def test_deleting_a_document_waits_for_its_lead_without_holding_the_document(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    document = Document.objects.create(zone=centre.zone, lead=lead, title="协议", created_by=centre.wang)
    with running_into(lead, lambda: delete_document(actor=centre.wang, document_id=document.pk)):
        lock(document)
    document.refresh_from_db()
    assert document.deleted_at is not None


def test_handing_over_waits_for_the_leads_without_holding_what_hangs_on_them(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
    today = centre.zone.today()
    hanging: list[Model] = [
        plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today),
        plan(centre, lead),
        receive_request(actor=centre.wang, zone=centre.zone, company=lead.company, category="land", title="用地"),
        Settlement.objects.create(zone=centre.zone, company=lead.company, owner=centre.wang),
        lead.company,
    ]

    def leave() -> None:
        hand_over(actor=centre.gu, user_id=centre.wang.pk, last_day=today, successor=centre.li)

    with running_into(lead, leave):
        for row in hanging:
            lock(row)
    lead.refresh_from_db()
    assert lead.owner == centre.li
