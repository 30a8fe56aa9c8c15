"""What is read of keys, webhooks and the change feed."""
