"""The morning's mail: once a person and working day, of what the page *today* has, to whoever wants it."""

from __future__ import annotations

import datetime
import email
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default as default_policy
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from projects.models import Lead
from teams.access import Role
from teams.models import CalendarDay, Job, Membership, Schedule, ScheduleRun, User, Zone
from tests.factories import join, log, make_company, make_lead, make_team, make_user
from tests.visits.test_parallel import at_once
from visits import mail as visits_mail
from visits.models import FollowUp, Reminder, ReminderChoice
from visits.selectors.mornings import stop_token
from visits.selectors.today import OWN, number_due, today_of_user
from visits.services import mornings
from visits.services.follow_ups import plan_follow_up
from visits.services.mornings import send_reminders
from visits.services.planning import plan_visit
from visits.services.requests import receive_request
from visits.tasks import send_reminders as send_reminders_task

DAY = datetime.timedelta(days=1)
SHANGHAI = "Asia/Shanghai"
# An ordinary Tuesday, after the usual time.
TUESDAY = "2026-03-10 08:02"

SetClock = Callable[..., None]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the time of day, Tuesday morning at first: clock("2026-03-14 09:00", "Europe/Berlin")."""

    def set_clock(local: str, time_zone: str = SHANGHAI) -> None:
        moment = datetime.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(time_zone)).astimezone(datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(TUESDAY)
    return set_clock


def a_lead(centre: SimpleNamespace, name: str = "粉末冶金项目", *, silent: int | None = None, **fields: Any) -> Lead:
    """A lead of Wang's, last spoken with so many days ago."""
    fields = {"team": centre.g4, "owner": centre.wang, "stage": "key_talks", "name": name} | fields
    lead = make_lead(centre.chen, centre.zone, **fields)
    if silent is not None:
        log(centre.chen, lead, occurred_at=timezone.now() - silent * DAY)
    return lead


def due(centre: SimpleNamespace, lead: Lead, days: int = 0, *, by: User | None = None, note: str = "") -> FollowUp:
    """A follow-up that is due in so many days (negative: overdue)."""
    follow_up = plan_follow_up(
        actor=by or centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note=note, assignee=by or centre.wang
    )
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on=centre.zone.today() + days * DAY)
    return follow_up


@pytest.fixture
def waiting(centre: SimpleNamespace) -> FollowUp:
    """Something that waits for Wang, and for nobody else."""
    return due(centre, a_lead(centre))


def mails() -> dict[str, EmailMessage]:
    """The mails of the outbox, by address."""
    rows = OutboxMessage.objects.all()
    found = {row.recipients[0]: email.message_from_bytes(bytes(row.body), policy=default_policy) for row in rows}
    assert len(found) == len(rows)
    return found


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def speaks(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


# -- what it says -----------------------------------------------------------------------------------------------------


def test_the_mail_tells_what_the_page_has(centre: SimpleNamespace, settings: Any) -> None:
    settings.SITE_URL = "https://crm.example.org/"
    speaks(centre.wang, "en")
    late = a_lead(centre, "Late lead", silent=1)
    due(centre, late, -2, note="Send the layout")
    due(centre, a_lead(centre, "Due lead", silent=1), note="Call back")
    silent, falling = a_lead(centre, "Silent lead", silent=20), a_lead(centre, "Falling lead", silent=6)
    visit, _is_new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=late, channel="visit", planned_on=centre.zone.today(),
        expected_result="Agree on land", starts_at=datetime.time(14, 30), place="Suzhou", staff=[centre.li],
    )  # fmt: skip
    request = receive_request(
        actor=centre.wang, zone=centre.zone, company=late.company, category="land", title="More power"
    )
    due(centre, a_lead(centre, "A colleague's", owner=centre.li, silent=1), by=centre.li)
    due(centre, a_lead(centre, "Of next week", silent=1), 3)
    assert send_reminders() == 2
    mail = mails()["wang@example.org"]
    assert mail["Subject"] == (
        "Your day, 10 Mar: Visits due 1, Overdue 1, Due today 1, Service requests 1, About to fall silent 1, Silent 1"
    )
    text, html = text_of(mail), html_of(mail)
    for words in (
        "2 days overdue · Send the layout", "today · Call back", "silent for 20 days · limit 7", "1 day left",
        "today · 14:30 · Outbound visit · Suzhou · Wang with Li · Agree on land", "More power",
    ):  # fmt: skip
        assert words in text
        assert words in html
    for row in (late, silent, falling):
        assert f"https://crm.example.org/leads/{row.pk}/" in text
        assert f'href="https://crm.example.org/leads/{row.pk}/"' in html
    assert f"https://crm.example.org/plans/{visit.pk}/" in text
    assert f"https://crm.example.org/requests/{request.pk}/" in html
    assert "https://crm.example.org/?scope=own" in text
    assert "A colleague" not in text
    assert "Of next week" not in html


