"""The timeline, editing, follow-ups and the list: who sees and may do what."""

import datetime
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from pipeline.services.moves import move_lead
from projects.models import Lead
from teams.access import Role
from tests.factories import join, log, make_company, make_lead, make_user
from visits.models import FollowUp, Interaction
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction, update_interaction
from visits.services.parties import Party

DAY = datetime.timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks since a month, owned by Wang."""
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks",
        on=centre.zone.today() - 30 * DAY,
    )  # fmt: skip


def page(user, name: str, *args, **params):
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"visits:{name}", args=args), params, headers=HTMX)


def post(user, name: str, *args, **data):
    client = Client()
    client.force_login(user)
    return client.post(reverse(f"visits:{name}", args=args), data, headers=HTMX)


def edit_data(user, interaction: Interaction, **changed):
    """What the browser would send back from the edit form."""
    form = page(user, "interaction_edit", interaction.pk).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data["occurred_at"] = data["occurred_at"].strftime("%Y-%m-%dT%H:%M")
    for party in form.parties:
        for name in ("lead", "company", "contacts", "outcome"):
            value = party[name].value()
            data[f"{party.prefix}-{name}"] = getattr(value, "pk", value)
    data["party"] = [party.number for party in form.others]
    return {name: value for name, value in (data | changed).items() if value is not None}


# ---- timeline ----


def test_the_timeline_counts_each_channel_and_shows_moves_in_between(centre: SimpleNamespace, lead: Lead) -> None:
    now = timezone.now()
    for days in range(20, 14, -1):
        log(centre.wang, lead, "video", occurred_at=now - days * DAY, summary=f"视频{days}")
    log(centre.wang, lead, "phone", occurred_at=now - 2 * DAY)
    move_lead(
        actor=centre.wang, lead_id=lead.pk, to_stage="enquiry", occurred_on=centre.zone.today() - 10 * DAY, note="退回"
    )
    with translation.override("en"):
        answer = page(centre.wang, "lead_timeline", lead.pk)
    items = answer.context["items"]
    assert [getattr(item, "number", None) for item in items] == [1, None, 6, 5, 4, 3, 2, 1, None]
    assert items[1].entry.note == "退回"
    assert "第6次" in answer.content.decode()


def test_older_entries_come_by_the_button_without_doubles(centre: SimpleNamespace, lead: Lead) -> None:
    now = timezone.now()
    for hours in range(40):
        log(centre.wang, lead, "wechat", occurred_at=now - datetime.timedelta(hours=hours + 1))
    seen, numbers, query = [], [], {}
    for _turn in range(4):
        answer = page(centre.wang, "lead_timeline", lead.pk, **query)
        seen += [getattr(item, "interaction", None) or item.entry for item in answer.context["items"]]
        numbers += [item.number for item in answer.context["items"] if hasattr(item, "number")]
        if not answer.context["older"]:
            break
        query = dict(
            part.split("=") for part in answer.context["older"].replace("%3A", ":").replace("%2B", "+").split("&")
        )
    assert numbers == list(range(40, 0, -1))
    assert len(seen) == len({row.pk for row in seen}) == 41


def test_a_lead_of_another_team_in_the_same_reception_shows_its_company_only(
    centre: SimpleNamespace, lead: Lead
) -> None:
    company = make_company(centre.chen, "扬州精密铸造有限公司")
    secret = make_lead(
        centre.chen, centre.zone, team=centre.g1, owner=centre.zhao, company=company, name="秘密铸造项目"
    )
    interaction, _new = log_interaction(
        actor=centre.chen, zone=centre.zone, channel="reception",
        parties=[Party(lead=lead, outcome="再谈"), Party(lead=secret, outcome="底价八百万")],
    )  # fmt: skip
    for name, args in (("lead_timeline", [lead.pk]), ("interaction_list", [])):
        text = page(centre.wang, name, *args).content.decode()
        assert company.name in text
        assert "再谈" in text
        assert secret.name not in text
        assert "底价八百万" not in text
        assert str(secret.pk) not in text
    assert interaction.parties.count() == 2


def test_the_timeline_of_a_lead_one_does_not_see_is_not_there(centre: SimpleNamespace, lead: Lead) -> None:
    assert page(centre.zhao, "lead_timeline", lead.pk).status_code == 404


def test_an_observer_reads_without_buttons(centre: SimpleNamespace, lead: Lead) -> None:
    log(centre.wang, lead)
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
    text = page(centre.sun, "lead_timeline", lead.pk).content.decode()
    assert "<button" not in text
    assert "data-dialog-url" not in text


def test_the_timeline_asks_as_often_for_thirty_as_for_three(centre: SimpleNamespace, lead: Lead) -> None:
    counts = []
    for number in (3, 11):
        for _turn in range(number):
            log(centre.wang, lead, "phone")
            plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(centre.wang, "lead_timeline", lead.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- editing ----


def test_editing_changes_what_was_changed_and_the_clock_follows(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, summary="旧")
    data = edit_data(centre.wang, interaction, summary="新", occurred_at="2026-01-05T09:30")
    assert post(centre.wang, "interaction_edit", interaction.pk, **data).status_code == 204
    interaction.refresh_from_db()
    lead.refresh_from_db()
    assert interaction.summary == "新"
    assert interaction.occurred_at == datetime.datetime(2026, 1, 5, 1, 30, tzinfo=datetime.UTC)
    assert lead.last_interaction_at == interaction.occurred_at


def test_an_edit_without_a_change_keeps_the_seconds(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead)
    data = edit_data(centre.wang, interaction)
    assert post(centre.wang, "interaction_edit", interaction.pk, **data).status_code == 204
    before = interaction.occurred_at, interaction.version
    interaction.refresh_from_db()
    assert (interaction.occurred_at, interaction.version) == before


def test_moving_an_interaction_to_another_lead_moves_both_clocks(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, name="数字照明")
    interaction = log(centre.wang, lead)
    data = edit_data(centre.wang, interaction, **{"p0-lead": str(other.pk)})
    assert post(centre.wang, "interaction_edit", interaction.pk, **data).status_code == 204
    interaction.refresh_from_db()
    lead.refresh_from_db()
    other.refresh_from_db()
    assert interaction.lead == other
    assert (lead.last_interaction_at, other.last_interaction_at) == (None, interaction.occurred_at)
    assert interaction.version == 2


def test_a_colleague_may_not_edit_but_the_leader_may(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, summary="旧")
    ma = make_user("ma")
    join(ma, Role.MEMBER, centre.zone, centre.g4)
    data = edit_data(centre.wang, interaction, summary="新")
    for name in ("interaction_edit", "interaction_undo"):
        assert post(ma, name, interaction.pk, **data).status_code == 403
        assert post(centre.sun, name, interaction.pk, **data).status_code == 403
        assert post(centre.zhao, name, interaction.pk, **data).status_code == 404
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.deleted_at) == ("旧", None)
    assert post(centre.li, "interaction_edit", interaction.pk, **data).status_code == 204
    assert post(centre.li, "interaction_undo", interaction.pk).status_code == 204


def test_two_who_change_different_things_both_succeed(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, summary="旧")
    data = edit_data(centre.wang, interaction, summary="新")
    update_interaction(actor=centre.li, interaction_id=interaction.pk, changes={"place": "3号厂房"})
    assert post(centre.wang, "interaction_edit", interaction.pk, **data).status_code == 204
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.place) == ("新", "3号厂房")


def test_who_changed_the_same_thing_later_is_shown_both_and_may_insist(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, summary="旧")
    data = edit_data(centre.wang, interaction, summary="我的话")
    update_interaction(
        actor=centre.li, interaction_id=interaction.pk, changes={"summary": "组长的话", "place": "3号厂房"}
    )
    answer = post(centre.wang, "interaction_edit", interaction.pk, **data)
    assert answer.status_code == 412
    [(_label, yours, theirs)] = answer.context["conflicts"]
    assert (yours, theirs) == ("我的话", "组长的话")
    form = answer.context["form"]
    assert form["summary"].value() == "我的话"
    assert form["place"].value() == "3号厂房"
    again = data | {"base": form["base"].value(), "version": form["version"].value(), "place": "3号厂房"}
    assert post(centre.wang, "interaction_edit", interaction.pk, **again).status_code == 204
    interaction.refresh_from_db()
    assert (interaction.summary, interaction.place) == ("我的话", "3号厂房")


def test_parties_changed_by_both_are_not_overwritten(centre: SimpleNamespace, lead: Lead) -> None:
    interaction = log(centre.wang, lead, "reception")
    one, two = make_company(centre.wang, "Nordic Powder AB"), make_company(centre.wang, "江都齿轮有限公司")
    data = edit_data(centre.wang, interaction, **{"party": ["1"], "p1-company": str(one.pk)})
    update_interaction(
        actor=centre.li, interaction_id=interaction.pk, changes={}, parties=[Party(lead=lead), Party(company=two)]
    )
    answer = post(centre.wang, "interaction_edit", interaction.pk, **data)
    assert answer.status_code == 412
    [(_label, yours, theirs)] = answer.context["conflicts"]
    assert (one.name in yours, two.name in theirs) == (True, True)
    assert list(interaction.parties.values_list("company__name", flat=True)) == [lead.company.name, two.name]


def test_parties_with_a_lead_one_does_not_see_stay_as_they_are(centre: SimpleNamespace, lead: Lead) -> None:
    secret = make_lead(centre.chen, centre.zone, team=centre.g1, owner=centre.zhao, name="秘密项目")
    interaction, _new = log_interaction(
        actor=centre.chen, zone=centre.zone, channel="reception", team=centre.g4,
        parties=[Party(lead=lead), Party(lead=secret)],
    )  # fmt: skip
    data = edit_data(centre.li, interaction, summary="补充", **{"p0-lead": str(lead.pk)})
    answer = post(centre.li, "interaction_edit", interaction.pk, **data)
    assert answer.status_code == 204
    assert interaction.parties.count() == 2
    assert secret.name not in page(centre.li, "interaction_edit", interaction.pk).content.decode()


# ---- follow-ups ----


def test_a_follow_up_is_planned_moved_and_cancelled(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    answer = post(centre.wang, "follow_up_add", lead.pk, due_in="3", note="寄样册", assignee=str(centre.li.pk))
    assert answer.status_code == 204
    assert "lead-changed" in json.loads(answer["HX-Trigger"])
    follow_up = FollowUp.objects.get()
    assert (follow_up.due_on, follow_up.assignee, follow_up.note) == (today + 3 * DAY, centre.li, "寄样册")
    moved = post(
        centre.wang,
        "follow_up_reschedule",
        follow_up.pk,
        due_in="day",
        due_on=(today + 9 * DAY).isoformat(),
        snooze_reason="对方出差",
    )
    assert moved.status_code == 204
    lead.refresh_from_db()
    assert lead.next_follow_up_on == today + 9 * DAY
    assert post(centre.wang, "follow_up_cancel", follow_up.pk, cancel_reason=" ").status_code == 422
    assert post(centre.wang, "follow_up_cancel", follow_up.pk, cancel_reason="对方改期").status_code == 204
    lead.refresh_from_db()
    assert lead.next_follow_up_on is None
    assert post(centre.wang, "follow_up_reschedule", follow_up.pk, due_in="1").status_code == 422


def test_a_past_day_and_a_closed_lead_are_refused(centre: SimpleNamespace, lead: Lead) -> None:
    past = (centre.zone.today() - DAY).isoformat()
    refused = post(centre.wang, "follow_up_add", lead.pk, due_in="day", due_on=past)
    assert refused.status_code == 422
    assert "due_on" in refused.context["form"].errors
    assert post(centre.wang, "follow_up_add", lead.pk).status_code == 422
    closed = make_lead(centre.chen, centre.zone, team=centre.g4, stage="closed", close_reason="no", name="关")
    assert post(centre.wang, "follow_up_add", closed.pk, due_in="1").status_code == 422
    assert not FollowUp.objects.exists()


def test_a_colleagues_follow_up_is_moved_by_the_leader_only(centre: SimpleNamespace, lead: Lead) -> None:
    follow_up = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
    ma = make_user("ma")
    join(ma, Role.MEMBER, centre.zone, centre.g4)
    assert post(ma, "follow_up_reschedule", follow_up.pk, due_in="1").status_code == 403
    assert post(centre.zhao, "follow_up_cancel", follow_up.pk, cancel_reason="x").status_code == 404
    assert post(centre.sun, "follow_up_add", lead.pk, due_in="1").status_code == 403
    assert post(centre.li, "follow_up_reschedule", follow_up.pk, due_in="1", snooze_reason="改期").status_code == 204


# ---- the list ----


def test_the_list_is_filtered_by_channel_team_person_period_and_words(centre: SimpleNamespace, lead: Lead) -> None:
    now = timezone.now()
    old = log(centre.wang, lead, "video", summary="谈层高", occurred_at=now - 40 * DAY)
    new = log(centre.li, lead, "phone", summary="谈电力")
    other = make_lead(centre.chen, centre.zone, team=centre.g1, owner=centre.zhao, name="数字照明项目")
    theirs = log(centre.zhao, other, "visit", summary="参观")
    today = centre.zone.today()

    def found(user, **params):
        return [line.interaction for line in page(user, "interaction_list", **params).context["lines"]]

    assert found(centre.wang) == [new, old]
    assert found(centre.chen) == [theirs, new, old]
    assert found(centre.chen, channel=["video", "visit"]) == [theirs, old]
    assert found(centre.chen, team=str(centre.g1.pk)) == [theirs]
    assert found(centre.chen, person=str(centre.li.pk)) == [new]
    assert found(centre.chen, until=(today - 30 * DAY).isoformat()) == [old]
    assert found(centre.chen, since=today.isoformat()) == [theirs, new]
    assert found(centre.chen, search="层高") == [old]
    assert found(centre.chen, search="shuzizhaoming") == [theirs]
    assert found(centre.wang, search="数字照明") == []
    assert found(centre.chen, cursor="made-up") == [theirs, new, old]


def test_the_list_pages_by_keyset_and_asks_as_often_for_many(centre: SimpleNamespace, lead: Lead) -> None:
    counts = []
    for number in (3, 32):
        for _turn in range(number):
            log(centre.wang, lead, "phone")
        with CaptureQueriesContext(connection) as queries:
            first = page(centre.wang, "interaction_list")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(first.context["lines"]) == 30
    client = Client()
    client.force_login(centre.wang)
    second = client.get(reverse("visits:interaction_list") + first.context["next_url"])
    assert len(second.context["lines"]) == 5
    assert second.context["previous_url"]
