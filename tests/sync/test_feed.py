"""The change feed: what is told, to whom, in which order, and what cursors are good for."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investcrm.core.changes import give_positions
from investcrm.core.external_ids import remember
from investcrm.core.models import ChangeRow, FeedMark
from projects.models import Company, Lead
from projects.services.companies import create_contact
from projects.services.leads import delete_lead, update_lead
from sync.selectors.feed import TYPES, head
from teams.models import Membership
from tests.api_help import Client, errors
from tests.factories import log, make_company, make_lead
from tests.sync.feed_help import Copy

pytestmark = pytest.mark.django_db


def copy_of(user: Any, **options: Any) -> Copy:
    copy = Copy(Client(user), **options)
    copy.follow()
    return copy


def test_a_full_sync_gives_every_row_that_the_account_sees(centre: SimpleNamespace) -> None:
    ours = make_lead(centre.li, centre.zone, team=centre.g4)
    theirs = make_lead(centre.chen, centre.zone, team=centre.g1, name="别组的项目")
    log(centre.li, ours)
    assert {ours.id, theirs.id} == copy_of(centre.chen).ids("lead")
    mine = copy_of(centre.wang, limit=2)
    assert mine.ids("lead") == {ours.id}
    mine.compare(centre.wang)
    copy_of(centre.qian).compare(centre.qian)
    assert copy_of(centre.qian).ids("lead") == set()


def test_data_is_the_shape_of_rest_without_what_the_clock_changes(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.li, centre.zone, team=centre.g4, total_investment="1000000000.00")
    data = copy_of(centre.wang).rows["lead", str(lead.id)]
    rest = Client(centre.wang).read(f"leads/{lead.id}/")
    assert {"idle_days", "silent_days", "light"} == rest.keys() - data.keys()
    assert all(rest[name] == value for name, value in data.items())


def test_changes_come_after_the_cursor_and_only_the_latest_of_a_row(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.li, centre.zone, team=centre.g4)
    copy = copy_of(centre.wang)
    assert copy.follow() == 0
    for name in ("甲", "乙", "丙"):
        update_lead(actor=centre.li, lead_id=lead.id, changes={"name": name})
    page = copy.page()
    assert [(row["type"], row["op"], row["data"]["name"]) for row in page["changes"]] == [("lead", "upsert", "丙")]
    assert page["changes"][0]["version"] == Lead.objects.get().version
    assert page["has_more"] is False


def test_a_deleted_lead_and_what_hangs_on_it_are_told_as_deletes(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.li, centre.zone, team=centre.g4)
    contact = create_contact(actor=centre.li, zone=centre.zone, company=lead.company, name="王总")
    spoken = log(centre.li, lead)
    copy = copy_of(centre.wang)
    assert (copy.ids("contact"), copy.ids("interaction")) == ({contact.id}, {spoken.id})
    delete_lead(actor=centre.li, lead_id=lead.id)
    copy.follow()
    assert copy.ids("lead") == copy.ids("contact") == set()
    copy.compare(centre.wang)


def test_a_lead_that_goes_to_another_team_leaves_one_copy_and_comes_into_the_other(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    contact = create_contact(actor=centre.chen, zone=centre.zone, company=lead.company, name="王总")
    spoken = log(centre.chen, lead)
    ours, theirs, all_ = copy_of(centre.wang), copy_of(centre.zhao), copy_of(centre.chen)
    assert theirs.ids("lead") == theirs.ids("contact") == set()
    Lead.objects.filter(pk=lead.pk).update(team=centre.g1)
    for copy, user in ((ours, centre.wang), (theirs, centre.zhao), (all_, centre.chen)):
        copy.follow()
        copy.compare(user)
    assert ours.ids("lead") == ours.ids("contact") == set()
    # what the team itself spoke stays the team's, too
    assert ours.ids("interaction") == {spoken.id}
    assert (theirs.ids("contact"), theirs.ids("interaction")) == ({contact.id}, {spoken.id})


def test_a_contact_is_told_as_gone_when_its_company_leaves_the_lead(centre: SimpleNamespace) -> None:
    first, second = make_company(centre.chen), make_company(centre.chen, "无锡测试有限公司")
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, company=first)
    contact = create_contact(actor=centre.chen, zone=centre.zone, company=first, name="王总")
    copy = copy_of(centre.wang)
    assert copy.ids("contact") == {contact.id}
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"company": second})
    copy.follow()
    assert copy.ids("contact") == set()
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"referrer_company": first})
    copy.follow()
    assert copy.ids("contact") == {contact.id}


def test_other_zones_are_not_spoken_of(centre: SimpleNamespace) -> None:
    copy = copy_of(centre.qian, types="lead,contact,interaction,follow_up,stage_move,team,industry")
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks")
    create_contact(actor=centre.chen, zone=centre.zone, company=lead.company, name="王总")
    log(centre.chen, lead)
    delete_lead(actor=centre.chen, lead_id=lead.id)
    assert copy.page()["changes"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visits_interactionparty SET outcome = '改了'",
        "DELETE FROM visits_interaction_staff",
        "UPDATE visits_interaction SET updated_at = now()",
    ],
)
def test_parts_of_an_interaction_are_changes_of_it(centre: SimpleNamespace, statement: str) -> None:
    spoken = log(centre.li, make_lead(centre.li, centre.zone, team=centre.g4), staff=[centre.wang])
    copy = copy_of(centre.wang)
    before = copy.rows["interaction", str(spoken.id)]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    copy.follow()
    assert copy.rows["interaction", str(spoken.id)] != before
    copy.compare(centre.wang)


def test_a_row_that_is_deleted_by_sql_is_told(centre: SimpleNamespace) -> None:
    spoken = log(centre.li, make_lead(centre.li, centre.zone, team=centre.g4))
    copy = copy_of(centre.wang)
    with connection.cursor() as cursor:
        for table in ("visits_interaction_staff", "visits_interactionparty"):
            cursor.execute(f"DELETE FROM {table} WHERE interaction_id = %s", [spoken.id])  # noqa: S608
        cursor.execute("DELETE FROM visits_interaction WHERE id = %s", [spoken.id])
    copy.follow()
    assert copy.ids("interaction") == set()
    copy.compare(centre.wang)


def test_external_ids_and_codes_are_told_with_the_rows_that_show_them(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen, "昆山测试有限公司")
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, industry=centre.industry)
    Lead.objects.filter(pk=lead.pk).update(registered_company=company)
    copy = copy_of(centre.wang)
    remember("lead", lead.id, "stats", "A-1")
    copy.follow()
    assert copy.rows["lead", str(lead.id)]["external_id"] == "A-1"
    type(centre.industry).objects.update(code="new-code")
    Company.objects.filter(pk=company.pk).update(country="DE")
    assert {row["type"] for row in copy.page()["changes"]} == {"lead", "company", "industry"}
    copy.follow()
    copy.compare(centre.wang)


def test_a_page_may_end_inside_what_hangs_on_a_lead(centre: SimpleNamespace) -> None:
    leads = [make_lead(centre.chen, centre.zone, team=centre.g1, name=f"项目{number}") for number in range(3)]
    for lead in leads:
        for _turn in range(3):
            log(centre.chen, lead)
    ours, theirs = copy_of(centre.wang, limit=2), copy_of(centre.zhao, limit=1)
    assert len(theirs.ids("interaction")) == 9
    Lead.objects.update(team=centre.g4)
    for copy, user in ((ours, centre.wang), (theirs, centre.zhao)):
        copy.follow()
        copy.compare(user)
    assert len(ours.ids("interaction")) == 9
    assert theirs.ids("lead") == set()


def test_milestones_are_told_with_their_lead_and_moves_for_themselves(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, stage="enquiry")
    copy = copy_of(centre.wang)
    Client(centre.chen).make(f"leads/{lead.id}/moves/", {"to_stage": "closed", "fields": {"close_reason": "没有用地"}})
    copy.follow()
    assert len(copy.ids("stage_move")) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO projects_milestone"
            " (id, version, created_at, updated_at, kind, occurred_on, evidence, lead_id)"
            " VALUES (gen_random_uuid(), 1, now(), now(), 'registered', '2026-03-05', '', %s)",
            [lead.id],
        )
    copy.follow()
    assert copy.rows["lead", str(lead.id)]["milestones"]["registered_on"] == "2026-03-05"
    copy.compare(centre.wang)


@pytest.mark.parametrize("cursor", ["", "x", "bm9wZQ", "a" * 900, "中文", "\x00"])
def test_a_cursor_that_was_made_up_is_refused(centre: SimpleNamespace, cursor: str) -> None:
    answer = Client(centre.wang).get("/api/v1/changes/", {"since": cursor})
    assert answer.status_code == 400
    assert errors(answer.json()) == {"#/since": "invalid"}


def test_a_cursor_that_was_cut_or_changed_is_refused(centre: SimpleNamespace) -> None:
    client = Client(centre.wang)
    cursor = client.read("changes/")["cursor"]
    for wrong in (cursor[:-1], cursor[1:], cursor.swapcase()):
        assert client.get("/api/v1/changes/", {"since": wrong}).status_code == 400


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("types=lead,nope", "#/types"),
        ("types=", "#/types"),
        ("limit=0", "#/limit"),
        ("limit=1001", "#/limit"),
        ("limit=x", "#/limit"),
        ("page=2", "#/page"),
    ],
)
def test_parameters_that_are_wrong_are_refused(centre: SimpleNamespace, query: str, pointer: str) -> None:
    assert pointer in errors(Client(centre.wang).read(f"changes/?{query}", 400))


def test_a_cursor_is_gone_when_the_account_sees_something_else(centre: SimpleNamespace) -> None:
    client = Client(centre.wang)
    cursor = client.read("changes/")["cursor"]
    Membership.objects.filter(user=centre.wang).update(team=centre.g1)
    assert client.get("/api/v1/changes/", {"since": cursor}).status_code == 410
    assert Client(centre.li).get("/api/v1/changes/", {"since": cursor}).status_code == 410


def test_a_cursor_is_gone_when_it_is_older_than_what_is_kept(centre: SimpleNamespace, settings: Any) -> None:
    client = Client(centre.wang)
    make_lead(centre.li, centre.zone, team=centre.g4)
    cursor = client.read("changes/")["cursor"]
    make_lead(centre.li, centre.zone, team=centre.g4, name="后来的")
    give_positions()
    FeedMark.objects.update(at=timezone.now() - datetime.timedelta(days=settings.FEED_KEPT_DAYS + 1))
    assert client.get("/api/v1/changes/", {"since": cursor}).status_code == 410
    fresh = client.read("changes/")["cursor"]
    assert client.get("/api/v1/changes/", {"since": fresh}).status_code == 200


def test_a_cursor_is_gone_when_the_database_is_another_or_an_earlier_one(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(centre.wang)
    make_lead(centre.li, centre.zone, team=centre.g4)
    cursor = copy_of(centre.wang).cursor
    ChangeRow.objects.filter(position__gt=3).delete()
    assert client.get("/api/v1/changes/", {"since": cursor}).status_code == 410
    cursor = copy_of(centre.wang).cursor
    monkeypatch.setattr(head, "HEAD", head.HEAD.replace("timeline_id FROM", "timeline_id + 1 FROM"))
    assert client.get("/api/v1/changes/", {"since": cursor}).status_code == 410


def test_a_sync_cannot_change_its_types_half_way(centre: SimpleNamespace) -> None:
    for number in range(3):
        make_lead(centre.li, centre.zone, team=centre.g4, name=f"项目{number}")
    client = Client(centre.wang)
    cursor = client.read("changes/?types=lead,company&limit=2")["cursor"]
    answer = client.get("/api/v1/changes/", {"since": cursor, "types": "lead"})
    assert errors(answer.json()) == {"#/since": "other_types"}
    cursor = client.get("/api/v1/changes/", {"since": cursor, "types": "company,lead"}).json()["cursor"]
    assert client.get("/api/v1/changes/", {"since": cursor, "types": "lead"}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_page(centre: SimpleNamespace) -> None:
    client = Client(centre.chen)
    cursor = copy_of(centre.chen).cursor

    def queries(number: int) -> int:
        for turn in range(number):
            make_lead(centre.chen, centre.zone, team=centre.g4, name=f"项目{number} {turn}")
        give_positions()
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/api/v1/changes/", {"since": cursor, "types": "lead", "limit": 100}).json()
        assert len(page["changes"]) >= number
        return len(captured)

    assert queries(3) == queries(30) <= 7


def test_every_type_can_be_told(centre: SimpleNamespace) -> None:
    assert set(TYPES) == {
        "lead", "company", "contact", "interaction", "follow_up", "planned_visit", "stage_move", "fund_arrival",
        "capital_increase", "service_request", "document", "industry", "team",
    }  # fmt: skip
