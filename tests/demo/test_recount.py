"""The demonstration data and a generated centre agree with their ledgers."""

from __future__ import annotations

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from pipeline.services.checking.zones import check_zone
from projects.models import Stage, StageRequirement
from projects.stages import seed_stages
from teams.models import Zone
from visits.dossier import seed_dossier
from visits.models import DossierItem

pytestmark = pytest.mark.django_db


def test_the_recount_of_all_demonstration_zones_finds_nothing(settings: Any) -> None:
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)
    silent = StringIO()
    call_command("load_demo", stdout=silent)
    call_command("make_centre", leads=150, today=datetime.date(2026, 3, 2), stdout=silent, stderr=silent)
    checks = [check_zone(zone) for zone in Zone.objects.all()]
    assert len(checks) == 4
    assert sum(check.leads for check in checks) > 250
    assert [check.differences for check in checks] == [[], [], [], []]
