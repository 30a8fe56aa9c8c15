from django.db import migrations

# The states of leads, as before (0001, where they are explained). What governs a row is found by its place among all
# rows, one key. By lead and number, the planner could join the parts to each other by the lead alone: each part as often
# as its lead has others, gigabytes for 20,000 leads of a million.
SPANS_AT = """
CREATE OR REPLACE FUNCTION crm_spans_at(leads uuid[], until bigint)
RETURNS SETOF crm_span LANGUAGE plpgsql STABLE
SET enable_nestloop = off SET plan_cache_mode = force_generic_plan SET work_mem = '64MB' AS $$
BEGIN RETURN QUERY WITH known AS (
    SELECT e.*, s.kind AS stage_kind FROM projects_ledgerentry e JOIN projects_stage s ON s.code = e.stage_id
    WHERE e.lead_id = ANY (leads) AND (until IS NULL OR NOT EXISTS (
        SELECT 1 FROM core_changerow c
        WHERE c.kind = 'ledger_entry' AND c.row_id = e.id AND (c.position > until OR c.position IS NULL)
    ))
), undone AS (
    SELECT reverses_id FROM known WHERE reverses_id IS NOT NULL
), governing AS (
    SELECT k.*, MIN(occurred_on) FILTER (WHERE kind = 'moved') OVER (PARTITION BY k.lead_id) AS first_move
    FROM known k LEFT JOIN undone ON undone.reverses_id = k.id
    WHERE kind IN ('opened', 'moved', 'transferred', 'revalued', 'reclassified', 'merged', 'deleted')
        AND undone.reverses_id IS NULL
), timed AS (
    SELECT g.*,
        ROW_NUMBER() OVER (ORDER BY g.lead_id, seq) AS place,
        CASE WHEN kind <> 'opened' THEN occurred_on
             WHEN occurred_on IS NULL THEN '-infinity'::date
             ELSE LEAST(occurred_on, first_move) END AS happened
    FROM governing g
), running AS (
    SELECT t.*,
        MAX(place) FILTER (WHERE kind IN ('opened', 'merged', 'deleted')) OVER w AS life_place,
        MAX(place) FILTER (WHERE kind IN ('opened', 'moved')) OVER w AS stage_place,
        MAX(place) FILTER (WHERE kind IN ('opened', 'transferred')) OVER w AS team_place,
        MAX(place) FILTER (WHERE kind IN ('opened', 'revalued')) OVER w AS money_place,
        MAX(place) FILTER (WHERE kind IN ('opened', 'reclassified')) OVER w AS class_place,
        COALESCE(MAX(seq) FILTER (WHERE kind IN ('opened', 'moved') AND t.stage_kind = 'open') OVER w, 0)
            AS open_seq,
        COALESCE(MAX(seq) FILTER (WHERE kind IN ('opened', 'moved') AND t.stage_kind IN ('open', 'signed')) OVER w, 0)
            AS unlanded_seq
    FROM timed t
    WINDOW w AS (PARTITION BY t.lead_id ORDER BY happened, seq)
), dated AS (
    SELECT r.*,
        MIN(happened) FILTER (WHERE kind IN ('opened', 'moved') AND r.stage_kind = 'signed' AND happened > '-infinity')
            OVER (PARTITION BY r.lead_id, open_seq ORDER BY happened, seq) AS signed_on,
        MIN(happened) FILTER (WHERE kind IN ('opened', 'moved') AND r.stage_kind = 'landed' AND happened > '-infinity')
            OVER (PARTITION BY r.lead_id, unlanded_seq ORDER BY happened, seq) AS landed_on
    FROM running r
), turning AS (
    SELECT d.*,
        LEAD(happened) OVER w AS next_happened,
        LEAD(kind) OVER w AS next_kind,
        ROW_NUMBER() OVER w AS ordinal
    FROM dated d
    WHERE place IN (life_place, stage_place, team_place, money_place, class_place) AND life_place IS NOT NULL
    WINDOW w AS (PARTITION BY d.lead_id ORDER BY happened, seq)
)
SELECT t.lead_id, t.ordinal::integer, NULLIF(t.happened, '-infinity'), t.next_happened, t.kind, COALESCE(t.next_kind, ''), t.id,
    t.zone_id, stage.stage_id, stage.stage_kind, NULLIF(stage.happened, '-infinity'), t.signed_on, t.landed_on,
    team.team_id, team.owner_id, class.industry_id, class.acquisition_mode, class.capital_origin, class.listing,
    money.currency, money.total_investment, money.fixed_asset_investment, money.registered_capital,
    money.agreed_investment
FROM turning t
JOIN timed life ON life.place = t.life_place AND life.kind = 'opened'
JOIN timed stage ON stage.place = t.stage_place
JOIN timed team ON team.place = t.team_place
JOIN timed money ON money.place = t.money_place
JOIN timed class ON class.place = t.class_place;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0004_lead_history'),
    ]

    operations = [
        # either way it gives the same rows
        migrations.RunSQL(SPANS_AT, migrations.RunSQL.noop),
    ]
