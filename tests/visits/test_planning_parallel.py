"""Two who plan, move, tick and log the same visit at once, each over a connection of their own."""

from __future__ import annotations

import datetime
import uuid
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from investcrm.core.errors import Stale
from projects.models import Lead
from tests.factories import log, make_lead
from tests.visits.test_parallel import at_once
from visits.models import DossierCheck, Interaction, PlannedVisit
from visits.selectors.dossier import dossier_items
from visits.services.dossier import tick_item
from visits.services.planning import move_planned_visit, plan_visit

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(transactional_db: None, centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def planned(centre: SimpleNamespace, lead: Lead, planned_visit_id: uuid.UUID | None = None) -> PlannedVisit:
    return plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地", planned_visit_id=planned_visit_id,
    )[0]  # fmt: skip


def test_a_double_click_makes_one_visit(centre: SimpleNamespace, lead: Lead) -> None:
    visit_id = uuid.uuid4()
    results = at_once(4, lambda _number: planned(centre, lead, visit_id).pk)
    assert set(results) == {visit_id}
    assert PlannedVisit.objects.count() == 1


def test_of_two_who_move_a_visit_one_is_told_of_the_other(centre: SimpleNamespace, lead: Lead) -> None:
    today, visit = centre.zone.today(), planned(centre, lead)

    def move(number: int) -> str:
        try:
            move_planned_visit(
                actor=centre.wang, planned_visit_id=visit.pk, planned_on=today + (number + 1) * DAY, seen=today
            )
        except Stale:
            return "told"
        return "moved"

    assert sorted(str(result) for result in at_once(2, move)) == ["moved", "told"]


def test_ticks_at_once_make_one_each(centre: SimpleNamespace, lead: Lead) -> None:
    visit, items = planned(centre, lead), dossier_items(centre.zone)

    def tick(number: int) -> None:
        item = items[number % len(items)]
        tick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=item.pk)

    at_once(10, tick)
    assert DossierCheck.objects.count() == len(items)


def test_a_visit_is_done_once(centre: SimpleNamespace, lead: Lead) -> None:
    visit = planned(centre, lead)

    def do(_number: int) -> str:
        try:
            log(centre.wang, lead, "visit", done_planned_visits=[visit.pk])
        except ValidationError:
            return "refused"
        return "done"

    assert sorted(str(result) for result in at_once(3, do)) == ["done", "refused", "refused"]
    assert Interaction.objects.count() == 1