def test_its_numbers_are_those_of_the_page_and_of_the_menu(centre: SimpleNamespace, waiting: FollowUp) -> None:
    due(centre, waiting.lead, -1)
    plan_visit(
        actor=centre.wang, zone=centre.zone, lead=waiting.lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈用地",
    )  # fmt: skip
    page = today_of_user(centre.wang, OWN)
    assert number_due(centre.wang) == page.visits.count + page.overdue.count + page.due.count == 3
    assert number_due(centre.li) == 0
    send_reminders()
    text = text_of(mails()["wang@example.org"])
    assert [line.rpartition("(")[2] for line in text.splitlines() if line.endswith("(1)")] == ["1)"] * 3


def test_nothing_to_tell_is_no_mail_and_is_looked_at_once(centre: SimpleNamespace) -> None:
    assert send_reminders() == 0
    assert not OutboxMessage.objects.exists()
    # Everybody who may own a lead here; the observer Sun may not.
    names = set(Reminder.objects.values_list("user__username", flat=True))
    assert names == {"wang", "li", "zhao", "chen", "gu", "bao", "qian"}
    due(centre, a_lead(centre))
    assert send_reminders() == 0


def test_a_name_with_markup_is_told_as_it_is(centre: SimpleNamespace) -> None:
    due(centre, a_lead(centre, "<b>A & B</b>"), note='"<script>alert(1)</script>"')
    send_reminders()
    mail = mails()["wang@example.org"]
    assert "<b>A & B</b>" in text_of(mail)
    assert "<script>alert(1)</script>" in text_of(mail)
    assert "&amp;" not in text_of(mail)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html_of(mail)
    assert "<script>" not in html_of(mail)


def test_a_name_of_two_lines_adds_no_line_and_no_header(centre: SimpleNamespace, waiting: FollowUp) -> None:
    Lead.objects.filter(pk=waiting.lead_id).update(name="One\r\nBcc: other@example.org")
    send_reminders()
    mail = mails()["wang@example.org"]
    assert mail["Bcc"] is None
    assert OutboxMessage.objects.get().recipients == ["wang@example.org"]
    assert "- One Bcc: other@example.org" in text_of(mail)


def test_a_long_list_is_cut_and_says_how_many_more(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    speaks(centre.wang, "en")
    monkeypatch.setattr(visits_mail, "SHOWN", 2)
    for number in range(5):
        due(centre, a_lead(centre, f"Lead {number}", silent=0))
    send_reminders()
    text = text_of(mails()["wang@example.org"])
    assert "Due today (5)" in text
    assert text.count("\n- Lead") == 2
    assert "- and 3 more: " in text
    assert "#due" in text


def test_each_reads_their_own_language(centre: SimpleNamespace, waiting: FollowUp) -> None:
    due(centre, waiting.lead, by=centre.li)
    Lead.objects.filter(pk=waiting.lead_id).update(name_en="Powder metallurgy")
    speaks(centre.wang, "zh-hans")
    speaks(centre.li, "en")
    assert send_reminders() == 2
    found = mails()
    assert found["li@example.org"]["Subject"] == "Your day, 10 Mar: Due today 1"
    assert "3月10日" in found["wang@example.org"]["Subject"]
    assert "Powder metallurgy" in text_of(found["li@example.org"])
    assert "粉末冶金项目" in text_of(found["wang@example.org"])
    assert 'lang="en"' in html_of(found["li@example.org"])
    assert 'lang="zh-hans"' in html_of(found["wang@example.org"])


# -- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "is_sent"),
    [
        ("2026-03-10 07:59", False),
        ("2026-03-10 08:00", True),
        ("2026-03-10 23:50", True),  # late, the same day
        ("2026-03-14 09:00", False),  # Saturday
        ("2026-02-28 09:00", True),  # a Saturday worked in lieu of the spring festival
        ("2026-05-01 09:00", False),  # a holiday on a Friday
    ],
)
def test_it_comes_on_working_mornings(centre: SimpleNamespace, clock: SetClock, local: str, is_sent: bool) -> None:
    clock(local)
    due(centre, a_lead(centre))
    assert send_reminders() == int(is_sent)


