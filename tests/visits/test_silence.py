"""Silence limits: the stage's, or the zone's own, which may also be none."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Lead, Stage, StageLimit
from tests.factories import log, make_lead
from visits.selectors.silence import silent_leads, with_silence


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead in key talks (7 days) that was called five days ago."""
    Stage.objects.filter(code="key_talks").update(silence_limit_days=7)
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="key_talks")
    log(centre.wang, lead, occurred_at=timezone.now() - datetime.timedelta(days=5))
    return lead


def left() -> list[int]:
    return [row.silence_left for row in with_silence(Lead.objects.all())]


def test_without_a_limit_of_the_zone_the_stages_holds(centre: SimpleNamespace, lead: Lead) -> None:
    StageLimit.objects.create(zone=centre.other_zone, stage_id="key_talks", silence_limit_days=1)
    StageLimit.objects.create(zone=centre.zone, stage_id="in_talks", silence_limit_days=1)
    assert left() == [2]


def test_the_zones_own_limit_takes_the_place_of_the_stages(centre: SimpleNamespace, lead: Lead) -> None:
    limit = StageLimit.objects.create(zone=centre.zone, stage_id="key_talks", silence_limit_days=3)
    assert left() == [-2]
    assert list(silent_leads(Lead.objects.all())) == [lead]
    Stage.objects.filter(code="key_talks").update(silence_limit_days=None)
    assert left() == [-2]
    limit.deleted_at = timezone.now()
    limit.save()
    assert left() == []


def test_an_empty_limit_of_the_zone_means_none(centre: SimpleNamespace, lead: Lead) -> None:
    StageLimit.objects.create(zone=centre.zone, stage_id="key_talks", silence_limit_days=None)
    assert left() == []


def test_own_limits_cost_one_query_and_double_no_lead(centre: SimpleNamespace, lead: Lead) -> None:
    for zone in (centre.zone, centre.other_zone):
        for stage in ("enquiry", "in_talks", "key_talks"):
            StageLimit.objects.create(zone=zone, stage_id=stage, silence_limit_days=3)
    with CaptureQueriesContext(connection) as queries:
        assert len(left()) == 1
    assert len(queries) == 1
