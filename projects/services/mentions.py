"""Who is meant by @Name in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from projects.models import Lead
from projects.selectors import people_who_see
from teams.models import User

MOST = 20
_LONGEST_NAME = 150
# The @ of a mail address stands after a letter or digit.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])@(?=\S)")
_LETTER = re.compile(r"[A-Za-z0-9]")


def mentioned(text: str, *, lead: Lead, actor: User) -> list[User]:
    """The colleagues whom the text names by @; raises ValidationError where one of them may not see the lead.

    The longest name counts. An @ that is followed by nobody's name is plain text. Of several with the same name
    those are meant who may see the lead. Two queries, none without an @.
    """
    places = [text[match.end() : match.end() + _LONGEST_NAME] for match in _AT.finditer(text)]
    places = list(dict.fromkeys(places))
    if not places:
        return []
    if len(places) > MOST:
        raise ValidationError(
            _("A comment mentions at most %(count)d colleagues."),
            code="too_many_mentions",
            params={"count": MOST},
        )  # fmt: skip
    starts = {place[:length].lower() for place in places for length in range(1, len(place) + 1)}
    candidates = list(
        User.objects.visible_to(actor)
        .filter(is_active=True, is_service_account=False)
        .alias(low_name=Lower("display_name"), low_username=Lower("username"))
        .filter(Q(low_name__in=starts) | Q(low_username__in=starts))
    )
    if not candidates:
        return []
    seeing = set(people_who_see(lead).filter(id__in=[user.id for user in candidates]).values_list("id", flat=True))
    found: dict[User, None] = {}
    blind: dict[User, None] = {}
    for place in places:
        meant = _longest(place, candidates)
        welcome = [user for user in meant if user.id in seeing]
        (found if welcome else blind).update(dict.fromkeys(welcome or meant))
    if blind:
        raise ValidationError(
            _("May not see this lead, and so cannot be mentioned: %(names)s"),
            code="cannot_see",
            params={"names": pgettext("list", ", ").join(str(user) for user in blind)},
        )
    return list(found)


def _longest(place: str, candidates: Iterable[User]) -> list[User]:
    """Those whose name or user name the text begins with, the longest such name only."""
    lowered = place.lower()
    best, found = 0, []
    for user in candidates:
        for name in {user.display_name.lower(), user.username.lower()}:
            if not name or not lowered.startswith(name) or _goes_on(name, lowered):
                continue
            if len(name) > best:
                best, found = len(name), [user]
            elif len(name) == best and user not in found:
                found.append(user)
    return found


def _goes_on(name: str, text: str) -> bool:
    """Whether the word goes on after the name: @Li is not meant by @Linda."""
    return bool(_LETTER.fullmatch(name[-1]) and _LETTER.match(text[len(name) : len(name) + 1]))
