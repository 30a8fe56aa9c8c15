"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from sync.views import keys

app_name = "sync"

urlpatterns: list[URLPattern] = [
    path("keys/", keys.key_list, name="key_list"),
    path("keys/new/", keys.key_add, name="key_add"),
    path("keys/<slug:api_key_id>/revoke/", keys.key_revoke, name="key_revoke"),
    path("profile/keys/", keys.own_keys, name="own_keys"),
]
