"""Fixed lists of calls, visits, plans and service requests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How two sides met."""

    PHONE = "phone", _("Phone")
    VIDEO = "video", _("Video")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Outbound visit")
    RECEPTION = "reception", _("Reception")
    EVENT = "event", _("Event")


class FollowUpStatus(models.TextChoices):
    """What became of a follow-up."""

    OPEN = "open", pgettext_lazy("follow-up", "Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


# What can be planned for a day: things that take people's time at a place.
PLANNABLE = (Channel.VISIT, Channel.RECEPTION, Channel.MEETING, Channel.VIDEO, Channel.EVENT)


class PlanStatus(models.TextChoices):
    """What became of a planned visit."""

    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class RequestCategory(models.TextChoices):
    """What a company's request is about."""

    LAND = "land", _("Land and premises")
    PERMITS = "permits", _("Permits and procedures")
    UTILITIES = "utilities", _("Power, water, gas, network")
    LABOUR = "labour", _("Workers and talents")
    FINANCE = "finance", _("Finance")
    POLICY = "policy", _("Policies and subsidies")
    MARKET = "market", _("Suppliers and customers")
    LIVING = "living", _("Housing, schools, daily life")
    OTHER = "other", pgettext_lazy("request", "Other")


class FeedScope(models.TextChoices):
    """Whose plans a calendar address shows."""

    OWN = "own", _("My own plans")
    TEAM = "team", _("My team's plans")


class RequestState(models.TextChoices):
    """Where a service request stands: what is owed to the company next."""

    TO_ANSWER = "to_answer", _("To answer")
    TO_SETTLE = "to_settle", _("To settle")
    TO_REPORT = "to_report", _("To report back")
    DONE = "done", _("Reported back")
    WITHDRAWN = "withdrawn", _("Withdrawn")
