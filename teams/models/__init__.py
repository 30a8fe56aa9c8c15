from teams.models.people import User, UserQuerySet
from teams.models.reach import covered, in_reach, live_for, seen_by
from teams.models.schedules import CalendarDay, Job, Moves, Schedule, ScheduleRun
from teams.models.teams import DateRange, Membership, Team
from teams.models.zones import Zone

__all__ = [
    "CalendarDay",
    "DateRange",
    "Job",
    "Membership",
    "Moves",
    "Schedule",
    "ScheduleRun",
    "Team",
    "User",
    "UserQuerySet",
    "Zone",
    "covered",
    "in_reach",
    "live_for",
    "seen_by",
]
