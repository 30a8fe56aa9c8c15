"""A generated centre: the same each time, true to the ledger, within every rule of the database, and open to use."""

from __future__ import annotations

import datetime
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse

from investcrm.core.text import normalise_company_name, pinyin_key, search_text
from pipeline.demo.accounts import PASSWORD
from pipeline.demo.centre.tables import COLUMNS
from projects.choices import EntryKind
from projects.models import (
    CapitalIncrease,
    Company,
    Contact,
    FundArrival,
    Lead,
    LedgerEntry,
    Milestone,
    Stage,
    StageRequirement,
)
from projects.requirements import facts_of, missing, requirements_by_stage
from projects.services.companies import lead_search_text
from projects.services.ledger import entries_of, replay
from projects.services.milestones import last_progress_on
from projects.stages import seed_stages
from teams.models import Team, User, Zone
from visits.dossier import seed_dossier
from visits.models import DossierItem, FollowUp, Interaction, InteractionParty, PlannedVisit
from visits.services.clocks import refresh_clocks

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)
LEADS = 200
STANDING = ("stage", "stage_kind", "stage_entered_on", "signed_on", "landed_on", "closed_on")
NUMBERED = (InteractionParty, Interaction.staff.through, InteractionParty.contacts.through)


@pytest.fixture(autouse=True)
def demo(settings: Any, db: None) -> None:
    """Demonstration mode, and the stages."""
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)


