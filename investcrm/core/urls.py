"""Addresses that belong to no app."""

from django.conf import settings
from django.urls import path

from investcrm.core import mail_views, views

app_name = "core"

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("mails/", mail_views.mails, name="mails"),
    path("mails/<uuid:outbox_message_id>/", mail_views.mail, name="mail"),
    path("mails/<uuid:outbox_message_id>/html/", mail_views.mail_html, name="mail_html"),
    path("mails/<uuid:outbox_message_id>/files/<int:number>/", mail_views.mail_file, name="mail_file"),
    path("mails/<uuid:outbox_message_id>/again/", mail_views.mail_again, name="mail_again"),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
