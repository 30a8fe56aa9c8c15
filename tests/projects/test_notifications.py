"""Notifications: who is told of what, how, and what is not shown any more."""

from __future__ import annotations

import datetime
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from pipeline.services.moves import correct_move, move_lead
from projects.choices import NotificationKind
from projects.models import Lead, Notification, NotificationChoice
from projects.notes import note_of
from projects.services.comments import write_comment
from projects.services.leads import update_lead
from projects.services.notifications import choose_notifications, mark_read, notify
from projects.services.protection import tell_protection_endings
from teams.models import User
from tests.factories import log, make_lead
from tests.projects.pages import signed_in
from visits.services.requests import hand_over_request, receive_request

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 that nobody owns yet."""
    lead = make_lead(centre.chen, centre.zone, name="粉末冶金项目", team=centre.g4, stage="in_talks")
    Notification.objects.all().delete()
    return lead


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("created_at").values_list("kind", flat=True))


def ways(**mail: bool) -> dict[str, tuple[bool, bool]]:
    return {kind: (True, mail.get(kind, False)) for kind in NotificationKind.values}


# -- call sites -------------------------------------------------------------------------------------------------------


def test_a_new_owner_is_told_and_who_takes_a_lead_themselves_is_not(centre: SimpleNamespace, lead: Lead) -> None:
    update_lead(actor=centre.li, lead_id=lead.id, changes={"owner": centre.wang})
    assert told(centre.wang) == ["assigned"]
    update_lead(actor=centre.li, lead_id=lead.id, changes={"owner": centre.li})
    assert told(centre.li) == []


def test_the_leaders_of_a_team_are_told_of_a_lead_that_came_to_it(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g4)
    assert (told(centre.li), told(centre.wang)) == (["assigned"], [])


def test_a_lead_entered_for_somebody_is_told(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
    assert (told(centre.wang), told(centre.li)) == (["assigned"], [])


def test_whoever_gives_many_tells_of_all_at_once(centre: SimpleNamespace, lead: Lead) -> None:
    update_lead(actor=centre.li, lead_id=lead.id, changes={"owner": centre.wang}, tell=False)
    assert told(centre.wang) == []


def test_a_move_and_its_correction_are_told_to_the_owner(centre: SimpleNamespace, lead: Lead) -> None:
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"owner": centre.wang})
    entry = move_lead(actor=centre.li, lead_id=lead.id, to_stage="closed", fields={"close_reason": "投资方放弃"})
    correct_move(actor=centre.li, lead_id=lead.id, entry_id=entry.id, note="弄错了")
    assert told(centre.wang) == ["assigned", "moved", "moved"]
    move_lead(actor=centre.wang, lead_id=lead.id, to_stage="closed", fields={"close_reason": "投资方放弃"})
    assert told(centre.wang) == ["assigned", "moved", "moved"]


def test_a_refused_move_tells_nobody(centre: SimpleNamespace, lead: Lead) -> None:
    with pytest.raises(ValidationError):
        move_lead(actor=centre.chen, lead_id=lead.id, to_stage="closed")
    assert told(centre.li) == []


# -- told once, to whom it concerns -----------------------------------------------------------------------------------


def test_the_same_event_is_told_once(centre: SimpleNamespace, lead: Lead) -> None:
    for _time in range(2):
        notify(to=[centre.wang, centre.wang], kind="commented", key="k", actor=centre.li, lead=lead)
    assert told(centre.wang) == ["commented"]


def test_not_told_are_the_doer_the_blind_the_gone_and_services(centre: SimpleNamespace, lead: Lead) -> None:
    User.objects.filter(id=centre.gu.id).update(is_active=False)
    User.objects.filter(id=centre.chen.id).update(is_service_account=True)
    people = [User.objects.get(id=getattr(centre, name).id) for name in ("wang", "zhao", "qian", "gu", "chen")]
    reached = notify(to=people, kind="moved", key="k", actor=centre.wang, lead=lead)
    assert reached == []
    assert not Notification.objects.exists()


def test_a_lead_out_of_sight_takes_its_notifications_along(centre: SimpleNamespace, lead: Lead) -> None:
    write_comment(actor=centre.chen, lead_id=lead.id, text="@wang 机密")
    client = signed_in(centre.wang)
    row = Notification.objects.get(user=centre.wang)
    assert "机密" in client.get("/notifications/").content.decode()
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1})
    assert "机密" not in client.get("/notifications/").content.decode()
    assert b"bell-count" not in client.get("/notifications/bell/").content
    assert client.get(f"/notifications/{row.id}/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_nobody_opens_a_colleagues_notification(centre: SimpleNamespace, lead: Lead) -> None:
    notify(to=[centre.wang], kind="moved", key="k", actor=centre.li, lead=lead)
    row = Notification.objects.get()
    assert signed_in(centre.chen).get(f"/notifications/{row.id}/").status_code == 404
    mark_read(actor=centre.chen, notification_id=row.id)
    mark_read(actor=centre.chen)
    row.refresh_from_db()
    assert row.read_at is None


# -- mails ------------------------------------------------------------------------------------------------------------


def test_a_mail_goes_to_those_who_chose_it_in_their_language(
    centre: SimpleNamespace, lead: Lead, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    for user, language in ((centre.wang, "zh-hans"), (centre.li, "en")):
        User.objects.filter(id=user.id).update(language=language)
        choose_notifications(actor=user, ways=ways(mentioned=True))
    write_comment(actor=centre.chen, lead_id=lead.id, text="@wang @li <b>请看</b>")
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert set(mails) == {"wang@example.org", "li@example.org"}
    row = Notification.objects.get(user=centre.li, kind="mentioned")
    mail = mails["li@example.org"]
    html = str(mail.alternatives[0][0])
    assert mail.subject == "Chen mentioned you in a comment on 粉末冶金项目"
    assert f"/notifications/{row.id}/" in mail.body
    assert f"/notifications/{row.id}/" in html
    assert "<b>请看</b>" in mail.body
    assert "&lt;b&gt;请看&lt;/b&gt;" in html
    assert 'lang="en"' in html
    assert 'lang="zh-hans"' in str(mails["wang@example.org"].alternatives[0][0])


def test_mail_alone_shows_nothing_in_the_page(
    centre: SimpleNamespace, lead: Lead, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    NotificationChoice.objects.create(user=centre.wang, kind="moved", in_page=False, by_mail=True)
    for _time in range(2):
        notify(to=[centre.wang], kind="moved", key="k", actor=centre.li, lead=lead, data={"from": "a", "to": "b"})
    assert len(mailoutbox) == 1
    client = signed_in(centre.wang)
    assert client.get("/notifications/").context["rows"] == []
    assert b"bell-count" not in client.get("/notifications/bell/").content


def test_neither_way_is_no_row(centre: SimpleNamespace, lead: Lead) -> None:
    NotificationChoice.objects.create(user=centre.wang, kind="moved", in_page=False, by_mail=False)
    notify(to=[centre.wang], kind="moved", key="k", actor=centre.li, lead=lead)
    assert not Notification.objects.exists()


def test_mails_need_an_address(centre: SimpleNamespace) -> None:
    centre.wang.email = None
    with pytest.raises(ValidationError):
        choose_notifications(actor=centre.wang, ways=ways(moved=True))
    assert not NotificationChoice.objects.exists()


# -- sentences --------------------------------------------------------------------------------------------------------

DATA: list[tuple[str, dict[str, Any]]] = [
    ("assigned", {"what": "lead", "id": "x"}),
    ("assigned", {"what": "leads", "count": 1}),
    ("assigned", {"what": "leads", "count": 12, "label": "全部"}),
    ("assigned", {"what": "leads"}),
    ("assigned", {"what": "follow_up", "id": "x", "label": "回电", "due_on": "2026-11-30"}),
    ("assigned", {"what": "planned_visit", "id": "3f0c8a58-0000-4000-8000-000000000000", "label": "走访"}),
    ("assigned", {"what": "service_request", "id": "3f0c8a58-0000-4000-8000-000000000000", "label": "用电"}),
    ("mentioned", {"comment": "3f0c8a58-0000-4000-8000-000000000000", "excerpt": "看"}),
    ("commented", {"comment": "3f0c8a58-0000-4000-8000-000000000000", "excerpt": "看"}),
    ("moved", {"from": {"zh": "洽谈", "en": "Talks"}, "to": {"zh": "签约", "en": "Signed"}, "note": "好"}),
    ("protection_ending", {"until": "2026-12-01"}),
    ("answer_due", {"what": "service_request", "id": "3f0c8a58-0000-4000-8000-000000000000", "label": "用电",
                    "due_on": "2026-12-01"}),
    ("answer_due", {"what": "service_request", "id": "3f0c8a58-0000-4000-8000-000000000000", "label": "用电",
                    "due_on": "2026-12-01", "step": "settle"}),
    ("funds_checked", {"id": "x", "status": "verified", "amount": "1000000.00", "currency": "USD"}),
    ("funds_checked", {"id": "x", "status": "rejected", "amount": "1000000.00", "currency": "CNY"}),
    ("funds_checked", {}),
    ("merged", {"what": "lead", "gone": {"zh": "甲", "en": "A"}, "kept": {"zh": "乙", "en": "B"}}),
    ("merged", {"what": "company", "id": str(uuid.uuid4()), "gone": {"zh": "甲"}, "kept": {"zh": "乙"}}),
    ("merged", {}),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("kind", "data"), DATA)
def test_each_kind_has_its_sentence_and_leads_somewhere(
    centre: SimpleNamespace, lead: Lead, language: str, kind: str, data: dict[str, Any]
) -> None:
    row = Notification(user=centre.wang, kind=kind, actor=centre.li, lead=lead, data=data, key="k")
    with translation.override(language):
        note = note_of(row)
    assert note.text
    assert note.url.startswith("/")
    assert not re.search(r"%\(|\{|None", note.text + note.detail)


def test_every_kind_is_spoken_of() -> None:
    assert {kind for kind, _data in DATA} == set(NotificationKind.values)


# -- pages ------------------------------------------------------------------------------------------------------------


def test_opening_one_marks_it_read_and_leads_to_its_lead(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.chen, lead_id=lead.id, text="@wang 看")
    row = Notification.objects.get(user=centre.wang)
    client = signed_in(centre.wang)
    assert b'<span class="bell-count" aria-hidden="true">1<' in client.get("/notifications/bell/").content
    answer = client.get(f"/notifications/{row.id}/")
    assert answer["Location"] == f"/leads/{lead.id}/#comment-{comment.id}"
    assert b"bell-count" not in client.get("/notifications/bell/").content


def test_all_are_read_at_once(centre: SimpleNamespace, lead: Lead) -> None:
    for number in range(3):
        notify(to=[centre.wang], kind="moved", key=str(number), actor=centre.li, lead=lead)
    client = signed_in(centre.wang)
    assert client.get("/notifications/").context["unread"] == 3
    client.post("/notifications/read/")
    assert client.get("/notifications/").context["unread"] == 0


def test_the_bell_counts_no_further_than_it_shows(centre: SimpleNamespace, lead: Lead) -> None:
    Notification.objects.bulk_create(
        Notification(user=centre.wang, kind="moved", lead=lead, key=str(number)) for number in range(130)
    )
    assert b"99+" in signed_in(centre.wang).get("/notifications/bell/").content


def test_the_bell_keeps_no_session_alive_and_stops_for_whoever_is_signed_out(
    centre: SimpleNamespace, client: Client
) -> None:
    answer = client.get("/notifications/bell/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (286, b"")
    assert "HX-Redirect" not in answer.headers
    answer = signed_in(centre.wang).get("/notifications/bell/")
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_pages_of_notifications_lose_none(centre: SimpleNamespace, lead: Lead) -> None:
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(user=centre.wang, kind="moved", lead=lead, key=str(n), created_at=now - n * DAY / 24)
        for n in range(70)
    )
    client = signed_in(centre.wang)
    seen, address = [], "/notifications/"
    while address:
        page = client.get(address).context
        seen += [row.key for row, _note in page["rows"]]
        address = f"/notifications/{page['next_url']}" if page["next_url"] else ""
    assert seen == [str(n) for n in range(70)]
    assert client.get("/notifications/?cursor=made-up").status_code == 200


def test_more_notifications_cost_no_more_queries(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)

    def queries(many: int) -> int:
        for _number in range(many):
            lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)
            write_comment(actor=centre.chen, lead_id=lead.id, text="好")
        with CaptureQueriesContext(connection) as seen:
            client.get("/notifications/")
        return len(seen)

    assert queries(2) == queries(10)


def test_choices_are_kept(centre: SimpleNamespace) -> None:
    client = signed_in(centre.wang)
    answer = client.post("/notifications/choices/", {"sent": "on", "moved_mail": "on", "mentioned_page": "on"})
    assert answer.status_code == 302
    chosen = {choice.kind: (choice.in_page, choice.by_mail) for choice in NotificationChoice.objects.all()}
    assert chosen["moved"] == (False, True)
    assert chosen["mentioned"] == (True, False)
    assert chosen["assigned"] == (False, False)
    page = client.get("/notifications/choices/")
    assert 'name="moved_mail" checked' in page.content.decode()


# -- the protection of a lead -----------------------------------------------------------------------------------------


def silent_since(lead: Lead, days: int) -> None:
    """The last contact lies so many days back."""
    Lead.objects.filter(id=lead.id).update(last_interaction_at=timezone.now() - days * DAY)


@pytest.fixture
def owned(centre: SimpleNamespace, lead: Lead) -> Lead:
    """The lead has an owner; protection lasts 90 days."""
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"owner": centre.wang}, tell=False)
    return lead


@pytest.mark.parametrize(("days", "is_told"), [(82, False), (83, True), (90, True), (97, True), (120, False)])
def test_the_end_of_a_protection_is_told_seven_days_before_and_late(
    centre: SimpleNamespace, owned: Lead, days: int, is_told: bool
) -> None:
    silent_since(owned, days)
    assert tell_protection_endings() == int(is_told)
    assert told(centre.wang) == (["protection_ending"] if is_told else [])
    assert tell_protection_endings() == 0


def test_a_new_end_is_told_anew(centre: SimpleNamespace, owned: Lead) -> None:
    silent_since(owned, 88)
    tell_protection_endings()
    silent_since(owned, 87)
    tell_protection_endings()
    assert told(centre.wang) == ["protection_ending"] * 2


def test_a_lead_never_talked_to_counts_from_its_entry(centre: SimpleNamespace, owned: Lead) -> None:
    Lead.objects.filter(id=owned.id).update(created_at=timezone.now() - 85 * DAY)
    assert tell_protection_endings() == 1


def test_closed_signed_and_unprotected_leads_are_not_told(centre: SimpleNamespace, owned: Lead) -> None:
    silent_since(owned, 88)
    Lead.objects.filter(id=owned.id).update(stage="closed", stage_kind="closed")
    assert tell_protection_endings() == 0
    Lead.objects.filter(id=owned.id).update(stage="in_talks", stage_kind="open", deleted_at=timezone.now())
    assert tell_protection_endings() == 0
    Lead.objects.filter(id=owned.id).update(deleted_at=None)
    centre.zone.protection_days = None
    centre.zone.save(update_fields=["protection_days"])
    assert tell_protection_endings() == 0
    assert told(centre.wang) == []


def test_the_leads_page_says_until_when_it_is_protected(centre: SimpleNamespace, owned: Lead) -> None:
    log(centre.wang, owned)
    assert "protected until" in signed_in(centre.wang).get(f"/leads/{owned.id}/").content.decode()
    move_lead(actor=centre.chen, lead_id=owned.id, to_stage="closed", fields={"close_reason": "放弃"})
    assert "protected until" not in signed_in(centre.wang).get(f"/leads/{owned.id}/").content.decode()


def test_what_one_was_told_of_a_request_goes_with_the_request(centre: SimpleNamespace, lead: Lead) -> None:
    """Zhao handled it, and then somebody of another team does: nothing of it is left in Zhao's page."""
    values = {"actor": centre.chen, "zone": centre.zone, "company": lead.company, "category": "permits"}
    row = receive_request(**values, title="用电增容", handler=centre.zhao)
    client = signed_in(centre.zhao)
    note = Notification.objects.get(user=centre.zhao)
    assert "用电增容" in client.get("/notifications/").content.decode()
    assert client.get(f"/requests/{row.pk}/").status_code == 200
    hand_over_request(actor=centre.chen, request_id=row.pk, handler=centre.wang)
    assert client.get(f"/requests/{row.pk}/").status_code == 404
    assert "用电增容" not in client.get("/notifications/").content.decode()
    assert client.get(f"/notifications/{note.pk}/").status_code == 404
    assert not Notification.objects.visible_to(centre.zhao).exists()
    assert Notification.objects.visible_to(centre.wang).count() == 1
