"""Odd addresses and forms: junk never breaks a page, and no address tells more than its reader may know."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from pipeline.models import LetterScan, ScoringScheme
from pipeline.selectors.desk.lists import day_entered
from pipeline.selectors.measured import measured_near, measured_rows
from pipeline.selectors.periods import parse_period
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope, may_ask, read_scope
from pipeline.services.scans import NewScan, add_scan
from pipeline.services.scoring import continue_scheme, create_scheme, delete_scheme
from pipeline.services.targets import create_letter
from teams.models import Membership
from tests.documents_help import PDF
from tests.factories import join, log, make_lead, make_team, make_user
from tests.projects.pages import signed_in

DAY = datetime.timedelta(days=1)
EDGE = "0001-01-01T00:00%2B12:00"
ODD = (
    *(f"/figures/?what=stock&total_investment={size}" for size in ("1e-20000", "1e-400", "sNaN", "1e400", "-1")),
    *(f"/figures/?what=stock&{name}=%00" for name in ("team", "known_at", "as_of", "scope")),
    *(f"/figures/?what=stock&known_at={moment}" for moment in (EDGE, "9999-12-31T23:59-12:00")),
    *(f"/activity/?what=visits&period=2026&{name}=%00" for name in ("team", "person")),
    *(f"/activity/?what=interactions&period=2026&{name}=%00" for name in ("team", "person", "kind", "state")),
    "/activity/?what=breaches&period=2026&as_of=0001-01-01",
    *(f"/{page}/?known={EDGE}" for page in ("league", "targets", "targets/scores", "dashboard")),
    "/dashboard/lists/follow-ups/?owner=x",
)


def test_no_odd_address_breaks_a_page(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    client.raise_request_exception = False
    assert [odd for odd in ODD if client.get(odd).status_code >= 500] == []


def test_a_number_of_rows_in_other_digits_is_none(centre: SimpleNamespace) -> None:
    assert signed_in(centre.chen).post("/targets/new/", {"rows": "\u00b2"}).status_code == 422


@pytest.mark.parametrize("address", ["/figures/?what=stock", "/activity/?what=interactions&period=2026"])
def test_an_address_does_not_tell_names_of_another_zone(centre: SimpleNamespace, address: str) -> None:
    team = make_team(centre.other_zone, "Q7", name_en="Hidden team")
    person = "owner" if "stock" in address else "person"
    page = signed_in(centre.li).get(f"{address}&team={team.pk}&{person}={centre.qian.pk}").content.decode()
    assert str(team) not in page
    assert str(centre.qian) not in page


def test_who_has_left_a_team_is_no_longer_asked_for_by_it(centre: SimpleNamespace) -> None:
    code = Scope(centre.zone, person=centre.wang).code
    assert read_scope(centre.li, code).person == centre.wang
    yesterday = centre.zone.today() - DAY
    Membership.objects.filter(user=centre.wang).update(ends_on=yesterday)
    join(centre.wang, "member", centre.zone, centre.g1)
    with pytest.raises(Http404):
        read_scope(centre.li, code)
    assert read_scope(centre.chen, code).person == centre.wang
    assert not may_ask(centre.li, Scope(centre.zone))


def test_a_visit_with_a_lead_of_another_team_does_not_tell_its_name(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, name="保密项目", team=centre.g1, owner=centre.zhao)
    visit = log(centre.chen, lead, channel="visit")
    type(visit).objects.filter(pk=visit.pk).update(team=centre.g4)
    scope = Scope(centre.zone, team=centre.g4)
    limits = Question(STOCK, scope, today, parse_period(f"{today - DAY * 30}..{today}"))

    def titles(reader: Any) -> list[str]:
        assert measured_near("visits", limits, scope, reader, 5) == []
        return [one.title for one in measured_rows("visits", limits, scope, reader, 5)[1]]

    assert titles(centre.chen) == ["保密项目"]
    assert titles(centre.li) == [str(lead.company)]


def test_a_targets_figure_links_to_no_list_that_its_reader_may_not_open(centre: SimpleNamespace) -> None:
    day = centre.zone.today()
    rule = {"metric": "new_leads", "minimum": 5, "starts_on": day - DAY, "ends_on": day + DAY}
    values = {"title": "全中心", "begins_on": day - DAY, "ends_on": day + DAY}
    letter = create_letter(actor=centre.chen, zone_id=centre.zone.pk, values=values, targets=[rule])
    address = f"/targets/items/{letter.targets.get().pk}/"
    assert "/figures/?" in signed_in(centre.chen).get(address).content.decode()
    assert "/figures/?" not in signed_in(centre.wang).get(address).content.decode()


def test_a_scheme_between_two_others_can_be_taken_out(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    first = create_scheme(
        actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "办法", "valid_from": today - DAY}
    )
    second = continue_scheme(actor=centre.chen, scheme_id=first.pk, valid_from=today + 10 * DAY)
    third = continue_scheme(actor=centre.chen, scheme_id=second.pk, valid_from=today + 20 * DAY)
    delete_scheme(actor=centre.chen, scheme_id=second.pk)
    assert ScoringScheme.objects.get(pk=first.pk).valid_to == third.valid_from - DAY


def test_a_scan_sent_twice_at_once_is_one_and_an_id_of_another_letter_is_refused(
    centre: SimpleNamespace, tmp_path: Path
) -> None:
    day = centre.zone.today()
    letters = [
        create_letter(
            actor=centre.chen, zone_id=centre.zone.pk, values={"title": title, "begins_on": day, "ends_on": day + DAY}
        )
        for title in ("甲", "乙")
    ]
    path = tmp_path / "scan.pdf"
    path.write_bytes(PDF)
    scan = NewScan(path, "责任状.pdf", path.stat().st_size, uuid.uuid4())
    made = add_scan(actor=centre.chen, letter_id=letters[0].pk, scan=scan)
    with mock.patch.object(centre.chen, "can", side_effect=[False, True]):
        # the other request had not been there yet when this one looked
        assert add_scan(actor=centre.chen, letter_id=letters[0].pk, scan=scan) == made
    with pytest.raises(ValidationError):
        add_scan(actor=centre.chen, letter_id=letters[1].pk, scan=scan)
    assert LetterScan.objects.count() == 1


def test_a_lead_was_entered_on_the_day_of_its_zone(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4)
    lead.created_at = datetime.datetime(2026, 3, 4, 23, 30, tzinfo=datetime.UTC)
    assert day_entered(lead, centre.zone) == datetime.date(2026, 3, 5)


def test_an_overdue_list_of_one_owner_has_no_others(centre: SimpleNamespace) -> None:
    due = centre.zone.today() - 3 * DAY
    other = make_user("hu")
    join(other, "member", centre.zone, centre.g4)
    for owner in (centre.wang, other):
        lead = make_lead(centre.chen, centre.zone, name=f"项目{owner.username}", team=centre.g4, owner=owner)
        type(lead).objects.filter(pk=lead.pk).update(next_follow_up_on=due, created_at=timezone.now() - 9 * DAY)
    address = f"/dashboard/lists/follow-ups/?scope=team-{centre.g4.pk}&owner={other.pk}"
    page = signed_in(centre.li).get(address).content.decode()
    assert "项目hu" in page
    assert "项目wang" not in page
