"""Many who log at once, each over a connection of their own: nothing is lost, nothing is doubled."""

import datetime
import threading
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from projects.models import Lead
from tests.factories import make_lead
from visits.models import FollowUp, Interaction
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction
from visits.services.parties import Party

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(transactional_db: None, centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Do the work in so many threads that start together; an exception in one is raised here."""
    start, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            results[number] = work(number)
        except Exception as error:  # raised below, in the thread of the test
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def test_twenty_who_log_on_one_lead_lose_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    now = timezone.now()
    today = centre.zone.today()

    def write(number: int) -> None:
        log_interaction(
            actor=centre.wang, zone=centre.zone, channel="phone", parties=[Party(lead=lead)],
            occurred_at=now - datetime.timedelta(minutes=number), next_follow_up_on=today + (number + 1) * DAY,
        )  # fmt: skip

    at_once(20, write)
    lead.refresh_from_db()
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (20, 20)
    assert (lead.last_interaction_at, lead.next_follow_up_on) == (now, today + DAY)


def test_one_token_sent_over_several_connections_makes_one_row(centre: SimpleNamespace, lead: Lead) -> None:
    token = uuid.uuid4()

    def send(_number: int) -> tuple[Interaction, bool]:
        return log_interaction(
            actor=centre.wang, zone=centre.zone, channel="phone", parties=[Party(lead=lead)], client_token=token,
            next_follow_up_on=centre.zone.today(),
        )  # fmt: skip

    results = at_once(6, send)
    assert len({interaction.pk for interaction, _is_new in results}) == 1
    assert sum(is_new for _interaction, is_new in results) == 1
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_receptions_that_name_the_same_leads_in_other_orders_do_not_block_each_other(
    centre: SimpleNamespace, lead: Lead
) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")

    def write(number: int) -> None:
        order = [lead, other] if number % 2 else [other, lead]
        log_interaction(
            actor=centre.wang, zone=centre.zone, channel="reception", parties=[Party(lead=one) for one in order]
        )

    at_once(8, write)
    assert Interaction.objects.count() == 8


def test_planning_and_logging_at_once_keep_the_earliest_step(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()

    def write(number: int) -> None:
        if number % 2:
            plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today + (number + 2) * DAY)
        else:
            log_interaction(
                actor=centre.wang, zone=centre.zone, channel="phone", parties=[Party(lead=lead)],
                next_follow_up_on=today + (number + 2) * DAY,
            )  # fmt: skip

    at_once(10, write)
    lead.refresh_from_db()
    assert lead.next_follow_up_on == today + 2 * DAY
    assert FollowUp.objects.filter(lead=lead).count() == 10
