"""Planned visits and due follow-ups as a calendar file (RFC 5545), for calendars that subscribe."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from teams.models import User
from visits.choices import FeedScope, PlanStatus
from visits.models import CalendarFeed, FollowUp, PlannedVisit
from visits.selectors.feeds import FeedRows

PRODUCT = "-//investcrm//calendar//EN"
# Ids stay the same whatever host serves the file.
DOMAIN = "investcrm"
USUAL_MINUTES = 60
DAY = datetime.timedelta(days=1)


def calendar_file(feed: CalendarFeed, rows: FeedRows, absolute: Callable[[str], str]) -> bytes:
    """The whole calendar in the active language; `absolute` makes an address of a path."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # What most programs show as the calendar's name, and how often they are asked to look.
    calendar.add("x-wr-calname", _name(feed))
    calendar.add("refresh-interval", datetime.timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for visit in rows.visits:
        calendar.add_component(_visit(visit, feed.user, visit.lead_id in rows.visible, absolute))
    for follow_up in rows.follow_ups:
        calendar.add_component(_follow_up(follow_up, feed.user, absolute))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _name(feed: CalendarFeed) -> str:
    return _("Visits and follow-ups") if feed.scope == FeedScope.OWN else _("Visits and follow-ups of the team")


def _event(kind: str, row: PlannedVisit | FollowUp) -> Event:
    event = Event()
    event.add("uid", f"{kind}-{row.pk}@{DOMAIN}")
    event.add("dtstamp", row.updated_at)
    event.add("created", row.created_at)
    event.add("last-modified", row.updated_at)
    event.add("sequence", row.version)
    return event


def _visit(visit: PlannedVisit, user: User, sees_lead: bool, absolute: Callable[[str], str]) -> Event:
    event = _event("planned-visit", visit)
    lead = visit.lead if sees_lead else None
    who = str(lead or visit.company or "")
    title = f"{visit.get_channel_display()} · {who}"
    if visit.owner_id != user.pk:
        title = f"{title} ({visit.owner})"
    event.add("summary", title)
    if visit.starts_at is None:
        event.add("dtstart", visit.planned_on)
        event.add("dtend", visit.planned_on + DAY)
        event.add("transp", "TRANSPARENT")
    else:
        clock = zoneinfo.ZoneInfo(visit.zone.time_zone)
        start = datetime.datetime.combine(visit.planned_on, visit.starts_at, clock)
        event.add("dtstart", start)
        event.add("duration", datetime.timedelta(minutes=visit.duration_minutes or USUAL_MINUTES))
    if visit.place:
        event.add("location", visit.place)
    event.add("description", "\n".join(_facts(visit, sees_lead)))
    event.add("url", absolute(reverse("visits:planned_visit", args=[visit.pk])))
    event.add("status", "CANCELLED" if visit.status == PlanStatus.CANCELLED else "CONFIRMED")
    return event


def _facts(visit: PlannedVisit, sees_lead: bool) -> list[str]:
    """The lines of the description; those that are empty are left out."""
    colon = pgettext("label", ": ")
    staff = pgettext("list", ", ").join(map(str, [visit.owner, *visit.staff.all()]))
    facts = [
        (_("Company"), str(visit.company) if visit.company and visit.lead_id and sees_lead else ""),
        (_("Who goes"), staff),
        (_("Purpose"), visit.purpose),
        (_("Expected result"), visit.expected_result),
        (_("Cancelled"), visit.cancel_reason),
    ]
    return [f"{label}{colon}{words}" for label, words in facts if words]


def _follow_up(follow_up: FollowUp, user: User, absolute: Callable[[str], str]) -> Event:
    event = _event("follow-up", follow_up)
    title = f"{_('Follow-up')} · {follow_up.lead}"
    if follow_up.assignee_id != user.pk:
        title = f"{title} ({follow_up.assignee})"
    event.add("summary", title)
    event.add("dtstart", follow_up.due_on)
    event.add("dtend", follow_up.due_on + DAY)
    event.add("transp", "TRANSPARENT")
    if follow_up.note:
        event.add("description", follow_up.note)
    event.add("url", absolute(reverse("projects:lead", args=[follow_up.lead_id])))
    event.add("status", "CONFIRMED")
    return event
