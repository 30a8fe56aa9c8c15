"""Webhooks: kept, sent, repeated, stopped."""
