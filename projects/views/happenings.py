"""What happened around a lead, for its history: tags, funds, comments and documents that came and went.

Read from the audit events of those rows, so that what is gone now is still told of.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from investcrm.core.money import format_money
from projects.choices import FundStatus
from projects.models import Comment, Document, FundArrival, Lead, LeadTag, Tag
from teams.models import User

# The newest events that are read, of each source.
SHOWN = 200


@dataclass
class Happening:
    """When, who (the id as the event has it; a row's own person where it names one), what."""

    when: datetime.datetime
    user_id: str
    title: str
    note: str = ""


@dataclass
class Happenings:
    """What happened, oldest first, and the people by id."""

    rows: list[Happening] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)


def _events(model: type[models.Model], *columns: str, **where: Any) -> list[dict[str, Any]]:
    """The newest events of the rows, oldest first. One query."""
    events = cast(Any, model).pgh_event_model.objects.filter(**where).order_by("-pgh_id")
    wanted = ("pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context__metadata__user", *columns)
    return list(events.values(*wanted)[:SHOWN])[::-1]


def _happened(event: dict[str, Any], title: str, note: str = "", who: Any = None) -> Happening:
    user = event["pgh_context__metadata__user"] or who
    return Happening(event["pgh_created_at"], str(user or ""), title, note)


def _tags(lead: Lead) -> Iterable[Happening]:
    events = _events(LeadTag, "tag_id", "added_by_id", lead_id=lead.pk)
    names: dict[Any, str] = dict(
        Tag.objects.filter(pk__in={event["tag_id"] for event in events}).values_list("id", "name")
    )
    before: dict[Any, Any] = {}
    for event in events:
        name = {"name": names.get(event["tag_id"], "")}
        if event["pgh_label"] == "insert":
            yield _happened(event, _("Tag added: %(name)s") % name, who=event["added_by_id"])
        elif event["pgh_label"] == "delete":
            yield _happened(event, _("Tag taken off: %(name)s") % name)
        elif event["pgh_obj_id"] not in before:
            yield _happened(event, _("Tag came with a merged lead: %(name)s") % name)
        else:
            words = {"old": names.get(before.get(event["pgh_obj_id"]), ""), **name}
            yield _happened(event, _("Tag “%(old)s” was merged into “%(name)s”") % words)
        before[event["pgh_obj_id"]] = event["tag_id"]


def _funds(lead: Lead) -> Iterable[Happening]:
    columns = (
        "amount",
        "currency",
        "status",
        "deleted_at",
        "check_note",
        "evidence",
        "entered_by_id",
        "checked_by_id",
    )
    before: dict[Any, dict[str, Any]] = {}
    for event in _events(FundArrival, *columns, lead_id=lead.pk):
        past = before.get(event["pgh_obj_id"])
        before[event["pgh_obj_id"]] = event
        amount = {"amount": format_money(Decimal(event["amount"]), event["currency"])}
        if event["deleted_at"]:
            yield _happened(event, _("Funds taken out: %(amount)s") % amount, event["check_note"])
        elif past is None and event["pgh_label"] != "insert":
            yield _happened(event, _("Funds came with a merged lead: %(amount)s") % amount)
        elif past is None:
            title = _("Funds entered: %(amount)s") % amount
            yield _happened(event, title, event["evidence"], event["entered_by_id"])
        elif past["status"] == event["status"]:
            yield _happened(event, _("Funds changed: %(amount)s") % amount, event["evidence"], event["entered_by_id"])
        else:
            verified = event["status"] == FundStatus.VERIFIED
            title = _("Funds verified: %(amount)s") if verified else _("Funds rejected: %(amount)s")
            yield _happened(event, title % amount, event["check_note"], event["checked_by_id"])


def _comments(lead: Lead) -> Iterable[Happening]:
    """Comments that were taken back; what was said is not repeated."""
    for event in _events(Comment, "author_id", lead_id=lead.pk, deleted_at__isnull=False):
        yield _happened(event, _("Comment deleted"), who=event["author_id"])


def _documents(lead: Lead) -> Iterable[Happening]:
    for event in _events(Document, "title", "created_by_id", "deleted_at", lead_id=lead.pk):
        name = {"name": event["title"]}
        if event["deleted_at"]:
            yield _happened(event, _("Document deleted: %(name)s") % name)
        elif event["pgh_label"] == "insert":
            yield _happened(event, _("Document added: %(name)s") % name, who=event["created_by_id"])


def happenings_of(lead: Lead) -> Happenings:
    """What happened around the lead. A fixed number of queries."""
    found = Happenings([*_tags(lead), *_funds(lead), *_comments(lead), *_documents(lead)])
    ids = {row.user_id for row in found.rows if row.user_id}
    if ids:
        found.people = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}
    return found
