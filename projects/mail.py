"""Mails about leads; they are rows of the outbox first."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from projects.models import Notification
from projects.notes import note_of


def send_notification(notification: Notification) -> None:
    """Send a notification to its reader in their language, with a link; nothing without an address."""
    user = notification.user
    if not user.email:
        return
    address = settings.SITE_URL.rstrip("/")
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "user": user,
            "note": note_of(notification),
            "link": address + reverse("projects:notification", args=[notification.id]),
            "choices_link": address + reverse("projects:notification_choices"),
        }
        subject = " ".join(render_to_string("mail/notification_subject.txt", context).split())[:200]
        mail = EmailMultiAlternatives(subject, render_to_string("mail/notification.txt", context), to=[user.email])
        mail.attach_alternative(render_to_string("mail/notification.html", context), "text/html")
    mail.send()
