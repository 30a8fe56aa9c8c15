"""The log box: what a press of Save writes, what it refuses, and that nothing typed is lost."""

import datetime
import json
import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Lead
from projects.services.companies import create_contact
from teams.access import Role
from tests.factories import join, log, make_company, make_lead
from visits.models import FollowUp, Interaction
from visits.services.follow_ups import plan_follow_up

DAY = datetime.timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def as_(user, client: Client) -> Client:
    client.force_login(user)
    return client


def send(client: Client, lead: Lead | None = None, **fields):
    data = {"channel": "phone", "next_in": "none", "client_token": str(uuid.uuid4())}
    if lead is not None:
        data["p0-lead"] = str(lead.pk)
    data |= {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(reverse("visits:log_box"), data, headers=HTMX)


def test_a_call_is_logged_with_lead_channel_a_line_and_the_next_step(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    answer = send(as_(centre.wang, client), lead, summary="要10米层高", next_in="3")
    assert answer.status_code == 204
    interaction = Interaction.objects.get()
    assert (interaction.lead, interaction.company, interaction.channel) == (lead, lead.company, "phone")
    assert (interaction.person_times, interaction.team, interaction.created_by) == (1, centre.g4, centre.wang)
    assert list(interaction.staff.all()) == [centre.wang]
    assert FollowUp.objects.get().due_on == centre.zone.today() + 3 * DAY
    lead.refresh_from_db()
    assert (lead.last_interaction_at, lead.next_follow_up_on) == (
        interaction.occurred_at,
        centre.zone.today() + 3 * DAY,
    )
    events = json.loads(answer["HX-Trigger"])
    assert events["toast"]["undo_url"] == reverse("visits:interaction_undo", args=[interaction.pk])
    assert events["closeDialog"] is True
    assert events["lead-changed"] == {"lead": str(lead.pk)}


def test_without_script_the_form_works_as_a_page_and_leads_to_the_lead(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    as_(centre.wang, client)
    page = client.get(reverse("visits:log_box"), {"lead": lead.pk})
    assert page.status_code == 200
    assert b"<html" in page.content
    answer = client.post(reverse("visits:log_box"), {"p0-lead": str(lead.pk), "channel": "video", "next_in": "none"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("projects:lead", args=[lead.pk]))
    assert Interaction.objects.get().channel == "video"


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    token = str(uuid.uuid4())
    answer = send(
        as_(centre.wang, client), lead, channel="", summary="说了很多", person_times="0", next_in="day",
        client_token=token, draft=f"log-{lead.pk}",
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"channel", "person_times", "next_on"}
    assert "说了很多" in text
    assert token in text
    assert f'data-draft="log-{lead.pk}"' in text
    assert not Interaction.objects.exists()


def test_the_future_and_a_past_next_step_are_refused(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    as_(centre.wang, client)
    tomorrow = (centre.zone.today() + DAY).isoformat()
    answer = send(client, lead, occurred_at=f"{tomorrow}T10:00")
    assert answer.status_code == 422
    assert "occurred_at" in answer.context["form"].errors
    answer = send(client, lead, next_in="day", next_on=(centre.zone.today() - DAY).isoformat())
    assert answer.status_code == 422
    assert "next_on" in answer.context["form"].errors
    assert not Interaction.objects.exists()
    assert not FollowUp.objects.exists()


def test_the_time_is_read_by_the_clock_of_the_zone(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    type(centre.zone).objects.filter(pk=centre.zone.pk).update(time_zone="Europe/Stockholm")
    send(as_(centre.wang, client), lead, occurred_at="2026-01-05T09:30")
    assert Interaction.objects.get().occurred_at == datetime.datetime(2026, 1, 5, 8, 30, tzinfo=datetime.UTC)


def test_a_closed_lead_takes_a_call_but_no_follow_up(centre: SimpleNamespace, client: Client) -> None:
    closed = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="closed", close_reason="no")
    as_(centre.wang, client)
    refused = send(client, closed, next_in="1")
    assert refused.status_code == 422
    assert not Interaction.objects.exists()
    assert send(client, closed).status_code == 204


def test_another_teams_lead_is_not_there_and_nothing_is_written(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    as_(centre.zhao, client)
    assert client.get(reverse("visits:log_box"), {"lead": lead.pk}, headers=HTMX).status_code == 404
    answer = send(client, lead)
    assert answer.status_code == 422
    assert "lead" in answer.context["form"].first.errors
    assert not Interaction.objects.exists()
    assert lead.name not in answer.content.decode()


@pytest.mark.parametrize("name", ["bao", "sun"])
def test_who_may_not_log_gets_no_box(centre: SimpleNamespace, lead: Lead, client: Client, name: str) -> None:
    as_(getattr(centre, name), client)
    assert client.get(reverse("visits:log_box"), headers=HTMX).status_code == 403
    assert send(client, lead).status_code == 403
    assert not Interaction.objects.exists()


def test_a_lead_that_one_may_only_read_is_refused_beside_the_field(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    join(centre.zhao, Role.OBSERVER, centre.zone)
    answer = send(as_(centre.zhao, client), lead, summary="打过电话")
    assert answer.status_code == 422
    assert "lead" in answer.context["form"].first.errors
    assert "打过电话" in answer.content.decode()
    assert not Interaction.objects.exists()


def test_nobody_in_particular_is_refused(centre: SimpleNamespace, client: Client) -> None:
    answer = send(as_(centre.wang, client))
    assert answer.status_code == 422
    assert "lead" in answer.context["form"].first.errors


def test_pressing_twice_makes_one_row(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    as_(centre.wang, client)
    token = str(uuid.uuid4())
    assert send(client, lead, client_token=token, next_in="1").status_code == 204
    assert send(client, lead, client_token=token, next_in="1").status_code == 204
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_what_is_due_is_offered_checked_and_done_by_the_call(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    due = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="寄样册")
    later = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today() + 5 * DAY)
    as_(centre.wang, client)
    box = client.get(reverse("visits:log_box"), {"lead": lead.pk}, headers=HTMX)
    assert box.context["form"].first["done"].value() == [due.pk]
    asked = client.get(reverse("visits:log_box"), {"lead": lead.pk, "done": later.pk}, headers=HTMX)
    assert asked.context["form"].first["done"].value() == [due.pk, later.pk]
    assert send(client, lead, p0__done=[str(due.pk)], next_in="7").status_code == 204
    due.refresh_from_db()
    later.refresh_from_db()
    lead.refresh_from_db()
    assert (due.status, due.done_by, later.status) == ("done", Interaction.objects.get(), "open")
    assert lead.next_follow_up_on == later.due_on


def test_a_reception_of_four_companies_keeps_an_outcome_for_each(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    others = [
        make_company(centre.wang, name) for name in ("扬州精密铸造有限公司", "Nordic Powder AB", "江都齿轮有限公司")
    ]
    second = make_lead(
        centre.chen,
        centre.zone,
        team=centre.g4,
        owner=centre.wang,
        stage="enquiry",
        company=others[0],
        name="铸造项目",
    )
    contact = create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="王总")
    answer = send(
        as_(centre.wang, client), lead, channel="reception", party=["1", "2", "3", "4"], p0__outcome="再谈",
        p0__contacts=[str(contact.pk)], p1__lead=str(second.pk), p1__outcome="看地块", p2__company=str(others[1].pk),
        p2__outcome="要材料", p3__company=str(others[2].pk), p3__outcome="无意向", person_times="12",
    )  # fmt: skip
    assert answer.status_code == 204
    interaction = Interaction.objects.get()
    parties = [(p.company, p.lead, p.outcome) for p in interaction.parties.select_related("company", "lead")]
    assert parties == [
        (lead.company, lead, "再谈"),
        (others[0], second, "看地块"),
        (others[1], None, "要材料"),
        (others[2], None, "无意向"),
    ]
    assert interaction.person_times == 12
    for one in (lead, second):
        one.refresh_from_db()
        assert one.last_interaction_at == interaction.occurred_at


def test_an_error_of_a_party_stands_beside_that_party(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    answer = send(as_(centre.wang, client), lead, party=["1", "4"], p4__outcome="谁？")
    assert answer.status_code == 422
    empty, wrong = answer.context["form"].others
    assert (dict(empty.errors), list(wrong.errors)) == ({}, ["company"])


def test_people_met_are_the_contacts_named_unless_counted(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    people = [create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name=n) for n in ("王", "李")]
    send(as_(centre.wang, client), lead, p0__contacts=[str(person.pk) for person in people])
    assert Interaction.objects.get().person_times == 2


def test_choosing_a_lead_brings_its_contacts_and_what_it_is_owed(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="王总")
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="寄样册")
    ask = {"prefix": "p0", "p0-lead": str(lead.pk)}
    text = as_(centre.wang, client).get(reverse("visits:log_context"), ask, headers=HTMX).content.decode()
    assert "王总" in text
    assert "寄样册" in text
    outsider = as_(centre.zhao, Client()).get(reverse("visits:log_context"), ask, headers=HTMX).content.decode()
    assert "王总" not in outsider
    assert "寄样册" not in outsider


def test_added_parties_are_numbered_on(centre: SimpleNamespace, client: Client) -> None:
    as_(centre.wang, client)
    text = client.get(reverse("visits:log_party"), {"party": ["1", "4", "x"]}, headers=HTMX).content.decode()
    assert 'name="p5-company"' in text


def test_without_script_a_party_is_added_and_nothing_typed_is_lost(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    as_(centre.wang, client)
    answer = client.post(reverse("visits:log_box"), {"summary": "半句话", "add_party": "1", "p0-lead": str(lead.pk)})
    assert answer.status_code == 200
    assert "半句话" in answer.content.decode()
    assert 'name="p1-company"' in answer.content.decode()
    assert not answer.context["form"].errors


def test_recent_leads_are_offered_first_those_logged_with_last(
    centre: SimpleNamespace, lead: Lead, client: Client
) -> None:
    newer = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    log(centre.wang, newer)
    log(centre.wang, lead)
    box = as_(centre.wang, client).get(reverse("visits:log_box"), headers=HTMX)
    assert box.context["form"].first.offered == [lead, newer]


def test_undo_takes_the_call_its_plan_and_its_clocks_back(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    owed = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
    as_(centre.wang, client)
    send(client, lead, p0__done=[str(owed.pk)], next_in="7")
    interaction = Interaction.objects.get()
    answer = client.post(reverse("visits:interaction_undo", args=[interaction.pk]), {"next": "/interactions/"})
    assert (answer.status_code, answer["Location"]) == (302, "/interactions/")
    owed.refresh_from_db()
    lead.refresh_from_db()
    assert owed.status == "open"
    assert (lead.last_interaction_at, lead.next_follow_up_on) == (None, owed.due_on)
    assert client.post(reverse("visits:interaction_undo", args=[interaction.pk])).status_code == 404


def test_undo_never_leads_to_another_site(centre: SimpleNamespace, lead: Lead, client: Client) -> None:
    interaction = log(centre.wang, lead)
    as_(centre.wang, client)
    answer = client.post(reverse("visits:interaction_undo", args=[interaction.pk]), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("projects:lead", args=[lead.pk])
