"""The statements of the bare contenders: exactly the columns that are shown, on the same tables and indexes."""

from __future__ import annotations

ZONE_OF = """
SELECT zone_id FROM teams_membership WHERE user_id = %s AND team_id IS NULL AND deleted_at IS NULL
AND starts_on <= current_date AND (ends_on IS NULL OR ends_on >= current_date)
"""
ACCOUNT_OF = """
SELECT k.user_id, m.zone_id FROM sync_apikey k JOIN teams_user u ON u.id = k.user_id AND u.is_active
JOIN teams_membership m ON m.user_id = u.id AND m.team_id IS NULL AND m.deleted_at IS NULL
WHERE k.digest = %s AND (k.expiry IS NULL OR k.expiry > now())
"""

# --- lists

SHOWN = """
SELECT l.id, l.number, l.name, c.name, s.name_zh, t.name_zh, u.display_name, l.total_investment, l.currency,
    l.stage_kind, l.last_progress_on, l.last_interaction_at, l.next_follow_up_on, l.created_at, l.version
FROM projects_lead l JOIN projects_company c ON c.id = l.company_id JOIN projects_stage s ON s.code = l.stage_id
LEFT JOIN teams_team t ON t.id = l.team_id LEFT JOIN teams_user u ON u.id = l.owner_id
WHERE l.deleted_at IS NULL AND l.zone_id = %s
"""
NEWEST = " ORDER BY l.created_at DESC, l.id DESC LIMIT %s"
FIRST = SHOWN + NEWEST
AFTER = SHOWN + " AND (l.created_at, l.id) < (%s, %s)" + NEWEST
FOUND = SHOWN + " AND l.search_text LIKE %s" + NEWEST
FOUND_BY_PAIR = SHOWN + " AND crm_bigrams(l.search_text) @> %s" + NEWEST

# --- tallies, with what was not folded into them yet; amounts at the rate of their day

TALLIES = """
(SELECT what, day, stage_id, label, currency, rate_on, n, total, agreed FROM pipeline_tally
WHERE zone_id = %s AND cut = 'zone' {where}
UNION ALL
SELECT what, day, stage_id, label, currency, rate_on, n, total, agreed FROM pipeline_tallydelta
WHERE zone_id = %s AND cut = 'zone' {where}) AS every
"""
RATE = """
CASE currency WHEN 'CNY' THEN 1 WHEN '' THEN 1 ELSE (
    SELECT cny FROM core_exchangerate r WHERE r.currency = tally.currency
    AND r.valid_from <= COALESCE(tally.rate_on, current_date) ORDER BY r.valid_from DESC LIMIT 1
) END
"""


def _sums(keys: str, where: str, joined: str = "") -> str:
    """Counts and amounts by the keys; sums of a currency and day come first, so that its rate is looked up once."""
    return f"""
    SELECT {keys}, SUM(n), SUM(total * rate), SUM(agreed * rate) FROM (
        SELECT *, {RATE} AS rate FROM (
            SELECT {keys}, currency, rate_on, SUM(n) AS n, SUM(total) AS total, SUM(agreed) AS agreed
            FROM {TALLIES.format(where=where)} {joined} GROUP BY {keys}, currency, rate_on
        ) AS tally
    ) AS worth GROUP BY {keys}
    """  # noqa: S608 - the texts above


STOCK = _sums("stage_id", "AND what = 'stock'")
# So far this year, in the same days of the year before, and in as many days before this year.
HAPPENED = _sums(
    "what, turn",
    "AND what IN ('new', 'signed', 'landed', 'increased') AND day >= date_trunc('year', current_date)::date - 366",
    """JOIN (VALUES
        (0, date_trunc('year', current_date)::date, current_date),
        (1, (date_trunc('year', current_date) - interval '1 year')::date, (current_date - interval '1 year')::date),
        (2, date_trunc('year', current_date)::date - (current_date - date_trunc('year', current_date)::date) - 1,
            date_trunc('year', current_date)::date - 1)
    ) AS turns (turn, first, last) ON day BETWEEN turns.first AND turns.last""",
)
FLOW = _sums("stage_id, label", "AND what = 'flow' AND day >= date_trunc('week', current_date)::date")

# --- the board

