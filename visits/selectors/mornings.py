"""Who gets the morning's mail, and whose mail a link is of."""

from __future__ import annotations

import datetime
import uuid

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef

from teams.models import User, UserQuerySet, Zone
from visits.models import Reminder, ReminderChoice

_SIGNER = Signer(salt="visits.reminders", sep=".")


def people_to_remind(zone: Zone, day: datetime.date) -> UserQuerySet:
    """Active people with an address who work in the zone on the day, want the mail, and were not looked at that day.

    Whoever works in several zones is looked at once a day, in the zone whose morning comes first.
    """
    seen = Reminder.objects.filter(user_id=OuterRef("id"), day=day)
    unwanted = ReminderChoice.objects.filter(user_id=OuterRef("id"), by_mail=False)
    people = User.objects.working_in(zone, day).filter(email__gt="")
    return people.exclude(Exists(seen)).exclude(Exists(unwanted))


def wants_reminders(user: User) -> bool:
    """Whether the person gets the morning's mail; who has not chosen does."""
    return not ReminderChoice.objects.filter(user=user, by_mail=False).exists()


def stop_token(user: User) -> str:
    """What the link of a mail names its reader by: it stops the mails and opens nothing, so it holds for ever."""
    return _SIGNER.sign(user.pk.hex)


def reader_of(token: str) -> User | None:
    """Whose mails the token stops; None for one that we have not made, and for closed accounts."""
    try:
        user_id = uuid.UUID(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    return User.objects.filter(pk=user_id, is_active=True).first()
