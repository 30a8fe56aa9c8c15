"""The administration site shows nobody more than the pages do, and changes nothing that has rules of its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from investcrm.core.admin import Scoped
from projects.models import Industry, Stage, StageRequirement
from teams.access import Role
from teams.models import User, Zone
from tests.factories import join, log, make_industry, make_lead, make_team
from visits.models import Interaction

OURS = [model for model in admin.site._registry if model._meta.app_label in {
    "core", "teams", "projects", "visits", "pipeline", "sync"
}]  # fmt: skip


def staff(client: Client, user: User) -> Client:
    User.objects.filter(id=user.id).update(is_staff=True)
    client.force_login(User.objects.get(id=user.id))
    return client


def admin_url(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", OURS, ids=str)
def test_every_registered_model_is_scoped_and_opens(model: type, client: Client, centre: SimpleNamespace) -> None:
    assert isinstance(admin.site._registry[model], Scoped)
    boss = User.objects.create_superuser("boss", "a long test password", display_name="Boss")
    client.force_login(boss)
    assert client.get(admin_url(model, "changelist")).status_code == 200
    assert client.get(admin_url(model, "add")).status_code in {200, 403}


def test_a_member_of_staff_sees_only_what_they_see_on_the_pages(client: Client, centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, name="四组的项目")
    log(centre.wang, lead, summary="四组的话")
    staff(client, centre.zhao)
    for model in OURS:
        text = client.get(admin_url(model, "changelist")).content.decode()
        assert "四组的项目" not in text
    for model, row in ((type(lead), lead), (Zone, centre.other_zone), (User, centre.qian)):
        assert client.get(admin_url(model, "change", row.pk)).status_code == 302  # not found: back to the start
    staff(client, centre.wang)
    assert "四组的项目" in client.get(admin_url(type(lead), "changelist")).content.decode()


def test_leads_and_accounts_are_read_only_for_a_zones_administrator(client: Client, centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone)
    staff(client, centre.gu)
    for row in (lead, lead.entries.get(), centre.wang, centre.wang.memberships.get(), lead.company):
        address = admin_url(type(row), "change", row.pk)
        assert client.get(address).status_code == 200
        assert client.post(address, {}).status_code == 403
        assert client.post(admin_url(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_an_administrator_changes_their_own_zones_teams_and_industries_only(
    client: Client, centre: SimpleNamespace
) -> None:
    theirs, elsewhere = make_industry(centre.zone, "light"), make_industry(centre.other_zone, "heavy")
    staff(client, centre.gu)
    page = client.get(admin_url(type(theirs), "change", theirs.pk)).content.decode()
    assert str(centre.zone.pk) in page
    assert str(centre.other_zone.pk) not in page
    assert client.get(admin_url(type(theirs), "change", elsewhere.pk)).status_code == 302
    values = {"zone": centre.other_zone.pk, "code": "stolen", "name_zh": "偷"}
    assert client.post(admin_url(type(theirs), "add"), values).status_code == 200
    assert not type(theirs).objects.filter(code="stolen").exists()
    team = make_team(centre.zone, "G5")
    values = {"code": "G5", "name_zh": "招商五组", "name_en": "Team 5"}
    assert client.post(admin_url(type(team), "change", team.pk), values).status_code == 302


def test_an_administrator_who_is_an_observer_elsewhere_adds_nothing_there(
    client: Client, centre: SimpleNamespace
) -> None:
    join(centre.gu, Role.OBSERVER, centre.other_zone)
    staff(client, centre.gu)
    values = {"zone": centre.other_zone.pk, "code": "stolen", "name_zh": "偷"}
    assert client.post(admin_url(Industry, "add"), values).status_code == 200
    assert not Industry.objects.filter(code="stolen").exists()


def test_the_name_of_a_lead_one_does_not_see_does_not_stand_in_an_interactions_row(
    client: Client, centre: SimpleNamespace
) -> None:
    hidden = make_lead(centre.chen, centre.zone, team=centre.g4, name="四组的项目")
    log(centre.chen, hidden, team=centre.g1)
    staff(client, centre.zhao)
    assert "四组的项目" not in client.get(admin_url(Interaction, "changelist")).content.decode()


def test_a_stage_takes_no_requirement_that_nobody_tests(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(User.objects.create_superuser("boss", "a long test password", display_name="Boss"))
    page = client.get(admin_url(Stage, "change", Stage.objects.get(code="signed").pk)).content.decode()
    assert '<option value="agreement_number" selected>' in page
    inline = admin.site._registry[Stage].inlines[0](Stage, admin.site)
    field = inline.formfield_for_dbfield(StageRequirement._meta.get_field("requirement"), None)
    with pytest.raises(ValidationError):
        field.clean("no_such_requirement")


def test_a_member_of_staff_without_the_capability_changes_nothing(client: Client, centre: SimpleNamespace) -> None:
    staff(client, centre.wang)
    for row in (centre.zone, centre.g4, centre.industry):
        assert client.post(admin_url(type(row), "change", row.pk), {}).status_code == 403


def test_passwords_cannot_be_felt_out_by_filters(client: Client, centre: SimpleNamespace) -> None:
    staff(client, centre.gu)
    answer = client.get(admin_url(User, "changelist"), {"password__startswith": "a"})
    assert answer.status_code == 400
    assert centre.wang.password not in client.get(admin_url(User, "change", centre.wang.pk)).content.decode()


def test_the_site_is_closed_to_who_is_not_staff(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.gu)
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 302
