"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from visits.views import follow_ups, interactions, log, timeline, today

app_name = "visits"

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("log/", log.log_box, name="log_box"),
    path("log/party/", log.log_party, name="log_party"),
    path("log/context/", log.log_context, name="log_context"),
    path("interactions/", interactions.interaction_list, name="interaction_list"),
    path("interactions/<uuid:interaction_id>/edit/", interactions.interaction_edit, name="interaction_edit"),
    path("interactions/<uuid:interaction_id>/undo/", interactions.interaction_undo, name="interaction_undo"),
    path("leads/<uuid:lead_id>/timeline/", timeline.lead_timeline, name="lead_timeline"),
    path("leads/<uuid:lead_id>/follow-ups/new/", follow_ups.follow_up_add, name="follow_up_add"),
    path("follow-ups/<uuid:follow_up_id>/move/", follow_ups.follow_up_reschedule, name="follow_up_reschedule"),
    path("follow-ups/<uuid:follow_up_id>/delegate/", follow_ups.follow_up_delegate, name="follow_up_delegate"),
    path("follow-ups/<uuid:follow_up_id>/give-back/", follow_ups.follow_up_give_back, name="follow_up_give_back"),
    path("follow-ups/<uuid:follow_up_id>/cancel/", follow_ups.follow_up_cancel, name="follow_up_cancel"),
]
