"""The league's columns in words, for its page and for reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

LABELS: dict[str, Any] = {
    "new": gettext_lazy("New leads"),
    "signed": gettext_lazy("Of them signed"),
    "breaches": gettext_lazy("Silent beyond the limit"),
    "follow_ups": gettext_lazy("Follow-ups in time"),
    "answers": gettext_lazy("Days to the first answer"),
    "visits": gettext_lazy("Outbound visits"),
    "receptions": gettext_lazy("Receptions"),
    "funds": gettext_lazy("Funds arrived"),
}
