"""Notifications in words: the one place where each kind gets its sentence, for the page and for mails."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from investcrm.core.language import pick
from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full
from projects.choices import FundStatus, NotificationKind
from projects.models import Notification

ICONS: dict[str, str] = {
    NotificationKind.ASSIGNED: "person-check",
    NotificationKind.MENTIONED: "megaphone",
    NotificationKind.COMMENTED: "chat-dots",
    NotificationKind.MOVED: "arrow-right",
    NotificationKind.PROTECTION_ENDING: "clock",
    NotificationKind.ANSWER_DUE: "clipboard-check",
    NotificationKind.FUNDS_CHECKED: "cash-stack",
    NotificationKind.MERGED: "arrow-left-right",
}


@dataclass(frozen=True)
class Note:
    """A notification for its reader: a sentence, what more there is to say, and where it leads."""

    text: str
    detail: str
    url: str
    icon: str


def note_of(notification: Notification) -> Note:
    """The notification (read with its lead and actor) in the active language."""
    text, detail = _WORDS[notification.kind](notification)
    return Note(text, detail, _url(notification), ICONS[notification.kind])


def _who(notification: Notification) -> str:
    return str(notification.actor) if notification.actor is not None else _("The system")


def _lead(notification: Notification) -> str:
    return str(notification.lead) if notification.lead is not None else ""


def _named(value: Any) -> str:
    """A name that may be given in both languages."""
    if isinstance(value, dict):
        return pick(str(value.get("zh", "")), str(value.get("en", "")))
    return str(value or "")


def _day(value: Any) -> str:
    try:
        return day_full(datetime.date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")


def _assigned(notification: Notification) -> tuple[str, str]:
    data, who = notification.data, _who(notification)
    what = data.get("what", "lead")
    if what == "leads":
        count = int(data.get("count") or 0)
        if not count:
            return _("%(who)s gave you leads.") % {"who": who}, _named(data.get("label"))
        words = ngettext("%(who)s gave you %(count)d lead.", "%(who)s gave you %(count)d leads.", count)
        return words % {"who": who, "count": count}, _named(data.get("label"))
    label = _named(data.get("label")) or _lead(notification)
    words = {
        "follow_up": _("%(who)s gave you a follow-up: %(label)s"),
        "planned_visit": _("%(who)s planned a visit with you: %(label)s"),
        "service_request": _("%(who)s gave you a service request: %(label)s"),
    }.get(what, _("%(who)s gave you the lead %(label)s"))
    due = _("Due on %(day)s.") % {"day": _day(data["due_on"])} if data.get("due_on") else ""
    lead = _lead(notification) if what != "lead" else ""
    return words % {"who": who, "label": label}, " · ".join(filter(None, (lead if lead != label else "", due)))


def _mentioned(notification: Notification) -> tuple[str, str]:
    words = _("%(who)s mentioned you in a comment on %(lead)s")
    return words % {"who": _who(notification), "lead": _lead(notification)}, str(notification.data.get("excerpt", ""))


def _commented(notification: Notification) -> tuple[str, str]:
    words = _("%(who)s commented on %(lead)s")
    return words % {"who": _who(notification), "lead": _lead(notification)}, str(notification.data.get("excerpt", ""))


def _moved(notification: Notification) -> tuple[str, str]:
    data = notification.data
    words = _("%(who)s moved %(lead)s from “%(before)s” to “%(after)s”.") % {
        "who": _who(notification),
        "lead": _lead(notification),
        "before": _named(data.get("from")),
        "after": _named(data.get("to")),
    }
    return words, str(data.get("note", ""))


def _protection(notification: Notification) -> tuple[str, str]:
    words = _("The protection of %(lead)s ends on %(day)s.")
    values = {"lead": _lead(notification), "day": _day(notification.data.get("until"))}
    return words % values, _("Log a call or visit to keep it.")


def _answer_due(notification: Notification) -> tuple[str, str]:
    data = notification.data
    words = {
        "settle": _("To be settled by %(day)s: %(label)s"),
        "report": _("To be reported back by %(day)s: %(label)s"),
    }.get(str(data.get("step")), _("To be answered by %(day)s: %(label)s"))
    return words % {"day": _day(data.get("due_on")), "label": _named(data.get("label"))}, _lead(notification)


def _funds_checked(notification: Notification) -> tuple[str, str]:
    data = notification.data
    try:
        amount = format_money(Decimal(str(data.get("amount"))), str(data.get("currency") or "CNY"))
    except InvalidOperation:
        amount = ""
    words = (
        _("%(who)s rejected the funds that you entered for %(lead)s: %(amount)s")
        if data.get("status") == FundStatus.REJECTED
        else _("%(who)s verified the funds that you entered for %(lead)s: %(amount)s")
    )
    return words % {"who": _who(notification), "lead": _lead(notification), "amount": amount}, ""


def _merged(notification: Notification) -> tuple[str, str]:
    data = notification.data
    names = {name: _named(data.get(name)) for name in ("gone", "kept", "team")}
    if data.get("what") == "company":
        words = _("%(who)s merged the company %(gone)s into %(kept)s.")
    elif notification.lead is not None:
        words = _("%(who)s merged the lead %(gone)s into %(kept)s.")
    else:
        # whoever does not see the lead that was kept is not told its name
        words = _("%(who)s merged your lead %(gone)s into one of %(team)s, which you do not see.")
    return words % {"who": _who(notification), **names}, ""


_WORDS = {
    NotificationKind.ASSIGNED.value: _assigned,
    NotificationKind.MENTIONED.value: _mentioned,
    NotificationKind.COMMENTED.value: _commented,
    NotificationKind.MOVED.value: _moved,
    NotificationKind.PROTECTION_ENDING.value: _protection,
    NotificationKind.ANSWER_DUE.value: _answer_due,
    NotificationKind.FUNDS_CHECKED.value: _funds_checked,
    NotificationKind.MERGED.value: _merged,
}


def _url(notification: Notification) -> str:
    """Where it leads: what was given or is due, else the lead, there where something was said."""
    what, row_id = notification.data.get("what"), notification.data.get("id")
    if what == "leads":
        return reverse("projects:lead_list")
    if row_id and what == "company":
        return reverse("projects:company", args=[row_id])
    if row_id and what == "service_request":
        return reverse("visits:request", args=[row_id])
    if row_id and what == "planned_visit":
        return reverse("visits:planned_visit", args=[row_id])
    if notification.lead_id is None:
        return reverse("projects:notifications")
    comment = notification.data.get("comment")
    return reverse("projects:lead", args=[notification.lead_id]) + (f"#comment-{comment}" if comment else "")
