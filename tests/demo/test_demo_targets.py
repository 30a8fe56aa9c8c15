"""The targets of the demonstration: Guangling's of 2022 on the facts, and full letters of the generated zone."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation

from pipeline.demo.facts import load_centre
from pipeline.demo.generated import load_generated
from pipeline.models import ScoringScheme, Target, TargetLetter
from pipeline.selectors.near import nearly_counting
from pipeline.selectors.scoring import score_table
from pipeline.selectors.targets import ask_of, for_progress, letters_progress, progress_of
from projects.models import Lead, Stage, StageRequirement
from projects.stages import seed_stages
from teams.models import User, Zone
from visits.dossier import seed_dossier
from visits.models import DossierItem

END = datetime.date(2022, 12, 31)


@pytest.fixture
def seeded(db: None) -> None:
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)
    translation.activate("en")


def test_the_targets_of_guangling_are_computed_on_the_facts(seeded: None) -> None:
    """The source gives no day of landing, so nothing counts in the year; what stands in stock nearly counts."""
    load_centre("guangling")
    letter = TargetLetter.objects.get()
    assert (letter.begins_on, letter.ends_on, letter.signed_on) == (datetime.date(2022, 1, 1), END, None)
    large, major = for_progress(Target.objects.all()).order_by("position")
    assert (large.minimum, large.total_investment_cny, large.total_investment_usd) == (5, 10**9, 10**8)
    assert (major.metric, major.listing, major.minimum) == ("listed_count", "province", 1)
    today = letter.zone.today()
    found = progress_of([large, major], as_of=today)
    assert [(one.actual, one.state) for one in found.values()] == [(0, "missed"), (0, "missed")]
    director = User.objects.get(username="gl-director")
    near = [one for target in (large, major) for one in nearly_counting(ask_of(target, today), director)]
    undated = Lead.objects.filter(zone=letter.zone, stage_kind="landed", landed_on=None, total_investment__gte=10**9)
    waiting = Lead.objects.filter(zone=letter.zone, stage_kind__in=["signed", "open"], total_investment__gte=10**9)
    listed = Lead.objects.filter(zone=letter.zone, listing__in=["province", "nation"])
    assert {one.title for one in near} == {str(lead) for lead in (*undated, *waiting, *listed)}
    assert len(near) == undated.count() + waiting.count() + listed.count() > 0


@pytest.fixture
def generated(seeded: None) -> SimpleNamespace:
    load_generated()
    return SimpleNamespace(zone=Zone.objects.get(code="demo"))


def test_the_generated_zone_has_letters_that_roll_up_and_a_scheme(generated: SimpleNamespace) -> None:
    zone = generated.zone
    letters = list(TargetLetter.objects.filter(zone=zone).select_related("zone", "team", "person"))
    assert len(letters) == 6
    rows = {row.letter.whose: row for row in letters_progress(letters, as_of=zone.today())}
    whole = rows["Whole centre"].targets
    assert any(one.rolls_up for one in whole)
    for one in whole:
        assert one.rolls_up == one.target.is_additive
        if one.rolls_up:
            assert one.actual == sum(part.actual for part in one.parts)
    assert {one.light for row in rows.values() for one in row.targets} >= {"green", "red"}
    scheme = ScoringScheme.objects.get(zone=zone)
    assert scheme.has_begun(zone.today())
    year = zone.today().year
    table = score_table(zone, datetime.date(year, 1, 1), datetime.date(year, 12, 31), as_of=zone.today())
    assert len(table.scores) == 5
    assert table.scores[0].floored > table.scores[-1].floored
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
