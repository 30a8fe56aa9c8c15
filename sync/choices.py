"""Choices of webhooks and imports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeliveryStatus(models.TextChoices):
    """What became of a delivery."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")
    SUPERSEDED = "superseded", _("Replaced by later ones")


class StopReason(models.TextChoices):
    """Why a webhook is not called any more."""

    GONE = "gone", _("The receiver answered 410: it wants no more")
    FAILING = "failing", _("The receiver did not answer for 3 days")
    BY_HAND = "by_hand", _("Stopped by hand")
    NO_ACCESS = "no_access", _("Its account is closed or sees nothing any more")


class ImportTarget(models.TextChoices):
    """What the rows of a spreadsheet become."""

    LEADS = "leads", _("Leads, with their companies and contacts")
    COMPANIES = "companies", _("Companies, with their contacts")


class ImportStatus(models.TextChoices):
    """How far an import is."""

    READING = "reading", _("Reading the file")
    MAPPING = "mapping", _("Waits for the columns")
    CHECKING = "checking", _("Checking the rows")
    CHECKED = "checked", _("Waits for the go-ahead")
    RUNNING = "running", _("Importing")
    DONE = "done", _("Imported")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("The file cannot be read")


class RowStatus(models.TextChoices):
    """What a row of a spreadsheet would do, or did."""

    WAITING = "waiting", _("Not checked yet")
    NEW = "new", pgettext_lazy("import", "New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    DUPLICATE = "duplicate", _("Duplicate?")
    ERROR = "error", _("Error")
    SKIPPED = "skipped", _("Left out")


class RowDecision(models.TextChoices):
    """What a person decides about a row that may be there already."""

    NONE = "", _("Not decided")
    NEW = "new", _("Enter as new")
    SAME = "same", _("It is the one found")
    SKIP = "skip", _("Leave out")