@pytest.mark.parametrize(("day", "is_working"), [(10, False), (14, True)])
def test_the_zones_own_calendar_counts(centre: SimpleNamespace, clock: SetClock, day: int, is_working: bool) -> None:
    clock(f"2026-03-{day} 09:00")
    due(centre, a_lead(centre))
    CalendarDay.objects.create(zone=centre.zone, day=centre.zone.today(), is_working=is_working)
    assert send_reminders() == int(is_working)


def schedule(zone: Zone, **fields: Any) -> None:
    fields = {"at": datetime.time(8), "is_on": True, "starts_on": datetime.date(2026, 1, 1)} | fields
    Schedule.objects.update_or_create(zone=zone, job=Job.REMINDERS, defaults=fields)


def test_the_zone_says_at_what_time_and_whether(centre: SimpleNamespace, clock: SetClock, waiting: FollowUp) -> None:
    schedule(centre.zone, at=datetime.time(8, 30))
    assert send_reminders() == 0
    clock("2026-03-10 08:31")
    schedule(centre.zone, at=datetime.time(8, 30), is_on=False)
    assert send_reminders() == 0
    schedule(centre.zone, at=datetime.time(8, 30))
    assert send_reminders() == 1


def test_a_time_that_a_change_of_the_clocks_leaves_out_comes_with_the_next(
    centre: SimpleNamespace, clock: SetClock
) -> None:
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="America/New_York")
    centre.zone.refresh_from_db()
    clock("2026-03-08 01:59", "America/New_York")  # a Sunday: clocks go from 2 to 3
    CalendarDay.objects.create(zone=centre.zone, day=datetime.date(2026, 3, 8), is_working=True)
    schedule(centre.zone, at=datetime.time(2, 30))
    due(centre, a_lead(centre))
    assert send_reminders() == 0
    clock("2026-03-08 03:00", "America/New_York")
    assert send_reminders() == 1
    assert Reminder.objects.get(user=centre.wang).day == datetime.date(2026, 3, 8)


def test_a_schedule_of_later_days_waits(centre: SimpleNamespace, waiting: FollowUp) -> None:
    schedule(centre.zone, starts_on=centre.zone.today() + DAY)
    assert send_reminders() == 0


def test_a_run_is_noted_when_there_is_somebody_to_look_at(centre: SimpleNamespace, waiting: FollowUp) -> None:
    send_reminders()
    run = ScheduleRun.objects.get(zone=centre.zone, job=Job.REMINDERS)
    assert (run.made, run.outcome, run.key, run.asked_by) == (1, "done", "2026-03-10", None)
    assert run.due_at == datetime.datetime(2026, 3, 10, 0, 0, tzinfo=datetime.UTC)
    send_reminders()
    assert ScheduleRun.objects.filter(zone=centre.zone).count() == 1
    send_reminders(zone_id=centre.zone.id, asked_by_id=centre.gu.id)
    asked = ScheduleRun.objects.get(zone=centre.zone, asked_by=centre.gu)
    assert (asked.made, asked.outcome) == (0, "nothing")


