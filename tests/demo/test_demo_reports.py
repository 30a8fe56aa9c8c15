"""The demonstration's reports."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from pipeline.demo.reports import load_reports
from pipeline.models import Report, ReportDelivery
from projects.models import Stage, StageRequirement
from projects.stages import seed_stages
from visits.dossier import seed_dossier
from visits.models import DossierItem

pytestmark = pytest.mark.django_db


def test_the_facts_have_a_week_and_a_month_and_the_generated_zone_its_last_weeks(settings: Any) -> None:
    settings.DEMO = True
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)
    call_command("load_demo", verbosity=0)

    facts = {report.kind: report for report in Report.objects.filter(zone__code="guangling")}
    assert {report.status for report in facts.values()} == {"released"}
    week, month = facts["weekly"].figures, facts["monthly"].figures
    assert (week["head"]["period"], month["head"]["period"]) == ("2022-W09", "2022-03")
    # the 3rd is a Sunday of the Qingming holiday, which is made up for on the Saturday before
    assert timezone.localtime(facts["monthly"].cutoff_at).date() == datetime.date(2022, 4, 6)
    assert month["head"]["as_of"] == "2022-03-31"
    # the source gives no day on which a lead came
    assert next(line for line in week["lines"] if line["key"] == "new")["now"]["n"] == 0
    assert len(week["missing"]["teams"]) == 5
    mailed = ReportDelivery.objects.filter(report__in=facts.values())
    assert {one.user.username for one in mailed} == {"gl-director"}

    weeks = Report.objects.filter(zone__code="demo", kind="weekly", team=None).order_by("first_day")
    *older, last = weeks
    assert [report.status for report in older] == ["released"] * len(older) != []
    assert (last.status, bool(last.comment), len(last.figures["missing"]["teams"])) == ("draft", True, 3)
    assert any(line["now"]["n"] for report in weeks for line in report.figures["lines"])
    assert load_reports() is False
