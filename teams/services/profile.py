"""What people say of themselves: name, address, phone, language, time zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from investcrm.core.text import pinyin_key
from teams.models import User

# What an administrator may change of a colleague's account, and what everybody may change of their own.
ACCOUNT_FIELDS = frozenset({"display_name", "email", "phone"})
PROFILE_FIELDS = ACCOUNT_FIELDS | {"language", "time_zone"}


@transaction.atomic
def update_profile(*, actor: User, changes: Mapping[str, Any]) -> User:
    """Change one's own name, address, phone, language or time zone; raises ValidationError.

    An unknown field is a KeyError.
    """
    unknown = set(changes) - PROFILE_FIELDS
    if unknown:
        raise KeyError(sorted(unknown)[0])
    user = User.objects.select_for_update().get(pk=actor.pk)
    for name, value in changes.items():
        setattr(user, name, value)
    write_account(user, changes)
    return user


def write_account(user: User, changed: Iterable[str]) -> None:
    """Check and save changed fields of a locked account; raises ValidationError."""
    user.email = User.objects.normalize_email(user.email or "") or None
    problems = Problems()
    check_account(user, problems)
    problems.raise_if_any()
    user.name_key = pinyin_key(user.display_name)[:300]
    with integrity_errors_as_rules(User, user_email_once="email"), transaction.atomic():
        user.save(update_fields=[*sorted(changed), "name_key"])


def check_account(user: User, problems: Problems) -> None:
    """The plain fields, without the password."""
    clean_values(user, problems, only={"username", "display_name", "email", "phone"})
    if not user.display_name.strip() and "display_name" not in problems.errors:
        problems.add("display_name", _("A person needs a name."), "required")
    if user.time_zone and user.time_zone not in zoneinfo.available_timezones():
        problems.add("time_zone", _("There is no such time zone."), "unknown")
