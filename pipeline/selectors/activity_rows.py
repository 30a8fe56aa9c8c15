"""The rows behind figures of activity, as SQL: one select for each of them.

Each gives `id, lead_id, day, team_id, person_id, kind, state, person_times, companies, cny, has_rate, days`. As known
at a position, a row is what its history last said before that position; a row that no change was noted of was known
always. The people and parties of an interaction have no history: they are as they are now.
"""

from __future__ import annotations

from pipeline.selectors.activity_questions import (
    CANCELLED,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    KEPT,
    LATE,
    MILESTONES,
    MISSED,
    OPEN,
    PLANS,
    REQUESTS,
    TO_COME,
    Activity,
)
from pipeline.selectors.figure_rows import STATE
from pipeline.selectors.known_spans import with_spans
from visits.choices import RequestState

# Who had the lead at the end of the day gets the credit; of what was before it was entered, who had it first.
CREDIT = (
    "JOIN {spans} c ON c.lead_id = {lead} AND (c.begins_on IS NULL OR c.begins_on <= {day} OR c.ordinal = 1)"
    " AND (c.ends_on IS NULL OR c.ends_on > {day})"
)
NO_SUMS = "1 AS person_times, 0 AS companies, NULL::numeric AS cny, TRUE AS has_rate"
NO_DAYS = "NULL::integer AS days"


def begin(asked: Activity) -> str:
    """`WITH …,` with the spans as known, which all else may use."""
    return with_spans(asked.scope.zone.pk, asked.known)


def spans_of(asked: Activity) -> str:
    """The table of the states of leads, as known."""
    return "spans" if asked.known is not None else "pipeline_leadspan"


def state_of(asked: Activity) -> str:
    """The common table expression of the leads that are there on the as-of day."""
    return STATE.format(spans=spans_of(asked))


def tracked(name: str, table: str, kind: str, where: str, asked: Activity) -> list[str]:
    """Common table expressions: rows of a table with history, as known, that meet a condition on `r`."""
    if asked.known is None:
        return [f"{name} AS (SELECT r.* FROM {table} r WHERE r.deleted_at IS NULL AND {where})"]
    columns = TRACKED[table]
    changed = (
        f"{name}_changed AS MATERIALIZED (SELECT row_id, history_id FROM core_changerow WHERE kind = '{kind}'"
        " AND (position > %(known)s OR position IS NULL))"
    )
    before = (
        f"{name}_before AS (SELECT DISTINCT ON (e.pgh_obj_id) {columns}, e.deleted_at FROM {table}event e"
        f" WHERE e.pgh_obj_id IN (SELECT row_id FROM {name}_changed)"
        f" AND NOT EXISTS (SELECT 1 FROM {name}_changed k WHERE k.history_id = e.pgh_id)"
        " ORDER BY e.pgh_obj_id, e.pgh_id DESC)"
    )
    rows = (
        f"{name} AS (SELECT {columns} FROM {table} r WHERE r.deleted_at IS NULL AND {where}"
        f" AND NOT EXISTS (SELECT 1 FROM {name}_changed k WHERE k.row_id = r.id)"
        f" UNION ALL SELECT {columns} FROM {name}_before r WHERE r.deleted_at IS NULL AND {where})"
    )
    return [changed, before, rows]


TRACKED = {
    "projects_lead": "id, zone_id, expected_signing_on",
    "visits_interaction": "id, zone_id, lead_id, channel, occurred_at, team_id, person_times, summary, outcome",
    "visits_followup": "id, lead_id, due_on, assignee_id, status, done_by_id, closed_at",
    "visits_plannedvisit": (
        "id, zone_id, lead_id, company_id, team_id, owner_id, channel, planned_on, first_planned_on, purpose,"
        " expected_result, status, done_by_id, closed_at"
    ),
    "projects_fundarrival": "id, lead_id, kind, amount, currency, value_on, status",
    "projects_milestone": "id, lead_id, kind, occurred_on",
    "visits_servicerequest": (
        "id, zone_id, company_id, lead_id, category, title, received_at, handler_id, team_id, answer_due_on,"
        " settle_due_on, report_due_on, answered_at, settled_at, reported_at, withdrawn_at"
    ),
}


def talks(asked: Activity, where: str = "r.zone_id = %(zone)s") -> list[str]:
    """Interactions as known."""
    return tracked("talks", "visits_interaction", "interaction", where, asked)


def interactions(asked: Activity) -> tuple[list[str], str]:
    """One row a meeting or call (批): how many people were met, and how many companies, each once a meeting."""
    where = (
        "r.zone_id = %(zone)s AND r.occurred_at >= (%(first)s::date)::timestamp AT TIME ZONE %(tz)s"
        " AND r.occurred_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(tz)s"
    )
    met = (
        "met AS (SELECT p.interaction_id, COUNT(DISTINCT COALESCE(p.company_id, l.company_id)) AS companies"
        " FROM talks JOIN visits_interactionparty p ON p.interaction_id = talks.id"
        " LEFT JOIN projects_lead l ON l.id = p.lead_id GROUP BY 1)"
    )
    return [*talks(asked, where), met], (
        "SELECT t.id, t.lead_id, (t.occurred_at AT TIME ZONE %(tz)s)::date AS day, t.team_id, {person} AS person_id,"
        " t.channel AS kind, '' AS state, t.person_times, COALESCE(met.companies, 0) AS companies,"
        f" NULL::numeric AS cny, TRUE AS has_rate, {NO_DAYS}"
        " FROM talks t LEFT JOIN met ON met.interaction_id = t.id{people}"
    )


