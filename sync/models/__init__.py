"""Keys, webhooks, imports."""

from sync.models.imports import ImportMapping, ImportRow, ImportRun
from sync.models.keys import ApiKey, Scope
from sync.models.webhooks import Webhook, WebhookDelivery

__all__ = ["ApiKey", "ImportMapping", "ImportRow", "ImportRun", "Scope", "Webhook", "WebhookDelivery"]
