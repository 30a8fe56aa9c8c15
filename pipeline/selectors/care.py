"""How well leads are looked after, as rows of activity: how often they fell silent, how soon they were answered."""

from __future__ import annotations

from pipeline.selectors.activity_questions import ANSWER_DAYS, ANSWERS, BREACHES, KEPT, LATE, MISSED, OPEN, Activity
from pipeline.selectors.activity_rows import CREDIT, NO_SUMS, spans_of, state_of, talks

TOUCHED = "r.zone_id = %(zone)s AND r.occurred_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE %(tz)s"
# The limit of each stage: the zone's own, also where it is empty, else the stage's. Limits are those of today.
SILENCE_LIMITS = """limits AS (
    SELECT s.code, CASE WHEN z.id IS NULL THEN s.silence_limit_days ELSE z.silence_limit_days END AS days
    FROM projects_stage s
    LEFT JOIN projects_stagelimit z ON z.stage_id = s.code AND z.zone_id = %(zone)s AND z.deleted_at IS NULL
    WHERE s.kind <> 'closed' AND CASE WHEN z.id IS NULL THEN s.silence_limit_days ELSE z.silence_limit_days END >= 0
)"""
# The days on which a lead was in touch; the first is the day it was entered, which stands for all before.
CONTACTS = """contacts AS (
    SELECT l.id AS lead_id, (l.created_at AT TIME ZONE %(tz)s)::date AS day
    FROM projects_lead l WHERE l.zone_id = %(zone)s
    UNION
    SELECT l.id, GREATEST((t.occurred_at AT TIME ZONE %(tz)s)::date, (l.created_at AT TIME ZONE %(tz)s)::date)
    FROM talks t JOIN visits_interactionparty p ON p.interaction_id = t.id JOIN projects_lead l ON l.id = p.lead_id
), silences AS (
    SELECT lead_id, day AS since, LEAD(day) OVER (PARTITION BY lead_id ORDER BY day) AS until FROM contacts
)"""
# A silence is one breach, on the first day on which it is longer than the limit of the stage the lead is in then: so
# of the states that the lead was in during the period, and of none that it was in before in the same silence.
DAY_OF = "GREATEST(g.since + {limits}.days + 1, {span}.begins_on)"
BREACHED = """breached AS (
    SELECT g.lead_id, g.since, g.until, c.team_id, c.owner_id, c.stage_id, {day} AS day
    FROM silences g
    JOIN {spans} c ON c.lead_id = g.lead_id AND (c.begins_on IS NULL OR c.begins_on <= %(last)s)
        AND (c.ends_on IS NULL OR c.ends_on > %(first)s)
    JOIN limits ON limits.code = c.stage_id
    WHERE (g.until IS NULL OR g.until > %(first)s) AND g.since < %(last)s
        AND {day} BETWEEN %(first)s AND %(last)s AND {day} < COALESCE(LEAST(g.until, c.ends_on), 'infinity')
        AND NOT EXISTS (
            SELECT 1 FROM {spans} e JOIN limits before ON before.code = e.stage_id
            WHERE e.lead_id = g.lead_id AND e.ordinal < c.ordinal AND {earlier} < LEAST(g.until, e.ends_on)
        )
)"""


def breaches(asked: Activity) -> tuple[list[str], str]:
    """One row a silence that went beyond its limit in the period, for who had the lead on that day."""
    tables = [state_of(asked), *talks(asked, TOUCHED), SILENCE_LIMITS, CONTACTS]
    found = BREACHED.format(
        spans=spans_of(asked),
        day=DAY_OF.format(limits="limits", span="c"),
        earlier=DAY_OF.format(limits="before", span="e"),
    )
    return [*tables, found], (
        "SELECT b.lead_id AS id, b.lead_id, b.day, b.team_id, b.owner_id AS person_id, b.stage_id AS kind,"
        f" '' AS state, {NO_SUMS}, COALESCE(b.until, %(as_of)s) - b.since AS days"
        " FROM breached b JOIN state x ON x.lead_id = b.lead_id"
    )


def answers(asked: Activity) -> tuple[list[str], str]:
    """One row a lead that came in in the period, with the calendar days to its first call, visit or mail.

    It counts for who had it when it was answered, or has it while it waits: its days so far.
    """
    spans = spans_of(asked)
    opened = (
        f"opened AS (SELECT b.lead_id, b.begins_on AS day, x.acquisition_mode FROM {spans} b"
        " JOIN state x ON x.lead_id = b.lead_id WHERE b.zone_id = %(zone)s AND b.ordinal = 1"
        " AND b.begins_on BETWEEN %(first)s AND %(last)s)"
    )
    answered = (
        "answered AS (SELECT p.lead_id, MIN((t.occurred_at AT TIME ZONE %(tz)s)::date) AS day FROM opened o"
        " JOIN visits_interactionparty p ON p.lead_id = o.lead_id JOIN talks t ON t.id = p.interaction_id GROUP BY 1)"
    )
    until = "GREATEST(o.day, COALESCE(a.day, %(as_of)s))"
    credit = CREDIT.format(spans=spans, lead="o.lead_id", day=until)
    became = (
        f"CASE WHEN a.day <= o.day + {ANSWER_DAYS} THEN '{KEPT}' WHEN a.day IS NOT NULL THEN '{LATE}'"
        f" WHEN %(as_of)s > o.day + {ANSWER_DAYS} THEN '{MISSED}' ELSE '{OPEN}' END AS state"
    )
    return [state_of(asked), *talks(asked, TOUCHED), opened, answered], (
        "SELECT o.lead_id AS id, o.lead_id, o.day, c.team_id, c.owner_id AS person_id, o.acquisition_mode AS kind,"
        f" {became}, {NO_SUMS}, {until} - o.day AS days"
        f" FROM opened o LEFT JOIN answered a ON a.lead_id = o.lead_id {credit}"
    )


CARE = {BREACHES: breaches, ANSWERS: answers}
