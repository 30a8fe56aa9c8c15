"""Many who write at once while tallies are folded and recounted: nothing is lost, nobody waits for others' sums."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from investcrm.core.errors import Conflict
from pipeline.models import LedgerCheck, Tally, TallyDelta
from pipeline.services.checking.zones import check_due_zones, compare_zone
from pipeline.services.moves import move_lead
from pipeline.services.tallies import fold, rebuild
from projects.models import Lead, StageRequirement
from projects.services.increases import record_increase
from projects.services.leads import update_lead
from tests.factories import make_lead

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads(transactional_db: None, centre: SimpleNamespace) -> list[Lead]:
    """Four leads of G4 that were signed a while ago; stages ask for nothing."""
    StageRequirement.objects.all().delete()
    day = centre.zone.today() - datetime.timedelta(days=30)
    return [
        make_lead(centre.chen, centre.zone, team=centre.g4, stage="signed", on=day, agreed_investment=Decimal(100))
        for _number in range(4)
    ]


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it in threads that start together; what each gave, or its error."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            results[number] = works[number]()
        except Exception as error:  # judged in the thread of the test
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def sums() -> set[tuple[Any, ...]]:
    """The tallies as they stand."""
    names = [field.attname for field in Tally._meta.get_fields() if field.name != "id"]
    return set(Tally.objects.values_list(*names))


def test_tallies_that_are_folded_while_many_write_are_those_of_a_rebuild(
    centre: SimpleNamespace, leads: list[Lead]
) -> None:
    today = centre.zone.today()
    writing = threading.Event()
    writing.set()
    left = [None] * 5

    def attempt(change: Callable[..., Any], lead: Lead, **values: Any) -> int:
        """Whether it was done: another may have moved the lead meanwhile, and then it is refused."""
        try:
            change(actor=centre.chen, lead_id=lead.id, **values)
        except (Conflict, ValidationError):
            return 0
        return 1

    def write(number: int) -> int:
        done = 0
        try:
            for turn in range(5):
                lead, stage = leads[(number + turn) % 4], ("in_talks", "signed", "landed")[(number + turn) % 3]
                done += attempt(move_lead, lead, to_stage=stage, note="x")
                done += attempt(update_lead, lead, changes={"team": (centre.g1, centre.g4, None)[turn % 3]})
                done += attempt(record_increase, leads[3], amount=Decimal(turn + 1), agreed_on=today)
        finally:
            left.pop()
            if not left:
                writing.clear()
        return done

    def keep_folding() -> int:
        folded = 0
        while writing.is_set():
            fold()
            folded += 1
        return folded

    def keep_checking() -> list[Any]:
        found = []
        while writing.is_set():
            found += compare_zone(centre.zone, today)[1].kept
        return found

    works: list[Callable[[], Any]] = [lambda number=number: write(number) for number in range(5)]
    results = at_once([*works, keep_folding, keep_checking])
    assert all(done >= 5 for done in results[:5]), results
    assert results[5] > 0
    assert results[6] == []
    fold()
    assert not TallyDelta.objects.exists()
    assert compare_zone(centre.zone, today)[1].kept == []
    folded = sums()
    rebuild(centre.zone)
    assert sums() == folded


def test_writers_wait_neither_for_each_others_tallies_nor_for_folding(
    centre: SimpleNamespace, leads: list[Lead]
) -> None:
    done, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            update_lead(actor=centre.chen, lead_id=leads[0].id, changes={"team": centre.g1})
            done.set()
            assert go.wait(timeout=60)

    def others() -> None:
        assert done.wait(timeout=60)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            update_lead(actor=centre.chen, lead_id=leads[1].id, changes={"team": centre.g1})
            fold()
            move_lead(actor=centre.chen, lead_id=leads[2].id, to_stage="landed")
            fold()
        finally:
            go.set()

    assert at_once([slow, others]) == [None, None]
    assert TallyDelta.objects.exists()
    fold()
    assert compare_zone(centre.zone, centre.zone.today())[1].kept == []


def test_two_nightly_checks_at_once_make_one(centre: SimpleNamespace, leads: list[Lead]) -> None:
    made = at_once([check_due_zones, check_due_zones])
    assert sum(made) == 2
    assert LedgerCheck.objects.count() == 2
    assert check_due_zones() == 0
