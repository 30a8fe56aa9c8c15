import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0001_initial'),
        ('teams', '0005_schedules'),
        ('teams', '__first__'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('target', models.CharField(choices=[('leads', 'Leads, with their companies and contacts'), ('companies', 'Companies, with their contacts')], default='leads', max_length=10)),
                    ('source', models.CharField(blank=True, max_length=100, verbose_name='Source')),
                    ('file_name', models.CharField(max_length=255)),
                    ('file', models.CharField(max_length=200)),
                    ('size', models.BigIntegerField(help_text='bytes')),
                    ('sha256', models.CharField(max_length=64)),
                    ('layout', models.JSONField(default=dict)),
                    ('mapping', models.JSONField(default=dict)),
                    ('options', models.JSONField(default=dict)),
                    ('status', models.CharField(choices=[('reading', 'Reading the file'), ('mapping', 'Waits for the columns'), ('checking', 'Checking the rows'), ('checked', 'Waits for the go-ahead'), ('running', 'Importing'), ('done', 'Imported'), ('cancelled', 'Cancelled'), ('failed', 'The file cannot be read')], default='reading', max_length=10)),
                    ('error', models.CharField(blank=True, max_length=500)),
                    ('rows_total', models.PositiveIntegerField(default=0)),
                    ('rows_done', models.PositiveIntegerField(default=0)),
                    ('cancel_asked', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('started_at', models.DateTimeField(null=True)),
                    ('finished_at', models.DateTimeField(null=True)),
                    ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Import',
                    'verbose_name_plural': 'Imports',
                    'indexes': [models.Index(fields=['zone', '-created_at', '-id'], name='import_of_zone'), models.Index(condition=models.Q(('status__in', ['reading', 'checking', 'running'])), fields=['updated_at'], name='import_at_work')],
                },
            ), migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('cells', models.JSONField()),
                    ('fixes', models.JSONField(default=dict)),
                    ('status', models.CharField(choices=[('waiting', 'Not checked yet'), ('new', 'New'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('duplicate', 'Duplicate?'), ('error', 'Error'), ('skipped', 'Left out')], default='waiting', max_length=10)),
                    ('reasons', models.JSONField(default=dict)),
                    ('decision', models.CharField(blank=True, choices=[('', 'Not decided'), ('new', 'Enter as new'), ('same', 'It is the one found'), ('skip', 'Leave out')], max_length=5)),
                    ('found_id', models.UUIDField(null=True)),
                    ('result_id', models.UUIDField(null=True)),
                    ('imported_at', models.DateTimeField(null=True)),
                    ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='sync.importrun')),
                ],
                options={
                    'verbose_name': 'Row of an import',
                    'verbose_name_plural': 'Rows of imports',
                    'indexes': [models.Index(fields=['run', 'status', 'number'], name='import_row_status')],
                    'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='import_row_once')],
                },
            ), migrations.CreateModel(
                name='Webhook',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('url', models.URLField(max_length=500, verbose_name='Address')),
                    ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None, verbose_name='Types')),
                    ('description', models.CharField(blank=True, max_length=300, verbose_name='Description')),
                    ('secret', models.TextField(editable=False)),
                    ('source_system', models.CharField(blank=True, editable=False, max_length=40)),
                    ('cursor', models.CharField(editable=False, max_length=500)),
                    ('stopped_at', models.DateTimeField(editable=False, null=True)),
                    ('stop_reason', models.CharField(blank=True, choices=[('gone', 'The receiver answered 410: it wants no more'), ('failing', 'The receiver did not answer for 3 days'), ('by_hand', 'Stopped by hand')], editable=False, max_length=10)),
                    ('failing_since', models.DateTimeField(editable=False, null=True)),
                    ('last_delivered_at', models.DateTimeField(editable=False, null=True)),
                    ('account', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Webhook',
                    'verbose_name_plural': 'Webhooks',
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('stop_reason', ''), ('stopped_at', None)), models.Q(('stopped_at__isnull', False), models.Q(('stop_reason', ''), _negated=True)), _connector='OR'), name='webhook_stopped_for_a_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='9241dfba62b9f0f238b30fc1f4899c8a7c396dad', operation='UPDATE', pgid='pgtrigger_raise_version_1164d', table='sync_webhook', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='WebhookDelivery',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('body', models.BinaryField()),
                    ('changes', models.PositiveSmallIntegerField()),
                    ('status', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='waiting', max_length=10)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('response_status', models.PositiveSmallIntegerField(null=True)),
                    ('response_excerpt', models.CharField(blank=True, max_length=500)),
                    ('error', models.CharField(blank=True, max_length=300)),
                    ('milliseconds', models.PositiveIntegerField(null=True)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('delivered_at', models.DateTimeField(null=True)),
                    ('replay_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replays', to='sync.webhookdelivery')),
                    ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='sync.webhook')),
                ],
                options={
                    'verbose_name': 'Delivery of a webhook',
                    'verbose_name_plural': 'Deliveries of webhooks',
                    'indexes': [models.Index(fields=['webhook', '-created_at', '-id'], name='delivery_of_webhook'), models.Index(condition=models.Q(('status', 'waiting')), fields=['next_attempt_at'], name='webhook_delivery_waiting')],
                },
            ), migrations.CreateModel(
                name='ImportMapping',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('target', models.CharField(choices=[('leads', 'Leads, with their companies and contacts'), ('companies', 'Companies, with their contacts')], max_length=10)),
                    ('source', models.CharField(max_length=100)),
                    ('fields', models.JSONField(default=dict)),
                    ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Remembered columns',
                    'verbose_name_plural': 'Remembered columns',
                    'constraints': [models.UniqueConstraint(fields=('zone', 'target', 'source'), name='mapping_once_a_source')],
                },
            ), migrations.AddField(
                model_name='apikey',
                name='created_by',
                field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ), migrations.AddField(
                model_name='apikey',
                name='last_used_at',
                field=models.DateTimeField(editable=False, null=True),
            ), migrations.AddField(
                model_name='apikey',
                name='revoked_at',
                field=models.DateTimeField(editable=False, null=True),
            ), migrations.AddField(
                model_name='apikey',
                name='source_systems',
                field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='webhook',
                trigger=pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='9241dfba62b9f0f238b30fc1f4899c8a7c396dad', operation='UPDATE', pgid='pgtrigger_raise_version_1164d', table='sync_webhook', when='BEFORE')),
            )],
        ),
    ]
