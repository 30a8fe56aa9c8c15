"""Addresses of the pages of this app."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from pipeline.views import board, bulk, chart_samples, moves

app_name = "pipeline"

urlpatterns: list[URLPattern] = [
    path("board/", board.board_page, name="board"),
    path("board/<slug:stage>/", board.column, name="column"),
    path("leads/bulk-close/", bulk.lead_bulk_close, name="lead_bulk_close"),
    path("leads/<uuid:lead_id>/move/", moves.move, name="move"),
    path("leads/<uuid:lead_id>/stepper/", moves.stepper, name="stepper"),
    path("leads/<uuid:lead_id>/correct/", moves.correct, name="correct"),
    path("leads/<uuid:lead_id>/moves/", moves.lead_moves, name="lead_moves"),
]

if settings.DEBUG:
    urlpatterns += [
        path("styleguide/charts/", chart_samples.samples, name="chart_samples"),
        path("styleguide/charts/<slug:name>/", chart_samples.sample, name="chart_sample"),
    ]
