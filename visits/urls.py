"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from visits.views import (
    administration,
    aftercare,
    attachments,
    dossier,
    follow_ups,
    interactions,
    log,
    month,
    plans,
    request_steps,
    requests,
    search,
    timeline,
    today,
)

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
    path("plans/", month.plan_against_actual, name="month_plan"),
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
    path("aftercare/", aftercare.aftercare, name="aftercare"),
    path("aftercare/<int:settlement_id>/edit/", aftercare.settlement_edit, name="settlement_edit"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/new/", requests.request_add, name="request_add"),
    path("requests/<uuid:request_id>/", requests.request_page, name="request"),
    path("requests/<uuid:request_id>/edit/", requests.request_edit, name="request_edit"),
    path("requests/<uuid:request_id>/answer/", request_steps.request_answer, name="request_answer"),
    path("requests/<uuid:request_id>/settle/", request_steps.request_settle, name="request_settle"),
    path("requests/<uuid:request_id>/report/", request_steps.request_report, name="request_report"),
    path("requests/<uuid:request_id>/withdraw/", request_steps.request_withdraw, name="request_withdraw"),
    path("requests/<uuid:request_id>/take-back/", request_steps.request_take_back, name="request_take_back"),
    path("requests/<uuid:request_id>/hand-on/", request_steps.request_hand_on, name="request_hand_on"),
    path("leads/<uuid:lead_id>/requests/", requests.lead_requests, name="lead_requests"),
    path("companies/<uuid:company_id>/requests/", requests.company_requests, name="company_requests"),
    path("attachments/<slug:of>/<uuid:row_id>/", attachments.attachments, name="attachments"),
    path("administration/dossier/", administration.dossier_items, name="dossier_items"),
    path("people/<uuid:user_id>/leave/", administration.leave, name="hand_over"),
]
