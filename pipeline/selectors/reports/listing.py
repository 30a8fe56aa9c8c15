"""Reports as lists show them: the latest edition of each, drafts that wait, the editions of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from investcrm.core.paging import Ordering
from pipeline.models.reports import Report, ReportKind, ReportQuerySet, ReportStatus
from pipeline.selectors.reports.duties import report_period
from teams.access import Capability
from teams.models import Team, User, Zone

ORDERINGS: dict[str, Ordering | str] = {"cutoff_at": Ordering("cutoff_at")}
# Drafts shown above the list; a director who was away finds the others behind a link.
MOST_DRAFTS = 40


def for_lists(rows: ReportQuerySet) -> ReportQuerySet:
    """What a line needs, and not the figures themselves."""
    return rows.select_related("zone", "team", "released_by").defer("figures", "changes", "comment")


def released_reports(user: User, zone: Zone) -> ReportQuerySet:
    """The released reports that the user reads in the zone, of each the latest edition."""
    later = Report.objects.filter(
        zone=zone, kind=OuterRef("kind"), first_day=OuterRef("first_day"), edition__gt=OuterRef("edition"),
        status=ReportStatus.RELEASED, deleted_at=None,
    )  # fmt: skip
    of_team, of_centre = later.filter(team_id=OuterRef("team_id")), later.filter(team=None)
    rows = Report.objects.visible_to(user).filter(zone=zone, status=ReportStatus.RELEASED)
    return for_lists(rows.exclude(Exists(of_team)).exclude(Q(team=None) & Exists(of_centre)))


def draft_reports(user: User, zone: Zone) -> ReportQuerySet:
    """The drafts of the zone that wait for the user."""
    if not releases(user, zone):
        return Report.objects.none()
    return for_lists(Report.objects.visible_to(user).filter(zone=zone, status=ReportStatus.DRAFT))


def releases(user: User, zone: Zone) -> bool:
    """Whether somebody releases the reports of a zone."""
    return user.can(Capability.RELEASE_REPORTS, on=zone)


def editions_of(user: User, report: Report) -> list[Report]:
    """All editions of a report that the user reads, the latest first."""
    rows = Report.objects.visible_to(user).filter(
        zone=report.zone, team=report.team, kind=report.kind, first_day=report.first_day
    )
    return list(for_lists(rows).order_by("-edition"))


def period_words(report: Report) -> str:
    """The period of a report in the reader's language."""
    return report_period(report.kind, report.first_day).words


def scopes_to_read(user: User, zone: Zone) -> tuple[bool, list[Team]]:
    """Whether the user reads the centre's reports, and whose teams' they read; former teams have theirs, too."""
    whole = user.is_superuser or zone.pk in user.zone_ids(Capability.VIEW)
    teams = Team.objects.filter(zone=zone, deleted_at=None)
    if not whole:
        teams = teams.filter(pk__in=user.team_ids(Capability.VIEW))
    return whole, list(teams.order_by("code"))


def lines(rows: list[Report]) -> list[dict[str, Any]]:
    """Each report with its words."""
    return [
        {"report": row, "kind": ReportKind(row.kind).label, "period": period_words(row), "whose": row.team or row.zone}
        for row in rows
    ]


def grouped_drafts(rows: list[Report]) -> list[dict[str, Any]]:
    """Drafts by kind and period, in the order they came."""
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    for line in lines(rows):
        report = line["report"]
        group = found.setdefault(
            (report.kind, report.first_day), {"kind": line["kind"], "period": line["period"], "lines": []}
        )
        group["lines"].append(line)
    return list(found.values())
