"""The demonstration data: only what the facts say of the real centres, a believable generated zone, loaded once."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from investcrm.core.models import ExchangeRate
from pipeline.demo.accounts import LOGINS, PASSWORD
from pipeline.demo.facts import DATA, load_centre
from pipeline.demo.generated import LEADS, load_generated
from projects.choices import MergeKind
from projects.clocks import idle_days, light
from projects.models import (
    CapitalIncrease,
    Comment,
    Company,
    Contact,
    FundArrival,
    Lead,
    LedgerEntry,
    Milestone,
    SavedView,
    Settlement,
    Stage,
    StageRequirement,
    Tag,
)
from projects.requirements import facts_of, missing, requirements_by_stage
from projects.selectors.duplicates import candidates
from projects.services.ledger import entries_of, replay
from projects.stages import seed_stages
from teams.models import Team, User, Zone
from visits.dossier import seed_dossier
from visits.models import DossierItem, FollowUp, Interaction, PlannedVisit, ServiceRequest

pytestmark = pytest.mark.django_db
STANDING = ("stage_id", "stage_kind", "stage_entered_on", "signed_on", "landed_on", "closed_on")


@pytest.fixture(autouse=True)
def demo(settings: Any, db: None) -> None:
    """Demonstration mode, and the stages."""
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)


def run(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def facts(code: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{code}.json").read_text(encoding="utf-8"))
    return content


def counts() -> dict[str, int]:
    models = (
        Zone,
        Team,
        User,
        Company,
        Contact,
        Lead,
        LedgerEntry,
        Milestone,
        Interaction,
        FollowUp,
        ExchangeRate,
        PlannedVisit,
        ServiceRequest,
        FundArrival,
        CapitalIncrease,
        Comment,
        Tag,
        SavedView,
    )
    return {model.__name__: model.objects.count() for model in models}


def test_loading_twice_doubles_nothing_and_every_login_works(client: Client) -> None:
    assert run("load_demo").count("loaded") == 4
    before = counts()
    assert run("load_demo").count("there already") == 4
    assert counts() == before
    table = run("demo_logins")
    for login in LOGINS:
        assert login.username in table
    assert table.count(PASSWORD) == len(LOGINS)
    for login in LOGINS:
        client.logout()
        client.post(reverse("account_login"), {"login": login.username, "password": PASSWORD})
        assert client.get(reverse("teams:profile")).status_code == 200, login.username


def test_outside_demonstration_mode_nothing_is_loaded_and_nothing_said(settings: Any) -> None:
    load_centre("guangling")
    settings.DEMO = False
    with pytest.raises(CommandError, match="demonstration mode only"):
        run("load_demo")
    assert PASSWORD not in run("demo_logins")


@pytest.mark.parametrize("code", ["guangling", "qingbaijiang"])
def test_a_real_centre_is_as_the_facts_say_and_no_more(code: str) -> None:
    assert load_centre(code)
    told, zone = facts(code), Zone.objects.get(code=code)
    assert not zone.is_generated
    assert list(zone.teams.order_by("code").values_list("code", flat=True)) == [team["code"] for team in told["teams"]]
    assert Lead.objects.filter(zone=zone).count() == len(told["leads"])
    for fact in told["leads"]:
        lead = Lead.objects.get(zone=zone, name=fact["zh"])
        assert (lead.name_en, lead.stage_id) == (fact["en"], fact["stage"])
        for field in ("total_investment", "agreed_investment"):
            value = fact.get(field)
            assert getattr(lead, field) == (None if value is None else Decimal(value))
        entry = lead.entries.get()
        assert (entry.kind, entry.occurred_on) == ("opened", None)
        assert (lead.signed_on, lead.owner, lead.expected_signing_on) == (None, None, None)
        days = [str(meeting.occurred_at.date()) for meeting in Interaction.objects.filter(lead=lead)]
        assert days == [meeting["on"] for meeting in fact.get("interactions", [])]
    assert Interaction.objects.filter(zone=zone, lead=None).count() == len(told.get("interactions", []))
    settled = set(Settlement.objects.filter(zone=zone).values_list("company__name", flat=True))
    assert settled == {company["zh"] for company in told["settled_companies"]}
    assert not Contact.objects.exists()
    assert not Company.objects.exclude(credit_code=None).exists()
    asked = [one for company in told["settled_companies"] for one in company.get("service_requests", [])]
    requests = ServiceRequest.objects.filter(zone=zone)
    assert [(one.title, bool(one.settled_at)) for one in requests] == [(one["zh"], one["settled"]) for one in asked]
    assert not PlannedVisit.objects.filter(zone=zone).exists()


def test_what_a_lead_needs_and_who_referred_it_is_kept() -> None:
    load_centre("guangling")
    powder = Lead.objects.get(name="粉末冶金汽车零部件项目")
    assert (powder.clear_height_m, powder.floor_area_m2, powder.team and powder.team.code) == (10, 4300, "G4")
    assert Lead.objects.get(name="氢能高架缆车项目").needs_waterway
    assert Lead.objects.get(name="汽车数字照明系统项目").listing == "province"
    assert str(Lead.objects.get(name="天盛振宁项目").referrer_company) == "恒盛智谷产业社区"
    assert Lead.objects.get(name="埃泰斯热储能项目").acquisition_mode == "fund"


def test_notes_are_in_both_languages() -> None:
    load_centre("guangling")
    summary = Interaction.objects.get(lead__name="UTG柔性玻璃项目").summary
    assert "驱车八小时" in summary
    assert "eight hours by car" in summary


def test_the_generated_zone_is_marked_and_its_ledger_agrees_with_its_leads() -> None:
    assert load_generated()
    zone = Zone.objects.get(code="demo")
    assert zone.is_generated
    assert "Demo" in zone.name_en
    required = requirements_by_stage()
    leads = list(Lead.objects.filter(zone=zone).select_related("registered_company"))
    assert len(leads) == LEADS
    for lead in leads:
        entries = entries_of(lead)
        standing = replay(entries)
        assert (standing.stage, *(getattr(standing, name) for name in STANDING[1:])) == tuple(
            getattr(lead, name) for name in STANDING
        )
        assert all(getattr(lead, name) == getattr(entries[-1], name) for name in LedgerEntry.SNAPSHOT)
        days = [entry.occurred_on for entry in entries if entry.occurred_on is not None]
        assert days == sorted(days)
        assert missing(required[lead.stage_id], facts_of(lead)) == []
        lead.full_clean(exclude=["search_text"], validate_unique=False, validate_constraints=True)
    companies = Company.objects.filter(leads__zone=zone)
    assert companies.exclude(profile__contains="Generated for demonstration").count() == 0
    assert set(ExchangeRate.objects.values_list("source", flat=True)) == {"generated"}


def test_the_generated_zone_shows_life() -> None:
    load_generated()
    zone = Zone.objects.get(code="demo")
    today = zone.today()
    leads = list(Lead.objects.filter(zone=zone))
    assert min(Counter(lead.stage_id for lead in leads).values()) >= 10
    lights = Counter(
        light(idle_days(lead.last_progress_on, today), lead.stage_kind, yellow=60, red=90) for lead in leads
    )
    assert min(lights[colour] for colour in ("green", "yellow", "red")) >= 3
    assert {lead.currency for lead in leads} == {"CNY", "USD"}
    member = User.objects.get(username="demo-member")
    due = list(FollowUp.objects.filter(assignee=member, status="open").values_list("due_on", flat=True))
    assert any(day < today for day in due)
    assert today in due
    assert any(day > today for day in due)
    assert Interaction.objects.filter(zone=zone).values("channel").distinct().count() >= 6
    assert not Interaction.objects.filter(zone=zone, occurred_at__date__gt=today).exists()
    assert Interaction.objects.filter(zone=zone, occurred_at__week_day__in=[1, 7]).count() < 200
    teams = zone.teams.all()
    assert [team.memberships.count() for team in teams] == [4] * 5


def test_the_generated_zone_has_a_few_rows_that_are_one() -> None:
    load_generated()
    director = User.objects.get(username="demo-director")
    found = {kind: candidates(director, kind).rows for kind in MergeKind.values}
    leads = [(str(one.first.company), str(one.second.company)) for one in found[MergeKind.LEAD]]
    assert len(leads) >= 2
    assert all(first != second for first, second in leads)
    assert 2 <= len(found[MergeKind.COMPANY]) < 20
    assert 2 <= len(found[MergeKind.CONTACT]) < 10


def test_the_sign_in_page_offers_the_logins_in_demonstration_mode_only(client: Client, settings: Any) -> None:
    load_centre("guangling")
    page = reverse("account_login")
    settings.DEMO = False
    assert PASSWORD not in client.get(page).content.decode()


def test_the_hint_names_the_logins_of_each_zone(settings: Any) -> None:
    load_centre("guangling")
    hint = Template("{% load demo %}{% demo_hint %}")
    text = hint.render(Context())
    assert 'data-demo-login="g4member"' in text
    assert 'data-demo-login="demo-member"' not in text  # that zone is not loaded here
    settings.DEMO = False
    assert hint.render(Context()).strip() == ""


def test_the_generated_zone_has_a_working_day_around_its_leads() -> None:
    load_generated()
    zone = Zone.objects.get(code="demo")
    today = zone.today()
    plans = PlannedVisit.objects.filter(zone=zone)
    assert set(plans.values_list("status", flat=True)) == {"planned", "done", "cancelled"}
    assert plans.filter(planned_on__lt=today, status="planned").exists()
    assert plans.filter(planned_on__gte=today).exists()
    requests = ServiceRequest.objects.filter(zone=zone)
    assert requests.filter(answered_at=None).exists()
    assert requests.filter(reported_at__isnull=False).exists()
    assert set(FundArrival.objects.filter(lead__zone=zone).values_list("status", flat=True)) >= {"verified", "entered"}
    for increase in CapitalIncrease.objects.filter(lead__zone=zone):
        assert (increase.entry.increase_amount, increase.entry.kind) == (increase.amount, "increased")
    for row in [*plans, *requests, *FundArrival.objects.all(), *CapitalIncrease.objects.all()]:
        row.full_clean(validate_unique=False, exclude=["owner"] if hasattr(row, "owner") else [])
    assert Settlement.objects.filter(zone=zone, owner__isnull=False).exists()
    assert Comment.objects.filter(mentions__isnull=False).exists()
