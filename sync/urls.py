"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from sync.views import keys, webhooks
from sync.views.imports import rows, runs, steps

app_name = "sync"

urlpatterns: list[URLPattern] = [
    path("keys/", keys.key_list, name="key_list"),
    path("keys/new/", keys.key_add, name="key_add"),
    path("keys/<slug:api_key_id>/revoke/", keys.key_revoke, name="key_revoke"),
    path("profile/keys/", keys.own_keys, name="own_keys"),
    path("imports/", runs.import_list, name="import_list"),
    path("imports/new/", runs.import_add, name="import_add"),
    path("imports/<uuid:run_id>/", runs.import_run, name="import_run"),
    path("imports/<uuid:run_id>/progress/", runs.import_progress, name="import_progress"),
    path("imports/<uuid:run_id>/cancel/", runs.import_cancel, name="import_cancel"),
    path("imports/<uuid:run_id>/table/", steps.import_table, name="import_table"),
    path("imports/<uuid:run_id>/columns/", steps.import_columns, name="import_columns"),
    path("imports/<uuid:run_id>/back/", steps.import_back, name="import_back"),
    path("imports/<uuid:run_id>/go/", steps.import_go, name="import_go"),
    path("imports/<uuid:run_id>/decide/", rows.import_decide_all, name="import_decide_all"),
    path("imports/<uuid:run_id>/result/", rows.import_result, name="import_result"),
    path("imports/<uuid:run_id>/rows/<int:number>/decide/", rows.import_decide, name="import_decide"),
    path("imports/<uuid:run_id>/rows/<int:number>/<int:column>/", rows.import_fix, name="import_fix"),
    path("webhooks/", webhooks.webhook_list, name="webhook_list"),
    path("webhooks/new/", webhooks.webhook_add, name="webhook_add"),
    path("webhooks/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/edit/", webhooks.webhook_edit, name="webhook_edit"),
    path("webhooks/<uuid:webhook_id>/stop/", webhooks.webhook_stop, name="webhook_stop"),
    path("webhooks/<uuid:webhook_id>/start/", webhooks.webhook_start, name="webhook_start"),
    path("webhooks/<uuid:webhook_id>/rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path("webhooks/<uuid:webhook_id>/delete/", webhooks.webhook_delete, name="webhook_delete"),
    path("webhooks/<uuid:webhook_id>/<uuid:delivery_id>/replay/", webhooks.delivery_replay, name="delivery_replay"),
    path("webhooks/<uuid:webhook_id>/<uuid:delivery_id>/recover/", webhooks.delivery_recover, name="delivery_recover"),
]
