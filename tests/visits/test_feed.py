"""The private calendar address: who reads what there, and that it keeps the rules of RFC 5545."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from projects.models import Lead
from teams.models import Membership
from tests.factories import make_company, make_lead
from visits.models import CalendarFeed, PlannedVisit
from visits.services.feeds import make_feed, revoke_feed
from visits.services.follow_ups import plan_follow_up
from visits.services.planning import cancel_planned_visit, plan_visit

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4 in talks, owned by Wang."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="in_talks")


def visit_to(centre: SimpleNamespace, lead: Lead | None, **fields: Any) -> PlannedVisit:
    fields = {
        "actor": centre.wang, "zone": centre.zone, "lead": lead, "channel": "visit",
        "planned_on": centre.zone.today() + DAY, "expected_result": "谈定用地", **fields,
    }  # fmt: skip
    return plan_visit(**fields)[0]


def address_of(user: Any, scope: str = "own") -> str:
    return reverse("visits:feed", args=[make_feed(actor=user, scope=scope)[1]])


def read(address: str, **headers: str) -> Any:
    """What a calendar program gets, which is not signed in."""
    return Client().get(address, headers=headers)


def events(body: bytes) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(body).events}


def test_it_shows_visits_and_follow_ups_of_its_owner(centre: SimpleNamespace, lead: Lead) -> None:
    today = centre.zone.today()
    timed = visit_to(
        centre, lead, starts_at=datetime.time(9, 30), duration_minutes=90, place="扬州, 2号楼; 3层", purpose="看厂房",
        staff=[centre.li],
    )  # fmt: skip
    whole_day = visit_to(centre, lead, planned_on=today + 2 * DAY)
    visit_to(centre, lead, owner=centre.li)
    owed = plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today, note="寄样册")
    answer = read(address_of(centre.wang))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer.content)
    assert set(found) == {
        f"planned-visit-{timed.pk}@investcrm", f"planned-visit-{whole_day.pk}@investcrm",
        f"follow-up-{owed.pk}@investcrm",
    }  # fmt: skip
    event = found[f"planned-visit-{timed.pk}@investcrm"]
    assert event.start.isoformat() == f"{(today + DAY).isoformat()}T09:30:00+08:00"
    assert event.start.tzinfo.key == "Asia/Shanghai"
    assert event.duration == datetime.timedelta(minutes=90)
    assert event["LOCATION"] == "扬州, 2号楼; 3层"
    assert "谈定用地" in event["DESCRIPTION"]
    assert "Li" in event["DESCRIPTION"]
    assert event["URL"] == f"http://testserver/plans/{timed.pk}/"
    assert event["SEQUENCE"] == timed.version
    assert event["STATUS"] == "CONFIRMED"
    assert found[f"planned-visit-{whole_day.pk}@investcrm"].start == today + 2 * DAY
    assert found[f"follow-up-{owed.pk}@investcrm"].start == today


def test_who_goes_along_sees_it_and_the_team_sees_all(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead, staff=[centre.li])
    other = visit_to(centre, lead)
    uid = f"planned-visit-{visit.pk}@investcrm"
    assert set(events(read(address_of(centre.li)).content)) == {uid}
    both = {uid, f"planned-visit-{other.pk}@investcrm"}
    assert set(events(read(address_of(centre.li, "team")).content)) == both
    assert set(events(read(address_of(centre.chen, "team")).content)) == both
    assert events(read(address_of(centre.zhao, "team")).content) == {}


def test_a_cancelled_visit_is_said_to_be_cancelled_for_some_weeks(centre: SimpleNamespace, lead: Lead) -> None:
    visit, address = visit_to(centre, lead), address_of(centre.wang)
    before = events(read(address).content)[f"planned-visit-{visit.pk}@investcrm"]
    cancel_planned_visit(actor=centre.wang, planned_visit_id=visit.pk, reason="对方出国")
    event = events(read(address).content)[f"planned-visit-{visit.pk}@investcrm"]
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] > before["SEQUENCE"]
    PlannedVisit.objects.update(closed_at=timezone.now() - 22 * DAY)
    assert events(read(address).content) == {}


def test_it_is_written_in_the_owners_language(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    address = address_of(centre.wang)
    words = {}
    for language in ("en", "zh-hans"):
        centre.wang.language = language
        centre.wang.save()
        words[language] = str(events(read(address).content)[f"planned-visit-{visit.pk}@investcrm"]["SUMMARY"])
    assert words["en"].startswith("Outbound visit")
    assert words["zh-hans"].startswith("拜访")


def test_only_a_hash_is_kept_and_the_address_is_shown_once(centre: SimpleNamespace) -> None:
    client = Client()
    client.force_login(centre.wang)
    answer = client.post(reverse("visits:calendar_feeds"), {"scope": "own", "label": "手机"})
    address = answer.context["address"]
    token = re.search(r"/calendar/(.+)\.ics", address)[1]
    feed = CalendarFeed.objects.get()
    assert len(token) >= 40
    assert token not in str(vars(feed))
    assert token not in client.get(reverse("visits:calendar_feeds")).content.decode()
    assert read(f"/calendar/{token}.ics").status_code == 200
    feed.refresh_from_db()
    assert feed.last_read_at is not None


def test_a_revoked_a_made_up_and_a_closed_accounts_address_are_not_there(centre: SimpleNamespace) -> None:
    feed, token = make_feed(actor=centre.wang, scope="own")
    address = reverse("visits:feed", args=[token])
    assert read(address).status_code == 200
    assert read("/calendar/made-up.ics").status_code == 404
    assert read(f"/calendar/{feed.token_hash}.ics").status_code == 404
    centre.wang.is_active = False
    centre.wang.save()
    assert read(address).status_code == 404
    centre.wang.is_active = True
    centre.wang.save()
    assert read(address).status_code == 200
    revoke_feed(actor=centre.wang, feed_id=feed.pk)
    assert read(address).status_code == 404


def test_nobody_revokes_anothers_address(centre: SimpleNamespace) -> None:
    feed, _token = make_feed(actor=centre.wang, scope="own")
    client = Client()
    client.force_login(centre.li)
    assert client.post(reverse("visits:feed_revoke", args=[feed.pk])).status_code == 404
    feed.refresh_from_db()
    assert feed.revoked_at is None


def test_who_leaves_the_zone_reads_nothing_more(centre: SimpleNamespace, lead: Lead) -> None:
    visit_to(centre, lead)
    address = address_of(centre.wang)
    assert len(events(read(address).content)) == 1
    Membership.objects.filter(user=centre.wang).update(ends_on=centre.zone.today() - DAY)
    assert events(read(address).content) == {}


def test_a_lead_out_of_sight_is_not_named(centre: SimpleNamespace, lead: Lead) -> None:
    visit = visit_to(centre, lead)
    Lead.objects.update(team=centre.g1)
    body = read(address_of(centre.wang)).content
    event = events(body)[f"planned-visit-{visit.pk}@investcrm"]
    assert lead.name not in str(event["SUMMARY"])
    assert str(lead.company) in str(event["SUMMARY"])


def test_what_has_not_changed_is_not_sent_again(centre: SimpleNamespace, lead: Lead) -> None:
    visit, address = visit_to(centre, lead), address_of(centre.wang)
    first = read(address)
    assert first["Cache-Control"] == "private, max-age=300"
    assert first["Last-Modified"]
    again = read(address, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    cancel_planned_visit(actor=centre.wang, planned_visit_id=visit.pk, reason="对方出国")
    assert read(address, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_it_keeps_the_rules_of_the_format(centre: SimpleNamespace, lead: Lead) -> None:
    lead.name = "很长的名字" * 40
    lead.save()
    three_lines = "第一行\r\n第二行 BEGIN:VEVENT\n第三行"
    visit_to(centre, lead, starts_at=datetime.time(8), place="a,b;c\\d", expected_result=three_lines)
    company = make_company(centre.wang, "扬州精密铸造有限公司")
    visit_to(centre, None, company=company, channel="reception")
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today(), note="x" * 400)
    body = read(address_of(centre.wang)).content
    # Lines end with CRLF and hold at most 75 octets; a folded one goes on after a blank (3.1).
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    unfolded = body.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert all(re.match(r"[A-Z0-9-]+[;:]", line) for line in unfolded)
    # A calendar says version and product once, every event its id, stamp and beginning once (3.6, 3.6.1).
    assert unfolded[0] == "BEGIN:VCALENDAR"
    head = unfolded[: unfolded.index("BEGIN:VEVENT")]
    assert head.count("VERSION:2.0") == 1
    assert sum(line.startswith("PRODID:") for line in head) == 1
    parts = "\n".join(unfolded).split("BEGIN:VEVENT\n")[1:]
    assert len(parts) == 3
    for part in parts:
        own = part.split("END:VEVENT")[0]
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "STATUS", "URL"):
            assert len(re.findall(rf"^{name}[;:]", own, re.MULTILINE)) == 1, name
        assert len(re.findall(r"^(?:DTEND|DURATION)[;:]", own, re.MULTILINE)) == 1
        assert re.search(r"^DTSTAMP:\d{8}T\d{6}Z$", own, re.MULTILINE)
    uids = [line for line in unfolded if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == 3
    # Text is escaped (3.3.11): no line break of a user's begins a line of the file.
    assert r"LOCATION:a\,b\;c\\d" in unfolded
    assert any(r"第一行\n第二行 BEGIN:VEVENT\n第三行" in line for line in unfolded)
    assert sum(line == "BEGIN:VEVENT" for line in unfolded) == 3
    # The time zone that a start names is described in the file (3.2.19), and dates say that they are dates.
    assert any(line.startswith("DTSTART;TZID=Asia/Shanghai:") for line in unfolded)
    assert "TZID:Asia/Shanghai" in unfolded
    assert any(re.fullmatch(r"DTSTART;VALUE=DATE:\d{8}", line) for line in unfolded)
    assert Calendar.from_ical(body).to_ical() == body


def test_it_asks_as_often_for_thirty_visits_as_for_three(centre: SimpleNamespace, lead: Lead) -> None:
    address, counts = address_of(centre.wang), []
    for number in (3, 27):
        for _turn in range(number):
            visit_to(centre, lead, staff=[centre.li])
            plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=centre.zone.today())
        CalendarFeed.objects.update(last_read_at=None)
        with CaptureQueriesContext(connection) as queries:
            assert read(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
