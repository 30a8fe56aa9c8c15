"""The recount of the ledger: a clean centre has no difference, and whatever is broken by hand is found and named."""

from __future__ import annotations

import datetime
import zoneinfo
from io import StringIO
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from investcrm.core.changes import give_positions
from pipeline.models import LedgerCheck
from pipeline.selectors.checking import latest_difference, sentences
from pipeline.services.checking.zones import check_due_zones, check_zone
from pipeline.services.tallies import fold, rebuild
from projects.models import Lead
from teams.models import Zone
from tests.factories import make_lead
from tests.pipeline.test_figures import busy_centre

pytestmark = pytest.mark.django_db


def words(centre: SimpleNamespace) -> list[str]:
    check = check_zone(centre.zone)
    with translation.override("en"):
        return [sentence.words for sentence in sentences(check)]


def test_a_busy_centre_has_no_difference_before_and_after_folding() -> None:
    centre = busy_centre()
    assert words(centre) == []
    fold()
    assert words(centre) == []
    assert latest_difference(centre.zone) is None


def asleep(sql: str, *parameters: object) -> None:
    """Change rows past every trigger, as nobody should."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, parameters)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")


BROKEN = {
    "a span that says another day": (
        "UPDATE pipeline_leadspan SET signed_on = signed_on - 1 WHERE lead_id = %s AND ends_on IS NULL",
        "state 4: Signed on is",
    ),
    "a span that is missing": ("DELETE FROM pipeline_leadspan WHERE lead_id = %s AND ordinal = 1", "state 1, from"),
    "a tally off by one": (
        "UPDATE pipeline_tallydelta SET n = n + 1 WHERE id = (SELECT MIN(id) FROM pipeline_tallydelta WHERE"
        " what = 'stock' AND key <> %s::text)",
        "The sum kept for “stock",
    ),
    "a stage changed past the ledger": (
        "UPDATE projects_lead SET stage_id = 'to_sign' WHERE id = %s",
        "Stage is To sign; by the ledger it should be Signed.",
    ),
    "an amount changed past the ledger": (
        "UPDATE projects_lead SET total_investment = 7 WHERE id = %s",
        "Total investment is 7.00; by the ledger it should be 1000000000.00.",
    ),
    "a team changed past the ledger": (
        "UPDATE projects_lead SET team_id = NULL WHERE id = %s",
        "Team is nothing; by the ledger it should be Team G1.",
    ),
    "a day of progress that no move had": (
        "UPDATE projects_lead SET last_progress_on = '2020-01-01' WHERE id = %s",
        "Day of the last progress is 2020-01-01",
    ),
    "an entry that was rubbed out": (
        "DELETE FROM projects_ledgerentry WHERE lead_id = %s AND seq = 3",
        "entries are not numbered one after another",
    ),
    "an entry without its change row": (
        "DELETE FROM core_changerow WHERE row_id = (SELECT id FROM projects_ledgerentry"
        " WHERE lead_id = %s AND seq = 2)",
        "ledger entry 2 has no change row",
    ),
    "an increase without entry": (
        "UPDATE projects_capitalincrease SET amount = amount + 1 WHERE lead_id = %s",
        "100000001.00 CNY",
    ),
    "an increase that is on no lead": (
        "DELETE FROM projects_capitalincrease WHERE lead_id = %s",
        "that is not on the lead",
    ),
    "a history with a state that no entry made": (
        "UPDATE projects_leadevent SET owner_id = NULL WHERE pgh_id = (SELECT MAX(pgh_id) FROM projects_leadevent"
        " WHERE pgh_obj_id = %s)",
        "its history shows changes",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_by_hand_is_found_and_named(broken: str) -> None:
    centre = busy_centre()
    sql, said = BROKEN[broken]
    asleep(sql, centre.leads.old.id)
    found = words(centre)
    assert any(said in one for one in found), found
    if "tally" not in broken:
        assert any(centre.leads.old.number in one for one in found)
    check = latest_difference(centre.zone)
    assert check is not None
    assert check.difference_count == len(found)


def test_a_change_of_a_lead_past_the_ledger_is_seen_even_when_history_noted_it() -> None:
    centre = busy_centre()
    Lead.objects.filter(pk=centre.leads.fresh.pk).update(listing="nation")
    found = words(centre)
    assert len(found) == 2
    assert "Major project list is nation; by the ledger it should be province." in found[0]
    assert "its history shows changes" in found[1]


def test_a_hole_in_the_positions_is_found() -> None:
    centre = busy_centre()
    give_positions()
    assert words(centre) == []
    asleep("DELETE FROM core_changerow WHERE position = 2")
    assert any("positions of changes" in one for one in words(centre))


def test_only_the_first_hundred_are_kept_and_a_second_check_of_the_day_replaces_the_first() -> None:
    centre = busy_centre()
    asleep("DELETE FROM pipeline_tallydelta")
    first = check_zone(centre.zone)
    assert len(first.differences) == 100 < first.difference_count
    rebuild(centre.zone)
    assert check_zone(centre.zone).difference_count == 0
    assert LedgerCheck.objects.count() == 1


def test_the_command_says_each_difference_and_exits_with_one() -> None:
    centre = busy_centre()
    said = StringIO()
    call_command("check_ledger", stdout=said)
    assert "guangling: 6 leads, 0 differences" in said.getvalue()
    asleep("UPDATE projects_lead SET stage_id = 'to_sign' WHERE id = %s", centre.leads.old.id)
    with pytest.raises(SystemExit) as ended, translation.override("en"):
        call_command("check_ledger", "--zone", "guangling", stdout=said)
    assert ended.value.code == 1
    assert "Stage is To sign; by the ledger it should be Signed." in said.getvalue()
    with pytest.raises(CommandError):
        call_command("check_ledger", "--zone", "nowhere")


def at(hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 3, 10, hour, minute, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))


def test_a_zone_is_checked_once_after_two_at_night_of_its_own_time(centre: SimpleNamespace) -> None:
    def run(moment: datetime.datetime) -> int:
        with patch("django.utils.timezone.now", return_value=moment):
            return check_due_zones()

    assert run(at(1)) == 2
    assert run(at(1, 59)) == 0
    assert run(at(2)) == 2
    assert run(at(23)) == 0
    Zone.objects.filter(code="guangling").update(time_zone="Europe/Berlin")
    assert run(at(10)) == 1
    assert run(at(23)) == 0
    assert LedgerCheck.objects.filter(zone=centre.zone).count() == 1


def test_a_zone_that_cannot_be_checked_does_not_stop_the_others(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone)
    asleep("UPDATE projects_ledgerentry SET kind = 'nonsense'")
    with patch("pipeline.services.checking.zones.compare_lead", side_effect=ValueError):
        assert check_due_zones() == 1
    assert not LedgerCheck.objects.filter(zone=centre.zone).exists()
