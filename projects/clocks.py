"""Silent days, idle days and the traffic light (DOMAIN section 4; DESIGN section 4). All in whole days."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Literal

from projects.choices import StageKind

Light = Literal["green", "yellow", "red", "none"]


def silent_days(
    last_interaction_at: datetime.datetime | None,
    created_at: datetime.datetime,
    today: datetime.date,
    time_zone: str,
) -> int:
    """Days since the last interaction; without one, since the lead was entered."""
    last = (last_interaction_at or created_at).astimezone(zoneinfo.ZoneInfo(time_zone)).date()
    return max((today - last).days, 0)


def idle_days(last_progress_on: datetime.date | None, today: datetime.date) -> int | None:
    """Days since the last move or milestone; None where that day is not known."""
    return None if last_progress_on is None else max((today - last_progress_on).days, 0)


def light(idle: int | None, stage_kind: str, *, yellow: int, red: int) -> Light:
    """The traffic light of an idle lead; landed and closed leads, and unknown dates, have none."""
    if idle is None or stage_kind in (StageKind.LANDED, StageKind.CLOSED):
        return "none"
    if idle >= red:
        return "red"
    return "yellow" if idle >= yellow else "green"


def protected_until(
    last_interaction_at: datetime.datetime | None,
    created_at: datetime.datetime,
    stage_kind: str,
    *,
    days: int | None,
    time_zone: str,
) -> datetime.date | None:
    """The last day on which the first report protects an open lead; None where nothing does."""
    if days is None or stage_kind != StageKind.OPEN:
        return None
    last = (last_interaction_at or created_at).astimezone(zoneinfo.ZoneInfo(time_zone)).date()
    return last + datetime.timedelta(days=days)
