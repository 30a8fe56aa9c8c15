"""Reports that are due are made, once, whoever comes first and however late; what fails stops nothing else."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from pipeline.models import Report, ReportDelivery
from pipeline.selectors.periods import parse_period
from pipeline.selectors.scopes import Scope
from pipeline.services.reports import drafting, drawing
from pipeline.services.reports.drafting import draw_again, make_due_reports, preview
from pipeline.services.reports.due import Due
from pipeline.services.reports.releasing import comment_report, release_reports
from projects.models import StageRequirement
from projects.models.documents import document_storage
from projects.services.leads import update_lead
from teams.models import Job, Schedule, ScheduleRun, Team, Zone
from tests.factories import make_lead, make_team
from tests.pipeline.report_rows import FRIDAYS, D, at, at_once, draft, drafts, only

DAY = datetime.timedelta(days=1)


def made(zone: Zone) -> list[tuple[datetime.date, str]]:
    """First day and team of all reports of the zone, in the order in which they were made."""
    rows = Report.objects.filter(zone=zone).select_related("team").order_by("id")
    return [(row.first_day, row.team.code if row.team else "") for row in rows]


def files_of(zone: Zone) -> set[str]:
    """What the storage keeps of the zone's reports."""
    folder = f"{zone.pk}/reports"
    return {f"{folder}/{name}" for name in document_storage().listdir(folder)[1]}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Codes of teams whose figures cannot be drawn."""
    teams: set[str] = set()
    build: Callable[..., Any] = drawing.build

    def fragile(scope: Scope, *args: Any, **kwargs: Any) -> Any:
        if scope.team is not None and scope.team.code in teams:
            raise ValueError("a figure broke")
        return build(scope, *args, **kwargs)

    monkeypatch.setattr(drawing, "build", fragile)
    return teams


@pytest.mark.django_db
def test_before_its_cut_off_nothing_is_made_and_nothing_noted(centre: SimpleNamespace) -> None:
    only(centre.zone)
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0], 9)) == 0
    assert not Report.objects.exists()
    assert not ScheduleRun.objects.exists()


@pytest.mark.django_db
def test_at_its_cut_off_the_centre_and_each_team_get_a_draft(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="in_talks", on=D(2026, 3, 3))
    reports = drafts(centre)
    assert [report.team for report in reports] == [None, centre.g1, centre.g4]
    for report in reports:
        assert (report.first_day, report.last_day, report.as_of) == (D(2026, 3, 2), D(2026, 3, 8), D(2026, 3, 6))
        assert report.cutoff_at == at(FRIDAYS[0], 10)
        assert (report.status, report.edition, report.released_at, report.comment) == ("draft", 1, None, "")
        assert report.known > 0
        assert report.figures["head"]["period"] == "2026-W10"
        assert report.sheet.name == f"{centre.zone.pk}/reports/{report.pk}"
        assert document_storage().exists(report.sheet.name)
    run = ScheduleRun.objects.get()
    assert (run.job, run.key, run.outcome, run.made) == ("weekly", "2026-W10", "done", 3)
    assert run.due_at == at(FRIDAYS[0], 10)
    assert not ReportDelivery.objects.exists()
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0], 12)) == 0
    assert ScheduleRun.objects.count() == 1


@pytest.mark.django_db
def test_a_machine_that_was_off_for_three_weeks_makes_all_three_once_oldest_first(centre: SimpleNamespace) -> None:
    only(centre.zone)
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[2])) == 9
    mondays = [day - 4 * DAY for day in FRIDAYS]
    assert made(centre.zone) == [(monday, team) for monday in mondays for team in ("", "G1", "G4")]
    assert sorted(Report.objects.values_list("as_of", flat=True)) == sorted(FRIDAYS * 3)
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[2], 12)) == 0
    assert [run.key for run in ScheduleRun.objects.order_by("started_at")] == ["2026-W10", "2026-W11", "2026-W12"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("job", "days", "now", "first", "as_of"),
    [
        (Job.MONTHLY, 3, D(2026, 3, 3), D(2026, 2, 1), D(2026, 2, 28)),
        (Job.QUARTERLY, 3, D(2026, 4, 3), D(2026, 1, 1), D(2026, 3, 31)),
        (Job.YEARLY, 10, D(2026, 1, 12), D(2025, 1, 1), D(2025, 12, 31)),
    ],
)
def test_longer_periods_are_drafted_after_their_end(
    centre: SimpleNamespace, job: str, days: int, now: datetime.date, first: datetime.date, as_of: datetime.date
) -> None:
    only(centre.zone, job, starts_on=D(2026, 1, 1), days=days)
    make_due_reports(zone_id=centre.zone.pk, now=at(now))
    last = Report.objects.filter(team=None).order_by("-first_day")[0]
    assert (last.kind, last.first_day, last.as_of) == (job, first, as_of)


@pytest.mark.django_db
def test_teams_of_the_period_have_reports_also_one_that_was_dissolved_in_it(centre: SimpleNamespace) -> None:
    only(centre.zone)
    Team.objects.filter(pk=centre.g1.pk).update(dissolved_on=D(2026, 3, 4))
    make_team(centre.zone, "G2", starts_on=D(2020, 1, 1), dissolved_on=D(2026, 3, 2))
    make_team(centre.zone, "G5", starts_on=D(2026, 3, 5))
    make_team(centre.zone, "G6", starts_on=D(2026, 3, 7))
    # entered today, and nobody said since when it has been there
    make_team(centre.zone, "G7")
    make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]))
    assert [team for _day, team in made(centre.zone)] == ["", "G1", "G4", "G5"]


@pytest.mark.django_db
def test_a_period_with_no_data_has_its_report(centre: SimpleNamespace) -> None:
    report = draft(centre)
    assert all(line["now"]["n"] == 0 for line in report.figures["lines"])


@pytest.mark.django_db
def test_what_fails_stops_no_other_report_and_is_tried_again_later(centre: SimpleNamespace, broken: set[str]) -> None:
    only(centre.zone)
    broken.add("G1")
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[1])) == 4
    assert [team for _day, team in made(centre.zone)] == ["", "G4", "", "G4"]
    runs = list(ScheduleRun.objects.order_by("started_at"))
    assert [(run.outcome, run.made) for run in runs] == [("failed", 2), ("failed", 2)]
    assert all("a figure broke" in run.error and "G1" in run.error for run in runs)
    broken.clear()
    # not at once, the clock comes every two minutes
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[1])) == 0
    assert ScheduleRun.objects.count() == 2
    ScheduleRun.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=5))
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[1])) == 2
    assert len(made(centre.zone)) == 6


@pytest.mark.django_db
def test_who_fails_again_waits_longer_and_who_asks_does_not_wait(centre: SimpleNamespace, broken: set[str]) -> None:
    only(centre.zone)
    broken.add("G1")
    for failures, minutes in ((1, 5), (2, 9), (3, 17)):
        make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]))
        assert ScheduleRun.objects.count() == failures
        ScheduleRun.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=minutes - 2))
        make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]))
        assert ScheduleRun.objects.count() == failures
        ScheduleRun.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=minutes))
    ScheduleRun.objects.update(ended_at=timezone.now())
    broken.clear()
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]), asked_by_id=centre.gu.pk) == 1
    assert ScheduleRun.objects.latest("started_at").asked_by == centre.gu


@pytest.mark.django_db
def test_what_killed_its_worker_waits_like_what_failed(centre: SimpleNamespace) -> None:
    only(centre.zone)
    ScheduleRun.objects.create(zone=centre.zone, job=Job.WEEKLY, key="2026-W10")
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0])) == 0
    run = ScheduleRun.objects.get()
    assert (run.outcome, bool(run.error)) == ("failed", True)
    ScheduleRun.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=5))
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0])) == 3


@pytest.mark.django_db
def test_a_zone_that_fails_does_not_keep_the_others_from_theirs(centre: SimpleNamespace) -> None:
    only(centre.zone)
    only(centre.other_zone)
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="Atlantis/City")
    assert make_due_reports(now=at(FRIDAYS[0])) == 1
    assert set(Report.objects.values_list("zone", flat=True)) == {centre.other_zone.pk}


@pytest.mark.django_db
def test_a_run_that_was_asked_for_is_noted_also_when_nothing_is_due(centre: SimpleNamespace) -> None:
    only(centre.zone)
    now, asker = at(FRIDAYS[0], 9), str(centre.gu.pk)
    assert make_due_reports(zone_id=str(centre.zone.pk), now=now, asked_by_id=asker, job=Job.WEEKLY) == 0
    run = ScheduleRun.objects.get()
    assert (run.job, run.outcome, run.asked_by) == ("weekly", "nothing", centre.gu)


@pytest.mark.django_db
def test_schedules_that_are_off_other_kinds_and_deleted_zones_are_left_alone(centre: SimpleNamespace) -> None:
    only(centre.zone)
    assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0]), job=Job.MONTHLY) == 0
    Schedule.objects.update(is_on=False)
    assert make_due_reports(now=at(FRIDAYS[0])) == 0
    Schedule.objects.update(is_on=True, starts_on=FRIDAYS[0])
    Zone.objects.filter(pk=centre.zone.pk).update(deleted_at=timezone.now())
    make_due_reports(now=at(FRIDAYS[0]))
    assert set(Report.objects.values_list("zone", flat=True)) == {centre.other_zone.pk}


@pytest.mark.django_db
def test_a_zone_beyond_a_clock_change_has_its_own_cut_off(centre: SimpleNamespace) -> None:
    Zone.objects.filter(pk=centre.zone.pk).update(time_zone="Europe/Berlin")
    centre.zone.refresh_from_db()
    # half past two of 29 March does not exist in Berlin: three o'clock comes next, at one in UTC
    only(centre.zone, starts_on=D(2026, 3, 29), days=6, at=datetime.time(2, 30))
    one = datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC)
    assert make_due_reports(zone_id=centre.zone.pk, now=one - datetime.timedelta(seconds=1)) == 0
    assert make_due_reports(zone_id=centre.zone.pk, now=one) == 3
    assert set(Report.objects.values_list("as_of", "cutoff_at")) == {(D(2026, 3, 29), one)}


@pytest.mark.django_db
def test_what_needs_no_release_goes_out_at_once(centre: SimpleNamespace) -> None:
    report = draft(centre, releases_itself=True)
    assert (report.status, report.released_by) == ("released", None)
    assert report.released_at is not None
    assert set(report.deliveries.values_list("user__username", flat=True)) == {"chen"}
    assert set(ReportDelivery.objects.filter(report__team=centre.g4).values_list("user__username", flat=True)) == {
        "li"
    }


@pytest.mark.django_db
def test_a_report_that_cannot_be_kept_leaves_no_file(centre: SimpleNamespace) -> None:
    only(centre.zone, releases_itself=True)
    with patch.object(drafting, "release", side_effect=RuntimeError("no room")):
        assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[0])) == 0
    assert not Report.objects.exists()
    assert files_of(centre.zone) == set()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_report_a_period(transactional_db: None, centre: SimpleNamespace) -> None:
    only(centre.zone)
    counts = at_once(3, lambda: make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[1])))
    assert sum(counts) == 6
    assert sorted(set(made(centre.zone))) == sorted(made(centre.zone))
    assert ScheduleRun.objects.filter(outcome="done").count() == 2
    assert len(files_of(centre.zone)) == 6


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_key_still_lets_only_one_be(
    transactional_db: None, centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = only(centre.zone)
    [(_period, _due_at, subjects)] = Due(centre.zone, at(FRIDAYS[0])).missing(schedule)
    meet = threading.Barrier(2)
    build = drawing.build

    def together(*args: Any, **kwargs: Any) -> Any:
        meet.wait(timeout=30)
        return build(*args, **kwargs)

    monkeypatch.setattr(drawing, "build", together)
    assert sorted(at_once(2, lambda: drafting._make(subjects[0], releases_itself=True))) == [0, 1]
    report = Report.objects.get()
    assert files_of(centre.zone) == {report.sheet.name}
    assert report.deliveries.count() == 1


# --- looking ahead, drawing again


@pytest.mark.django_db
def test_looking_for_what_is_due_costs_the_same_after_three_and_after_thirty_weeks(
    centre: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    only(centre.zone, starts_on=FRIDAYS[0] - 30 * 7 * DAY)
    rows = [
        drafting._blank(subject)
        for _period, _due_at, subjects in Due(centre.zone, at(FRIDAYS[2])).missing(Schedule.objects.get(is_on=True))
        for subject in subjects
    ]
    for row in rows:
        row.figures, row.known = {}, 1
    Report.objects.bulk_create(rows)
    assert len(rows) == 99
    with django_assert_max_num_queries(5):
        assert make_due_reports(zone_id=centre.zone.pk, now=at(FRIDAYS[2])) == 0


@pytest.mark.django_db
def test_a_preview_is_kept_nowhere_and_needs_the_scope(centre: SimpleNamespace) -> None:
    zone, week = centre.zone, parse_period("2026-W10")
    only(zone)
    report = preview(actor=centre.sun, scope=Scope(zone), kind="weekly", period=week)
    assert (report.as_of, report.status) == (D(2026, 3, 6), "draft")
    assert report.figures["head"]["period"] == "2026-W10"
    preview(actor=centre.wang, scope=Scope(zone, centre.g4), kind="weekly", period=week)
    assert not Report.objects.exists()
    of_centre, of_g4 = Scope(zone), Scope(zone, centre.g4)
    for actor, scope in ((centre.wang, of_centre), (centre.zhao, of_g4), (centre.qian, of_centre)):
        with pytest.raises(PermissionDenied):
            preview(actor=actor, scope=scope, kind="weekly", period=week)


@pytest.mark.django_db
def test_a_preview_of_a_period_in_hand_is_as_of_today_and_none_of_one_to_come(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    this_year, next_year = parse_period(str(today.year)), parse_period(str(today.year + 1))
    report = preview(actor=centre.chen, scope=Scope(centre.zone), kind="yearly", period=this_year)
    assert report.as_of == today
    last_year = parse_period(str(today.year - 1))
    report = preview(actor=centre.chen, scope=Scope(centre.zone), kind="yearly", period=last_year)
    assert report.as_of == last_year.last
    with pytest.raises(ValidationError):
        preview(actor=centre.chen, scope=Scope(centre.zone), kind="yearly", period=next_year)
    with pytest.raises(ValidationError):
        preview(actor=centre.chen, scope=Scope(centre.zone), kind="weekly", period=this_year)


@pytest.mark.django_db
def test_a_draft_is_drawn_again_with_what_is_known_now(
    centre: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    StageRequirement.objects.all().delete()
    before = draft(centre)
    comment_report(actor=centre.chen, report_id=before.pk, comment="干得好")
    lead = make_lead(centre.chen, centre.zone, stage="signed", on=D(2026, 3, 4), agreed_investment=Decimal(500))
    with django_capture_on_commit_callbacks(execute=True):
        after = draw_again(actor=centre.chen, report_id=before.pk)
    assert (after.pk, after.edition, after.as_of, after.comment) == (before.pk, 1, before.as_of, "干得好")
    assert after.known > before.known
    signed = next(line for line in after.figures["lines"] if line["key"] == "signed")
    assert signed["now"]["n"] == 1
    assert not document_storage().exists(before.sheet.name)
    assert document_storage().exists(after.sheet.name)
    # the same day, whatever happened since
    update_lead(actor=centre.chen, lead_id=lead.pk, changes={"name": "另一个名字"})
    assert Report.objects.get(pk=before.pk).figures == after.figures


@pytest.mark.django_db
def test_a_draft_that_was_drawn_with_more_meanwhile_is_kept(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = draft(centre)
    build = drawing.build

    def slow(*args: Any, **kwargs: Any) -> Any:
        Report.objects.filter(pk=report.pk).update(known=kwargs["known"] + 1, comment="later")
        return build(*args, **kwargs)

    monkeypatch.setattr(drawing, "build", slow)
    kept = draw_again(actor=centre.chen, report_id=report.pk)
    assert (kept.comment, kept.sheet.name) == ("later", report.sheet.name)
    assert len(files_of(centre.zone)) == 3


@pytest.mark.django_db
def test_only_who_releases_draws_again_and_only_drafts(centre: SimpleNamespace) -> None:
    report = draft(centre)
    for name in ("wang", "li", "sun", "bao", "qian"):
        with pytest.raises(Http404):
            draw_again(actor=getattr(centre, name), report_id=report.pk)
    release_reports(actor=centre.chen, report_ids=[report.pk])
    for name, refused in (("sun", PermissionDenied), ("chen", ValidationError), ("wang", Http404)):
        with pytest.raises(refused):
            draw_again(actor=getattr(centre, name), report_id=report.pk)
    kept = Report.objects.get(pk=report.pk)
    assert (kept.figures, kept.known, kept.sheet.name) == (report.figures, report.known, report.sheet.name)
