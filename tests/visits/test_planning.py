"""Planned visits: planned, changed, moved, cancelled, done by logging, their dossier; who may."""

from __future__ import annotations

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from investcrm.core.errors import Stale
from projects.models import Lead, Notification
from teams.access import Role
from tests.factories import join, log, make_company, make_lead, make_user
from tests.projects.pages import signed_in
from visits.models import DossierCheck, DossierItem, Interaction, PlannedVisit
from visits.selectors.dossier import dossier_items, dossier_of
from visits.selectors.planning import moves_of
from visits.services.dossier import tick_item, untick_item
from visits.services.interactions import log_interaction, undo_interaction
from visits.services.parties import Party
from visits.services.planning import cancel_planned_visit, move_planned_visit, plan_visit, update_planned_visit

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def visit_to(centre: SimpleNamespace, lead: Lead | None, **fields: Any) -> PlannedVisit:
    """A visit that Wang plans for today."""
    fields = {
        "actor": centre.wang, "zone": centre.zone, "lead": lead, "channel": "visit",
        "planned_on": centre.zone.today(), "expected_result": "谈定用地", **fields,
    }  # fmt: skip
    return plan_visit(**fields)[0]


def codes(error: ValidationError) -> dict[str, list[str]]:
    return {field: [one.code for one in errors] for field, errors in error.error_dict.items()}


def post(user: Any, name: str, *args: Any, **data: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse(f"visits:{name}", args=args), data, headers={"HX-Request": "true"})


def get(user: Any, name: str, *args: Any, **query: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"visits:{name}", args=args), query)


# ---- planning ----


def test_a_visit_counts_for_the_team_of_who_goes(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead, staff=[centre.wang, centre.li])
    assert (visit.team, visit.owner, visit.company) == (centre.g4, centre.wang, lead.company)
    assert list(visit.staff.all()) == [centre.li]
    assert visit.first_planned_on == visit.planned_on