def funds(asked: Activity) -> tuple[list[str], str]:
    """One row an arrival that was verified, by its value date, in CNY at the rate of that day."""
    where = "r.status = 'verified' AND r.value_on BETWEEN %(first)s AND %(last)s"
    credit = CREDIT.format(spans=spans_of(asked), lead="f.lead_id", day="f.value_on")
    return [state_of(asked), *tracked("arrivals", "projects_fundarrival", "fund_arrival", where, asked)], (
        "SELECT f.id, f.lead_id, f.value_on AS day, c.team_id, c.owner_id AS person_id, f.kind, '' AS state,"
        " 1 AS person_times, 0 AS companies,"
        " CASE WHEN f.currency = 'CNY' THEN f.amount ELSE f.amount * rate.cny END AS cny,"
        f" f.currency = 'CNY' OR rate.cny IS NOT NULL AS has_rate, {NO_DAYS}"
        f" FROM arrivals f JOIN state x ON x.lead_id = f.lead_id {credit}"
        " LEFT JOIN LATERAL (SELECT r.cny FROM core_exchangerate r WHERE r.currency = f.currency"
        " AND r.valid_from <= f.value_on ORDER BY r.valid_from DESC LIMIT 1) AS rate ON f.currency <> 'CNY'"
    )


def milestones(asked: Activity) -> tuple[list[str], str]:
    """One row a milestone, by its day."""
    where = "r.occurred_on BETWEEN %(first)s AND %(last)s"
    credit = CREDIT.format(spans=spans_of(asked), lead="m.lead_id", day="m.occurred_on")
    return [state_of(asked), *tracked("reached", "projects_milestone", "milestone", where, asked)], (
        "SELECT m.id, m.lead_id, m.occurred_on AS day, c.team_id, c.owner_id AS person_id, m.kind, '' AS state,"
        f" {NO_SUMS}, {NO_DAYS} FROM reached m JOIN state x ON x.lead_id = m.lead_id {credit}"
    )


# A day on which something was done or called off, up to the as-of day: what came later had not happened then.
CLOSED_ON = "(COALESCE({done_at}, {row}.closed_at) AT TIME ZONE %(tz)s)::date"
DONE_AT = "CASE WHEN {row}.status = 'done' THEN t.occurred_at END"


def _closed(row: str) -> str:
    day = CLOSED_ON.format(done_at=DONE_AT.format(row=row), row=row)
    return f"CASE WHEN {row}.status IN ('done', 'cancelled') AND {day} <= %(as_of)s THEN {day} END AS closed_day"


def follow_ups(asked: Activity) -> tuple[list[str], str]:
    """One row a follow-up, by the day that counts: the one it was due on last, or the first that it let pass.

    Whoever puts a follow-up off in time moves that day; once it is overdue, it stays missed on the day it had. What
    was called off in time is not owed any more.
    """
    later = " AND NOT EXISTS (SELECT 1 FROM owed_changed k WHERE k.history_id = e.pgh_id)" if asked.known else ""
    # Putting off what is overdue asks for a reason, so only those with one need their history read.
    passed = (
        "passed AS (SELECT DISTINCT ON (id) id, due_on FROM ("
        "SELECT e.pgh_obj_id AS id, e.pgh_id, e.due_on, LEAD(e.due_on) OVER w AS next_due,"
        " (LEAD(e.pgh_created_at) OVER w AT TIME ZONE %(tz)s)::date AS changed_on"
        " FROM visits_followupevent e JOIN visits_followup f ON f.id = e.pgh_obj_id AND f.snooze_reason <> ''"
        f" JOIN projects_lead l ON l.id = f.lead_id AND l.zone_id = %(zone)s WHERE TRUE{later}"
        " WINDOW w AS (PARTITION BY e.pgh_obj_id ORDER BY e.pgh_id)) AS history"
        " WHERE next_due <> due_on AND changed_on > due_on ORDER BY id, pgh_id)"
    )
    mine = (
        "(r.due_on BETWEEN %(first)s AND %(end)s OR r.id IN (SELECT p.id FROM passed p"
        " WHERE p.due_on BETWEEN %(first)s AND %(end)s))"
    )
    tables = tracked("owed", "visits_followup", "follow_up", mine, asked)
    # the changes that came later must be known before what was let pass
    at = len(tables) - 1 if asked.known is not None else 0
    tables.insert(at, passed)
    dated = (
        "dated AS (SELECT o.*, COALESCE(p.due_on, o.due_on) AS day,"
        f" {_closed('o')} FROM owed o LEFT JOIN passed p ON p.id = o.id LEFT JOIN talks t ON t.id = o.done_by_id)"
    )
    credit = CREDIT.format(spans=spans_of(asked), lead="d.lead_id", day="d.day")
    became = (
        f"CASE WHEN d.closed_day <= d.day THEN '{KEPT}' WHEN d.day >= %(as_of)s THEN '{OPEN}'"
        f" WHEN d.status = 'done' AND d.closed_day IS NOT NULL THEN '{LATE}' ELSE '{MISSED}' END AS state"
    )
    return [state_of(asked), *talks(asked), *tables, dated], (
        "SELECT d.id, d.lead_id, d.day, c.team_id, d.assignee_id AS person_id, '' AS kind,"
        f" {became}, {NO_SUMS}, {NO_DAYS} FROM dated d JOIN state x ON x.lead_id = d.lead_id {credit}"
        " WHERE d.day BETWEEN %(first)s AND %(end)s"
        " AND (d.status <> 'cancelled' OR d.closed_day IS NULL OR d.closed_day > d.day)"
    )


