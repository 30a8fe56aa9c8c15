"""Mails are rows of the outbox here, as in production; the tests' runner would keep them in memory."""

import pytest


@pytest.fixture(autouse=True)
def outbox(settings) -> None:
    settings.EMAIL_BACKEND = "investcrm.core.outbox.OutboxBackend"
