"""The administration site shows nobody more than the pages do, and changes nothing that has rules of its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from investcrm.core.admin import Scoped
from projects.models import (
    CapitalIncrease,
    Comment,
    Document,
    FundArrival,
    Industry,
    Milestone,
    Settlement,
    Stage,
    StageLimit,
    StageRequirement,
    Tag,
)
from projects.services.companies import create_company, create_contact
from teams.access import Role
from teams.models import User, Zone
from tests.factories import join, log, make_industry, make_lead, make_team
from visits.models import DossierItem, Interaction, PlannedVisit, ServiceRequest

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


def rows_of_the_other_zone(centre: SimpleNamespace) -> None:
    """A row of each kind in Qian's zone, each with 别处 in it."""
    zone, day = centre.other_zone, centre.zone.today()
    company = create_company(actor=centre.qian, name="别处有限公司")
    lead = make_lead(centre.qian, zone, company=company, name="别处的项目")
    of_lead = {"lead": lead, "amount": 1, "evidence": "别处", "entered_by": centre.qian}
    FundArrival.objects.create(**of_lead, value_on=day)
    CapitalIncrease.objects.create(**of_lead, agreed_on=day, entry=lead.entries.get())
    Comment.objects.create(lead=lead, author=centre.qian, text="别处的话")
    Milestone.objects.create(lead=lead, kind="registered", occurred_on=day, evidence="别处")
    Document.objects.create(zone=zone, lead=lead, title="别处的文件")
    Tag.objects.create(zone=zone, name="别处")
    Settlement.objects.create(zone=zone, company=company, remarks="别处")
    StageLimit.objects.create(zone=zone, stage_id="signed", silence_limit_days=7)
    DossierItem.objects.create(zone=zone, code="elsewhere", name_zh="别处")
    make_industry(zone, "elsewhere", name_zh="别处产业")
    make_team(zone, "Q9", name_zh="别处小组")
    log(centre.qian, lead, summary="别处的通话", next_follow_up_on=day)
    create_contact(actor=centre.qian, zone=zone, company=company, name="别处人")
    PlannedVisit.objects.create(
        zone=zone, owner=centre.qian, lead=lead, channel="visit", planned_on=day, first_planned_on=day,
        expected_result="别处",
    )  # fmt: skip
    ServiceRequest.objects.create(
        zone=zone, company=company, category="land", title="别处的诉求", handler=centre.qian,
        received_at=timezone.now(), answer_due_on=day, settle_due_on=day,
    )  # fmt: skip


# Companies are shared between zones; stages and what is the keeper's own belong to none.
OF_NO_ZONE = {"company", "stage", "exchangerate", "outboxmessage", "apikey", "exportrecord"}


def test_staff_of_one_zone_sees_no_row_of_another_in_any_registered_model(
    client: Client, centre: SimpleNamespace
) -> None:
    rows_of_the_other_zone(centre)
    staff(client, centre.gu)
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=centre.gu.pk)
    for model in OURS:
        name = model._meta.model_name
        if name in OF_NO_ZONE:
            continue
        theirs = _of_zone(model, centre.other_zone)
        assert theirs, f"{name}: make a row of the other zone above"
        seen = set(admin.site._registry[model].get_queryset(request).values_list("pk", flat=True))
        assert not theirs & seen, name
        answer = client.get(admin_url(model, "changelist"))
        assert "别处" not in answer.content.decode(), name
        assert client.get(admin_url(model, "change", next(iter(theirs)))).status_code == 302, name


def _of_zone(model: Any, zone: Zone) -> set[Any]:
    """The ids of the model's rows of the zone: by its own zone, its lead's, or its memberships'."""
    if model is Zone:
        return {zone.pk}
    fields = {field.name for field in model._meta.get_fields()}
    path = next(p for p in ("zone", "lead__zone", "memberships__zone") if p.split("__")[0] in fields)
    return set(model._default_manager.filter(**{path: zone}).values_list("pk", flat=True))


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
