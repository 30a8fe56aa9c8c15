"""Keys, webhooks, imports."""

from sync.models.imports import ImportMapping, ImportRow, ImportRun
from sync.models.keys import ApiKey, KeyState, Scope
from sync.models.webhooks import Webhook, WebhookDelivery

__all__ = ["ApiKey", "ImportMapping", "ImportRow", "ImportRun", "KeyState", "Scope", "Webhook", "WebhookDelivery"]
