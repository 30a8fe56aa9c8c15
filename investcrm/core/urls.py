"""Addresses that belong to no app."""

from django.conf import settings
from django.urls import path

from investcrm.core import views

app_name = "core"

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
