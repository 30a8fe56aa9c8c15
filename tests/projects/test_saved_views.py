"""Saved views: keeping a list, coming back to it, sharing it, and views that name what no longer exists."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import DefaultView, SavedView
from projects.services.views import change_view, delete_view, save_view, set_default
from projects.views.view_bar import view_address
from tests.factories import make_lead, make_team
from tests.projects.pages import signed_in

LIST = "/leads/"
SAVE = "/lists/leads/views/new/"


def bar(response: HttpResponse) -> SimpleNamespace:
    return response.context["bar"]


def save(client: Client, name: str = "在谈", query: str = "stage=in_talks", **more: str) -> HttpResponse:
    return client.post(SAVE, {"name": name, "query": query, **more})


def test_a_list_is_saved_found_again_changed_and_reset(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    answer = save(client, query="ordering=name&stage=in_talks&columns=stage,industry")
    assert answer.status_code == 204
    address = answer.headers["HX-Redirect"]
    page = client.get(address)
    assert bar(page).here.view.name == "在谈"
    assert not bar(page).changed
    changed = client.get(f"{address}&light=red")
    assert bar(changed).changed
    assert bar(changed).may_save
    assert 'action="/views/' in changed.content.decode()
    assert bar(changed).here.url == address
    answer = client.post(f"/views/{bar(page).here.view.pk}/", {"query": bar(changed).query})
    assert not bar(client.get(answer.headers["Location"])).changed
    assert "light=red" in answer.headers["Location"]


def test_the_order_of_parameters_is_no_change(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.wang, page="leads", name="a", query="stage=in_talks&light=red")
    page = signed_in(centre.wang).get(f"{LIST}?view={view.pk}&light=red&stage=in_talks&cursor=")
    assert not bar(page).changed


def test_taking_the_last_filter_off_a_view_shows_everything_as_a_change(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.wang, page="leads", name="a", query="stage=in_talks")
    client = signed_in(centre.wang)
    page = client.get(view_address(view))
    bare = page.context["state"].chips[0]["url"]
    assert bar(client.get(bare)).changed


def test_a_view_is_sent_twice_and_made_once(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    token = str(client.get(SAVE).context["form"]["token"].value())
    assert [save(client, token=token).status_code for _twice in range(2)] == [204, 204]
    assert SavedView.objects.count() == 1


def test_a_name_is_used_once_by_each_person(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    assert save(client).status_code == 204
    again = save(client, query="light=red")
    assert again.status_code == 422
    assert "You have a view of this name already." in again.content.decode()
    assert "light=red" in again.content.decode()
    assert save(signed_in(centre.li)).status_code == 204


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_sensible_name(centre: SimpleNamespace, name: str) -> None:
    assert save(signed_in(centre.wang), name=name).status_code == 422
    assert not SavedView.objects.exists()


def test_the_default_view_opens_a_bare_list_and_everything_stays_in_reach(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    save(client, is_default="on")
    opened = client.get(LIST)
    assert opened.status_code == 302
    assert "stage=in_talks" in opened.headers["Location"]
    everything = client.get(f"{LIST}?view=all")
    assert everything.status_code == 200
    assert bar(everything).here is None
    assert "view=all" in everything.context["state"].address()
    client.post("/lists/leads/views/default/", {"view": ""})
    assert client.get(LIST).status_code == 200


def test_a_shared_view_is_seen_by_the_team_and_changed_by_its_maker(centre: SimpleNamespace) -> None:
    save(signed_in(centre.wang), share=f"team:{centre.g4.pk}")
    view = SavedView.objects.get()
    assert view.team == centre.g4
    seen = bar(signed_in(centre.li).get(LIST))
    assert [entry.view for entry in seen.shared] == [view]
    assert bar(signed_in(centre.zhao).get(LIST)).entries == []
    assert bar(signed_in(centre.qian).get(LIST)).entries == []
    with pytest.raises(PermissionDenied):
        change_view(actor=centre.li, view_id=view.pk, changes={"name": "meins"})
    with pytest.raises(Http404):
        delete_view(actor=centre.zhao, view_id=view.pk)
    delete_view(actor=centre.gu, view_id=view.pk)
    assert bar(signed_in(centre.li).get(LIST)).entries == []


def test_views_are_shared_within_ones_own_teams_only(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        save_view(actor=centre.wang, page="leads", name="a", query="", team=centre.g1)
    with pytest.raises(ValidationError):
        save_view(actor=centre.wang, page="leads", name="a", query="", zone=centre.zone)
    other = make_team(centre.other_zone, "X1")
    assert save(signed_in(centre.chen), share=f"team:{other.pk}").status_code == 422
    assert not SavedView.objects.exists()
    save_view(actor=centre.chen, page="leads", name="a", query="", zone=centre.zone)
    assert [entry.view.name for entry in bar(signed_in(centre.zhao).get(LIST)).shared] == ["a"]


def test_whoever_lost_sight_of_a_default_view_gets_the_whole_list(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.wang, page="leads", name="a", query="stage=in_talks", team=centre.g4)
    set_default(actor=centre.li, page="leads", view_id=view.pk)
    assert signed_in(centre.li).get(LIST).status_code == 302
    change_view(actor=centre.wang, view_id=view.pk, changes={"team": None})
    assert signed_in(centre.li).get(LIST).status_code == 200
    with pytest.raises(Http404):
        set_default(actor=centre.li, page="leads", view_id=view.pk)


@pytest.mark.parametrize(
    "query",
    [
        "stage=in_talks&gone_filter=1", "stage=in_talks&stage=nowhere", "stage=in_talks&columns=stage,gone",
        "stage=in_talks&owner=00000000-0000-7000-8000-000000000001", "stage=in_talks&ordering=taste",
    ],
)  # fmt: skip
def test_a_view_of_what_no_longer_exists_opens_says_so_and_can_be_cleaned(centre: SimpleNamespace, query: str) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=centre.zone.today())
    view = save_view(actor=centre.wang, page="leads", name="alt", query=query)
    client = signed_in(centre.wang)
    page = client.get(view_address(view))
    assert page.status_code == 200
    assert len(page.context["rows"]) == 1
    assert page.context["state"].unknown
    assert bar(page).cleaned
    assert not bar(page).changed
    assert "Save the view without it" in page.content.decode()
    client.post(f"/views/{view.pk}/", {"query": bar(page).query})
    again = client.get(view_address(SavedView.objects.get()))
    assert not bar(again).cleaned
    assert not again.context["state"].unknown


def test_a_view_that_was_deleted_is_named_and_its_filters_stay(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.wang, page="leads", name="a", query="stage=in_talks")
    set_default(actor=centre.wang, page="leads", view_id=view.pk)
    address = view_address(view)
    delete_view(actor=centre.wang, view_id=view.pk)
    assert not DefaultView.objects.exists()
    page = signed_in(centre.wang).get(address)
    assert bar(page).is_lost
    assert "has been deleted" in page.content.decode()
    assert page.context["state"].values == {"stage": ["in_talks"]}


@pytest.mark.parametrize("address", ["/lists/nowhere/views/new/", "/lists/nowhere/views/default/"])
def test_a_made_up_list_has_no_views(centre: SimpleNamespace, address: str) -> None:
    assert signed_in(centre.wang).post(address, {"name": "a", "view": ""}).status_code == 404


def test_a_query_that_is_too_long_is_refused(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.wang, page="leads", name="a", query="stage=in_talks")
    answer = signed_in(centre.wang).post(f"/views/{view.pk}/", {"query": "search=" + "长" * 1000})
    assert answer.status_code == 302
    view.refresh_from_db()
    assert view.query == "stage=in_talks"


@pytest.mark.parametrize("page", ["companies", "interactions"])
def test_other_lists_have_views_too(centre: SimpleNamespace, page: str) -> None:
    client = signed_in(centre.wang)
    answer = client.post(f"/lists/{page}/views/new/", {"name": "a", "query": "search=冶金", "is_default": "on"})
    address = answer.headers["HX-Redirect"]
    listed = client.get(address)
    assert not bar(listed).changed
    assert bar(listed).here.view.name == "a"
    assert bar(client.get(address.replace("search=", "search=X"))).changed
    bare = client.get(f"/{page}/")
    assert bare.status_code == 302
    assert client.get(f"/{page}/?view=all").status_code == 200


def test_an_interaction_view_of_what_no_longer_exists_is_cleaned(centre: SimpleNamespace) -> None:
    view = save_view(
        actor=centre.wang, page="interactions", name="a",
        query="channel=phone&gone=1&person=00000000-0000-7000-8000-000000000001",
    )  # fmt: skip
    page = signed_in(centre.wang).get(view_address(view))
    assert bar(page).cleaned
    assert bar(page).query == "channel=phone"


def test_queries_do_not_grow_with_the_views(centre: SimpleNamespace) -> None:
    def queries() -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{LIST}?view=all").status_code == 200
        return len(captured)

    for number in range(3):
        save_view(actor=centre.wang, page="leads", name=str(number), query="", team=centre.g4)
    few = queries()
    for number in range(27):
        save_view(actor=centre.li, page="leads", name=str(number), query="", team=centre.g4)
    assert queries() == few


def test_a_view_of_ones_own_leads_shows_each_reader_theirs(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, name="王的", team=centre.g4, owner=centre.wang)
    make_lead(centre.chen, centre.zone, name="李的", team=centre.g4, owner=centre.li)
    view = save_view(actor=centre.wang, page="leads", name="我的", query="mine=true", team=centre.g4)
    for who, name in ((centre.wang, "王的"), (centre.li, "李的")):
        page = signed_in(who).get(view_address(view))
        assert [row.lead.name for row in page.context["rows"]] == [name]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("follow_up=none", ["静"]),
        ("follow_up=overdue", []),
        ("silent_days_min=1", []),
        ("silent_days_min=0", ["静"]),
        ("tag=none", ["静"]),
        ("expected_signing_before=2030-01-01", ["静"]),
        ("expected_signing_after=2031-01-01", []),
    ],
)
def test_the_new_filters_leave_what_fits(centre: SimpleNamespace, query: str, names: list[str]) -> None:
    make_lead(centre.chen, centre.zone, name="静", expected_signing_on=datetime.date(2029, 6, 1))
    page = signed_in(centre.chen).get(f"{LIST}?{query}")
    assert [row.lead.name for row in page.context["rows"]] == names
    assert len(page.context["state"].chips) == 1
    assert signed_in(centre.chen).get(f"/board/?{query}").status_code == 200


def test_list_and_board_carry_filters_columns_and_view_to_each_other(centre: SimpleNamespace) -> None:
    view = save_view(actor=centre.chen, page="leads", name="a", query="tag=none&columns=stage")
    client = signed_in(centre.chen)
    board = client.get(view_address(view).replace("/leads/", "/board/"))
    assert board.status_code == 200
    query = board.context["state"].query
    for part in (f"view={view.pk}", "columns=stage", "tag=none"):
        assert part in query
    back = client.get(f"{LIST}?{query}")
    assert not bar(back).changed