def plans(asked: Activity) -> tuple[list[str], str]:
    """One row a visit that was first planned for the period: the rule of `visits.selectors.month`, at any time."""
    where = "r.zone_id = %(zone)s AND r.first_planned_on BETWEEN %(first)s AND %(end)s"
    dated = f"dated AS (SELECT v.*, {_closed('v')} FROM planned v LEFT JOIN talks t ON t.id = v.done_by_id)"
    became = (
        f"CASE WHEN d.closed_day IS NULL THEN CASE WHEN d.planned_on > %(end)s THEN '{LATE}'"
        f" WHEN d.planned_on >= %(as_of)s THEN '{OPEN}' ELSE '{MISSED}' END"
        f" WHEN d.status = 'cancelled' THEN '{CANCELLED}' WHEN d.closed_day <= %(end)s THEN '{KEPT}'"
        f" ELSE '{LATE}' END AS state"
    )
    return [*talks(asked), *tracked("planned", "visits_plannedvisit", "planned_visit", where, asked), dated], (
        "SELECT d.id, d.lead_id, d.first_planned_on AS day, d.team_id, d.owner_id AS person_id, d.channel AS kind,"
        f" {became}, {NO_SUMS}, {NO_DAYS} FROM dated d"
    )


def to_come(asked: Activity) -> tuple[list[str], str]:
    """One row a visit that is planned for a day of the period and neither done nor called off by the as-of day."""
    where = "r.zone_id = %(zone)s AND r.planned_on BETWEEN %(first)s AND %(end)s"
    dated = f"dated AS (SELECT v.*, {_closed('v')} FROM planned v LEFT JOIN talks t ON t.id = v.done_by_id)"
    return [*talks(asked), *tracked("planned", "visits_plannedvisit", "planned_visit", where, asked), dated], (
        "SELECT d.id, d.lead_id, d.planned_on AS day, d.team_id, d.owner_id AS person_id, d.channel AS kind,"
        f" '{OPEN}' AS state, {NO_SUMS}, {NO_DAYS} FROM dated d WHERE d.closed_day IS NULL"
    )


def _by_then(column: str) -> str:
    return f"({column} AT TIME ZONE %(tz)s)::date <= %(as_of)s"


# Where a request stood at the end of the as-of day: the rule of `visits.selectors.requests`, at any time.
REQUEST_STATE = (
    f"CASE WHEN {_by_then('r.withdrawn_at')} THEN '{RequestState.WITHDRAWN.value}'"
    f" WHEN {_by_then('r.reported_at')} THEN '{RequestState.DONE.value}'"
    f" WHEN {_by_then('r.settled_at')} THEN '{RequestState.TO_REPORT.value}'"
    f" WHEN {_by_then('r.answered_at')} THEN '{RequestState.TO_SETTLE.value}'"
    f" ELSE '{RequestState.TO_ANSWER.value}' END"
)


def requests(asked: Activity) -> tuple[list[str], str]:
    """One row a service request that came in, with where it stood at the end of the as-of day."""
    where = (
        "r.zone_id = %(zone)s AND r.received_at >= (%(first)s::date)::timestamp AT TIME ZONE %(tz)s"
        " AND r.received_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(tz)s"
    )
    return tracked("raised", "visits_servicerequest", "service_request", where, asked), (
        "SELECT r.id, r.lead_id, (r.received_at AT TIME ZONE %(tz)s)::date AS day, r.team_id,"
        f" r.handler_id AS person_id, r.category AS kind, {REQUEST_STATE} AS state, {NO_SUMS}, {NO_DAYS} FROM raised r"
    )


SELECTS = {
    INTERACTIONS: interactions,
    FUNDS: funds,
    MILESTONES: milestones,
    FOLLOW_UPS: follow_ups,
    PLANS: plans,
    REQUESTS: requests,
    TO_COME: to_come,
}
