from django.db import migrations

# One sequencer at a time: the lock is a statement of its own, since the next one must see what was committed while
# this one waited. Right after many rows were written, statistics say that most rows have no position: the plans are
# made without reading the whole table, whatever they say.
GIVE_POSITIONS = """
CREATE FUNCTION crm_give_positions(sequencer bigint) RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(sequencer);
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS step FROM core_changerow WHERE position IS NULL
    ), last AS (
        SELECT COALESCE(MAX(position), 0) AS position FROM core_changerow
    ), given AS (
        UPDATE core_changerow AS row SET position = last.position + fresh.step
        FROM fresh, last WHERE row.id = fresh.id RETURNING row.position
    )
    INSERT INTO core_feedmark (position, at)
    SELECT MAX(position), clock_timestamp() FROM given HAVING COUNT(*) > 0;
    RETURN (SELECT COALESCE(MAX(position), 0) FROM core_changerow);
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_contract'),
    ]

    operations = [
        migrations.RunSQL(GIVE_POSITIONS, "DROP FUNCTION crm_give_positions"),
    ]
