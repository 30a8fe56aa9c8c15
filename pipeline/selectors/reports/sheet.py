"""The project sheet (项目表) of a report: a row for each lead in hand at its day, or landed or closed in its period.

Which leads those are is asked of the figures once and put aside; the rows are then read some hundreds at a time, so
that a million leads take no more memory than a few.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from pipeline.selectors.activity import INTERACTIONS, Activity
from pipeline.selectors.activity_rows import talks
from pipeline.selectors.care import TOUCHED
from pipeline.selectors.figure_rows import begin
from pipeline.selectors.known_spans import spans_put_aside
from pipeline.selectors.periods import Period
from pipeline.selectors.questions import CLOSED, LANDED, STOCK, Question
from pipeline.selectors.reports.asked import amount, day_of, later_rows
from pipeline.selectors.reports.names import WITH_THEM
from pipeline.selectors.reports.shape import Name
from pipeline.selectors.reports.sheet_row import SheetRow, Site
from pipeline.selectors.scopes import Scope
from projects.choices import StageKind

CHUNK = 500
# Longer texts are cut: a sheet is read, and the lead's page has all of it.
PROFILE, CONTENT, PROGRESS, ASSESSMENT = 500, 1000, 300, 500
IN_HAND = (StageKind.OPEN.value, StageKind.SIGNED.value)
OF_A_ROW = "lead_id, stage_id, team_id, owner_id, industry_id, currency, total_investment, agreed_investment"
WANTED = f"""
CREATE TEMPORARY TABLE {{table}} AS {{start}}, wanted AS (
    SELECT DISTINCT ON (lead_id) * FROM (
        SELECT 1 AS turn, {OF_A_ROW}, stage_kind, total_cny, agreed_cny FROM found0
        UNION ALL SELECT 2, {OF_A_ROW}, stage_kind, total_cny, agreed_cny FROM found1
        UNION ALL SELECT 3, {OF_A_ROW}, stage_kind, total_cny, agreed_cny FROM found2
    ) AS every ORDER BY lead_id, turn
)
SELECT ROW_NUMBER() OVER (ORDER BY t.code NULLS LAST, s.position, l.number) AS place, w.*
FROM wanted w JOIN projects_lead l ON l.id = w.lead_id JOIN projects_stage s ON s.code = w.stage_id
LEFT JOIN teams_team t ON t.id = w.team_id
"""  # noqa: S608 - the texts above
SAID = """said AS (
    SELECT DISTINCT ON (p.lead_id) p.lead_id, t.occurred_at,
        COALESCE(NULLIF(p.outcome, ''), NULLIF(t.outcome, ''), t.summary) AS words
    FROM talks t JOIN visits_interactionparty p ON p.interaction_id = t.id WHERE p.lead_id = ANY(%(ids)s)
    ORDER BY p.lead_id, t.occurred_at DESC, t.id DESC
)"""
COLUMNS = (
    "name", "company_id", "summary", "fixed_asset_investment", "site_need", "land_mu", "floor_area_m2",
    "clear_height_m", "review_conclusion", "signed_on", "landed_on",
)  # fmt: skip
ROWS = f"""
WITH {{talks}}, {SAID}, changed AS MATERIALIZED (
    SELECT row_id, history_id FROM core_changerow WHERE {later_rows("lead_history")}
), before AS (
    SELECT DISTINCT ON (e.pgh_obj_id) e.* FROM projects_leadevent e
    WHERE e.pgh_obj_id = ANY(%(ids)s) AND e.pgh_obj_id IN (SELECT row_id FROM changed)
        AND NOT EXISTS (SELECT 1 FROM changed k WHERE k.history_id = e.pgh_id)
    ORDER BY e.pgh_obj_id, e.pgh_id DESC
), facts AS (
    SELECT l.id, l.number, l.zone_id, {
    ", ".join(f"CASE WHEN b.id IS NULL THEN l.{name} ELSE b.{name} END AS {name}" for name in COLUMNS)
}
    FROM projects_lead l LEFT JOIN before b ON b.id = l.id WHERE l.id = ANY(%(ids)s)
)
SELECT w.lead_id, f.number, f.name, c.name, LEFT(c.profile, {PROFILE}), w.currency, f.fixed_asset_investment,
    w.total_investment, w.agreed_investment,
    CASE WHEN w.stage_kind = 'open' THEN w.total_cny ELSE w.agreed_cny END, LEFT(f.summary, {CONTENT}), f.site_need,
    f.land_mu, f.floor_area_m2, f.clear_height_m, COALESCE(k.name, ''), COALESCE(k.phone, ''),
    COALESCE(t.name_zh, ''), COALESCE(t.name_en, ''), COALESCE(NULLIF(u.display_name, ''), u.username, ''), s.name_zh,
    s.name_en, COALESCE(LEFT(said.words, {PROGRESS}), ''), (said.occurred_at AT TIME ZONE %(tz)s)::date,
    COALESCE(i.name_zh, ''), COALESCE(i.name_en, ''), LEFT(f.review_conclusion, {ASSESSMENT}), f.signed_on, f.landed_on