CARD = """
SELECT l.id, l.name, c.name AS company, l.total_investment, l.currency, u.display_name, t.name_zh,
    l.next_follow_up_on, l.stage_entered_on, l.last_progress_on
FROM projects_lead l JOIN projects_company c ON c.id = l.company_id
LEFT JOIN teams_team t ON t.id = l.team_id LEFT JOIN teams_user u ON u.id = l.owner_id
WHERE l.zone_id = %s AND l.stage_id = s.code AND l.deleted_at IS NULL
"""
CARDS = f"""
SELECT s.code, s.name_zh, card.* FROM projects_stage s CROSS JOIN LATERAL (
    ({CARD} AND l.stage_entered_on IS NOT NULL ORDER BY l.stage_entered_on DESC, l.id DESC LIMIT 21)
    UNION ALL
    ({CARD} AND l.stage_entered_on IS NULL ORDER BY l.id DESC LIMIT 21) LIMIT 21
) AS card WHERE s.deleted_at IS NULL ORDER BY s.position
"""  # noqa: S608 - the text above

# --- writing

SNAPSHOT = (
    "stage_id, zone_id, team_id, owner_id, industry_id, acquisition_mode, capital_origin, listing, currency,"
    " total_investment, fixed_asset_investment, registered_capital, agreed_investment"
)
ENTRY = (
    "INSERT INTO projects_ledgerentry (id, lead_id, seq, kind, occurred_on, recorded_at, actor_id, note, evidence,"
    f" from_stage_id, increase_currency, {SNAPSHOT})"
)
NUMBER = "SELECT nextval('projects_lead_number'), name, name_en FROM projects_company WHERE id = %s"
CREATE = f"""
WITH made AS (
    INSERT INTO projects_lead (id, version, created_at, updated_at, zone_id, number, name, name_en, company_id,
        summary, capital_origin, listing, acquisition_mode, source, created_by_id, currency, site_need, needs_waterway,
        stage_id, stage_kind, stage_entered_on, review_conclusion, agreement_number, place, close_reason,
        last_progress_on, name_key, search_text)
    VALUES (%s, 1, now(), now(), %s, %s, %s, '', %s, '', 'domestic', 'none', '', '', %s, 'CNY', '', false, 'enquiry',
        'open', %s, '', '', '', '', %s, %s, %s)
    RETURNING *
), entry AS (
    {ENTRY} SELECT %s, id, 1, 'opened', stage_entered_on, now(), created_by_id, '', '', NULL, '', {SNAPSHOT} FROM made
)
SELECT row_to_json(made) FROM made
"""  # noqa: S608 - the texts above
MOVE = f"""
WITH moved AS (
    UPDATE projects_lead SET stage_id = 'in_talks', stage_kind = 'open', stage_entered_on = current_date,
        signed_on = NULL, landed_on = NULL, closed_on = NULL, close_reason = '', last_progress_on = current_date
    WHERE id = %(lead)s AND zone_id = %(zone)s AND deleted_at IS NULL RETURNING *
), entry AS (
    {ENTRY} SELECT %(entry)s, id, (SELECT MAX(seq) + 1 FROM projects_ledgerentry WHERE lead_id = %(lead)s), 'moved',
        stage_entered_on, now(), %(actor)s, %(note)s, '', %(here)s, '', {SNAPSHOT} FROM moved
)
INSERT INTO projects_notification (id, user_id, kind, lead_id, actor_id, data, key, in_page, created_at)
SELECT %(told)s, owner_id, 'moved', id, %(actor)s, '{{}}', 'moved:' || %(entry)s, true, now() FROM moved
WHERE owner_id IS NOT NULL
"""  # noqa: S608 - the texts above
LOG = """
WITH logged AS (
    INSERT INTO visits_interaction (id, version, created_at, updated_at, zone_id, lead_id, company_id, channel,
        occurred_at, team_id, person_times, place, summary, outcome, created_by_id, search_text)
    SELECT %(interaction)s, 1, now(), now(), zone_id, id, company_id, 'phone', now(), team_id, 1, '', %(summary)s, '',
        %(actor)s, %(found)s FROM projects_lead WHERE id = %(lead)s AND zone_id = %(zone)s AND deleted_at IS NULL
    RETURNING id, lead_id, company_id, occurred_at
), party AS (
    INSERT INTO visits_interactionparty (interaction_id, position, company_id, lead_id, outcome)
    SELECT id, 0, company_id, lead_id, '' FROM logged
), staff AS (
    INSERT INTO visits_interaction_staff (interaction_id, user_id) SELECT id, %(actor)s FROM logged
)
UPDATE projects_lead l SET last_interaction_at = logged.occurred_at FROM logged WHERE l.id = logged.lead_id
"""

TOUCH = """
UPDATE projects_lead SET place = place || ' ' WHERE id IN (
    SELECT id FROM projects_lead WHERE zone_id = %s AND deleted_at IS NULL ORDER BY id LIMIT %s
)
"""
CHANGED = """
SELECT row_id FROM core_changerow WHERE kind = 'lead' AND position IS NOT NULL ORDER BY position DESC LIMIT %s
"""
