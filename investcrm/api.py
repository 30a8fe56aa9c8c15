"""The API's addresses, version 1."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from investcrm.core.api.docs import DocsView, SchemaView
from pipeline.api.numbers import PipelineViewSet
from pipeline.api.reports import ReportViewSet
from pipeline.api.targets import ProgressViewSet, TargetViewSet
from pipeline.api.views import LeadMoveViewSet, NextStagesViewSet, StageMoveViewSet
from projects.api.views.companies import CompanyViewSet, ContactViewSet
from projects.api.views.funds import CapitalIncreaseViewSet, FundArrivalViewSet
from projects.api.views.leads import LeadViewSet
from projects.api.views.reference import IndustryViewSet, StageViewSet
from sync.api.changes import ChangesView
from sync.api.export import LeadExportViewSet
from sync.api.webhooks import DeliveryViewSet, ReplayViewSet, WebhookViewSet
from teams.api.views import TeamViewSet, UserViewSet, ZoneViewSet
from visits.api.documents import DocumentViewSet
from visits.api.plans import FollowUpViewSet, PlannedVisitViewSet
from visits.api.requests import ServiceRequestViewSet
from visits.api.views import InteractionViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("leads", LeadViewSet, basename="lead")
router.register("companies", CompanyViewSet, basename="company")
router.register("contacts", ContactViewSet, basename="contact")
router.register("interactions", InteractionViewSet, basename="interaction")
router.register("follow-ups", FollowUpViewSet, basename="follow-up")
router.register("planned-visits", PlannedVisitViewSet, basename="planned-visit")
router.register("service-requests", ServiceRequestViewSet, basename="service-request")
router.register("fund-arrivals", FundArrivalViewSet, basename="fund-arrival")
router.register("capital-increases", CapitalIncreaseViewSet, basename="capital-increase")
router.register("documents", DocumentViewSet, basename="document")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("targets", TargetViewSet, basename="target")
router.register("reports", ReportViewSet, basename="report")
router.register("stages", StageViewSet, basename="stage")
router.register("stage-moves", StageMoveViewSet, basename="stage-move")
router.register("industries", IndustryViewSet, basename="industry")
router.register("zones", ZoneViewSet, basename="zone")
router.register("teams", TeamViewSet, basename="team")
router.register("users", UserViewSet, basename="user")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path(
        "leads/<uuid:lead_id>/moves/",
        LeadMoveViewSet.as_view({"get": "list", "post": "create"}),
        name="lead-moves",
    ),
    path(
        "leads/<uuid:lead_id>/next-stages/", NextStagesViewSet.as_view({"get": "next_stages"}), name="lead-next-stages"
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/", DeliveryViewSet.as_view({"get": "list"}), name="webhook-deliveries"
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/count/",
        DeliveryViewSet.as_view({"get": "count"}),
        name="webhook-delivery-count",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:pk>/",
        DeliveryViewSet.as_view({"get": "retrieve"}),
        name="delivery-detail",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay/",
        ReplayViewSet.as_view({"post": "replay"}),
        name="webhook-delivery-replay",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/recover/",
        ReplayViewSet.as_view({"post": "recover"}),
        name="webhook-delivery-recover",
    ),
    path("export/leads/", LeadExportViewSet.as_view({"get": "export"}), name="export-leads"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("targets/progress/", ProgressViewSet.as_view({"get": "list"}), name="target-progress"),
    path("pipeline/summary/", PipelineViewSet.as_view({"get": "summary"}), name="pipeline-summary"),
    path("pipeline/flow/", PipelineViewSet.as_view({"get": "flow"}), name="pipeline-flow"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
