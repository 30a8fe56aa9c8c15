"""A company is settled while a visit to it is logged: whoever is second sees what the first one did."""

import datetime
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from projects.models import Settlement
from projects.services.companies import set_settled
from tests.factories import make_company
from visits.models import Interaction
from visits.services.interactions import log_interaction, update_interaction
from visits.services.parties import Party

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.timedelta(days=1)
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def one_waits_for_the_other(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do the first thing, the second on a connection of its own that must wait for it, and commit both."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            second()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        first()
        thread.start()
        waiting = False
        while not waiting and thread.is_alive():
            cursor.execute(BLOCKED)
            waiting = bool(cursor.fetchone()[0])
        assert waiting, failed
    thread.join(timeout=30)
    assert not failed


@pytest.mark.parametrize("settled_first", [True, False])
def test_a_visit_and_the_settling_wait_for_each_other(centre: SimpleNamespace, settled_first: bool) -> None:
    company, at = make_company(centre.chen), timezone.now() - 3 * DAY

    def settle() -> None:
        set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True)

    def log() -> None:
        parties = [Party(company=company)]
        log_interaction(actor=centre.li, zone=centre.zone, channel="visit", parties=parties, occurred_at=at)

    one_waits_for_the_other(*((settle, log) if settled_first else (log, settle)))
    assert Settlement.objects.get().last_visited_at == at


def test_two_visits_at_once_lose_none(centre: SimpleNamespace) -> None:
    company, now = make_company(centre.chen), timezone.now()
    set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True)

    def log(days: int) -> None:
        at, parties = now - days * DAY, [Party(company=company)]
        log_interaction(actor=centre.li, zone=centre.zone, channel="visit", parties=parties, occurred_at=at)

    one_waits_for_the_other(lambda: log(2), lambda: log(5))
    assert Settlement.objects.get().last_visited_at == now - 2 * DAY


def test_two_receptions_that_swap_companies_lock_them_in_one_order(centre: SimpleNamespace) -> None:
    one, two = (make_company(centre.chen, f"第{number}家") for number in range(2))
    for company in (one, two):
        set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True)

    def reception(company: object) -> Interaction:
        parties = [Party(company=company)]  # type: ignore[arg-type]
        at = timezone.now() - DAY
        return log_interaction(
            actor=centre.li, zone=centre.zone, channel="reception", parties=parties, occurred_at=at
        )[0]  # fmt: skip

    first, second = reception(one), reception(two)

    def swap(interaction: Interaction, company: object) -> None:
        parties = [Party(company=company)]  # type: ignore[arg-type]
        update_interaction(actor=centre.li, interaction_id=interaction.pk, changes={}, parties=parties)

    one_waits_for_the_other(lambda: swap(first, two), lambda: swap(second, one))
    assert Settlement.objects.filter(last_visited_at=None).count() == 0
