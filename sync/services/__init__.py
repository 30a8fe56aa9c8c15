"""Changes of keys, webhooks and imports."""
