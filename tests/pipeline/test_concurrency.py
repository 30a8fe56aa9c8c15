"""Many who change one lead at once, over real connections: nothing accepted is lost, nothing refused is silent."""

import datetime
import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from investcrm.core.errors import Conflict, Stale
from pipeline.services.moves import correct_move, move_lead
from projects.models import Lead
from projects.services.leads import update_lead
from projects.services.ledger import entries_of, replay
from tests.factories import log, make_lead
from visits.models import Interaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, with one call."""
    lead = make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry, stage="in_talks",
        on=centre.zone.today() - datetime.timedelta(days=30), total_investment=Decimal(5), site_need="none",
        expected_signing_on=centre.zone.today(), review_conclusion="ok", draft_agreement_on=centre.zone.today(),
        agreed_investment=Decimal(5), agreement_number="1",
    )  # fmt: skip
    log(centre.wang, lead)
    return lead


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run each call in a thread with a connection of its own, all starting together; what each gave, or its error."""
    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int) -> None:
        gate.wait(timeout=30)
        try:
            results[number] = calls[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_of_two_who_move_at_once_one_wins_and_the_other_is_told(centre: SimpleNamespace, lead: Lead) -> None:
    results = all_at_once([
        lambda: move_lead(actor=centre.wang, lead_id=lead.id, to_stage="key_talks", from_stage="in_talks"),
        lambda: move_lead(actor=centre.li, lead_id=lead.id, to_stage="to_sign", from_stage="in_talks"),
    ])  # fmt: skip
    [refused] = [result for result in results if isinstance(result, Exception)]
    [entry] = [result for result in results if not isinstance(result, Exception)]
    lead.refresh_from_db()
    assert isinstance(refused, Conflict)
    assert refused.current == lead.stage_id == entry.stage_id
    assert lead.entries.filter(kind="moved").count() == 1


def test_a_double_click_on_the_page_makes_one_move(centre: SimpleNamespace, lead: Lead) -> None:
    data = {"to_stage": "key_talks", "from_stage": "in_talks", "occurred_on": lead.zone.today().isoformat()}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(centre.wang)
    url = reverse("pipeline:move", args=[lead.id])
    responses = all_at_once([
        lambda client=client: client.post(url, data, headers={"HX-Request": "true"}).status_code for client in clients
    ])  # fmt: skip
    assert sorted(responses) == [204, 409]
    assert lead.entries.filter(kind="moved").count() == 1


def test_a_move_is_corrected_once(centre: SimpleNamespace, lead: Lead) -> None:
    entry = move_lead(actor=centre.wang, lead_id=lead.id, to_stage="key_talks")
    results = all_at_once([
        lambda actor=actor: correct_move(actor=actor, lead_id=lead.id, entry_id=entry.id, note="wrong")
        for actor in (centre.li, centre.chen)
    ])  # fmt: skip
    assert Counter(type(result).__name__ for result in results) == {"LedgerEntry": 1, "Conflict": 1}
    lead.refresh_from_db()
    assert lead.stage_id == "in_talks"


def test_twenty_writers_on_one_lead_lose_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    edits: dict[str, Any] = {
        "name_en": "Powder parts", "summary": "齿轮", "source": "展会", "place": "A区", "land_mu": Decimal("12.5"),
        "floor_area_m2": Decimal(4300), "clear_height_m": Decimal(10), "power_kva": Decimal(800),
        "total_investment": Decimal(900_000_000), "registered_capital": Decimal(20_000_000),
    }  # fmt: skip
    base = {name: getattr(lead, name) for name in edits}
    moves = ["key_talks", "to_sign", "signed", "key_talks", "to_sign"]
    calls: list[Callable[[], Any]] = [
        *(
            lambda name=name, value=value: update_lead(
                actor=centre.wang, lead_id=lead.id, changes={name: value}, base=base
            )
            for name, value in edits.items()
        ),
        *(lambda number=number: log(centre.li, lead, summary=f"call {number}") for number in range(5)),
        *(
            lambda to=to: move_lead(actor=centre.chen, lead_id=lead.id, to_stage=to, from_stage="in_talks")
            for to in moves
        ),
    ]
    results = all_at_once(calls)

    lead.refresh_from_db()
    # Ten edits of ten fields: all accepted, all there.
    assert not [result for result in results[:10] if isinstance(result, Exception)]
    assert {name: getattr(lead, name) for name in edits} == edits
    assert lead.entries.filter(kind="revalued").count() == 2
    # Five calls: all there.
    assert all(isinstance(result, Interaction) for result in results[10:15])
    assert Interaction.objects.filter(lead=lead).count() == 6
    assert lead.last_interaction_at == max(call.occurred_at for call in Interaction.objects.filter(lead=lead))
    # Five moves from one stage: one is done, four were told where the lead is.
    assert Counter(type(result).__name__ for result in results[15:]) == {"LedgerEntry": 1, "Conflict": 4}
    assert {result.current for result in results[15:] if isinstance(result, Conflict)} == {lead.stage_id}
    # The ledger is whole and says the same as the row.
    entries = entries_of(lead)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert replay(entries).stage == lead.stage_id
    assert entries[-1].total_investment == lead.total_investment


def test_two_edits_of_the_same_field_are_not_merged_silently(centre: SimpleNamespace, lead: Lead) -> None:
    results = all_at_once([
        lambda text=text: update_lead(
            actor=centre.wang, lead_id=lead.id, changes={"summary": text}, base={"summary": ""}
        )
        for text in ("one", "two")
    ])  # fmt: skip
    [refused] = [result for result in results if isinstance(result, Exception)]
    lead.refresh_from_db()
    assert isinstance(refused, Stale)
    assert refused.current == {"summary": lead.summary}
