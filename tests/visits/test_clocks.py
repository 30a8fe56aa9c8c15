"""What a lead owes and when it was last spoken to stays right when parties change and entries are taken back."""

import datetime
import uuid
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from investcrm.core.errors import Conflict
from projects.models import Lead
from projects.services.leads import delete_lead
from tests.factories import log, make_lead
from visits.models import Interaction
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction, undo_interaction, update_interaction
from visits.services.parties import Party

pytestmark = pytest.mark.django_db


def test_a_lead_that_left_the_interaction_loses_the_follow_up_it_planned(centre: SimpleNamespace) -> None:
    first, second = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    interaction = log(centre.wang, first, next_follow_up_on=centre.zone.today())
    update_interaction(actor=centre.wang, interaction_id=interaction.pk, changes={}, parties=[Party(lead=second)])
    undo_interaction(actor=centre.wang, interaction_id=interaction.pk)
    first.refresh_from_db()
    assert not first.follow_ups.filter(deleted_at=None).exists()
    assert first.next_follow_up_on is None


def test_a_lead_that_left_the_interaction_gets_back_the_follow_up_it_did(centre: SimpleNamespace) -> None:
    first, second = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    today = centre.zone.today()
    owed = plan_follow_up(actor=centre.wang, lead_id=first.pk, due_on=today)
    interaction = log(centre.wang, first, done_follow_ups=[owed.pk])
    update_interaction(actor=centre.wang, interaction_id=interaction.pk, changes={}, parties=[Party(lead=second)])
    undo_interaction(actor=centre.wang, interaction_id=interaction.pk)
    first.refresh_from_db()
    assert first.next_follow_up_on == today


def test_a_lead_that_was_deleted_meanwhile_cannot_be_logged_for(centre: SimpleNamespace) -> None:
    seen = make_lead(centre.chen, centre.zone, team=centre.g4)
    delete_lead(actor=centre.chen, lead_id=seen.pk)
    with pytest.raises(ValidationError) as refused:
        log(centre.wang, seen)
    assert refused.value.error_dict["parties/0/lead"][0].code == "gone"
    assert not Interaction.objects.exists()


def test_a_lead_that_was_closed_meanwhile_gets_no_follow_up(centre: SimpleNamespace) -> None:
    seen = make_lead(centre.chen, centre.zone, team=centre.g4)
    Lead.objects.filter(pk=seen.pk).update(stage="closed", stage_kind="closed")
    with pytest.raises(ValidationError) as refused:
        log(centre.wang, seen, next_follow_up_on=centre.zone.today() + datetime.timedelta(days=1))
    assert refused.value.error_dict["due_on"][0].code == "closed"


def test_parties_with_a_lead_that_one_does_not_see_are_not_replaced(centre: SimpleNamespace) -> None:
    own = make_lead(centre.chen, centre.zone, team=centre.g4)
    hidden = make_lead(centre.chen, centre.zone, team=centre.g1)
    reception, _new = log_interaction(
        actor=centre.chen, zone=centre.zone, channel="reception", team=centre.g4,
        parties=[Party(lead=own), Party(lead=hidden)],
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        update_interaction(actor=centre.li, interaction_id=reception.pk, changes={}, parties=[Party(lead=own)])
    assert refused.value.error_dict["parties"][0].code == "hidden"
    assert reception.parties.count() == 2


def test_a_token_of_what_was_taken_back_is_a_conflict(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    token = uuid.uuid4()
    interaction = log(centre.wang, lead, client_token=token)
    undo_interaction(actor=centre.wang, interaction_id=interaction.pk)
    with pytest.raises(Conflict):
        log(centre.wang, lead, client_token=token)
