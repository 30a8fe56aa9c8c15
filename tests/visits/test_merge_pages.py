"""The list of duplicates and the page that compares two rows."""

from __future__ import annotations

import html
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from projects.models import Company, KeptApart, Lead, Merge
from projects.services.companies import create_contact
from projects.services.leads import update_lead
from projects.services.merging.apart import keep_apart
from tests.factories import log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.services.merging import merge_companies, merge_leads


def two_leads(centre: SimpleNamespace) -> tuple[Lead, Lead]:
    """The same project twice, with different things said of it."""
    first = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, source="经销商")
    second = make_lead(centre.chen, centre.zone, team=centre.g4, summary="年产三百万件", source="展会")
    return first, second


def address(kind: str, first: Any, second: Any) -> str:
    return f"/duplicates/{kind}/{first.pk}/{second.pk}/"


def seen_in(page: HttpResponse) -> str:
    """What the page carries of what it showed."""
    text = page.content.decode()
    return html.unescape(text.partition('<textarea name="seen" hidden>')[2].partition("</textarea>")[0])


def test_companies_are_found_by_name_pinyin_phone_and_organisation(centre: SimpleNamespace) -> None:
    make_company(centre.chen, "苏州辰远电子有限公司", credit_code="91350100M000100Y43")
    make_company(centre.chen, "辰远电子股份有限公司")
    one, other = make_company(centre.chen, "甲甲公司"), make_company(centre.chen, "乙乙公司")
    for company in (one, other):
        create_contact(actor=centre.chen, zone=centre.zone, company=company, name="赵", phone="13812345678")
    make_company(centre.chen, "景城")
    make_company(centre.chen, "静成")
    text = signed_in(centre.chen).get("/duplicates/").content.decode()
    for reason in ("Same name without legal form and region", "Same phone number of a contact", "Same name in pinyin"):
        assert text.count(f">{reason}<") == 1


def test_a_contact_of_another_zone_is_no_reason(centre: SimpleNamespace) -> None:
    one, other = make_company(centre.chen, "甲甲公司"), make_company(centre.chen, "乙乙公司")
    for company in (one, other):
        create_contact(actor=centre.qian, zone=centre.other_zone, company=company, name="赵", phone="13812345678")
    assert "Nothing looks like a duplicate" in signed_in(centre.chen).get("/duplicates/").content.decode()


