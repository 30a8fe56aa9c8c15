"""Mails about reports; they are rows of the outbox first."""

from pipeline.mail.messages import report_message

__all__ = ["report_message"]