def make(leads: int = LEADS, **options: Any) -> str:
    out = StringIO()
    call_command("make_centre", leads=leads, today=TODAY, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def zone() -> Zone:
    make()
    return Zone.objects.get(code="generated")


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All that was made, but for numbers that the database counts itself."""
    found = {}
    for model in COLUMNS:
        fields = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        if model is InteractionParty.contacts.through:
            fields.remove("interactionparty_id")
        found[model._meta.label] = sorted(model._default_manager.values_list(*fields), key=repr)
    found["people"] = sorted(User.objects.values_list("id", "username", "display_name"))
    return found


def test_the_same_seed_gives_the_same_rows() -> None:
    made = []
    for seed in (7, 7, 8):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('projects_lead_number', 1000)")
        with transaction.atomic():
            make(seed=seed)
            made.append(rows())
            transaction.set_rollback(True)
    assert made[0] == made[1]
    assert made[0].keys() == made[2].keys()
    assert made[0]["projects.Lead"] != made[2]["projects.Lead"]


def test_each_lead_stands_where_its_ledger_says(zone: Zone) -> None:
    leads = list(Lead.objects.filter(zone=zone).select_related("registered_company"))
    assert len(leads) == LEADS
    kinds: Counter[str] = Counter()
    for lead in leads:
        entries = entries_of(lead)
        kinds.update(entry.kind for entry in entries)
        standing = replay(entries)
        assert [getattr(lead, "stage_id" if name == "stage" else name) for name in STANDING] == [
            getattr(standing, name) for name in STANDING
        ]
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert {name: getattr(entries[-1], name) for name in LedgerEntry.SNAPSHOT} == {
            name: getattr(lead, name) for name in LedgerEntry.SNAPSHOT
        }
        assert sorted(entry.recorded_at for entry in entries) == [entry.recorded_at for entry in entries]
        assert last_progress_on(lead) == lead.last_progress_on
    assert {*EntryKind.values} - {*kinds} <= {EntryKind.MERGED, EntryKind.DELETED}


def test_each_lead_has_what_its_stage_asks_for(zone: Zone) -> None:
    required = requirements_by_stage()
    for lead in Lead.objects.filter(zone=zone).select_related("registered_company"):
        assert missing(required[lead.stage_id], facts_of(lead)) == [], lead.number


def test_the_clocks_are_what_interactions_and_follow_ups_say(zone: Zone) -> None:
    clocks = ("id", "last_interaction_at", "next_follow_up_on")
    leads = Lead.objects.filter(zone=zone)
    before = sorted(leads.values_list(*clocks))
    refresh_clocks(leads.values_list("id", flat=True))
    assert sorted(leads.values_list(*clocks)) == before
    assert Interaction.objects.filter(zone=zone).count() == 3 * LEADS
    assert InteractionParty.objects.count() == Interaction.staff.through._default_manager.count() == 3 * LEADS
    for model in (FollowUp, Milestone, PlannedVisit, FundArrival, CapitalIncrease):
        assert model._default_manager.exists(), model


def test_no_row_points_to_one_that_is_not_there(zone: Zone) -> None:
    for model in COLUMNS:
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            there = field.remote_field.model._default_manager.filter(
                **{field.target_field.attname: OuterRef(field.attname)}
            )
            lost = model._default_manager.filter(~Exists(there), **{f"{field.name}__isnull": False})
            assert not lost.exists(), f"{model.__name__}.{field.name}"


def test_what_rows_are_found_and_sorted_by_is_what_the_services_write(zone: Zone) -> None:
    for company in Company.objects.all():
        assert company.normalised_name == normalise_company_name(company.name)[:300]
        assert company.name_key == pinyin_key(company.name)
        assert company.search_text == search_text(company.name, company.name_en, company.credit_code or "")
    for lead in Lead.objects.select_related("company"):
        assert lead.search_text == lead_search_text(lead)
        assert lead.name_key == pinyin_key(lead.name)
    for contact in Contact.objects.all():
        assert contact.search_text == search_text(contact.name, "", contact.phone, "", contact.email)
    for interaction in Interaction.objects.all():
        assert interaction.search_text == search_text(interaction.summary, interaction.place)


def test_a_team_that_was_dissolved_has_no_lead_in_hand(zone: Zone) -> None:
    former = Team.objects.get(zone=zone, dissolved_on__isnull=False)
    left = Lead.objects.filter(team=former)
    assert set(left.values_list("stage_kind", flat=True)) <= {"closed"}
    handed_on = LedgerEntry.objects.filter(kind=EntryKind.TRANSFERRED, note="小组重组")
    assert handed_on.exists()
    assert set(handed_on.values_list("occurred_on", flat=True)) == {former.dissolved_on}


def test_its_director_sees_every_lead_and_its_pages_open(zone: Zone) -> None:
    said = StringIO()
    director = User.objects.get(username="generated-director")
    assert Lead.objects.visible_to(director).count() == Lead.objects.filter(zone=zone, deleted_at=None).count()
    for name in ("director", "leader", "member"):
        client = Client()
        assert client.login(username=f"generated-{name}", password=PASSWORD), said
        for page in ("projects:lead_list", "pipeline:board", "visits:today"):
            assert client.get(reverse(page)).status_code == 200
        assert Lead.objects.visible_to(User.objects.get(username=f"generated-{name}")).exists()


def test_there_is_another_day_for_each_number_of_days(zone: Zone) -> None:
    first = Lead.objects.filter(zone=zone).order_by("created_at").first()
    last = Lead.objects.filter(zone=zone).order_by("-created_at").first()
    assert first is not None
    assert last is not None
    assert (last.created_at - first.created_at) > datetime.timedelta(days=1000)
    assert last.created_at.date() < TODAY
    assert first.number < last.number


def test_it_says_who_may_sign_in() -> None:
    said = make(5, zone="small")
    assert "Zone small: 5 leads" in said
    assert "small-director, small-leader, small-member" in said
    assert PASSWORD in said


def test_a_zone_that_is_there_is_not_made_again(zone: Zone) -> None:
    before = Lead.objects.count()
    with pytest.raises(CommandError, match="There is a zone generated already"):
        make()
    assert Lead.objects.count() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--leads"),
        (["--leads=0"], "between 1 and"),
        (["--leads=many"], "is no number"),
        (["--leads=5", "--today=2026-02-30"], "is no day"),
        (["--leads=5", "--today=2999-01-01"], "has not come yet"),
        (["--leads=5", "--zone=a b"], "letters, digits and hyphens"),
    ],
)
def test_what_cannot_be_made_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("make_centre", *arguments, stdout=StringIO(), stderr=StringIO())
    assert not Zone.objects.exists()


def test_it_is_made_in_demonstration_mode_only(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="INVESTCRM_DEMO=True"):
        make(5)
    assert not Zone.objects.exists()
