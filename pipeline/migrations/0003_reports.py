import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import projects.models.documents
import uuid6
from django.conf import settings
from django.db import migrations, models

from investcrm.core.changes import note_changes_of


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_given_up_mails'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('pipeline', '0002_targets'),
        ('teams', '0005_schedules'),
        ('visits', '0006_reminders'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='Report',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('kind', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report')], max_length=10, verbose_name='Kind')),
                    ('first_day', models.DateField(verbose_name='From')),
                    ('last_day', models.DateField(verbose_name='Until')),
                    ('edition', models.PositiveSmallIntegerField(default=1, verbose_name='Edition')),
                    ('cutoff_at', models.DateTimeField(verbose_name='Cut-off')),
                    ('as_of', models.DateField(verbose_name='As of')),
                    ('known', models.BigIntegerField()),
                    ('figures', models.JSONField()),
                    ('changes', models.JSONField(default=list)),
                    ('sheet', models.FileField(blank=True, max_length=200, storage=projects.models.documents.document_storage, upload_to='')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('released', 'Released')], default='draft', editable=False, max_length=10, verbose_name='Status')),
                    ('comment', models.TextField(blank=True, max_length=5000, verbose_name='Comment')),
                    ('reason', models.CharField(blank=True, max_length=500, verbose_name='Reason')),
                    ('released_at', models.DateTimeField(editable=False, null=True)),
                    ('commented_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('released_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='teams.team', verbose_name='Team')),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='teams.zone', verbose_name='Zone')),
                ],
                options={
                    'verbose_name': 'Report',
                    'verbose_name_plural': 'Reports',
                    'abstract': False,
                    'indexes': [models.Index(fields=['zone', '-cutoff_at', 'id'], name='report_list')],
                    'constraints': [models.UniqueConstraint(fields=('zone', 'team', 'kind', 'first_day', 'edition'), name='report_once_a_period_and_edition', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='report_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('released_at', None), ('status', 'draft')), models.Q(('released_at__isnull', False), ('status', 'released')), _connector='OR'), name='report_released_has_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='dd5d3c815190ebb9509df2a9f96ebccdb1305204', operation='UPDATE', pgid='pgtrigger_raise_version_6b633', table='pipeline_report', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "pipeline_reportevent" ("as_of", "changes", "comment", "commented_by_id", "created_at", "cutoff_at", "deleted_at", "edition", "first_day", "id", "kind", "known", "last_day", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_at", "released_by_id", "sheet", "status", "team_id", "zone_id") VALUES (NEW."as_of", NEW."changes", NEW."comment", NEW."commented_by_id", NEW."created_at", NEW."cutoff_at", NEW."deleted_at", NEW."edition", NEW."first_day", NEW."id", NEW."kind", NEW."known", NEW."last_day", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."released_at", NEW."released_by_id", NEW."sheet", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;', hash='a3c8961f2d41e76bd0b659db41b4f52e12b6eba6', operation='INSERT', pgid='pgtrigger_insert_insert_0ad7c', table='pipeline_report', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."changes" IS DISTINCT FROM (NEW."changes") OR OLD."comment" IS DISTINCT FROM (NEW."comment") OR OLD."commented_by_id" IS DISTINCT FROM (NEW."commented_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."cutoff_at" IS DISTINCT FROM (NEW."cutoff_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."edition" IS DISTINCT FROM (NEW."edition") OR OLD."first_day" IS DISTINCT FROM (NEW."first_day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."known" IS DISTINCT FROM (NEW."known") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."released_at" IS DISTINCT FROM (NEW."released_at") OR OLD."released_by_id" IS DISTINCT FROM (NEW."released_by_id") OR OLD."sheet" IS DISTINCT FROM (NEW."sheet") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))', func='INSERT INTO "pipeline_reportevent" ("as_of", "changes", "comment", "commented_by_id", "created_at", "cutoff_at", "deleted_at", "edition", "first_day", "id", "kind", "known", "last_day", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_at", "released_by_id", "sheet", "status", "team_id", "zone_id") VALUES (NEW."as_of", NEW."changes", NEW."comment", NEW."commented_by_id", NEW."created_at", NEW."cutoff_at", NEW."deleted_at", NEW."edition", NEW."first_day", NEW."id", NEW."kind", NEW."known", NEW."last_day", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."released_at", NEW."released_by_id", NEW."sheet", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;', hash='b478cfbb26c0a933b7df6ffe8d9c6752119767d9', operation='UPDATE', pgid='pgtrigger_update_update_c07cb', table='pipeline_report', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ReportDelivery',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('turn', models.PositiveSmallIntegerField(default=1)),
                    ('language', models.CharField(max_length=10)),
                    ('address', models.EmailField(blank=True, max_length=254)),
                    ('state', models.CharField(choices=[('waiting', 'Waits to be written'), ('written', 'Written'), ('no_address', 'No address'), ('not_allowed', 'May not read it any more'), ('failed', 'Could not be written')], default='waiting', max_length=12)),
                    ('error', models.TextField(blank=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('mail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='report_deliveries', to='core.outboxmessage')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='pipeline.report')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Delivery',
                    'verbose_name_plural': 'Deliveries',
                    'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'failed'])), fields=['next_attempt_at'], name='delivery_waiting')],
                    'constraints': [models.UniqueConstraint(fields=('report', 'user', 'turn'), name='delivery_once_a_turn'), models.CheckConstraint(condition=models.Q(models.Q(('mail__isnull', False), ('state', 'written')), models.Q(models.Q(('state', 'written'), _negated=True), ('mail', None)), _connector='OR'), name='delivery_written_has_mail')],
                },
            ), migrations.CreateModel(
                name='ReportEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('kind', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report')], max_length=10, verbose_name='Kind')),
                    ('first_day', models.DateField(verbose_name='From')),
                    ('last_day', models.DateField(verbose_name='Until')),
                    ('edition', models.PositiveSmallIntegerField(default=1, verbose_name='Edition')),
                    ('cutoff_at', models.DateTimeField(verbose_name='Cut-off')),
                    ('as_of', models.DateField(verbose_name='As of')),
                    ('known', models.BigIntegerField()),
                    ('changes', models.JSONField(default=list)),
                    ('sheet', models.FileField(blank=True, max_length=200, storage=projects.models.documents.document_storage, upload_to='')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('status', models.CharField(choices=[('draft', 'Draft'), ('released', 'Released')], default='draft', editable=False, max_length=10, verbose_name='Status')),
                    ('comment', models.TextField(blank=True, max_length=5000, verbose_name='Comment')),
                    ('reason', models.CharField(blank=True, max_length=500, verbose_name='Reason')),
                    ('released_at', models.DateTimeField(editable=False, null=True)),
                    ('commented_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pipeline.report')),
                    ('released_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.team', verbose_name='Team')),
                    ('zone', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.zone', verbose_name='Zone')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ReportSubscription',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report')], max_length=10, verbose_name='Kind')),
                    ('is_on', models.BooleanField(default=True, verbose_name='By mail')),
                    ('language', models.CharField(blank=True, choices=[('zh-hans', 'Simplified Chinese'), ('en', 'English')], max_length=10, verbose_name='Language')),
                    ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.team')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_subscriptions', to=settings.AUTH_USER_MODEL)),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Subscription',
                    'verbose_name_plural': 'Subscriptions',
                    'constraints': [models.UniqueConstraint(fields=('user', 'zone', 'team', 'kind'), name='subscription_once', nulls_distinct=False)],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "pipeline_reportsubscriptionevent" ("id", "is_on", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team_id", "user_id", "zone_id") VALUES (NEW."id", NEW."is_on", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."team_id", NEW."user_id", NEW."zone_id"); RETURN NULL;', hash='a4663988d6bf48aa5f5f3d73c4e40d06b37a3f5c', operation='INSERT', pgid='pgtrigger_insert_insert_2c6b1', table='pipeline_reportsubscription', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pipeline_reportsubscriptionevent" ("id", "is_on", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team_id", "user_id", "zone_id") VALUES (NEW."id", NEW."is_on", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."team_id", NEW."user_id", NEW."zone_id"); RETURN NULL;', hash='dfa7707b041ddc591e6f52a3b97f773d346b50d1', operation='UPDATE', pgid='pgtrigger_update_update_55ca5', table='pipeline_reportsubscription', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ReportSubscriptionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                    ('kind', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report')], max_length=10, verbose_name='Kind')),
                    ('is_on', models.BooleanField(default=True, verbose_name='By mail')),
                    ('language', models.CharField(blank=True, choices=[('zh-hans', 'Simplified Chinese'), ('en', 'English')], max_length=10, verbose_name='Language')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='pipeline.reportsubscription')),
                    ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.team')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('zone', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.zone')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='TeamStatement',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report')], max_length=10)),
                    ('first_day', models.DateField()),
                    ('problems', models.TextField(blank=True, max_length=3000, verbose_name='Problems and what needs coordination')),
                    ('plans', models.TextField(blank=True, max_length=3000, verbose_name='What is planned next')),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='teams.team')),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.zone')),
                ],
                options={
                    'verbose_name': "Team's statement",
                    'verbose_name_plural': "Teams' statements",
                    'indexes': [models.Index(fields=['zone', 'kind', 'first_day'], name='statement_period')],
                },
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='dd5d3c815190ebb9509df2a9f96ebccdb1305204', operation='UPDATE', pgid='pgtrigger_raise_version_6b633', table='pipeline_report', when='BEFORE')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "pipeline_reportevent" ("as_of", "changes", "comment", "commented_by_id", "created_at", "cutoff_at", "deleted_at", "edition", "first_day", "id", "kind", "known", "last_day", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_at", "released_by_id", "sheet", "status", "team_id", "zone_id") VALUES (NEW."as_of", NEW."changes", NEW."comment", NEW."commented_by_id", NEW."created_at", NEW."cutoff_at", NEW."deleted_at", NEW."edition", NEW."first_day", NEW."id", NEW."kind", NEW."known", NEW."last_day", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."released_at", NEW."released_by_id", NEW."sheet", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;', hash='a3c8961f2d41e76bd0b659db41b4f52e12b6eba6', operation='INSERT', pgid='pgtrigger_insert_insert_0ad7c', table='pipeline_report', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."changes" IS DISTINCT FROM (NEW."changes") OR OLD."comment" IS DISTINCT FROM (NEW."comment") OR OLD."commented_by_id" IS DISTINCT FROM (NEW."commented_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."cutoff_at" IS DISTINCT FROM (NEW."cutoff_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."edition" IS DISTINCT FROM (NEW."edition") OR OLD."first_day" IS DISTINCT FROM (NEW."first_day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."known" IS DISTINCT FROM (NEW."known") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."released_at" IS DISTINCT FROM (NEW."released_at") OR OLD."released_by_id" IS DISTINCT FROM (NEW."released_by_id") OR OLD."sheet" IS DISTINCT FROM (NEW."sheet") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))', func='INSERT INTO "pipeline_reportevent" ("as_of", "changes", "comment", "commented_by_id", "created_at", "cutoff_at", "deleted_at", "edition", "first_day", "id", "kind", "known", "last_day", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_at", "released_by_id", "sheet", "status", "team_id", "zone_id") VALUES (NEW."as_of", NEW."changes", NEW."comment", NEW."commented_by_id", NEW."created_at", NEW."cutoff_at", NEW."deleted_at", NEW."edition", NEW."first_day", NEW."id", NEW."kind", NEW."known", NEW."last_day", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."released_at", NEW."released_by_id", NEW."sheet", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;', hash='b478cfbb26c0a933b7df6ffe8d9c6752119767d9', operation='UPDATE', pgid='pgtrigger_update_update_c07cb', table='pipeline_report', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='reportsubscription',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "pipeline_reportsubscriptionevent" ("id", "is_on", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team_id", "user_id", "zone_id") VALUES (NEW."id", NEW."is_on", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."team_id", NEW."user_id", NEW."zone_id"); RETURN NULL;', hash='a4663988d6bf48aa5f5f3d73c4e40d06b37a3f5c', operation='INSERT', pgid='pgtrigger_insert_insert_2c6b1', table='pipeline_reportsubscription', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='reportsubscription',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "pipeline_reportsubscriptionevent" ("id", "is_on", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team_id", "user_id", "zone_id") VALUES (NEW."id", NEW."is_on", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."team_id", NEW."user_id", NEW."zone_id"); RETURN NULL;', hash='dfa7707b041ddc591e6f52a3b97f773d346b50d1', operation='UPDATE', pgid='pgtrigger_update_update_55ca5', table='pipeline_reportsubscription', when='AFTER')),
            )],
        ),
        note_changes_of({
            "visits_servicerequestevent": "service_request",
            "pipeline_teamstatement": "statement",
        }),
    ]