def test_days_are_those_of_the_zone(centre: SimpleNamespace, clock: SetClock) -> None:
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="America/New_York")
    User.objects.filter(pk=centre.wang.pk).update(time_zone="Asia/Tokyo", language="en")
    centre.zone.refresh_from_db()
    clock("2026-03-10 20:00", "America/New_York")  # the 11th already in Tokyo and Shanghai
    due(centre, a_lead(centre))
    assert send_reminders() == 1
    assert mails()["wang@example.org"]["Subject"].startswith("Your day, 10 Mar: Due today 1")


def test_a_missed_morning_is_not_made_up_for_on_another_day(
    centre: SimpleNamespace, clock: SetClock, waiting: FollowUp
) -> None:
    clock("2026-03-11 08:02")
    assert send_reminders() == 1
    assert Reminder.objects.get(user=centre.wang).day == datetime.date(2026, 3, 11)
    clock("2026-03-12 08:02")
    assert send_reminders() == 1
    assert Reminder.objects.filter(user=centre.wang).count() == 2


def test_asked_for_by_hand_it_waits_for_no_time_and_stays_in_its_zone(
    centre: SimpleNamespace, clock: SetClock, waiting: FollowUp
) -> None:
    clock("2026-03-10 07:00")
    assert send_reminders_task(zone_id=str(centre.other_zone.id), asked_by_id=str(centre.gu.id)) == 0
    assert send_reminders_task(zone_id=str(centre.zone.id)) == 0
    assert send_reminders_task(zone_id=str(centre.zone.id), asked_by_id=str(centre.gu.id)) == 1
    clock(TUESDAY)
    assert send_reminders_task() == 0


# -- to whom ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"email": None}, {"is_active": False}, {"is_service_account": True}])
def test_who_cannot_or_should_not_read_it_gets_none(
    centre: SimpleNamespace, waiting: FollowUp, changes: dict[str, Any]
) -> None:
    User.objects.filter(pk=centre.wang.pk).update(**changes)
    assert send_reminders() == 0
    assert not Reminder.objects.filter(user=centre.wang).exists()


def test_who_does_not_want_it_gets_none(centre: SimpleNamespace, waiting: FollowUp) -> None:
    ReminderChoice.objects.create(user=centre.wang, by_mail=False)
    assert send_reminders() == 0
    ReminderChoice.objects.update(by_mail=True)
    assert send_reminders() == 1


def test_a_leaver_and_a_newcomer_of_tomorrow_get_none(centre: SimpleNamespace, waiting: FollowUp) -> None:
    today = centre.zone.today()
    Membership.objects.filter(user=centre.wang).update(ends_on=today - DAY)
    join(centre.wang, Role.MEMBER, centre.zone, centre.g4, starts_on=today + DAY)
    assert send_reminders() == 0


def test_who_works_in_two_zones_gets_one_mail_of_both_at_the_first_time(
    centre: SimpleNamespace, clock: SetClock, waiting: FollowUp
) -> None:
    team = make_team(centre.other_zone, "E1")
    join(centre.wang, Role.MEMBER, centre.other_zone, team)
    company = make_company(centre.qian, "成都欧洲产业有限公司")
    other = make_lead(centre.qian, centre.other_zone, name="欧洲项目", team=team, owner=centre.wang, company=company)
    plan_follow_up(actor=centre.wang, lead_id=other.pk, due_on=centre.other_zone.today(), assignee=centre.wang)
    schedule(centre.zone, at=datetime.time(9))
    schedule(centre.other_zone, at=datetime.time(8))
    assert send_reminders() == 1
    text = text_of(mails()["wang@example.org"])
    assert "欧洲项目" in text
    assert "粉末冶金项目" in text
    clock("2026-03-10 10:02")
    assert send_reminders() == 0


# -- once, whatever happens -------------------------------------------------------------------------------------------


def test_a_second_run_sends_none(centre: SimpleNamespace, waiting: FollowUp) -> None:
    assert (send_reminders(), send_reminders()) == (1, 0)
    row = Reminder.objects.get(user=centre.wang)
    assert row.mail == OutboxMessage.objects.get()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_each(transactional_db: None, centre: SimpleNamespace) -> None:
    lead = a_lead(centre)
    for person in (centre.wang, centre.li, centre.chen):
        due(centre, lead, by=person)
    written = at_once(4, lambda _number: send_reminders())
    assert sum(int(str(number)) for number in written) == 3
    assert set(mails()) == {"wang@example.org", "li@example.org", "chen@example.org"}
    assert Reminder.objects.exclude(mail=None).count() == 3


