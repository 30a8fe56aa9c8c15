"""How far a role reaches: not longer than it is held, and not into another zone."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.models import Contact, Industry, Lead
from projects.services.companies import create_contact
from projects.services.leads import update_lead
from teams.access import Capability, Role
from teams.models import User
from tests.factories import join, log, make_lead
from visits.models import Interaction

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    """The user as a new request knows them."""
    return User.objects.get(pk=user.pk)


def test_a_membership_that_was_deleted_gives_nothing(centre: SimpleNamespace) -> None:
    centre.wang.memberships.update(deleted_at=timezone.now())
    assert not again(centre.wang).can(Capability.VIEW)
    assert not User.objects.working_in(centre.zone, centre.zone.today()).filter(pk=centre.wang.pk).exists()
    assert not User.objects.visible_to(centre.li).filter(pk=centre.wang.pk).exists()


def test_who_has_left_the_zone_does_not_see_what_they_once_entered(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    log(centre.wang, lead)
    create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="李先生")
    centre.wang.memberships.update(ends_on=centre.zone.today() - datetime.timedelta(days=1), starts_on="2020-01-01")
    join(centre.wang, Role.OBSERVER, centre.other_zone)
    wang = again(centre.wang)
    assert not Interaction.objects.visible_to(wang).exists()
    assert not Contact.objects.visible_to(wang).exists()


def test_a_contributor_of_one_zone_who_is_a_member_in_another_sees_there_as_a_member(centre: SimpleNamespace) -> None:
    join(centre.zhao, Role.CONTRIBUTOR, centre.other_zone)
    zhao = again(centre.zhao)
    lead = make_lead(zhao, centre.zone)
    update_lead(actor=centre.chen, lead_id=lead.pk, changes={"team": centre.g4})
    assert not Lead.objects.visible_to(zhao).exists()
    assert not zhao.can(Capability.VIEW, on=Lead.objects.get())


def test_an_industry_that_is_no_longer_used_cannot_be_given_to_a_lead(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    Industry.objects.filter(pk=centre.industry.pk).update(disabled_on=centre.zone.today())
    with pytest.raises(ValidationError) as refused:
        update_lead(actor=centre.wang, lead_id=lead.pk, changes={"industry": Industry.objects.get()})
    assert refused.value.error_dict["industry"][0].code == "disabled"
