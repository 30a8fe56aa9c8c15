"""Fixed lists of calls, visits and follow-ups."""

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