def test_one_persons_failure_stops_nobody_and_is_tried_again(
    centre: SimpleNamespace, waiting: FollowUp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due(centre, waiting.lead, by=centre.li)

    def fails(user: User, **fields: Any) -> Any:
        if user == centre.wang:
            raise RuntimeError("a template that cannot be read")
        return visits_mail.reminder_message(user, **fields)

    with monkeypatch.context() as patch:
        patch.setattr(mornings, "reminder_message", fails)
        assert send_reminders() == 1
    assert "a template that cannot be read" in caplog.text
    run = ScheduleRun.objects.get(zone=centre.zone)
    assert (run.made, run.outcome) == (1, "failed")
    assert "a template that cannot be read" in run.error
    assert set(mails()) == {"li@example.org"}
    assert not Reminder.objects.filter(user=centre.wang).exists()
    assert send_reminders() == 1


def test_batches_lose_and_double_nobody(
    centre: SimpleNamespace, waiting: FollowUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mornings, "BATCH", 2)
    for number in range(5):
        person = make_user(f"member{number}")
        join(person, Role.MEMBER, centre.zone, centre.g4)
        due(centre, waiting.lead, by=person)
    assert send_reminders() == 6
    assert len(mails()) == 6


def test_a_person_costs_as_many_queries_with_much_to_do_as_with_little(centre: SimpleNamespace) -> None:
    counts = []
    for number, person in ((1, centre.wang), (12, centre.li)):
        for turn in range(number):
            lead = a_lead(centre, f"项目{number}-{turn}", silent=20, owner=person)
            due(centre, lead, by=person)
            a_lead(centre, f"项目{number}+{turn}", silent=6, owner=person)
            plan_visit(
                actor=person, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
                expected_result="谈用地",
            )  # fmt: skip
            receive_request(actor=person, zone=centre.zone, company=lead.company, category="land", title="扩厂房")
        with CaptureQueriesContext(connection) as queries:
            assert mornings._remind(centre.zone, centre.zone.today(), person.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- stopping it ------------------------------------------------------------------------------------------------------


def test_the_mail_can_be_stopped_without_signing_in(
    centre: SimpleNamespace, client: Client, settings: Any, waiting: FollowUp
) -> None:
    settings.SITE_URL = "https://crm.example.org"
    send_reminders()
    mail = mails()["wang@example.org"]
    address = str(mail["List-Unsubscribe"]).strip(" <>")
    assert f"<{address}>\r\n".encode() in bytes(OutboxMessage.objects.get().body)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(mail)
    assert address in html_of(mail)
    path = address.removeprefix("https://crm.example.org")
    asked = client.get(path)
    assert asked.status_code == 200
    assert b'<form method="post">' in asked.content
    assert not ReminderChoice.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert ReminderChoice.objects.get().user == centre.wang
    assert not ReminderChoice.objects.get().by_mail
    assert b'<form method="post">' not in client.get(path).content
    Reminder.objects.all().delete()
    assert send_reminders() == 0


def test_the_page_that_stops_it_speaks_the_readers_language(centre: SimpleNamespace) -> None:
    speaks(centre.wang, "en")
    page = Client(headers={"accept-language": "zh-CN"}).get(f"/reminders/stop/{stop_token(centre.wang)}/")
    assert "Stop the morning mail?" in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_link_stops_nothing(centre: SimpleNamespace, client: Client, method: str) -> None:
    good = stop_token(centre.wang)
    User.objects.filter(pk=centre.li.pk).update(is_active=False)
    other = stop_token(centre.wang).replace(centre.wang.pk.hex, centre.chen.pk.hex)
    for token in ("made-up", "x." + good.partition(".")[2], other, good[:-1], stop_token(centre.li), "\x00"):
        assert getattr(client, method)(f"/reminders/stop/{token}/").status_code == 404
    assert not ReminderChoice.objects.exists()
