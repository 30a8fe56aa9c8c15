"""Mails about webhooks; they are rows of the outbox first."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from sync.choices import StopReason
from sync.models import Webhook
from teams.models import User


def send_webhook_stopped(webhook: Webhook, reason: StopReason, user: User) -> None:
    """Tell somebody that a webhook was stopped, and why, in their language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        link = settings.SITE_URL.rstrip("/") + reverse("sync:webhook", args=[webhook.pk])
        context = {"user": user, "webhook": webhook, "reason": reason.label, "link": link}
        subject = " ".join(render_to_string("mail/webhook_stopped_subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject, render_to_string("mail/webhook_stopped.txt", context), to=[user.email or ""]
        )
        mail.attach_alternative(render_to_string("mail/webhook_stopped.html", context), "text/html")
    mail.send()
