"""Changing many leads: an answer for each row, and none that stops the others."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from projects.models import Lead, Notification, Tag
from projects.services import bulk
from projects.services.leads import update_lead
from projects.services.tags import change_tags
from tests.factories import log, make_lead
from tests.projects.pages import signed_in, standing

ASSIGN, TAG, UNTAG, CLOSE = "/leads/bulk/assign/", "/leads/bulk/tag/", "/leads/bulk/untag/", "/leads/bulk-close/"


def rows(*leads: Lead) -> str:
    return " ".join(f"{lead.pk}:{lead.version}" for lead in leads)


def numbers(response: HttpResponse) -> tuple[int, int, int]:
    found = response.context["numbers"]
    return found["done"], found["unchanged"], found["refused"]


def tags_of(lead: Lead) -> set[str]:
    return set(lead.tags.filter(deleted_at=None).values_list("name", flat=True))


@pytest.fixture
def three(centre: SimpleNamespace) -> SimpleNamespace:
    """Three leads of team G4, the third in talks since today."""
    centre.a, centre.b = (make_lead(centre.chen, centre.zone, name=name, team=centre.g4) for name in "ab")
    centre.c = make_lead(
        centre.chen, centre.zone, name="c", team=centre.g4, owner=centre.li, stage="in_talks", on=centre.zone.today()
    )
    return centre


def test_many_leads_are_given_to_one_and_that_person_is_told_once(three: SimpleNamespace) -> None:
    client = signed_in(three.li)
    asked = client.post(ASSIGN, {"rows": rows(three.a, three.b)})
    assert asked.status_code == 200
    assert "2 leads are chosen" in asked.content.decode()
    done = client.post(ASSIGN, {"rows": rows(three.a, three.b), "go": "1", "owner": str(three.wang.pk)})
    assert numbers(done) == (2, 0, 0)
    assert "lead-changed" in done.headers["HX-Trigger"]
    assert {Lead.objects.get(pk=lead.pk).owner for lead in (three.a, three.b)} == {three.wang}
    told = Notification.objects.get(user=three.wang)
    assert told.data == {"what": "leads", "count": 2}


def test_a_row_that_changed_meanwhile_is_named_and_not_overwritten(three: SimpleNamespace) -> None:
    chosen = rows(three.a, three.b)
    update_lead(actor=three.chen, lead_id=three.a.pk, changes={"owner": three.li})
    client = signed_in(three.li)
    page = client.post(ASSIGN, {"rows": chosen, "go": "1", "owner": str(three.wang.pk)})
    assert numbers(page) == (1, 0, 1)
    three.a.refresh_from_db()
    assert three.a.owner == three.li
    text = page.content.decode()
    assert "changed meanwhile" in text
    assert f"/leads/{three.a.pk}/" in text
    assert page.context["again"] == rows(three.a)
    assert ("owner", str(three.wang.pk)) in page.context["carried"]
    again = client.post(ASSIGN, {"rows": page.context["again"], "go": "1", "owner": str(three.wang.pk)})
    assert numbers(again) == (1, 0, 0)
    three.a.refresh_from_db()
    assert three.a.owner == three.wang


def test_made_up_foreign_and_deleted_rows_are_refused_and_the_rest_is_done(three: SimpleNamespace) -> None:
    foreign = make_lead(three.chen, three.zone, name="G1 的", team=three.g1)
    gone = make_lead(three.chen, three.zone, name="没了", team=three.g4)
    Lead.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    before = standing(foreign)
    chosen = f"{rows(three.a, foreign, gone)} {uuid.uuid4()}:1"
    page = signed_in(three.li).post(ASSIGN, {"rows": chosen, "go": "1", "owner": str(three.wang.pk)})
    assert numbers(page) == (1, 0, 3)
    assert foreign.name not in page.content.decode()
    assert page.context["again"] == ""
    assert standing(foreign) == before


def test_a_row_that_is_so_already_is_unchanged(three: SimpleNamespace) -> None:
    page = signed_in(three.chen).post(ASSIGN, {"rows": rows(three.c), "go": "1", "owner": str(three.li.pk)})
    assert numbers(page) == (0, 1, 0)
    assert "HX-Trigger" not in page.headers


@pytest.mark.parametrize(
    ("chosen", "words"),
    [("", "No lead is chosen"), ("x:1", "could not be read"), ("nonsense", "could not be read")],
)
def test_a_choice_that_cannot_be_read_is_refused(three: SimpleNamespace, chosen: str, words: str) -> None:
    page = signed_in(three.chen).post(ASSIGN, {"rows": chosen, "go": "1", "owner": str(three.li.pk)})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_ten_thousand_rows_are_refused_with_the_limit(three: SimpleNamespace) -> None:
    chosen = " ".join(f"{uuid.uuid4()}:1" for _row in range(10_000))
    page = signed_in(three.chen).post(ASSIGN, {"rows": chosen, "go": "1", "owner": str(three.li.pk)})
    assert page.status_code == 422
    assert "at most 1,000 leads" in page.content.decode()


def test_all_that_the_filters_leave_can_be_chosen_up_to_the_limit(
    three: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(three.chen)
    page = client.post(f"{ASSIGN}?stage=enquiry", {"rows": rows(three.a), "all": "1"})
    assert set(page.context["rows"].split()) == set(rows(three.a, three.b).split())
    monkeypatch.setattr(bulk, "LIMIT", 1)
    assert client.post(f"{ASSIGN}?stage=enquiry", {"all": "1"}).status_code == 422
    widened = client.post(f"{ASSIGN}?stage=gone", {"all": "1"})
    assert widened.status_code == 422
    assert "could not be understood" in widened.content.decode()


def test_nothing_chosen_in_the_dialog_is_said(three: SimpleNamespace) -> None:
    page = signed_in(three.chen).post(ASSIGN, {"rows": rows(three.a), "go": "1"})
    assert page.status_code == 422
    assert "Choose a team, an owner or both." in page.content.decode()
    assert page.context["rows"] == rows(three.a)


def test_each_reason_stands_beside_its_row(three: SimpleNamespace) -> None:
    page = signed_in(three.chen).post(ASSIGN, {"rows": rows(three.a), "go": "1", "team": str(three.g1.pk)})
    assert numbers(page) == (1, 0, 0)
    seen = signed_in(three.li).post(ASSIGN, {"rows": rows(three.a), "go": "1", "team": str(three.g4.pk)})
    assert "no longer there, or you do not see it" in seen.content.decode()


def test_tags_are_put_on_many_and_taken_off(three: SimpleNamespace) -> None:
    client = signed_in(three.wang)
    done = client.post(TAG, {"rows": rows(three.a, three.b), "go": "1", "tags": ["重点", " ＧＯＯＤ  one "]})
    assert numbers(done) == (2, 0, 0)
    assert tags_of(three.a) == {"重点", "GOOD one"}
    again = client.post(TAG, {"rows": rows(three.a, three.c), "go": "1", "tags": ["good ONE"]})
    assert numbers(again) == (1, 1, 0)
    assert Tag.objects.count() == 2
    off = client.post(UNTAG, {"rows": rows(three.a, three.b, three.c), "go": "1", "tags": ["重点"]})
    assert numbers(off) == (2, 1, 0)
    assert tags_of(three.a) == {"GOOD one"}


def test_an_observer_and_a_contributor_change_nothing(three: SimpleNamespace) -> None:
    for who in (three.sun, three.bao):
        for address in (ASSIGN, TAG, UNTAG, CLOSE):
            answer = signed_in(who).post(address, {"rows": rows(three.a), "go": "1", "tags": ["x"], "reason": "x"})
            assert answer.status_code == 403
    assert not Tag.objects.exists()
    assert standing(three.a).version == 1
    assert signed_in(three.li).post("/leads/bulk/burn/", {}).status_code == 404


def test_many_are_closed_each_by_its_own_move(three: SimpleNamespace) -> None:
    client = signed_in(three.li)
    assert client.post(CLOSE, {"rows": rows(three.a), "go": "1", "stage": "closed", "reason": " "}).status_code == 422
    chosen = rows(three.a, three.c)
    log(three.li, three.c)
    page = client.post(CLOSE, {"rows": chosen, "go": "1", "stage": "closed", "reason": "对方放弃"})
    assert numbers(page) == (1, 0, 1)
    three.a.refresh_from_db()
    three.c.refresh_from_db()
    assert (three.a.stage_id, three.a.close_reason) == ("closed", "对方放弃")
    assert three.c.stage_id == "in_talks"
    again = client.post(CLOSE, {"rows": rows(three.a, three.c), "go": "1", "stage": "closed", "reason": "对方放弃"})
    assert numbers(again) == (1, 1, 0)


def test_queries_of_a_row_do_not_depend_on_the_others(three: SimpleNamespace) -> None:
    def queries(*leads: Lead) -> int:
        client = signed_in(three.wang)
        with CaptureQueriesContext(connection) as captured:
            client.post(TAG, {"rows": rows(*leads)})
        return len(captured)

    change_tags(actor=three.wang, lead_id=three.a.pk, add=["x"])
    assert queries(three.a) == queries(three.a, three.b, three.c)


def test_the_foot_sums_in_cny_and_names_what_has_no_rate(three: SimpleNamespace) -> None:
    update_lead(actor=three.chen, lead_id=three.a.pk, changes={"total_investment": 150_000_000})
    update_lead(actor=three.chen, lead_id=three.b.pk, changes={"total_investment": 9_000_000, "currency": "SEK"})
    page = signed_in(three.chen).get("/leads/totals/")
    text = page.content.decode()
    assert page.context["totals"].count == 3
    assert "CNY 150 million" in text
    assert "1 amount in SEK has no rate and is left out" in text
    assert page.context["totals"].sums["agreed_investment"] is None