FROM {{table}} w JOIN facts f ON f.id = w.lead_id JOIN projects_company c ON c.id = f.company_id
JOIN projects_stage s ON s.code = w.stage_id
LEFT JOIN teams_team t ON t.id = w.team_id LEFT JOIN teams_user u ON u.id = w.owner_id
LEFT JOIN projects_industry i ON i.id = w.industry_id LEFT JOIN said ON said.lead_id = w.lead_id
LEFT JOIN LATERAL (
    SELECT o.name, o.phone FROM projects_contact o
    WHERE o.company_id = f.company_id AND o.zone_id = f.zone_id AND o.deleted_at IS NULL ORDER BY o.created_at, o.id
    LIMIT 1
) k ON TRUE
WHERE w.place BETWEEN %(first)s AND %(last)s ORDER BY w.place
"""  # noqa: S608 - the texts above


def sheet_rows(scope: Scope, period: Period, *, as_of: datetime.date, known: int) -> Iterator[SheetRow]:
    """The rows of the sheet, by team, stage and number; open and signed leads, and what landed or was closed.

    One query for which leads, then two for each `CHUNK` of them.
    """
    day = min(as_of, period.last)
    table = f"sheet_{uuid.uuid4().hex}"
    questions = [
        Question(STOCK, scope, day, None, known, stage_kind=IN_HAND),
        Question(LANDED, scope, day, period, known),
        Question(CLOSED, scope, day, period, known),
    ]
    with spans_put_aside(scope.zone.pk, known), connection.cursor() as cursor:
        start, parameters = begin([(question, ()) for question in questions])
        cursor.execute(WANTED.format(table=table, start=start), parameters)
        cursor.execute(f"CREATE INDEX ON {table} (place)")
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name of our own
        count = cursor.fetchone()[0]
    try:
        for first in range(1, count + 1, CHUNK):
            yield from _chunk(Activity(INTERACTIONS, scope, period, day, known), table, first)
    finally:
        # a transaction that failed takes the table along
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {table}")


def _chunk(asked: Activity, table: str, first: int) -> list[SheetRow]:
    between: dict[str, Any] = {"first": first, "last": first + CHUNK - 1}
    zone = asked.scope.zone
    spoken = ", ".join(talks(asked, f"{TOUCHED} AND r.id IN ({WITH_THEM})"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT lead_id FROM {table} WHERE place BETWEEN %(first)s AND %(last)s", between)  # noqa: S608
        ids = [pk for (pk,) in cursor.fetchall()]
        parameters = {"ids": ids, "zone": zone.pk, "tz": zone.time_zone, "as_of": asked.as_of, "known": asked.known}
        cursor.execute(ROWS.format(talks=spoken, table=table), between | parameters)
        return [_row(*row) for row in cursor.fetchall()]


def _plain(value: Decimal | None) -> str:
    """A measure as text without needless zeros."""
    text = "" if value is None else format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _row(*row: Any) -> SheetRow:
    (pk, number, project, investor, profile, currency, fixed, total, agreed, cny, content, need, land, floor, height,
     contact, phone, team_zh, team_en, owner, stage_zh, stage_en, progress, spoken_on, industry_zh, industry_en,
     assessment, signed_on, landed_on) = row  # fmt: skip
    return SheetRow(
        id=str(pk), number=number, project=project, investor=investor, investor_profile=profile, currency=currency,
        fixed_asset=amount(fixed), total=amount(total), agreed=amount(agreed), cny=amount(cny), content=content,
        site=Site(
            site_need=need, land_mu=_plain(land), floor_area_m2=_plain(floor), clear_height_m=_plain(height)
        ),
        contact=contact, phone=phone, team=Name(zh=team_zh, en=team_en), owner=owner,
        stage=Name(zh=stage_zh, en=stage_en), progress=progress, last_contact=day_of(spoken_on),
        industry=Name(zh=industry_zh, en=industry_en), assessment=assessment, signed_on=day_of(signed_on),
        landed_on=day_of(landed_on),
    )  # fmt: skip
