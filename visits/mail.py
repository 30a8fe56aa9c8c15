"""The morning's mail: what waits for one person, with a link to each thing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from teams.models import User
from visits.selectors.mornings import stop_token
from visits.selectors.today import OWN, Section, Today

# How many rows of each list a mail tells; the page shows the others.
SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One thing: what it is called, and the address at which it is seen."""

    row: Any
    name: str
    link: str


@dataclass(frozen=True)
class Part:
    """One list of the mail. `facts` is the template that tells what there is to say of a row."""

    title: Any
    facts: str
    section: Section
    lines: list[Line]
    link: str

    @property
    def number(self) -> str:
        """How many there are, in figures."""
        return self.section.number

    @property
    def more(self) -> int:
        """How many are not told, as far as they are counted."""
        return self.section.count - len(self.lines)

    @property
    def has_no_end(self) -> bool:
        """Whether there may be more than are counted."""
        return self.section.has_no_end


def _lead(row: Any) -> tuple[str, str]:
    return str(row), reverse("projects:lead", args=[row.pk])


def _follow_up(row: Any) -> tuple[str, str]:
    return _lead(row.lead)


def _visit(row: Any) -> tuple[str, str]:
    return row.title, reverse("visits:planned_visit", args=[row.visit.pk])


def _request(row: Any) -> tuple[str, str]:
    return row.title, reverse("visits:request", args=[row.pk])


# Each list of the page that the mail tells: its name there, its title, the template of its facts, what a row is called
# and where it leads.
_PARTS: tuple[tuple[str, Any, str, Callable[[Any], tuple[str, str]]], ...] = (
    ("visits", _("Visits due"), "mail/_reminder_visit.txt", _visit),
    ("overdue", _("Overdue"), "mail/_reminder_follow_up.txt", _follow_up),
    ("due", _("Due today"), "mail/_reminder_follow_up.txt", _follow_up),
    ("requests", _("Service requests"), "mail/_reminder_request.txt", _request),
    ("falling", _("About to fall silent"), "mail/_reminder_falling.txt", _lead),
    ("silent", _("Silent"), "mail/_reminder_silent.txt", _lead),
)


def _parts_of(today: Today) -> list[Part]:
    """What the mail tells, without empty lists; names in the present language."""
    address = settings.SITE_URL.rstrip("/")
    page = f"{address}{reverse('visits:today')}?scope={OWN}"
    found = []
    for name, title, facts, told in _PARTS:
        section: Section = getattr(today, name)
        called = [(row, *told(row)) for row in section.rows[:SHOWN]]
        if called:
            lines = [Line(row, " ".join(words.split()), address + path) for row, words, path in called]
            found.append(Part(title, facts, section, lines, f"{page}#{name}"))
    return found


def reminder_message(user: User, *, day: datetime.date, today: Today) -> EmailMultiAlternatives | None:
    """The mail in the reader's language, None where nothing waits; the day is that of their zone."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        parts = _parts_of(today)
        return _message(user, day, parts) if parts else None


def _message(user: User, day: datetime.date, parts: list[Part]) -> EmailMultiAlternatives:
    address = settings.SITE_URL.rstrip("/")
    stop_link = address + reverse("visits:reminder_stop", args=[stop_token(user)])
    context = {
        "user": user,
        "day": day,
        "parts": parts,
        "link": f"{address}{reverse('visits:today')}?scope={OWN}",
        "choices_link": address + reverse("visits:reminder_choice"),
        "stop_link": stop_link,
    }
    headers = {
        "List-Unsubscribe": f"<{stop_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    subject = " ".join(render_to_string("mail/reminder_subject.txt", context).split())[:200]
    text = render_to_string("mail/reminder.txt", context)
    mail = EmailMultiAlternatives(subject, text, to=[user.email or ""], headers=headers)
    mail.attach_alternative(render_to_string("mail/reminder.html", context), "text/html")
    return mail
