from django.db import migrations

from investcrm.core.changes import note_changes_of

# Where one of these changes, others may see what hangs on the lead.
SIGHT = (
    "zone_id", "team_id", "created_by_id", "deleted_at", "company_id", "referrer_company_id", "registered_company_id",
)  # fmt: skip

# Change rows of the kinds below are read by the feed alone. Figures "as known at" a moment read the kinds of history
# tables, which stay as they are: a changed part of a row is noted as <kind>_part, for the row that it belongs to.
COLUMNS = """(
    kind, row_id, fans_out, is_delete, old_zone_id, old_team_id, old_created_by_id, zone_id, team_id, created_by_id
)"""
OWNER = """o.id, FALSE, o.deleted_at IS NOT NULL, o.zone_id, o.team_id, o.created_by_id, o.zone_id, o.team_id,
    o.created_by_id"""

# Arguments: kind, table of the owners, SQL that gives their ids from the changed rows, which stand for %s.
NOTE_PARTS = f"""
CREATE FUNCTION crm_note_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP WHEN 'INSERT' THEN 'come' WHEN 'DELETE' THEN 'gone'
        ELSE '(SELECT * FROM come UNION ALL SELECT * FROM gone)' END;
BEGIN
    EXECUTE format(
        'INSERT INTO core_changerow {COLUMNS} SELECT %L, {OWNER} FROM %I o WHERE o.id IN (%s)',
        TG_ARGV[0], TG_ARGV[1], format(TG_ARGV[2], changed)
    );
    RETURN NULL;
END
$$
"""  # noqa: S608 - the text above
# Arguments: kind, and the columns that the history leaves out. A change of those alone has no row of the history; a
# row that leaves its zone must say which one that was.
NOTE_QUIET = """
CREATE FUNCTION crm_note_quiet_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    quiet text[] := TG_ARGV[1:] || '{version,updated_at}'::text[];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - quiet <> to_jsonb(NEW) - quiet
        AND (to_jsonb(OLD) -> 'zone_id') IS NOT DISTINCT FROM (to_jsonb(NEW) -> 'zone_id')
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO core_changerow (
        kind, row_id, fans_out, is_delete,
        old_zone_id, old_team_id, old_created_by_id, zone_id, team_id, created_by_id
    ) VALUES (
        TG_ARGV[0], OLD.id, FALSE,
        TG_OP = 'DELETE' OR OLD.deleted_at IS NOT NULL,
        (to_jsonb(OLD) ->> 'zone_id')::uuid, (to_jsonb(OLD) ->> 'team_id')::uuid,
        (to_jsonb(OLD) ->> 'created_by_id')::uuid,
        (to_jsonb(NEW) ->> 'zone_id')::uuid, (to_jsonb(NEW) ->> 'team_id')::uuid,
        (to_jsonb(NEW) ->> 'created_by_id')::uuid
    );
    RETURN NULL;
END
$$
"""
# Argument: the lead's column that points to the changed row, of which the lead's shape tells something.
NOTE_LEADS_OF = f"""
CREATE FUNCTION crm_note_leads_of() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO core_changerow {COLUMNS} SELECT ''lead_part'', {OWNER} FROM projects_lead o WHERE o.%I = $1',
        TG_ARGV[0]
    ) USING NEW.id;
    RETURN NULL;
END
$$
"""  # noqa: S608 - the text above
NOTE_EXTERNAL_ID = """
CREATE FUNCTION crm_note_external_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO core_changerow (kind, row_id, is_delete, fans_out)
        SELECT kind || '_part', row_id, FALSE, FALSE FROM gone;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO core_changerow (kind, row_id, is_delete, fans_out)
        SELECT kind || '_part', row_id, FALSE, FALSE FROM come;
    END IF;
    RETURN NULL;
END
$$
"""
FUNCTIONS = (NOTE_PARTS, NOTE_QUIET, NOTE_LEADS_OF, NOTE_EXTERNAL_ID)

