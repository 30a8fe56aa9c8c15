"""Addresses of the pages of this app."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from pipeline.views import (
    activity,
    board,
    bulk,
    chart_samples,
    dashboard,
    desk_charts,
    desk_panels,
    figures,
    league,
    ledger_check,
    letter_add,
    letters,
    moves,
    needs_me,
    schemes,
    targets,
    tiers,
)

app_name = "pipeline"

urlpatterns: list[URLPattern] = [
    path("board/", board.board_page, name="board"),
    path("board/<slug:stage>/", board.column, name="column"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/ledger-check/", ledger_check.ledger_check, name="ledger_check"),
    path("dashboard/needs-me/", needs_me.needs_me, name="needs_me"),
    path("dashboard/charts/<slug:picture>/", desk_charts.chart, name="desk_chart"),
    path("dashboard/panels/<slug:part>/", desk_panels.panel, name="desk_panel"),
    path("dashboard/lists/<slug:listed>/", desk_panels.desk_list, name="desk_list"),
    path("figures/", figures.figure, name="figure"),
    path("activity/", activity.activity, name="activity"),
    path("league/", league.league_page, name="league"),
    path("leads/bulk-close/", bulk.lead_bulk_close, name="lead_bulk_close"),
    path("leads/<uuid:lead_id>/move/", moves.move, name="move"),
    path("leads/<uuid:lead_id>/stepper/", moves.stepper, name="stepper"),
    path("leads/<uuid:lead_id>/correct/", moves.correct, name="correct"),
    path("leads/<uuid:lead_id>/moves/", moves.lead_moves, name="lead_moves"),
    path("targets/", letters.letter_list, name="targets"),
    path("targets/new/", letter_add.letter_add, name="letter_add"),
    path("targets/panel/", targets.targets_panel, name="targets_panel"),
    path("targets/rule/", targets.rule_preview, name="rule_preview"),
    path("targets/scores/", schemes.score, name="score"),
    path("targets/tiers/", tiers.tier_list, name="templates"),
    path("targets/tiers/new/", tiers.tier_add, name="template_add"),
    path("targets/tiers/<uuid:target_template_id>/edit/", tiers.tier_edit, name="template_edit"),
    path("targets/tiers/<uuid:target_template_id>/delete/", tiers.tier_delete, name="template_delete"),
    path("targets/tiers/<uuid:target_template_id>/items/new/", tiers.tier_item_add, name="template_item_add"),
    path("targets/tiers/items/<uuid:template_item_id>/edit/", tiers.tier_item_edit, name="template_item_edit"),
    path("targets/tiers/items/<uuid:template_item_id>/delete/", tiers.tier_item_delete, name="template_item_delete"),
    path("targets/items/<uuid:target_id>/", targets.target, name="target"),
    path("targets/items/<uuid:target_id>/edit/", targets.target_edit, name="target_edit"),
    path("targets/items/<uuid:target_id>/delete/", targets.target_delete, name="target_delete"),
    path("targets/<uuid:letter_id>/", letters.letter, name="letter"),
    path("targets/<uuid:letter_id>/edit/", letters.letter_edit, name="letter_edit"),
    path("targets/<uuid:letter_id>/delete/", letters.letter_delete, name="letter_delete"),
    path("targets/<uuid:letter_id>/tier/", letters.letter_apply, name="letter_apply"),
    path("targets/<uuid:letter_id>/scan/", letters.letter_scan, name="letter_scan"),
    path("targets/<uuid:letter_id>/scan/new/", letters.letter_scan_add, name="letter_scan_add"),
    path("targets/<uuid:letter_id>/items/new/", targets.target_add, name="target_add"),
    path("schemes/", schemes.scheme_list, name="schemes"),
    path("schemes/new/", schemes.scheme_add, name="scheme_add"),
    path("schemes/<uuid:scheme_id>/edit/", schemes.scheme_edit, name="scheme_edit"),
    path("schemes/<uuid:scheme_id>/delete/", schemes.scheme_delete, name="scheme_delete"),
    path("schemes/<uuid:scheme_id>/end/", schemes.scheme_end, name="scheme_end"),
    path("schemes/<uuid:scheme_id>/continue/", schemes.scheme_continue, name="scheme_continue"),
    path("schemes/<uuid:scheme_id>/items/new/", schemes.score_item_add, name="score_item_add"),
    path("schemes/items/<uuid:score_item_id>/edit/", schemes.score_item_edit, name="score_item_edit"),
    path("schemes/items/<uuid:score_item_id>/delete/", schemes.score_item_delete, name="score_item_delete"),
]

if settings.DEBUG:
    urlpatterns += [
        path("styleguide/charts/", chart_samples.samples, name="chart_samples"),
        path("styleguide/charts/<slug:name>/", chart_samples.sample, name="chart_sample"),
    ]