@pytest.mark.parametrize(("days", "code"), [(-1, "in_past"), (3653, "too_late")])
def test_the_past_and_ten_years_ahead_cannot_be_planned(
    centre: SimpleNamespace, lead: Lead, days: int, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        visit_to(centre, lead, planned_on=centre.zone.today() + days * DAY)
    assert codes(refused.value) == {"planned_on": [code]}
    visit = visit_to(centre, lead)
    with pytest.raises(ValidationError):
        move_planned_visit(actor=centre.wang, planned_visit_id=visit.pk, planned_on=centre.zone.today() + days * DAY)
    visit.refresh_from_db()
    assert visit.planned_on == centre.zone.today()


def test_what_is_missing_is_named(centre: SimpleNamespace, lead: Lead) -> None:
    with pytest.raises(ValidationError) as refused:
        visit_to(centre, None, channel="phone", expected_result=" ", duration_minutes=1)
    assert set(codes(refused.value)) == {"lead", "channel", "expected_result"}
    with pytest.raises(ValidationError) as refused:
        visit_to(centre, lead, duration_minutes=1)
    assert set(codes(refused.value)) == {"duration_minutes"}
    assert not PlannedVisit.objects.exists()


def test_a_closed_lead_is_not_visited(centre: SimpleNamespace) -> None:
    closed = make_lead(centre.chen, centre.zone, team=centre.g4, stage="closed", close_reason="no", name="关")
    with pytest.raises(ValidationError) as refused:
        visit_to(centre, closed)
    assert codes(refused.value) == {"lead": ["closed"]}


def test_who_goes_must_work_in_the_zone_and_see_the_lead(centre: SimpleNamespace, lead: Lead) -> None:
    for owner, code in ((centre.qian, "not_in_zone"), (centre.zhao, "no_sight")):
        with pytest.raises(ValidationError) as refused:
            visit_to(centre, lead, owner=owner)
        assert code in codes(refused.value)["owner"]
    with pytest.raises(ValidationError) as refused:
        visit_to(centre, lead, staff=[centre.qian])
    assert codes(refused.value) == {"staff": ["not_in_zone"]}
    assert not PlannedVisit.objects.exists()


def test_who_shall_go_is_told(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead, owner=centre.li)
    note = Notification.objects.get(data__what="planned_visit")
    assert (note.user, note.kind, note.data["what"], note.data["id"]) == (
        centre.li, "assigned", "planned_visit", str(visit.pk),
    )  # fmt: skip
    visit_to(centre, lead)
    assert Notification.objects.filter(data__what="planned_visit").count() == 1


def test_outsiders_and_observers_plan_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    with pytest.raises(Http404):
        visit_to(centre, lead, actor=centre.zhao)
    with pytest.raises(PermissionDenied):
        visit_to(centre, lead, actor=centre.sun)
    assert not PlannedVisit.objects.exists()


def test_two_clicks_make_one_visit(centre: SimpleNamespace, lead: Lead) -> None:
    data = {
        "lead": str(lead.pk), "channel": "visit", "due_in": "1", "expected_result": "谈定用地",
        "owner": str(centre.wang.pk), "token": str(uuid.uuid4()),
    }  # fmt: skip
    assert [post(centre.wang, "plan_add", **data).status_code for _turn in range(2)] == [204, 204]
    visit = PlannedVisit.objects.get()
    assert (str(visit.pk), visit.planned_on) == (data["token"], centre.zone.today() + DAY)


def test_the_form_keeps_what_was_typed(centre: SimpleNamespace, lead: Lead) -> None:
    answer = post(centre.wang, "plan_add", lead=str(lead.pk), expected_result="谈定用地", place="扬州")
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "谈定用地" in words
    assert "扬州" in words
    assert lead.name in words
    assert set(answer.context["form"].errors) == {"channel", "due_in", "owner"}


# ---- changing, moving, cancelling ----


def test_moving_keeps_the_day_of_the_first_plan_and_is_told(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    visit = visit_to(centre, lead)
    client = Client()
    client.force_login(centre.wang)
    client.post(
        reverse("visits:planned_visit_move", args=[visit.pk]),
        {"due_in": "day", "planned_on": (today + 40 * DAY).isoformat(), "seen": today.isoformat()},
    )
    visit.refresh_from_db()
    assert (visit.first_planned_on, visit.planned_on) == (today, today + 40 * DAY)
    move = moves_of(visit)[0]
    assert (move.who, move.old, move.new) == ("Wang", today, today + 40 * DAY)


def test_two_who_move_it_notice_each_other(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    visit = visit_to(centre, lead)
    seen = {"due_in": "day", "seen": today.isoformat()}
    first = post(centre.wang, "planned_visit_move", visit.pk, planned_on=(today + DAY).isoformat(), **seen)
    second = post(centre.li, "planned_visit_move", visit.pk, planned_on=(today + 2 * DAY).isoformat(), **seen)
    assert (first.status_code, second.status_code) == (204, 409)
    visit.refresh_from_db()
    assert visit.planned_on == today + DAY
    form = second.context["move"]
    assert form.data["seen"] == (today + DAY).isoformat()
    again = post(
        centre.li,
        "planned_visit_move",
        visit.pk,
        **{name: form.data[name] for name in ("due_in", "planned_on", "seen")},
    )
    assert again.status_code == 204
    visit.refresh_from_db()
    assert visit.planned_on == today + 2 * DAY


def test_two_who_edit_it_lose_nothing(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    page = get(centre.wang, "planned_visit_edit", visit.pk).context["form"]
    typed = {
        "channel": "visit", "planned_on": visit.planned_on.isoformat(), "owner": str(centre.wang.pk),
        "expected_result": "谈定用地", "base": page.initial["base"], "seen_staff": page.initial["seen_staff"],
    }  # fmt: skip
    assert (
        post(
            centre.li, "planned_visit_edit", visit.pk, **{**typed, "place": "上海", "staff": str(centre.li.pk)}
        ).status_code
        == 204
    )
    assert post(centre.wang, "planned_visit_edit", visit.pk, **{**typed, "purpose": "看厂房"}).status_code == 204
    visit.refresh_from_db()
    assert (visit.place, visit.purpose, list(visit.staff.all())) == ("上海", "看厂房", [centre.li])
    refused = post(centre.wang, "planned_visit_edit", visit.pk, **{**typed, "place": "扬州"})
    assert refused.status_code == 409
    words = refused.content.decode()
    assert "上海" in words
    assert "扬州" in words
    visit.refresh_from_db()
    assert visit.place == "上海"


def test_a_new_owner_is_told_and_its_team_counts_it(centre: SimpleNamespace) -> None:
    company = make_company(centre.wang)
    visit = visit_to(centre, None, company=company, staff=[centre.zhao])
    changed = update_planned_visit(
        actor=centre.wang, planned_visit_id=visit.pk, changes={"owner": centre.zhao}, base={"owner": centre.wang}
    )
    assert (changed.team, list(changed.staff.all())) == (centre.g1, [])
    assert Notification.objects.get(data__what="planned_visit").user == centre.zhao


def test_cancelling_needs_a_reason_and_ends_it(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    assert post(centre.wang, "planned_visit_cancel", visit.pk, cancel_reason=" ").status_code == 422
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert post(centre.wang, "planned_visit_cancel", visit.pk, cancel_reason="对方出国").status_code == 204
    for name, data in (
        ("planned_visit_cancel", {"cancel_reason": "再来"}),
        ("planned_visit_move", {"due_in": "1"}),
    ):
        assert post(centre.wang, name, visit.pk, **data).status_code == 422
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == ("cancelled", "对方出国")


def test_colleagues_read_it_and_the_leader_changes_it(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    ma = make_user("ma")
    join(ma, Role.MEMBER, centre.zone, centre.g4)
    assert get(ma, "planned_visit", visit.pk).status_code == 200
    for user, status in ((ma, 403), (centre.sun, 403), (centre.zhao, 404), (centre.qian, 404)):
        assert post(user, "planned_visit_cancel", visit.pk, cancel_reason="x").status_code == status
    visit.refresh_from_db()
    assert visit.status == "planned"
    cancel_planned_visit(actor=centre.li, planned_visit_id=visit.pk, reason="x")


def test_a_lead_that_went_out_of_sight_is_not_named(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    Lead.objects.update(team=centre.g1)
    answer = get(centre.wang, "planned_visit", visit.pk)
    assert answer.status_code == 200
    assert lead.name not in answer.content.decode()
    assert str(lead.company) in answer.content.decode()


# ---- done by logging ----


def test_the_log_box_opens_from_the_visit_and_saving_does_it(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead, channel="reception", place="园区展厅", staff=[centre.li])
    form = get(centre.wang, "log_box", plan=visit.pk).context["form"]
    assert form.first.picked_lead == lead
    assert form.first.initial["planned"] == [visit.pk]
    assert (form.initial["channel"], form.initial["place"]) == ("reception", "园区展厅")
    assert form.initial["staff"] == [centre.wang.pk, centre.li.pk]
    sent = {"channel": "reception", "p0-lead": str(lead.pk), "p0-planned": str(visit.pk), "summary": "谈了"}
    assert post(centre.wang, "log_box", **sent).status_code == 204
    visit.refresh_from_db()
    interaction = Interaction.objects.get()
    assert (visit.status, visit.done_by) == ("done", interaction)
    undo_interaction(actor=centre.wang, interaction_id=interaction.pk)
    visit.refresh_from_db()
    assert (visit.status, visit.done_by, visit.closed_at) == ("planned", None, None)


def test_a_visit_of_the_day_is_offered_but_not_ticked(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    visit_to(centre, lead, planned_on=centre.zone.today() + 30 * DAY)
    party = get(centre.wang, "log_box", lead=lead.pk).context["form"].first
    assert party.visits == [visit]
    assert "planned" not in party.initial


def test_a_company_without_a_lead_has_its_visits_too(centre: SimpleNamespace) -> None:
    company = make_company(centre.wang)
    visit = visit_to(centre, None, company=company)
    assert get(centre.wang, "log_box", plan=visit.pk).context["form"].first.picked_company == company
    sent = {"channel": "visit", "p0-company": str(company.pk), "p0-planned": str(visit.pk), "summary": "谈了"}
    assert post(centre.wang, "log_box", **sent).status_code == 204
    visit.refresh_from_db()
    assert visit.status == "done"


def test_a_reception_of_several_companies_does_several_plans(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    visits = [visit_to(centre, one, channel="reception") for one in (lead, other)]
    log_interaction(
        actor=centre.wang, zone=centre.zone, channel="reception", parties=[Party(lead=lead), Party(lead=other)],
        done_planned_visits=[visit.pk for visit in visits],
    )  # fmt: skip
    assert set(PlannedVisit.objects.values_list("status", flat=True)) == {"done"}


def test_a_cancelled_a_done_and_anothers_visit_are_not_done(centre: SimpleNamespace, lead: Lead) -> None:
    cancelled, done = visit_to(centre, lead), visit_to(centre, lead)
    cancel_planned_visit(actor=centre.wang, planned_visit_id=cancelled.pk, reason="对方出国")
    log(centre.wang, lead, "visit", done_planned_visits=[done.pk])
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    elsewhere = visit_to(centre, other)
    for visit, code in ((cancelled, "not_planned"), (done, "not_planned"), (elsewhere, "other_party")):
        with pytest.raises(ValidationError) as refused:
            log(centre.wang, lead, "visit", done_planned_visits=[visit.pk])
        assert codes(refused.value) == {"done_planned_visits": [code]}
    assert Interaction.objects.count() == 1
    assert get(centre.wang, "log_box", plan=cancelled.pk).status_code == 403
    sent = {"channel": "visit", "p0-lead": str(lead.pk), "p0-planned": str(cancelled.pk), "summary": "谈了"}
    refused_page = post(centre.wang, "log_box", **sent)
    assert refused_page.status_code == 422
    assert "谈了" in refused_page.content.decode()


# ---- the dossier ----


def test_a_zones_own_items_take_the_place_of_the_default_ones(centre: SimpleNamespace) -> None:
    assert len(dossier_items(centre.zone)) == 5
    own = DossierItem.objects.create(zone=centre.zone, code="energy", name_zh="能耗")
    assert dossier_items(centre.zone) == [own]
    assert len(dossier_items(centre.other_zone)) == 5


def test_items_are_ticked_with_a_finding_and_unticked(centre: SimpleNamespace, lead: Lead) -> None:
    visit, item = visit_to(centre, lead), dossier_items(centre.zone)[0]
    assert post(centre.wang, "plan_check", visit.pk, item.pk, note="注册资本2亿元").status_code == 200
    check = DossierCheck.objects.get()
    assert (check.note, check.done_by) == ("注册资本2亿元", centre.wang)
    page = get(centre.wang, "planned_visit", visit.pk)
    assert (page.context["found"], page.context["line"].found, page.context["line"].items) == (1, 1, 5)
    post(centre.wang, "plan_check", visit.pk, item.pk, open="1")
    assert not DossierCheck.objects.exists()


def test_two_findings_for_one_item_are_shown_to_each_other(centre: SimpleNamespace, lead: Lead) -> None:
    visit, item = visit_to(centre, lead), dossier_items(centre.zone)[0]
    tick_item(actor=centre.li, planned_visit_id=visit.pk, item_id=item.pk, note="李查的")
    with pytest.raises(Stale):
        tick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=item.pk, note="王查的")
    answer = post(centre.wang, "plan_check", visit.pk, item.pk, note="王查的", seen="")
    assert answer.status_code == 409
    assert "李查的" in answer.content.decode()
    assert "王查的" in answer.content.decode()
    assert DossierCheck.objects.get().note == "李查的"
    assert post(centre.wang, "plan_check", visit.pk, item.pk, note="王查的", seen="李查的").status_code == 200
    assert DossierCheck.objects.get().note == "王查的"


def test_a_cancelled_visits_dossier_is_closed_and_foreign_items_are_not_there(
    centre: SimpleNamespace, lead: Lead
) -> None:
    visit, item = visit_to(centre, lead), dossier_items(centre.zone)[0]
    foreign = DossierItem.objects.create(zone=centre.other_zone, code="x", name_zh="别区")
    with pytest.raises(Http404):
        tick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=foreign.pk)
    cancel_planned_visit(actor=centre.wang, planned_visit_id=visit.pk, reason="x")
    assert post(centre.wang, "plan_check", visit.pk, item.pk, note="x").status_code == 422
    assert not DossierCheck.objects.exists()


def test_what_was_ticked_stays_when_the_zone_changes_its_items(centre: SimpleNamespace, lead: Lead) -> None:
    visit, item = visit_to(centre, lead), dossier_items(centre.zone)[0]
    tick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=item.pk, note="x")
    own = DossierItem.objects.create(zone=centre.zone, code="energy", name_zh="能耗")
    assert [entry.item for entry in dossier_of(visit)] == [own, item]
    untick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=item.pk)
    assert [entry.item for entry in dossier_of(visit)] == [own]


# ---- lists ----


def test_the_leads_page_asks_as_often_for_thirty_visits_as_for_three(centre: SimpleNamespace, lead: Lead) -> None:
    counts = []
    for number in (3, 27):
        for _turn in range(number):
            visit = visit_to(centre, lead, staff=[centre.li])
            tick_item(actor=centre.wang, planned_visit_id=visit.pk, item_id=dossier_items(centre.zone)[0].pk)
        for name in ("wang", "chen"):
            with CaptureQueriesContext(connection) as queries:
                answer = get(getattr(centre, name), "lead_plans", lead.pk)
            assert len(answer.context["open"]) >= 3
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_a_leads_visits_are_its_own(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    visit_to(centre, other)
    assert [line.visit for line in get(centre.wang, "lead_plans", lead.pk).context["open"]] == [visit]


def test_today_shows_the_visits_of_the_day_and_those_nobody_logged(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    now, coming, late = (
        visit_to(centre, lead),
        visit_to(centre, lead, planned_on=today + 3 * DAY),
        visit_to(centre, lead),
    )
    PlannedVisit.objects.filter(pk=late.pk).update(planned_on=today - 2 * DAY)
    along = visit_to(centre, lead, actor=centre.li, staff=[centre.wang])
    visit_to(centre, lead, actor=centre.li)
    day = get(centre.wang, "today").context["today"]
    assert [line.visit for line in day.visits.rows] == [late, now, along]
    assert [line.visit for line in day.coming.rows] == [coming]
    assert day.visits.count == 3


def test_today_asks_as_often_for_thirty_visits_as_for_three(centre: SimpleNamespace, lead: Lead) -> None:
    counts = []
    for number in (3, 27):
        for turn in range(number):
            visit_to(centre, lead, planned_on=centre.zone.today() + (turn % 3) * DAY, staff=[centre.li])
        with CaptureQueriesContext(connection) as queries:
            get(centre.wang, "today")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_finding_that_no_database_can_hold_is_refused(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.wang, centre.zone, team=centre.g4)
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地",
    )  # fmt: skip
    item = DossierItem.objects.filter(zone=None).first()
    client = signed_in(centre.wang)
    assert client.post(f"/plans/{visit.pk}/dossier/{item.pk}/", {"note": "a\x00b"}).status_code < 500
    assert not visit.checks.exists()
