"""The bench runs on a small centre: every case of the application and every bare contender, and their statements.

No time is asserted: only how many statements each needs, which no busy machine changes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core import signals
from django.core.management import call_command
from django.db import close_old_connections

from bench.__main__ import write
from bench.calls import Refused
from bench.cases import Bench, Case, director_of
from bench.importing import import_sheet
from bench.measure import count_queries, measure
from bench.report import FLAT, MARKS, NAMES, report
from bench.reporting import SIDES, runs
from projects.models import Lead, LedgerEntry, Notification, Stage, StageRequirement
from projects.stages import seed_stages
from teams.models import Zone
from visits.models import Interaction

pytestmark = pytest.mark.django_db
LEADS = 200


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A server looks after its connection at both ends of a request; here it would end the test's transaction."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def bench(settings: Any, db: None) -> Bench:
    """A small centre, and the bench in it."""
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    call_command("make_centre", leads=LEADS, today=datetime.date(2026, 3, 2), stdout=StringIO())
    zone = Zone.objects.get(code="generated")
    made = Bench(zone, director_of(zone))
    made.prepare()
    return made


def case(bench: Bench, key: str) -> Case:
    return next(one for one in bench.cases() if one.key == key)


def test_each_case_needs_as_many_statements_as_it_may(bench: Bench) -> None:
    for one in bench.cases():
        one.app()
        found, held = count_queries(one), NAMES[one.key].queries
        assert found["bare"] <= 6, one.key
        assert held is None or found["app"] <= held, f"{one.key}: {found}"


def test_both_sides_give_the_same_leads(bench: Bench) -> None:
    newest = list(Lead.objects.filter(zone=bench.zone, deleted_at=None).order_by("-created_at", "-id")[:30])
    for key in ("list", "deep", "search2"):
        one = case(bench, key)
        app, bare = one.app().decode(), one.bare().decode()
        shown = [str(lead) for lead in Lead.objects.filter(zone=bench.zone) if f"/leads/{lead.pk}/" in bare]
        assert shown, key
        for lead in Lead.objects.filter(zone=bench.zone):
            assert (f'href="/leads/{lead.pk}/"' in app) == (f'href="/leads/{lead.pk}/"' in bare), (key, lead.number)
        if key == "list":
            assert set(shown) == {str(lead) for lead in newest}
    rest = case(bench, "rest_list")
    assert [row["id"] for row in orjson.loads(rest.app())["results"]] == [
        row["id"] for row in orjson.loads(rest.bare())["results"]
    ]


def test_both_boards_show_the_same_cards_and_counts(bench: Bench) -> None:
    one = case(bench, "board")
    app, bare = one.app().decode(), one.bare().decode()
    for lead in Lead.objects.filter(zone=bench.zone):
        assert (f'href="/leads/{lead.pk}/"' in app) == (f'href="/leads/{lead.pk}/"' in bare), lead.number
    for stage in Stage.objects.all():
        count = Lead.objects.filter(zone=bench.zone, stage=stage, deleted_at=None).count()
        assert f"<h2>{stage.name_zh} {count} " in bare


@pytest.mark.parametrize("side", ["app", "bare"])
def test_both_sides_write_the_same_rows(bench: Bench, side: str) -> None:
    before = (LedgerEntry.objects.count(), Notification.objects.count(), Interaction.objects.count())
    moved = bench.spare[-1]
    getattr(case(bench, "move"), side)()
    lead = Lead.objects.get(pk=moved)
    entry = lead.entries.latest("seq")
    assert (lead.stage_id, lead.stage_kind, lead.closed_on) == ("in_talks", "open", None)
    assert (entry.kind, entry.stage_id, entry.from_stage_id) == ("moved", "in_talks", "closed")
    getattr(case(bench, "log"), side)()
    talked = Lead.objects.get(pk=bench.talked.pk)
    interaction = Interaction.objects.latest("created_at")
    assert interaction.lead_id == talked.pk
    assert talked.last_interaction_at == interaction.occurred_at
    assert [person.pk for person in interaction.staff.all()] == [bench.director.pk]
    made = orjson.loads(getattr(case(bench, "rest_create"), side)())
    fresh = Lead.objects.get(pk=made["id"])
    assert fresh.search_text.startswith(fresh.number.replace("-", ""))
    assert [one.kind for one in fresh.entries.all()] == ["opened"]
    after = (LedgerEntry.objects.count(), Notification.objects.count(), Interaction.objects.count())
    assert [new - old for new, old in zip(after, before, strict=True)] == [2, 1, 1]


def test_a_report_and_the_barest_cursor_are_of_the_same_leads(bench: Bench) -> None:
    rows = {side: runs(side)() for side in SIDES}
    assert rows["sheet"] == rows["bare"] > 0
    assert rows["build"] == Lead.objects.filter(zone=bench.zone, deleted_at=None).count()
    found = {side: {"seconds": 2.0, "rows": 7, "queries": 3, "peak": 100.0} for side in SIDES}
    text = report([{"leads": 200, "cases": {}, "reports": found}], [], 1, "A machine.")
    assert "| 200 | a weekly report's figures | 7 | 2.0 | 3 | 100 | 2.0 | 100 | 1.00 |" in text


def test_an_answer_that_is_none_is_not_measured(bench: Bench) -> None:
    with pytest.raises(Refused, match="404"):
        bench.page.get("/no-such-page/")


def test_what_was_found_becomes_tables(bench: Bench, tmp_path: Path) -> None:
    cases = [one for one in bench.cases() if one.key in ("list", "deep", "floor", "move")]
    quick = [Case(one.key, one.app, one.bare, repeats=2) for one in cases]
    found = measure(quick, 2, lambda _text: None)
    assert set(found) == {"list", "deep", "floor", "move"}
    sizes = [{"leads": leads, "cases": found} for leads in (200, 2000)]
    imported = {"rows": 2_000, "seconds": {"read": 0.5, "check": 1.5, "write": 3.0}, "peak": 150}
    text = report(sizes, [imported], 2, "A machine.")
    assert "| 2,000 | 0.5 | 1.5 | 3.0 | 400 | 150 |" in text
    assert "### 200 leads" in text
    assert "| dashboard | no such page yet |" in text
    assert "From 200 to 2,000 leads" in text
    assert set(FLAT) < set(NAMES)
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{MARKS[0]}\nold\n{MARKS[1]}\nAfter\n", encoding="utf-8")
    write(text, page)
    kept = page.read_text(encoding="utf-8")
    assert kept.startswith("Before\n")
    assert kept.endswith("After\n")
    assert "old" not in kept


def test_each_row_of_the_sheet_becomes_a_lead(bench: Bench) -> None:
    before = Lead.objects.count()
    found = import_sheet(bench.zone, bench.director, 30)
    assert set(found) == {"read", "check", "write"}
    assert Lead.objects.count() == before + 30
