"""Tags: words of the zone's own on its leads."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from projects.models import LeadTag, Stage, StageRequirement, Tag
from projects.services.tags import change_tags, delete_tag, merge_tag, rename_tag
from projects.stages import seed_stages
from tests.factories import make_centre, make_lead
from tests.projects.pages import signed_in


def words(centre: SimpleNamespace) -> list[str]:
    return sorted(centre.lead.tags.filter(deleted_at=None).values_list("name", flat=True))


@pytest.fixture
def lead(centre: SimpleNamespace) -> SimpleNamespace:
    """A centre with a lead of team G4."""
    centre.lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    return centre


def test_tags_stand_at_the_head_of_a_lead_in_its_row_and_filter_the_list(lead: SimpleNamespace) -> None:
    client = signed_in(lead.wang)
    address = f"/leads/{lead.lead.pk}/tags/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"tags": ["重点项目", "新能源"]}).status_code == 204
    tag = Tag.objects.get(name="新能源")
    head = client.get(f"/leads/{lead.lead.pk}/").content.decode()
    assert f"/leads/?tag={tag.pk}" in head
    make_lead(lead.chen, lead.zone, name="无标签", team=lead.g4)
    for query in (f"tag={tag.pk}", "tag=新能源"):
        page = client.get(f"/leads/?{query}&columns=tags")
        assert [row.lead for row in page.context["rows"]] == [lead.lead]
        assert page.context["state"].chips[0]["value"] == "新能源"
        assert "重点项目" in page.content.decode()


def test_what_a_colleague_put_on_meanwhile_stays(lead: SimpleNamespace) -> None:
    change_tags(actor=lead.wang, lead_id=lead.lead.pk, add=["a", "b"])
    change_tags(actor=lead.li, lead_id=lead.lead.pk, add=["c"])
    signed_in(lead.wang).post(f"/leads/{lead.lead.pk}/tags/", {"seen": ["a", "b"], "tags": ["b", "d"]})
    assert words(lead) == ["b", "c", "d"]


def test_words_are_the_same_whatever_their_case(lead: SimpleNamespace) -> None:
    change_tags(actor=lead.wang, lead_id=lead.lead.pk, add=["VIP", "vip", " Ｖip "])
    assert words(lead) == ["VIP"]
    assert not change_tags(actor=lead.wang, lead_id=lead.lead.pk, add=["vIP"])


@pytest.mark.parametrize("tags", [["x" * 41], [f"t{number}" for number in range(31)]])
def test_too_much_is_refused(lead: SimpleNamespace, tags: list[str]) -> None:
    with pytest.raises(ValidationError):
        change_tags(actor=lead.wang, lead_id=lead.lead.pk, add=tags)
    assert words(lead) == []


def test_who_may_not_edit_the_lead_may_not_tag_it(lead: SimpleNamespace) -> None:
    with pytest.raises(PermissionDenied):
        change_tags(actor=lead.sun, lead_id=lead.lead.pk, add=["x"])
    with pytest.raises(Http404):
        change_tags(actor=lead.zhao, lead_id=lead.lead.pk, add=["x"])
    assert not Tag.objects.exists()


def test_tags_are_renamed_merged_and_deleted_by_who_keeps_the_settings(lead: SimpleNamespace) -> None:
    change_tags(actor=lead.wang, lead_id=lead.lead.pk, add=["a", "b", "c"])
    a, b, c = Tag.objects.order_by("name")
    with pytest.raises(PermissionDenied):
        rename_tag(actor=lead.chen, tag_id=a.pk, name="z")
    client = signed_in(lead.gu)
    assert client.get("/tags/").context["tags"][0].number == 1
    taken = client.post(f"/tags/{a.pk}/", {"name": "B", "version": a.version})
    assert taken.status_code == 422
    assert "There is such a tag already." in taken.content.decode()
    assert client.post(f"/tags/{a.pk}/", {"name": "z", "version": 0}).status_code == 409
    assert client.post(f"/tags/{a.pk}/", {"name": "z", "version": a.version}).status_code == 204
    assert words(lead) == ["b", "c", "z"]
    assert client.post(f"/tags/{a.pk}/", {"name": "z", "into": str(b.pk), "version": 2}).status_code == 204
    assert words(lead) == ["b", "c"]
    assert client.post(f"/tags/{c.pk}/delete/").status_code == 204
    assert words(lead) == ["b"]
    assert LeadTag.objects.count() == 1


def test_a_tag_of_another_zone_is_out_of_reach(lead: SimpleNamespace) -> None:
    foreign = Tag.objects.create(zone=lead.other_zone, name="x")
    own = Tag.objects.create(zone=lead.zone, name="y")
    with pytest.raises(Http404):
        delete_tag(actor=lead.gu, tag_id=foreign.pk)
    with pytest.raises(Http404):
        merge_tag(actor=lead.gu, tag_id=own.pk, into_id=foreign.pk)
    with pytest.raises(ValidationError):
        merge_tag(actor=lead.gu, tag_id=own.pk, into_id=own.pk)


def test_queries_do_not_grow_with_the_tags(lead: SimpleNamespace) -> None:
    def queries(address: str) -> int:
        client = signed_in(lead.gu)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        row = make_lead(lead.chen, lead.zone, name=str(number), team=lead.g4)
        change_tags(actor=lead.wang, lead_id=row.pk, add=[f"t{number}", "alle"])

    addresses = ("/tags/", "/leads/?columns=tags,referrer_company,created_by,registered_company", "/leads/totals/")
    for number in range(3):
        fill(number)
    few = [queries(address) for address in addresses]
    for number in range(3, 30):
        fill(number)
    assert [queries(address) for address in addresses] == few


def test_the_usual_columns_do_not_pay_for_others(lead: SimpleNamespace) -> None:
    client = signed_in(lead.chen)
    with CaptureQueriesContext(connection) as captured:
        client.get("/leads/")
    statements = " ".join(query["sql"] for query in captured)
    assert "projects_leadtag" not in statements
    assert statements.count('JOIN "projects_company"') == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_add_the_same_word_at_once() -> None:
    seed_stages(Stage, StageRequirement)
    centre = make_centre()
    leads = [make_lead(centre.chen, centre.zone, name=str(number), team=centre.g4) for number in range(8)]

    def tag(number: int) -> bool:
        try:
            return change_tags(actor=centre.wang, lead_id=leads[number].pk, add=["同时"])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        assert all(people.map(tag, range(8)))
    assert Tag.objects.count() == 1
    assert LeadTag.objects.count() == 8
