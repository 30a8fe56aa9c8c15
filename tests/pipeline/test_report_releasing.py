"""A draft is commented and released; released it is frozen, and only a new edition corrects it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from investcrm.core.errors import Stale
from pipeline.models import Report, ReportDelivery, TeamStatement
from pipeline.services.reports.editions import new_edition
from pipeline.services.reports.releasing import comment_report, release_reports
from pipeline.services.reports.statements import state_for_team
from projects.models import StageRequirement
from projects.models.documents import document_storage
from teams.models import Team
from tests.factories import make_lead
from tests.pipeline.report_rows import D, at_once, draft, drafts, released

DAY = datetime.timedelta(days=1)
MONDAY = D(2026, 3, 2)


def sign_late(centre: SimpleNamespace) -> None:
    """A lead of the reported week is entered after its report."""
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="signed", on=D(2026, 3, 4), agreed_investment=Decimal(9))


# --- comments


@pytest.mark.django_db
def test_a_director_comments_a_draft(centre: SimpleNamespace) -> None:
    report = draft(centre)
    comment_report(
        actor=centre.chen, report_id=report.pk, comment="  本周进展良好。\n\n继续努力。 ", base={"comment": ""}
    )
    report.refresh_from_db()
    assert (report.comment, report.commented_by) == ("本周进展良好。\n\n继续努力。", centre.chen)


@pytest.mark.django_db
def test_two_who_comment_at_once_lose_nothing(centre: SimpleNamespace) -> None:
    report = draft(centre)
    comment_report(actor=centre.chen, report_id=report.pk, comment="甲", base={"comment": ""})
    with pytest.raises(Stale) as stale:
        comment_report(actor=centre.gu, report_id=report.pk, comment="乙", base={"comment": ""})
    assert stale.value.current == {"comment": "甲"}
    comment_report(actor=centre.gu, report_id=report.pk, comment="甲乙", base={"comment": "甲"})
    report.refresh_from_db()
    assert (report.comment, report.commented_by) == ("甲乙", centre.gu)


@pytest.mark.django_db
def test_a_comment_that_is_too_long_or_cannot_be_kept_is_refused(centre: SimpleNamespace) -> None:
    report = draft(centre)
    for words in ("长" * 5001, "a\x00b"):
        with pytest.raises(ValidationError) as refused:
            comment_report(actor=centre.chen, report_id=report.pk, comment=words)
        assert list(refused.value.error_dict) == ["comment"]
    report.refresh_from_db()
    assert report.comment == ""


@pytest.mark.django_db
def test_nobody_else_comments_and_nobody_what_is_released(centre: SimpleNamespace) -> None:
    report = draft(centre)
    for name in ("wang", "li", "zhao", "sun", "bao", "qian"):
        with pytest.raises(Http404):
            comment_report(actor=getattr(centre, name), report_id=report.pk, comment="x")
    release_reports(actor=centre.chen, report_ids=[report.pk])
    with pytest.raises(ValidationError):
        comment_report(actor=centre.chen, report_id=report.pk, comment="x")
    with pytest.raises(PermissionDenied):
        comment_report(actor=centre.sun, report_id=report.pk, comment="x")
    report.refresh_from_db()
    assert (report.comment, report.commented_by) == ("", None)


# --- release


@pytest.mark.django_db
def test_a_release_freezes_the_report_and_queues_its_mails(centre: SimpleNamespace) -> None:
    reports = drafts(centre)
    done = release_reports(actor=centre.chen, report_ids=[report.pk for report in reports])
    assert {report.pk for report in done} == {report.pk for report in reports}
    for report in reports:
        report.refresh_from_db()
        assert (report.status, report.released_by) == ("released", centre.chen)
        assert report.released_at is not None
    rows = ReportDelivery.objects.values_list("report__team__code", "user__username", "turn", "state", "address")
    assert set(rows) == {
        (None, "chen", 1, "waiting", "chen@example.org"),
        ("G4", "li", 1, "waiting", "li@example.org"),
    }


@pytest.mark.django_db
def test_a_release_that_is_sent_twice_is_one(centre: SimpleNamespace) -> None:
    report = draft(centre)
    assert len(release_reports(actor=centre.chen, report_ids=[report.pk, report.pk])) == 1
    first = Report.objects.get(pk=report.pk)
    assert release_reports(actor=centre.gu, report_ids=[report.pk]) == []
    again = Report.objects.get(pk=report.pk)
    assert (again.released_at, again.released_by, again.version) == (first.released_at, centre.chen, first.version)
    assert report.deliveries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_directors_at_once_release_once(transactional_db: None, centre: SimpleNamespace) -> None:
    ids = [report.pk for report in drafts(centre)]
    results = at_once(2, lambda: len(release_reports(actor=centre.chen, report_ids=ids)))
    assert sorted(results) == [0, 3]
    assert ReportDelivery.objects.count() == 2


@pytest.mark.django_db
def test_who_may_not_release_releases_nothing(centre: SimpleNamespace) -> None:
    reports = drafts(centre)
    for name in ("wang", "li", "zhao", "sun", "bao", "qian"):
        with pytest.raises(Http404):
            release_reports(actor=getattr(centre, name), report_ids=[report.pk for report in reports])
    release_reports(actor=centre.chen, report_ids=[reports[0].pk])
    with pytest.raises(PermissionDenied):
        release_reports(actor=centre.sun, report_ids=[reports[0].pk])
    # one that is not there: none is released
    with pytest.raises(Http404):
        release_reports(actor=centre.chen, report_ids=[reports[1].pk, centre.zone.pk])
    assert Report.objects.filter(status="released").count() == 1
    assert ReportDelivery.objects.count() == 1


# --- new editions


@pytest.mark.django_db
def test_a_correction_is_a_new_edition_that_says_what_differs(centre: SimpleNamespace) -> None:
    StageRequirement.objects.all().delete()
    first = released(centre)
    sign_late(centre)
    second = new_edition(actor=centre.chen, report_id=first.pk, reason="漏报一个项目")
    assert (second.edition, second.status, second.reason) == (2, "draft", "漏报一个项目")
    assert (second.as_of, second.cutoff_at) == (first.as_of, first.cutoff_at)
    assert second.known > first.known
    assert second.changes
    assert document_storage().exists(second.sheet.name)
    kept = Report.objects.get(pk=first.pk)
    assert (kept.figures, kept.status, kept.edition) == (first.figures, "released", 1)
    release_reports(actor=centre.chen, report_ids=[second.pk])
    assert second.deliveries.count() == 1


@pytest.mark.django_db
def test_a_new_edition_needs_a_reason_and_something_to_correct(centre: SimpleNamespace) -> None:
    StageRequirement.objects.all().delete()
    first = released(centre)
    with pytest.raises(ValidationError) as unchanged:
        new_edition(actor=centre.chen, report_id=first.pk, reason="看一看")
    assert unchanged.value.code == "unchanged"
    sign_late(centre)
    with pytest.raises(ValidationError) as no_reason:
        new_edition(actor=centre.chen, report_id=first.pk, reason="  ")
    assert list(no_reason.value.error_dict) == ["reason"]
    assert Report.objects.filter(team=None, zone=centre.zone).count() == 1


@pytest.mark.django_db
def test_a_wrong_comment_is_corrected_by_a_new_edition_too(centre: SimpleNamespace) -> None:
    report = draft(centre)
    comment_report(actor=centre.chen, report_id=report.pk, comment="错字")
    release_reports(actor=centre.chen, report_ids=[report.pk])
    second = new_edition(actor=centre.gu, report_id=report.pk, reason="改错字", comment="对字")
    assert (second.comment, second.commented_by, second.changes) == ("对字", centre.gu, [])


@pytest.mark.django_db
def test_there_is_one_open_edition_at_a_time(centre: SimpleNamespace) -> None:
    StageRequirement.objects.all().delete()
    first = released(centre)
    sign_late(centre)
    second = new_edition(actor=centre.chen, report_id=first.pk, reason="一")
    for report in (first, second):
        with pytest.raises(ValidationError):
            new_edition(actor=centre.chen, report_id=report.pk, reason="二")
    release_reports(actor=centre.chen, report_ids=[second.pk])
    with pytest.raises(ValidationError) as later:
        new_edition(actor=centre.chen, report_id=first.pk, reason="二")
    assert later.value.code == "later_edition"
    sign_late(centre)
    assert new_edition(actor=centre.chen, report_id=second.pk, reason="二").edition == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_once_make_one_edition(transactional_db: None, centre: SimpleNamespace) -> None:
    StageRequirement.objects.all().delete()
    first = released(centre)
    sign_late(centre)
    results = at_once(2, lambda: new_edition(actor=centre.chen, report_id=first.pk, reason="一").edition)
    assert 2 in results
    assert [type(one) for one in results if one != 2] == [ValidationError]
    assert Report.objects.filter(team=None, edition__gt=1).count() == 1


@pytest.mark.django_db
def test_nobody_else_makes_a_new_edition(centre: SimpleNamespace) -> None:
    StageRequirement.objects.all().delete()
    first = released(centre)
    sign_late(centre)
    for name, refused in (("sun", PermissionDenied), ("wang", Http404), ("li", Http404), ("qian", Http404)):
        with pytest.raises(refused):
            new_edition(actor=getattr(centre, name), report_id=first.pk, reason="一")
    assert not Report.objects.filter(edition=2).exists()


# --- statements


def state(centre: SimpleNamespace, who: str = "li", **fields: object) -> TeamStatement:
    """A statement of team G4 on the week."""
    values = {"kind": "weekly", "first_day": MONDAY, "problems": "", "plans": "", **fields}
    return state_for_team(actor=getattr(centre, who), team_id=centre.g4.pk, **values)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_leader_says_that_the_teams_entries_are_complete(centre: SimpleNamespace) -> None:
    first = state(centre, problems=" 用地指标 ")
    assert (first.zone, first.team, first.problems, first.created_by) == (
        centre.zone,
        centre.g4,
        "用地指标",
        centre.li,
    )
    assert state(centre, problems="用地指标") == first
    second = state(centre, problems="用地指标", plans="外出三次")
    assert TeamStatement.objects.count() == 2
    assert second.created_at > first.created_at
    state(centre, who="chen")
    assert TeamStatement.objects.count() == 3


@pytest.mark.django_db
def test_others_do_not_say_it_for_the_team(centre: SimpleNamespace) -> None:
    for name in ("wang", "zhao", "sun", "bao"):
        with pytest.raises(PermissionDenied):
            state(centre, who=name)
    with pytest.raises(Http404):
        state(centre, who="qian")
    assert not TeamStatement.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "daily"},
        {"first_day": MONDAY + DAY},
        {"first_day": D(2126, 3, 4)},
        {"kind": "monthly"},
        {"problems": "x" * 3001},
        {"plans": "a\x00"},
    ],
)
def test_a_statement_of_no_period_or_with_words_that_cannot_be_kept_is_refused(
    centre: SimpleNamespace, fields: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        state(centre, **fields)
    assert not TeamStatement.objects.exists()


@pytest.mark.django_db
def test_a_team_that_was_not_there_says_nothing(centre: SimpleNamespace) -> None:
    Team.objects.filter(pk=centre.g4.pk).update(starts_on=MONDAY + 7 * DAY)
    with pytest.raises(ValidationError):
        state(centre)
    Team.objects.filter(pk=centre.g4.pk).update(starts_on=None, dissolved_on=MONDAY)
    with pytest.raises(ValidationError):
        state(centre)
    Team.objects.filter(pk=centre.g4.pk).update(dissolved_on=MONDAY + DAY)
    assert state(centre)
