import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
from django.conf import settings
from django.db import migrations, models


# As in 0003, and besides: the columns named after the kind decide who sees what hangs on the row.
NOTE_CHANGE = """
CREATE OR REPLACE FUNCTION crm_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    is_now jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    whole jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    spreads boolean := FALSE;
BEGIN
    IF TG_OP = 'UPDATE' AND was = is_now THEN
        RETURN NULL;
    END IF;
    FOR number IN 1 .. TG_NARGS - 1 LOOP
        spreads := spreads OR (was -> TG_ARGV[number]) IS DISTINCT FROM (is_now -> TG_ARGV[number]);
    END LOOP;
    INSERT INTO core_changerow (
        kind, row_id, history_id, is_delete, fans_out,
        old_zone_id, old_team_id, old_created_by_id, zone_id, team_id, created_by_id
    ) VALUES (
        TG_ARGV[0],
        COALESCE(whole ->> 'pgh_obj_id', whole ->> 'id')::uuid,
        (whole ->> 'pgh_id')::bigint,
        TG_OP = 'DELETE' OR (whole ->> 'deleted_at') IS NOT NULL,
        spreads,
        (was ->> 'zone_id')::uuid, (was ->> 'team_id')::uuid, (was ->> 'created_by_id')::uuid,
        (is_now ->> 'zone_id')::uuid, (is_now ->> 'team_id')::uuid, (is_now ->> 'created_by_id')::uuid
    );
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_given_up_mails'),
        ('teams', '__first__'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='ExternalId',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=30)),
                    ('row_id', models.UUIDField()),
                    ('source_system', models.CharField(max_length=40)),
                    ('external_id', models.CharField(max_length=200)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'verbose_name': 'External id',
                    'verbose_name_plural': 'External ids',
                    'constraints': [models.UniqueConstraint(fields=('kind', 'source_system', 'external_id'), name='external_id_once'), models.UniqueConstraint(fields=('kind', 'row_id', 'source_system'), name='external_id_of_row')],
                },
            ), migrations.CreateModel(
                name='IdempotentAnswer',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('key', models.CharField(max_length=255)),
                    ('fingerprint', models.CharField(max_length=64)),
                    ('status', models.PositiveSmallIntegerField()),
                    ('headers', models.JSONField(default=dict)),
                    ('body', models.BinaryField()),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Answer kept for a repetition',
                    'verbose_name_plural': 'Answers kept for repetitions',
                    'indexes': [models.Index(fields=['created_at'], name='idempotent_answer_age')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='idempotency_key_once')],
                },
            ), migrations.AddField(
                model_name='changerow',
                name='fans_out',
                field=models.BooleanField(default=False),
            )],
        ),
        migrations.RunSQL(NOTE_CHANGE, migrations.RunSQL.noop),
    ]
