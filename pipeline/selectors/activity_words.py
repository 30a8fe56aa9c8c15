"""A figure of activity in words: what is counted and how, and what limits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from investcrm.core.models import FeedMark
from investcrm.core.templatetags.crm import moment_text
from pipeline.selectors.activity_questions import (
    ANSWERS,
    BREACHES,
    CANCELLED,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    KEPT,
    LATE,
    MILESTONES,
    MISSED,
    OPEN,
    PLANS,
    REQUESTS,
    TO_COME,
    Activity,
)
from pipeline.selectors.figure_words import names_of
from projects.choices import AcquisitionMode, FundKind, MilestoneKind
from teams.models import Zone
from visits.choices import Channel, RequestCategory, RequestState

LABELS = {
    "kind": gettext_lazy("Kind"),
    "state": gettext_lazy("What became of it"),
    "team": gettext_lazy("Team"),
    "person": gettext_lazy("Person"),
}
STATES = {
    KEPT: gettext_lazy("In time"),
    LATE: gettext_lazy("Later"),
    MISSED: gettext_lazy("Not done"),
    CANCELLED: gettext_lazy("Cancelled"),
    OPEN: pgettext_lazy("activity", "Has time"),
    **dict(RequestState.choices),
}
# Whose names the columns `team` and `person` bear in the words of figures.
ROWS = {"team": "team", "person": "owner"}
KINDS: Mapping[str, Any] = {
    INTERACTIONS: Channel,
    PLANS: Channel,
    FUNDS: FundKind,
    MILESTONES: MilestoneKind,
    ANSWERS: AcquisitionMode,
    REQUESTS: RequestCategory,
    TO_COME: Channel,
}
RULES: Mapping[str, list[Any]] = {
    INTERACTIONS: [
        gettext_lazy("Each call, visit or reception counts once, on its day, for the team that it was logged for."),
        gettext_lazy("One with two of our people counts for each of them, and once for the team."),
        gettext_lazy(
            "People met are as many as were noted. A company counts once each time it was met: a reception of 20 "
            "companies is one group and 20 companies."
        ),
    ],
    FUNDS: [
        gettext_lazy("Money that a second person has verified, by its value date, in CNY at the rate of that day."),
        gettext_lazy("It counts for whoever had the lead at the end of that day."),
    ],
    MILESTONES: [
        gettext_lazy("Dated facts after signing, each on its day."),
        gettext_lazy("It counts for whoever had the lead at the end of that day."),
    ],
    FOLLOW_UPS: [
        gettext_lazy(
            "A follow-up counts on the day it is due. Putting it off in time moves that day; put off when it is "
            "overdue, it stays missed on the day it had."
        ),
        gettext_lazy(
            "In time: done by a call or visit of that day or before, whenever it was written down. What was called "
            "off in time is not owed; what is due today or later has time."
        ),
        gettext_lazy(
            "It counts for the person who owed it, and for the team that had the lead at the end of that day."
        ),
    ],
    PLANS: [
        gettext_lazy("Visits first planned for the period, also those that were put on another day since."),
        gettext_lazy("In time: logged as done by the end of the period, as in the month's plan."),
    ],
    BREACHES: [
        gettext_lazy(
            "A silence counts once, on the first day without contact beyond the limit of the stage that the lead is "
            "in, for whoever had the lead on that day."
        ),
        gettext_lazy(
            "It begins with the last call, visit or message, at the earliest on the day the lead was entered. Closed "
            "leads may be silent. The limits are those of today."
        ),
    ],
    ANSWERS: [
        gettext_lazy(
            "Calendar days from the opening of a lead to the first call, visit or message with it. In time is by the "
            "next day."
        ),
        gettext_lazy(
            "A lead counts for whoever had it when it was answered; while it waits, for whoever has it, with its "
            "days so far."
        ),
    ],
    REQUESTS: [
        gettext_lazy("Each service request counts once, on the day it came, for the team that handles it."),
    ],
    TO_COME: [
        gettext_lazy("Visits planned for these days that were neither done nor called off by the day asked about."),
    ],
}


def rule_words(asked: Activity) -> list[str]:
    """How the figure is counted, in sentences. One query where it is asked as known at a position."""
    sentences = [str(rule) for rule in RULES[asked.what]]
    if asked.known is not None:
        mark = FeedMark.objects.filter(position__lte=asked.known).order_by("-position").first()
        moment = moment_text(mark.at) if mark is not None else _("the beginning")
        sentences.append(
            _("As it was known on %(moment)s (change %(position)s): what was recorded later is left out.")
            % {"moment": moment, "position": asked.known}
        )
        if asked.what == INTERACTIONS:
            sentences.append(_("Who took part, and which companies, is as noted now: of that no history is kept."))
    return sentences


def words_of(what: str, dimension: str, keys: Iterable[str], zone: Zone | None = None) -> dict[str, str]:
    """The names of the values of a column in the active language, as `names_of`. One query at most."""
    wanted = set(keys)
    if dimension in ROWS:
        return names_of(ROWS[dimension], wanted, zone)
    if dimension == "kind" and what == BREACHES:
        return names_of("stage", wanted)
    known: dict[str, Any] = dict(STATES)
    if dimension == "kind":
        known = dict(KINDS[what].choices) if what in KINDS else {}
    return {key: str(known.get(key, key)) if key else _("none") for key in wanted}


def limits_of(asked: Activity) -> list[tuple[str, str, str]]:
    """What limits the question: the column, the value, its words. A query a column at most."""
    found = []
    for name in LABELS:
        values: tuple[str, ...] = getattr(asked, name)
        if values:
            names = words_of(asked.what, name, values, asked.scope.zone)
            found += [(name, value, names[value]) for value in values]
    return found
