"""Reports in the database for tests of pages: sample figures, no ledger asked."""

from __future__ import annotations

import datetime
import zoneinfo
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.utils import timezone

from pipeline.models import Report, ReportStatus
from pipeline.selectors.reports.duties import report_period
from teams.models import Team, User
from tests.pipeline.report_samples import figures

MONDAY = datetime.date(2026, 3, 2)


def saved_report(
    centre: SimpleNamespace,
    team: Team | None = None,
    *,
    kind: str = "weekly",
    first: datetime.date = MONDAY,
    released: bool = True,
    **fields: Any,
) -> Report:
    """A report of the centre or of a team on a week: released, or a draft."""
    period = report_period(kind, first)
    cutoff = datetime.datetime.combine(
        period.first + datetime.timedelta(days=4), datetime.time(10), zoneinfo.ZoneInfo(centre.zone.time_zone)
    )
    if released:
        fields |= {"status": ReportStatus.RELEASED, "released_at": timezone.now(), "released_by": centre.chen}
    name = {"zh": team.name_zh, "en": team.name_en} if team else None
    return Report.objects.create(
        zone=centre.zone, team=team, kind=kind, first_day=period.first, last_day=period.last, cutoff_at=cutoff,
        as_of=cutoff.date(), known=0, **{"figures": figures(kind, team=name), **fields},
    )  # type: ignore[misc]  # fmt: skip


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in which somebody has signed in."""
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user)
    return client
