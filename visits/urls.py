"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from visits.views import attachments, dossier, follow_ups, interactions, log, plans, search, timeline, today

app_name = "visits"

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("log/", log.log_box, name="log_box"),
    path("log/party/", log.log_party, name="log_party"),
    path("log/context/", log.log_context, name="log_context"),
    path("interactions/", interactions.interaction_list, name="interaction_list"),
    path("interactions/search/", search.search_interactions, name="search_interactions"),
    path("interactions/<uuid:interaction_id>/edit/", interactions.interaction_edit, name="interaction_edit"),
    path("interactions/<uuid:interaction_id>/undo/", interactions.interaction_undo, name="interaction_undo"),
    path("leads/<uuid:lead_id>/timeline/", timeline.lead_timeline, name="lead_timeline"),
    path("leads/<uuid:lead_id>/follow-ups/new/", follow_ups.follow_up_add, name="follow_up_add"),
    path("leads/<uuid:lead_id>/plans/", plans.lead_plans, name="lead_plans"),
    path("plans/new/", plans.plan_add, name="plan_add"),
    path("plans/<uuid:planned_visit_id>/", plans.planned_visit, name="planned_visit"),
    path("plans/<uuid:planned_visit_id>/edit/", plans.planned_visit_edit, name="planned_visit_edit"),
    path("plans/<uuid:planned_visit_id>/move/", plans.planned_visit_move, name="planned_visit_move"),
    path("plans/<uuid:planned_visit_id>/cancel/", plans.planned_visit_cancel, name="planned_visit_cancel"),
    path("plans/<uuid:planned_visit_id>/dossier/<uuid:dossier_item_id>/", dossier.plan_check, name="plan_check"),
    path("follow-ups/<uuid:follow_up_id>/move/", follow_ups.follow_up_reschedule, name="follow_up_reschedule"),
    path("follow-ups/<uuid:follow_up_id>/delegate/", follow_ups.follow_up_delegate, name="follow_up_delegate"),
    path("follow-ups/<uuid:follow_up_id>/give-back/", follow_ups.follow_up_give_back, name="follow_up_give_back"),
    path("follow-ups/<uuid:follow_up_id>/cancel/", follow_ups.follow_up_cancel, name="follow_up_cancel"),
    path("attachments/<slug:of>/<uuid:row_id>/", attachments.attachments, name="attachments"),
]
