"""The read shapes of webhooks and their deliveries. Values in, plain dict out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.choices import DeliveryStatus

Values = Mapping[str, Any]

_WEBHOOK_PLAIN = (
    "id", "url", "types", "description", "source_system", "stop_reason", "stopped_at", "failing_since",
    "last_delivered_at", "version", "created_at", "updated_at",
)  # fmt: skip
WEBHOOK_COLUMNS: tuple[str, ...] = (*_WEBHOOK_PLAIN, "account_id", "account__display_name")


def webhook_shape(row: Values) -> dict[str, Any]:
    """A webhook as the API gives it, without its secret."""
    state = "stopped" if row["stopped_at"] else "failing" if row["failing_since"] else "active"
    return {
        **{name: row[name] for name in _WEBHOOK_PLAIN},
        "account": {"id": row["account_id"], "display_name": row["account__display_name"]},
        "state": state,
    }


_DELIVERY_PLAIN = (
    "id", "status", "changes", "attempts", "next_attempt_at", "response_status", "response_excerpt", "error",
    "milliseconds", "created_at", "delivered_at",
)  # fmt: skip
DELIVERY_COLUMNS: tuple[str, ...] = (*_DELIVERY_PLAIN, "replay_of_id")


def delivery_shape(row: Values) -> dict[str, Any]:
    """A delivery as the API gives it."""
    return {
        **{name: row[name] for name in _DELIVERY_PLAIN},
        "next_attempt_at": row["next_attempt_at"] if row["status"] == DeliveryStatus.WAITING else None,
        "message_id": row["replay_of_id"] or row["id"],
        "replay_of": row["replay_of_id"],
    }
