"""Mails about accounts; they are rows of the outbox first."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from teams.models import User, Zone


def send_welcome(user: User, zone: Zone) -> None:
    """Send a new colleague the link by which they set their password, in their language."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"user": user, "zone": zone, "link": settings.SITE_URL.rstrip("/") + path}
        subject = " ".join(render_to_string("mail/welcome_subject.txt", context).split())
        mail = EmailMultiAlternatives(subject, render_to_string("mail/welcome.txt", context), to=[user.email or ""])
        mail.attach_alternative(render_to_string("mail/welcome.html", context), "text/html")
    mail.send()


def send_factor_removed(user: User, actor: User) -> None:
    """Tell somebody that an administrator took the second factor off their account, in their language."""
    if not user.email:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        link = settings.SITE_URL.rstrip("/") + reverse("mfa_index")
        context = {"user": user, "actor": actor, "link": link}
        subject = " ".join(render_to_string("mail/factor_removed_subject.txt", context).split())
        mail = EmailMultiAlternatives(subject, render_to_string("mail/factor_removed.txt", context), to=[user.email])
        mail.attach_alternative(render_to_string("mail/factor_removed.html", context), "text/html")
    mail.send()
