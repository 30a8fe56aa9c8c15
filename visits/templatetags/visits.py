"""Words and icons of interactions and follow-ups."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from investcrm.core.money import is_chinese
from visits.choices import Channel, RequestState
from visits.models import FollowUp
from visits.selectors.rights import may_change_follow_up

register = template.Library()

ICONS: dict[str, str] = {
    Channel.PHONE: "telephone",
    Channel.VIDEO: "camera-video",
    Channel.WECHAT: "wechat",
    Channel.EMAIL: "envelope",
    Channel.MEETING: "briefcase",
    Channel.VISIT: "person-walking",
    Channel.RECEPTION: "people",
    Channel.EVENT: "megaphone",
}
# Translators: %(nth)s is "6th" or "第6次".
NUMBERED: dict[str, Any] = {
    Channel.PHONE: _("%(nth)s phone call"),
    Channel.VIDEO: _("%(nth)s video call"),
    Channel.WECHAT: _("%(nth)s WeChat contact"),
    Channel.EMAIL: _("%(nth)s e-mail"),
    Channel.MEETING: _("%(nth)s meeting"),
    Channel.VISIT: _("%(nth)s outbound visit"),
    Channel.RECEPTION: _("%(nth)s reception"),
    Channel.EVENT: _("%(nth)s event"),
}


WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@register.filter
def channel_icon(channel: str) -> str:
    """The icon of a channel."""
    return ICONS.get(channel, "circle")


def nth(number: int) -> str:
    """`6th`, in Chinese `第6次`."""
    if is_chinese():
        return f"第{number}次"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


@register.filter
def line_title(line: Any) -> str:
    """`6th video call` where the line is counted, else the channel."""
    channel = line.interaction.channel
    if line.number is None:
        return str(line.interaction.get_channel_display())
    return str(NUMBERED[channel] % {"nth": nth(line.number)})


@register.filter
def due_words(days: int) -> str:
    """When a follow-up is due, from the days that are left."""
    if days < 0:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", -days) % {"count": -days}
    if days == 0:
        return pgettext("day", "today")
    if days == 1:
        return pgettext("day", "tomorrow")
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


@register.filter
def weekday_short(day: datetime.date) -> str:
    """`周一`, `Mon`."""
    return f"周{'一二三四五六日'[day.weekday()]}" if is_chinese() else WEEKDAYS_EN[day.weekday()]


@register.filter
def changeable_by(follow_up: FollowUp, user: Any) -> bool:
    """Whether the reader may move and cancel the follow-up (its lead is at hand)."""
    return may_change_follow_up(user, follow_up)


@register.filter
def silence_words(lead: Any) -> str:
    """How long a lead has been silent, and against which limit."""
    days = ngettext("silent for %(count)d day", "silent for %(count)d days", lead.silent_for) % {
        "count": lead.silent_for
    }
    limit = gettext("limit %(days)d") % {"days": lead.silence_limit}
    return f"{days} · {limit}"


@register.filter
def left_words(days: int) -> str:
    """How many days are left before a lead counts as silent."""
    if days == 0:
        return gettext("last day")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


REQUEST_TONES: dict[str, str] = {
    RequestState.TO_ANSWER: "yellow",
    RequestState.TO_SETTLE: "accent",
    RequestState.TO_REPORT: "accent",
    RequestState.DONE: "green",
    RequestState.WITHDRAWN: "neutral",
}


@register.filter
def request_tone(state: str) -> str:
    """The tone of a service request's state."""
    return REQUEST_TONES.get(state, "neutral")


@register.filter
def request_state(state: str) -> str:
    """The words of a service request's state."""
    return str(RequestState(state).label)
