"""The page of the recounts: what differs in sentences, the last checks, and who sees it."""

from __future__ import annotations

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pipeline.models import LedgerCheck
from pipeline.services.checking.zones import check_zone
from tests.factories import make_lead
from tests.pipeline.test_check_ledger import asleep

pytestmark = pytest.mark.django_db

URL = reverse("pipeline:ledger_check")


def page(client: Client, user: Any, query: str = "", language: str = "en") -> str:
    client.force_login(user)
    response = client.get(URL + query, headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_before_the_first_check_the_page_says_so(centre: SimpleNamespace, client: Client) -> None:
    assert "Not checked yet" in page(client, centre.chen)


def test_a_clean_check_says_how_many_leads(centre: SimpleNamespace, client: Client) -> None:
    make_lead(centre.chen, centre.zone)
    check_zone(centre.zone)
    shown = page(client, centre.chen)
    assert "1 lead, no difference." in shown
    assert "What differs" not in shown


def test_a_difference_is_told_in_a_sentence_with_the_lead(centre: SimpleNamespace, client: Client) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    asleep("UPDATE projects_lead SET team_id = %s WHERE id = %s", centre.g1.id, lead.id)
    check_zone(centre.zone)
    shown = page(client, centre.sun)
    with translation.override("en"):
        assert f"Lead {lead.number}: Team is {centre.g1}; by the ledger it should be {centre.g4}." in shown
    assert reverse("projects:lead", args=[lead.id]) in shown
    # another zone's director sees their own zone, whatever they ask for
    assert lead.number not in page(client, centre.qian, f"?zone={centre.zone.code}")


@pytest.mark.parametrize("count", [3, 60])
def test_more_differences_cost_no_more_queries(
    centre: SimpleNamespace, client: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    found = [
        {
            "code": "lead", "lead": str(uuid.uuid4()), "number": f"2026-{number:06d}", "field": "owner_id",
            "should": str(centre.wang.id), "found": str(centre.li.id),
        }
        for number in range(count)
    ]  # fmt: skip
    LedgerCheck.objects.create(
        zone=centre.zone, checked_on=datetime.date(2026, 3, 1), leads=9, differences=found, difference_count=count + 7
    )
    page(client, centre.chen)
    with django_assert_max_num_queries(16):
        shown = page(client, centre.chen)
    assert shown.count("by the ledger it should be") == count
    assert "… and 7 more." in shown


def test_only_who_sees_the_zone_whole_sees_its_recounts(centre: SimpleNamespace, client: Client) -> None:
    for name, status in {"wang": 403, "li": 403, "bao": 403, "chen": 200, "gu": 200, "sun": 200}.items():
        client.force_login(getattr(centre, name))
        assert client.get(URL).status_code == status, name