def test_leads_and_contacts_that_are_there_twice(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    make_lead(centre.chen, centre.zone, name="完全不同的事情")
    for name in ("赵工", "赵工"):
        create_contact(actor=centre.chen, zone=centre.zone, company=first.company, name=name)
    client = signed_in(centre.chen)
    leads = client.get("/duplicates/?kind=lead").content.decode()
    assert address("lead", first, second) in leads
    assert leads.count("<tr>") == 2
    assert client.get("/duplicates/?kind=contact").content.decode().count("<tr>") == 2
    assert "May be the same as" in client.get(f"/duplicates/lead/{first.pk}/").content.decode()
    # another zone's director sees none of it
    assert "Nothing looks" in signed_in(centre.qian).get("/duplicates/?kind=lead").content.decode()


def test_merged_and_kept_apart_pairs_are_left_out(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    keep_apart(actor=centre.chen, kind="lead", first_id=first.pk, second_id=second.pk)
    client = signed_in(centre.chen)
    assert address("lead", first, second) not in client.get("/duplicates/?kind=lead").content.decode()
    assert address("lead", first, second) in client.get("/duplicates/?kind=lead&apart=1").content.decode()
    assert "May be the same" not in client.get(f"/duplicates/lead/{first.pk}/").content.decode()
    client.post(address("lead", first, second), {"take_back": "1"})
    assert address("lead", first, second) in client.get("/duplicates/?kind=lead").content.decode()
    merge_leads(actor=centre.chen, kept_id=first.pk, gone_id=second.pk)
    assert "Nothing looks" in client.get("/duplicates/?kind=lead").content.decode()


def test_pages_of_pairs_follow_each_other_without_loss(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    for _number in range(70):
        create_contact(actor=centre.chen, zone=centre.zone, company=company, name="赵工")
    client, found, url = signed_in(centre.chen), [], "/duplicates/?kind=contact"
    while url:
        page = client.get(url)
        found += [(pair.second.pk, pair.first.pk) for pair in page.context["rows"]]
        url = page.context["next_url"]
    assert len(found) == len(set(found)) == 69 + 68 + 67 + 66 + 65
    assert found == sorted(found, reverse=True)
    back, last = client.get(page.context["previous_url"]), len(page.context["rows"])
    assert [(pair.second.pk, pair.first.pk) for pair in back.context["rows"]] == found[-30 - last : -last]


@pytest.mark.parametrize(
    "query", ["kind=nothing", "kind=lead&after=x_y", "kind=lead&before=1", "kind=company&after=\x00"]
)
def test_made_up_addresses_show_the_first_page(centre: SimpleNamespace, query: str) -> None:
    assert signed_in(centre.chen).get(f"/duplicates/?{query}").status_code == 200


def test_the_list_costs_the_same_for_few_and_many(centre: SimpleNamespace) -> None:
    def queries() -> int:
        client = signed_in(centre.chen)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/duplicates/?kind=company")
        return len(caught)

    for number in range(3):
        make_company(centre.chen, f"第{number}电子有限公司")
        make_company(centre.chen, f"第{number}电子股份有限公司")
    few = queries()
    for number in range(3, 25):
        make_company(centre.chen, f"第{number}电子有限公司")
        make_company(centre.chen, f"第{number}电子股份有限公司")
    assert queries() == few


def test_two_leads_are_compared_and_merged(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    log(centre.wang, second)
    client = signed_in(centre.chen)
    page = client.get(address("lead", first, second))
    choices = {choice.lines[0].name: choice for choice in page.context["page"].comparison.choices}
    assert set(choices) == {"owner", "source", "summary"}
    assert (choices["owner"].suggested, choices["summary"].suggested) == ("first", "second")
    # more hangs on the second
    assert page.context["page"].kept == "second"
    data = {
        "keep": "first", "seen": seen_in(page), "pick-owner": "first", "pick-source": "second",
        "pick-summary": "second", "confirmed": "on",
    }  # fmt: skip
    answer = client.post(address("lead", first, second), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/leads/{first.pk}/")
    first.refresh_from_db()
    assert (first.owner, first.source, first.summary) == (centre.wang, "展会", "年产三百万件")
    assert client.get(f"/leads/{second.pk}/").headers["Location"] == f"/leads/{first.pk}/"
    history = client.get(f"/leads/{first.pk}/history/").content.decode()
    assert f"Merged: {second.number} came in" in history
    # sent once more, it leads to what was kept
    assert client.post(address("lead", first, second), data).headers["Location"] == f"/leads/{first.pk}/"
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose which of the two stays"),
        ({"keep": "third", "confirmed": "on"}, "Choose which of the two stays"),
        ({"keep": "first"}, "Tick the box"),
    ],
)
def test_nothing_is_merged_silently(centre: SimpleNamespace, data: dict[str, str], words: str) -> None:
    first, second = two_leads(centre)
    answer = signed_in(centre.chen).post(address("lead", first, second), {**data, "pick-source": "second"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    chosen = {choice.lines[0].name: choice.chosen for choice in answer.context["page"].comparison.choices}
    assert chosen["source"] == "second"
    assert not Merge.objects.exists()


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"source": 3}', '{"source": ["经销商", "展会"]}'])
def test_a_page_that_does_not_say_what_it_showed_is_shown_again(centre: SimpleNamespace, seen: str) -> None:
    first, second = two_leads(centre)
    data = {"keep": "first", "confirmed": "on", "seen": seen}
    assert signed_in(centre.chen).post(address("lead", first, second), data).status_code == 409
    assert not Merge.objects.exists()


def test_what_was_changed_meanwhile_is_shown_and_the_other_choices_stay(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    client = signed_in(centre.chen)
    data = {
        "keep": "first", "confirmed": "on", "seen": seen_in(client.get(address("lead", first, second))),
        "pick-summary": "first",
    }  # fmt: skip
    update_lead(actor=centre.li, lead_id=second.pk, changes={"source": "商会"})
    answer = client.post(address("lead", first, second), data)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "商会" in text
    assert "changed meanwhile" in text
    chosen = {choice.lines[0].name: choice.chosen for choice in answer.context["page"].comparison.choices}
    assert chosen["summary"] == "first"
    assert not Merge.objects.exists()
    answer = client.post(address("lead", first, second), {**data, "seen": seen_in(answer)})
    assert answer.status_code == 302


def test_rules_of_leads_hold_and_are_told_with_the_field(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    update_lead(actor=centre.chen, lead_id=first.pk, changes={"total_investment": 5, "fixed_asset_investment": 5})
    update_lead(actor=centre.chen, lead_id=second.pk, changes={"total_investment": 3, "fixed_asset_investment": 1})
    client = signed_in(centre.chen)
    page = client.get(address("lead", first, second))
    data = {
        "keep": "first", "confirmed": "on", "seen": seen_in(page), "pick-total_investment": "second",
        "pick-fixed_asset_investment": "first",
    }  # fmt: skip
    answer = client.post(address("lead", first, second), data)
    assert answer.status_code == 422
    assert "Fixed-asset investment: " in answer.content.decode()
    assert not Merge.objects.exists()


def test_a_company_that_another_zone_knows_is_not_merged_here(centre: SimpleNamespace) -> None:
    one, other = make_company(centre.chen, "甲公司"), make_company(centre.chen, "甲厂")
    make_lead(centre.qian, centre.other_zone, company=other)
    client = signed_in(centre.chen)
    text = client.get(address("company", one, other)).content.decode()
    assert "European Industrial City" in text
    assert 'name="confirmed"' not in text
    page = client.get(address("company", one, other))
    data = {"keep": "first", "confirmed": "on", "seen": seen_in(page)}
    assert client.post(address("company", one, other), data).status_code == 403
    assert Company.objects.filter(deleted_at=None).count() == 2


def test_the_page_of_a_merged_company_leads_to_the_kept_one(centre: SimpleNamespace) -> None:
    a, b, c = (make_company(centre.chen, name) for name in ("甲公司", "甲厂", "甲集团"))
    merge_companies(actor=centre.chen, kept_id=b.pk, gone_id=a.pk)
    merge_companies(actor=centre.chen, kept_id=c.pk, gone_id=b.pk)
    assert signed_in(centre.wang).get(f"/companies/{a.pk}/").headers["Location"] == f"/companies/{c.pk}/"


def test_a_merged_lead_tells_nobody_of_a_lead_that_they_do_not_see(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    merge_leads(actor=centre.chen, kept_id=first.pk, gone_id=second.pk)
    assert signed_in(centre.zhao).get(f"/leads/{second.pk}/").status_code == 404


def test_who_may_not_merge_gets_no_page_and_no_link(centre: SimpleNamespace) -> None:
    first, second = two_leads(centre)
    client = signed_in(centre.li)
    assert client.post(address("lead", first, second), {"apart": "1"}).status_code == 403
    assert "/duplicates/" not in client.get("/companies/").content.decode()
    assert "/duplicates/" not in client.get(f"/leads/{first.pk}/").content.decode()
    assert not KeptApart.objects.exists()
