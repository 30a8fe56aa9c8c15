"""Who gets a report by mail: by role, by choice, in which language; and how it is stopped from the mail."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404

from pipeline.models import Report, ReportSubscription
from pipeline.services.reports.subscriptions import (
    STOP_SALT,
    choose_subscriptions,
    offers,
    read_token,
    readers_of,
    recipients_of,
    stop,
    stop_token,
    stop_url,
)
from projects.models import Stage
from teams.access import Role
from teams.models import Membership, Team, User
from tests.factories import join, make_user
from tests.pipeline.report_rows import D

DAY = datetime.timedelta(days=1)


def report_of(centre: SimpleNamespace, team: Team | None = None, kind: str = "weekly") -> Report:
    """A released report, not drawn from anything."""
    now = datetime.datetime(2026, 3, 6, 10, tzinfo=datetime.UTC)
    return Report.objects.create(
        zone=centre.zone, team=team, kind=kind, first_day=D(2026, 3, 2), last_day=D(2026, 3, 8), cutoff_at=now,
        as_of=D(2026, 3, 6), known=1, figures={}, status="released", released_at=now,
    )  # fmt: skip


def choose(user: User, centre: SimpleNamespace, team: Team | None = None, *, on: bool = True, **fields: Any) -> int:
    """What somebody chooses about the weekly report."""
    key = (centre.zone.pk, team.pk if team else None, fields.get("kind", "weekly"))
    return choose_subscriptions(actor=user, choices=[(*key, on, fields.get("language", ""))])


def names(report: Report) -> list[str]:
    """Who gets it."""
    return sorted(one.user.username for one in recipients_of(report))


@pytest.mark.django_db
def test_directors_get_the_centres_reports_and_leaders_their_teams(centre: SimpleNamespace) -> None:
    assert names(report_of(centre)) == ["chen"]
    assert names(report_of(centre, centre.g4)) == ["li"]
    assert names(report_of(centre, centre.g1)) == []


@pytest.mark.django_db
def test_others_who_read_it_may_subscribe_and_whoever_gets_it_may_stop(centre: SimpleNamespace) -> None:
    centre_report, g4 = report_of(centre), report_of(centre, centre.g4)
    assert choose(centre.sun, centre) == choose(centre.gu, centre) == choose(centre.wang, centre, centre.g4) == 1
    assert choose(centre.chen, centre, on=False) == 1
    assert names(centre_report) == ["gu", "sun"]
    assert names(g4) == ["li", "wang"]
    assert choose(centre.chen, centre, centre.g4) == 1
    assert names(g4) == ["chen", "li", "wang"]
    assert names(report_of(centre, kind="monthly")) == ["chen"]


@pytest.mark.django_db
def test_what_is_left_as_it_was_is_not_written(centre: SimpleNamespace) -> None:
    assert choose(centre.chen, centre) == 0
    assert choose(centre.sun, centre, on=False) == 0
    assert not ReportSubscription.objects.exists()
    choose(centre.sun, centre)
    choose(centre.sun, centre, on=False)
    assert ReportSubscription.objects.get().is_on is False


@pytest.mark.django_db
def test_nobody_subscribes_to_what_they_may_not_read(centre: SimpleNamespace) -> None:
    for user, team in ((centre.wang, None), (centre.wang, centre.g1), (centre.bao, None), (centre.qian, None)):
        with pytest.raises(Http404):
            choose(user, centre, team)
    with pytest.raises(Http404):
        choose(centre.chen, centre, kind="daily")
    with pytest.raises(ValidationError):
        choose(centre.chen, centre, language="fr")
    assert not ReportSubscription.objects.exists()


@pytest.mark.django_db
def test_who_has_no_address_is_told_so(centre: SimpleNamespace) -> None:
    User.objects.filter(pk=centre.sun.pk).update(email=None)
    centre.sun.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        choose(centre.sun, centre)
    assert refused.value.code == "no_address"


@pytest.mark.django_db
def test_roles_that_ended_closed_accounts_and_service_accounts_get_nothing(centre: SimpleNamespace) -> None:
    report, today = report_of(centre), centre.zone.today()
    machine = make_user("machine", is_service_account=True)
    join(machine, Role.DIRECTOR, centre.zone)
    closed = make_user("closed", is_active=False)
    join(closed, Role.DIRECTOR, centre.zone)
    join(make_user("soon"), Role.DIRECTOR, centre.zone, starts_on=today + DAY)
    join(make_user("last"), Role.DIRECTOR, centre.zone, ends_on=today)
    choose(centre.sun, centre)
    Membership.objects.filter(user__in=[centre.sun, centre.chen]).update(ends_on=today - DAY)
    assert names(report) == ["last"]


@pytest.mark.django_db
def test_the_team_report_of_a_dissolved_team_goes_to_who_still_reads_it(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    choose(centre.chen, centre, centre.g4)
    Membership.objects.filter(team=centre.g4).update(ends_on=today - DAY)
    Team.objects.filter(pk=centre.g4.pk).update(dissolved_on=today)
    assert names(report_of(centre, centre.g4)) == ["chen"]
    centre.chen.__dict__.pop("grants", None)
    assert centre.g4 not in {offer.team for offer in offers(centre.chen)}


@pytest.mark.django_db
def test_readers_are_those_who_see_it(centre: SimpleNamespace) -> None:
    keeper = User.objects.create_superuser("keeper", "a long test password", display_name="Keeper")
    for team in (None, centre.g1, centre.g4):
        report = report_of(centre, team)
        readers = set(readers_of(report, centre.zone.today()))
        everyone = User.objects.filter(is_active=True)
        assert readers == {user for user in everyone if Report.objects.visible_to(user).filter(pk=report.pk)}
        assert keeper in readers


@pytest.mark.django_db
def test_a_person_gets_their_own_language_unless_they_chose_another(centre: SimpleNamespace) -> None:
    report = report_of(centre)
    User.objects.filter(pk=centre.gu.pk).update(language="en")
    choose(centre.gu, centre)
    choose(centre.sun, centre, language="en")
    User.objects.filter(pk=centre.sun.pk).update(language="zh-hans")
    assert {one.user.username: one.language for one in recipients_of(report)} == {
        "chen": "zh-hans", "gu": "en", "sun": "en",
    }  # fmt: skip
    choose(centre.sun, centre, language="")
    assert {one.user.username: one.language for one in recipients_of(report)}["sun"] == "zh-hans"


@pytest.mark.django_db
def test_offers_say_what_holds_now(centre: SimpleNamespace) -> None:
    choose(centre.chen, centre, centre.g1, language="en")
    found = {(one.team, one.kind): (one.is_on, one.language) for one in offers(centre.chen) if one.kind == "weekly"}
    assert found == {
        (None, "weekly"): (True, ""), (centre.g1, "weekly"): (True, "en"), (centre.g4, "weekly"): (False, ""),
    }  # fmt: skip
    assert {(one.team, one.is_on) for one in offers(centre.li)} == {(centre.g4, True)}
    assert {(one.team, one.is_on) for one in offers(centre.wang)} == {(centre.g4, False)}
    assert offers(centre.bao) == []


@pytest.mark.django_db
def test_the_link_of_a_mail_stops_its_kind_and_nothing_else(centre: SimpleNamespace) -> None:
    report = report_of(centre)
    choose(centre.chen, centre, centre.g4)
    token = stop_token(centre.chen, report)
    assert token in stop_url(centre.chen, report)
    assert read_token(token).kind == "weekly"
    assert names(report) == ["chen"]
    for _time in range(2):
        found = stop(token)
        assert (found.user, found.zone, found.team, found.kind) == (centre.chen, centre.zone, None, "weekly")
    assert names(report) == []
    assert names(report_of(centre, kind="monthly")) == ["chen"]
    assert names(report_of(centre, centre.g4)) == ["chen", "li"]
    assert ReportSubscription.objects.filter(team=None).count() == 1


@pytest.mark.django_db
def test_the_link_keeps_the_language_that_was_chosen(centre: SimpleNamespace) -> None:
    choose(centre.chen, centre, language="en")
    stop(stop_token(centre.chen, report_of(centre)))
    row = ReportSubscription.objects.get()
    assert (row.is_on, row.language) == (False, "en")


@pytest.mark.django_db
def test_links_that_were_not_made_here_do_nothing(centre: SimpleNamespace) -> None:
    report = report_of(centre)
    good = stop_token(centre.chen, report)
    ids = [str(centre.chen.pk), str(centre.zone.pk), ""]
    wrong = [
        "", "x", good[:-1], good + "x", signing.dumps([*ids, "weekly"]), signing.dumps([*ids, "weekly"], salt="reset"),
        signing.dumps([*ids, "daily"], salt=STOP_SALT), signing.dumps("weekly", salt=STOP_SALT),
        signing.dumps([str(centre.zone.pk), ids[1], "", "weekly"], salt=STOP_SALT),
        signing.dumps(["no id", ids[1], "", "weekly"], salt=STOP_SALT), signing.dumps(None, salt=STOP_SALT),
    ]  # fmt: skip
    for token in wrong:
        with pytest.raises(Http404):
            stop(token)
    assert names(report) == ["chen"]
    assert not ReportSubscription.objects.exists()


@pytest.mark.django_db
def test_asking_who_gets_it_costs_the_same_for_three_and_for_thirty(
    centre: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    report = report_of(centre)
    assert Stage.objects.exists()
    for number in range(30):
        join(make_user(f"director{number}"), Role.DIRECTOR, centre.zone)
    with django_assert_num_queries(2):
        assert len(recipients_of(report)) == 31