# table -> kind, table of the owner, how the owners are found
PARTS = {
    "visits_interactionparty": ("interaction_part", "visits_interaction", "SELECT interaction_id FROM %s AS c"),
    "visits_interactionparty_contacts": (
        "interaction_part",
        "visits_interaction",
        "SELECT p.interaction_id FROM %s AS c JOIN visits_interactionparty p ON p.id = c.interactionparty_id",
    ),
    "visits_interaction_staff": ("interaction_part", "visits_interaction", "SELECT interaction_id FROM %s AS c"),
    "visits_plannedvisit_staff": ("planned_visit_part", "visits_plannedvisit", "SELECT plannedvisit_id FROM %s AS c"),
    "projects_milestone": ("lead_part", "projects_lead", "SELECT lead_id FROM %s AS c"),
}
# tables whose changes are noted by their history -> kind, and what the history leaves out
QUIET = {
    "visits_interaction": ("interaction_part", "search_text"),
    "visits_plannedvisit": ("planned_visit_part",),
    "visits_followup": ("follow_up_part",),
    "visits_servicerequest": ("service_request_part",),
    "projects_fundarrival": ("fund_arrival_part",),
}
# table -> the columns that a lead's shape tells, and the lead's column that points to the table
TOLD_WITH_LEADS = {
    "projects_company": (("country", "credit_code"), "registered_company_id"),
    "projects_industry": (("code",), "industry_id"),
    "teams_team": (("code",), "team_id"),
}
EVENTS = {
    "insert": "INSERT ON {} REFERENCING NEW TABLE AS come",
    "update": "UPDATE ON {} REFERENCING OLD TABLE AS gone NEW TABLE AS come",
    "delete": "DELETE ON {} REFERENCING OLD TABLE AS gone",
}


def _call(function, *arguments):
    quoted = ", ".join("'" + argument.replace("'", "''") + "'" for argument in arguments)
    return f"EXECUTE FUNCTION {function}({quoted})"


def _triggers():
    """Each trigger: its name, its table, and the rest."""
    for table, arguments in PARTS.items():
        for event, when in EVENTS.items():
            call = _call("crm_note_parts", *arguments)
            yield f"note_{event}_of_part", table, f"AFTER {when.format(table)} FOR EACH STATEMENT {call}"
    for event, when in EVENTS.items():
        rest = f"AFTER {when.format('core_externalid')} FOR EACH STATEMENT {_call('crm_note_external_id')}"
        yield f"note_{event}_of_external_id", "core_externalid", rest
    for table, arguments in QUIET.items():
        call = _call("crm_note_quiet_change", *arguments)
        changed = f"AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) {call}"
        yield "note_quiet_change", table, changed
        yield "note_delete", table, f"AFTER DELETE ON {table} FOR EACH ROW {call}"
    for table, (columns, key) in TOLD_WITH_LEADS.items():
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
        call = _call("crm_note_leads_of", key)
        yield "note_leads_of", table, f"AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {call}"


LEAD = (
    "CREATE OR REPLACE TRIGGER note_change_of_projects_lead"
    " AFTER INSERT OR UPDATE OR DELETE ON projects_lead FOR EACH ROW "
)


class Migration(migrations.Migration):
    """What the change feed tells besides what figures need: more tables, parts of rows, what hangs on a lead."""

    dependencies = [
        ("core", "0005_contract"),
        ("pipeline", "0004_lead_history"),
        ("projects", "0007_merges"),
        ("sync", "0002_contract"),
        ("visits", "0006_reminders"),
    ]

    operations = [
        note_changes_of(
            {
                "projects_company": "company",
                "projects_contact": "contact",
                "projects_document": "document",
                "projects_capitalincrease": "capital_increase",
                "projects_industry": "industry",
                "teams_team": "team",
            }
        ),
        migrations.RunSQL(
            [
                LEAD + _call("crm_note_change", "lead", *SIGHT),
                *FUNCTIONS,
                *(f"CREATE TRIGGER {name} {rest}" for name, _table, rest in _triggers()),
            ],
            [
                *(f"DROP TRIGGER {name} ON {table}" for name, table, _rest in _triggers()),
                "DROP FUNCTION crm_note_parts, crm_note_quiet_change, crm_note_leads_of, crm_note_external_id",
                LEAD + _call("crm_note_change", "lead"),
            ],
        ),
    ]
