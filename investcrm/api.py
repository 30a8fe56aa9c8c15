"""The API's addresses, version 1."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from investcrm.core.api.docs import DocsView, SchemaView
from pipeline.api.views import LeadMoveViewSet, NextStagesViewSet, StageMoveViewSet
from projects.api.views.companies import CompanyViewSet, ContactViewSet
from projects.api.views.leads import LeadViewSet
from projects.api.views.reference import IndustryViewSet, StageViewSet
from teams.api.views import TeamViewSet, UserViewSet, ZoneViewSet
from visits.api.views import InteractionViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("leads", LeadViewSet, basename="lead")
router.register("companies", CompanyViewSet, basename="company")
router.register("contacts", ContactViewSet, basename="contact")
router.register("interactions", InteractionViewSet, basename="interaction")
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
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
