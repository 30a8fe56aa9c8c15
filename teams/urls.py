"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from teams.views import people as views

app_name = "teams"

urlpatterns: list[URLPattern] = [
    path("profile/", views.profile, name="profile"),
    path("people/", views.people, name="people"),
    path("people/new/", views.person_add, name="person_add"),
    path("people/<uuid:user_id>/roles/new/", views.membership_add, name="membership_add"),
    path("people/memberships/<uuid:membership_id>/end/", views.membership_end, name="membership_end"),
]
