"""The search over all: what it finds for whom, and what was opened lately."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from copy import copy
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Company, Contact, Lead, RecentItem
from projects.selectors import recent_items, search
from projects.services.companies import create_contact
from projects.services.leads import update_lead
from projects.services.recent import KEPT, note_visit
from teams.models import User
from tests.factories import log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.models import Interaction
from visits.selectors.search import matching

DAY = datetime.timedelta(days=1)


@pytest.fixture
def rows(centre: SimpleNamespace) -> SimpleNamespace:
    """A lead of G4 with a company, a contact and a call; one of G1 beside it."""
    centre.company = make_company(centre.chen, "苏州精工粉末冶金有限公司")
    centre.lead = make_lead(
        centre.chen, centre.zone, name="粉末冶金汽车零部件项目", company=centre.company, team=centre.g4,
        owner=centre.wang,
    )  # fmt: skip
    other = make_company(centre.chen, "无锡喷涂有限公司")
    centre.theirs = make_lead(centre.chen, centre.zone, name="粉末喷涂项目", team=centre.g1, company=other)
    create_contact(actor=centre.wang, zone=centre.zone, company=centre.company, name="周建国", phone="13812345678")
    log(centre.wang, centre.lead, summary="谈了土地价格和用电容量")
    log(centre.chen, centre.theirs, summary="看了粉末车间的土地")
    return centre


def found(client: Client, query: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": query}).context["groups"]
    return {group.name: [hit.text for hit in group.hits] for group in groups}


@pytest.mark.parametrize("query", ["粉末", "粉末冶金", "fenmo", "fmyj", "fm", "  ＦＭＹＪ "])
def test_a_lead_is_found_by_characters_pinyin_and_initials(rows: SimpleNamespace, query: str) -> None:
    assert found(signed_in(rows.wang), query)["leads"] == ["粉末冶金汽车零部件项目"]


def test_companies_and_contacts_are_found_too(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    assert found(client, "jinggong")["companies"] == ["苏州精工粉末冶金有限公司"]
    assert found(client, "zjg")["contacts"] == ["周建国"]


@pytest.mark.parametrize(
    ("who", "leads", "contacts"),
    [("wang", 1, 1), ("zhao", 1, 0), ("chen", 2, 1), ("sun", 2, 1), ("qian", 0, 0), ("bao", 0, 0)],
)
def test_everybody_finds_what_they_may_see(rows: SimpleNamespace, who: str, leads: int, contacts: int) -> None:
    client = signed_in(getattr(rows, who))
    assert len(found(client, "粉末").get("leads", [])) == leads
    assert len(found(client, "周建国").get("contacts", [])) == contacts


def interactions(client: Client, query: str, **more: str) -> str:
    return client.get("/interactions/search/", {"q": query, **more}).content.decode()


def test_calls_and_visits_are_found_by_their_words_and_their_lead(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    for query in ("土地", "用电容量", "tdjg", "粉末冶金"):
        assert "谈了土地价格" in interactions(client, query)
        assert "看了粉末车间" not in interactions(client, query)
    assert "看了粉末车间" in interactions(signed_in(rows.chen), "土地")


def test_nothing_found_is_said_once(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    assert interactions(client, "没有的词").strip() == ""
    assert "Nothing found" in interactions(client, "没有的词", alone="1")
    dialog = client.get("/search/", {"q": "没有的词"}, headers={"hx-request": "true"}).content.decode()
    assert "alone=1" in dialog


@pytest.mark.parametrize("query", ["", " ", "粉", "公司", "%", "'", '"><script>', "\x00粉末", "好" * 5000])
def test_odd_queries_break_nothing(rows: SimpleNamespace, query: str) -> None:
    client = signed_in(rows.wang)
    for address in ("/search/", "/interactions/search/"):
        for headers in ({}, {"hx-request": "true"}):
            answer = client.get(address, {"q": query}, headers=headers)
            assert answer.status_code == 200
            assert b'"><script>' not in answer.content


def test_more_than_is_shown_leads_to_the_list(rows: SimpleNamespace) -> None:
    for number in range(6):
        make_lead(rows.chen, rows.zone, name=f"新能源电池{number}", team=rows.g4)
    group = signed_in(rows.wang).get("/search/", {"q": "xny"}).context["groups"][0]
    assert len(group.hits) == 5
    assert group.all_url == "/leads/?search=xny"


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_more_rows_cost_no_more_queries(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    addresses = ("/search/?q=粉末", "/interactions/search/?q=粉末", "/search/")

    def fill(many: int) -> None:
        for number in range(many):
            company = make_company(rows.chen, f"粉末公司{Company.objects.count()}号")
            lead = make_lead(rows.chen, rows.zone, name=f"粉末项目{number}", team=rows.g4, company=company)
            create_contact(actor=rows.wang, zone=rows.zone, company=company, name="粉末先生")
            log(rows.wang, lead, summary="粉末")
            note_visit(rows.wang, lead_id=lead.id)
            note_visit(rows.wang, company_id=company.id)

    fill(2)
    client.get("/search/")
    few = [queries(client, address) for address in addresses]
    fill(8)
    assert [queries(client, address) for address in addresses] == few


def many_rows(rows: SimpleNamespace, count: int = 3000) -> None:
    """Enough rows for the planner to mind; none of them matches."""

    def copies(row: Any) -> Iterator[Any]:
        for number in range(count):
            row.pk, row.search_text = uuid.uuid4(), f"{number * 7919 % 10007:x} 新能源{number}"
            for name in ("number", "credit_code"):
                if hasattr(row, name):
                    setattr(row, name, str(number))
            yield copy(row)

    for model in (Lead, Company, Contact, Interaction):
        model.objects.bulk_create(copies(model.objects.order_by("created_at")[0]), batch_size=1000)
    with connection.cursor() as cursor:
        # New entries lie in a list beside the index, which makes it look dearer than it is.
        for name in ("lead_search", "company_search", "contact_search", "interaction_search"):
            cursor.execute("SELECT gin_clean_pending_list(%s), gin_clean_pending_list(%s)", [name, f"{name}_two"])
        cursor.execute("ANALYZE")


def test_every_search_uses_its_index_for_long_words_and_for_two_characters(rows: SimpleNamespace) -> None:
    many_rows(rows)
    for query, two in (("粉末", "_two"), ("粉末冶", ""), ("fm", "_two"), ("fmyj", "")):
        for found_rows, index in (
            (search(Lead.objects.visible_to(rows.wang), query), "lead_search"),
            (search(Company.objects.visible_to(rows.wang), query), "company_search"),
            (search(Contact.objects.visible_to(rows.wang), query), "contact_search"),
            (matching(rows.wang, query), "interaction_search"),
        ):
            plan = found_rows.explain()
            assert f"on {index}{two} " in plan, (query, plan)


# -- opened lately ----------------------------------------------------------------------------------------------------


def lately(user: User) -> list[str]:
    return [str(row) for row in recent_items(user, 30)]


def test_an_opened_page_stands_first(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    client.get(f"/leads/{rows.lead.id}/")
    client.get(f"/companies/{rows.company.id}/")
    assert found(client, "")["recent"] == ["苏州精工粉末冶金有限公司", "粉末冶金汽车零部件项目"]
    client.get(f"/leads/{rows.lead.id}/")
    assert found(client, "")["recent"] == ["粉末冶金汽车零部件项目", "苏州精工粉末冶金有限公司"]
    assert RecentItem.objects.count() == 2


def test_a_fragment_and_a_hidden_lead_are_no_visit(rows: SimpleNamespace) -> None:
    client = signed_in(rows.wang)
    client.get(f"/leads/{rows.lead.id}/", headers={"hx-request": "true"})
    assert client.get(f"/leads/{rows.theirs.id}/").status_code == 404
    assert not RecentItem.objects.exists()


def test_what_went_out_of_sight_is_not_named(rows: SimpleNamespace) -> None:
    signed_in(rows.wang).get(f"/leads/{rows.lead.id}/")
    update_lead(actor=rows.chen, lead_id=rows.lead.id, changes={"team": rows.g1, "owner": None})
    assert lately(User.objects.get(id=rows.wang.id)) == []
    assert found(signed_in(rows.wang), "") == {}


def test_only_the_last_thirty_are_kept(rows: SimpleNamespace) -> None:
    leads = [make_lead(rows.chen, rows.zone, name=f"项目{n:02}", team=rows.g4) for n in range(KEPT + 2)]
    RecentItem.objects.bulk_create(
        RecentItem(user=rows.wang, lead=lead, viewed_at=timezone.now() - (number + 1) * DAY)
        for number, lead in enumerate(leads[:KEPT])
    )
    note_visit(rows.zhao, lead_id=rows.theirs.id)
    with CaptureQueriesContext(connection) as seen:
        note_visit(rows.wang, lead_id=leads[KEPT].id)
    assert len(seen) == 1
    names = lately(rows.wang)
    assert (len(names), names[0], names[-1]) == (KEPT, f"项目{KEPT}", f"项目{KEPT - 2}")
    assert RecentItem.objects.filter(user=rows.zhao).count() == 1


def test_the_lead_picker_offers_first_what_was_opened(rows: SimpleNamespace) -> None:
    newer = make_lead(rows.chen, rows.zone, name="后来的项目", team=rows.g4, owner=rows.wang)
    client = signed_in(rows.wang)
    client.get(f"/leads/{rows.lead.id}/")
    offered = [row["text"] for row in client.get("/leads/options/").json()["results"]]
    assert offered[:2] == [rows.lead.name, newer.name]
    assert len(offered) == len(set(offered))
