import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('teams', '0004_teams_out'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='CalendarDay',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('day', models.DateField(verbose_name='Day')),
                    ('is_working', models.BooleanField(default=False, verbose_name='Working day')),
                    ('note', models.CharField(blank=True, max_length=100, verbose_name='Note')),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_days', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Day of the calendar',
                    'verbose_name_plural': 'Days of the calendar',
                    'ordering': ['day'],
                    'constraints': [models.UniqueConstraint(fields=('zone', 'day'), name='calendar_day_once_a_zone', violation_error_message='This day is on the list already.')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."day", NEW."id", NEW."is_working", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;', hash='1149627dc02bea59f48bc678488b52dcb7489cb9', operation='INSERT', pgid='pgtrigger_insert_insert_09e38', table='teams_calendarday', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."day", NEW."id", NEW."is_working", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;', hash='ae609992b0872ea79c5069b66e0e502aa2f69381', operation='UPDATE', pgid='pgtrigger_update_update_fec31', table='teams_calendarday', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (OLD."day", OLD."id", OLD."is_working", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."zone_id"); RETURN NULL;', hash='44301285e310b5c32eb7d30ae05a2bc13fe796ff', operation='DELETE', pgid='pgtrigger_delete_delete_b0934', table='teams_calendarday', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='CalendarDayEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                    ('day', models.DateField(verbose_name='Day')),
                    ('is_working', models.BooleanField(default=False, verbose_name='Working day')),
                    ('note', models.CharField(blank=True, max_length=100, verbose_name='Note')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='teams.calendarday')),
                    ('zone', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.zone')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Schedule',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('job', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report'), ('reminders', 'Morning reminders')], max_length=10, verbose_name='What')),
                    ('is_on', models.BooleanField(default=True, verbose_name='Is done')),
                    ('days', models.SmallIntegerField(default=0, verbose_name='Day')),
                    ('at', models.TimeField(verbose_name='Time')),
                    ('moves', models.CharField(choices=[('later', 'To the next working day'), ('earlier', 'To the working day before'), ('stays', 'It stays')], default='later', max_length=10, verbose_name='On a day that is no working day')),
                    ('releases_itself', models.BooleanField(default=False, verbose_name="Goes out without a director's release")),
                    ('starts_on', models.DateField(verbose_name='From')),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Schedule',
                    'verbose_name_plural': 'Schedules',
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('zone', 'job'), name='schedule_once_a_zone'), models.CheckConstraint(condition=models.Q(('days__gte', 0), ('days__lte', 28)), name='schedule_days_sane')],
                    'triggers': [pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='c2f4510196ee80f20934cd295deaa86fc9270c87', operation='UPDATE', pgid='pgtrigger_raise_version_527c9', table='teams_schedule', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_scheduleevent" ("at", "created_at", "days", "deleted_at", "id", "is_on", "job", "moves", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "releases_itself", "starts_on", "zone_id") VALUES (NEW."at", NEW."created_at", NEW."days", NEW."deleted_at", NEW."id", NEW."is_on", NEW."job", NEW."moves", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."releases_itself", NEW."starts_on", NEW."zone_id"); RETURN NULL;', hash='c466898d9af61ea04a918f6c3f58c3bef0014fe7', operation='INSERT', pgid='pgtrigger_insert_insert_e3cd5', table='teams_schedule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_on" IS DISTINCT FROM (NEW."is_on") OR OLD."job" IS DISTINCT FROM (NEW."job") OR OLD."moves" IS DISTINCT FROM (NEW."moves") OR OLD."releases_itself" IS DISTINCT FROM (NEW."releases_itself") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))', func='INSERT INTO "teams_scheduleevent" ("at", "created_at", "days", "deleted_at", "id", "is_on", "job", "moves", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "releases_itself", "starts_on", "zone_id") VALUES (NEW."at", NEW."created_at", NEW."days", NEW."deleted_at", NEW."id", NEW."is_on", NEW."job", NEW."moves", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."releases_itself", NEW."starts_on", NEW."zone_id"); RETURN NULL;', hash='7615f4db130fa333c6dba66e043a1a517732ec81', operation='UPDATE', pgid='pgtrigger_update_update_9e788', table='teams_schedule', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ScheduleEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('job', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report'), ('reminders', 'Morning reminders')], max_length=10, verbose_name='What')),
                    ('is_on', models.BooleanField(default=True, verbose_name='Is done')),
                    ('days', models.SmallIntegerField(default=0, verbose_name='Day')),
                    ('at', models.TimeField(verbose_name='Time')),
                    ('moves', models.CharField(choices=[('later', 'To the next working day'), ('earlier', 'To the working day before'), ('stays', 'It stays')], default='later', max_length=10, verbose_name='On a day that is no working day')),
                    ('releases_itself', models.BooleanField(default=False, verbose_name="Goes out without a director's release")),
                    ('starts_on', models.DateField(verbose_name='From')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='teams.schedule')),
                    ('zone', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='teams.zone')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ScheduleRun',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('job', models.CharField(choices=[('weekly', 'Weekly bulletin'), ('monthly', 'Monthly scheduling'), ('quarterly', 'Quarterly assessment'), ('yearly', 'Yearly report'), ('reminders', 'Morning reminders')], max_length=10)),
                    ('key', models.CharField(blank=True, max_length=40)),
                    ('due_at', models.DateTimeField(null=True)),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('outcome', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('nothing', 'Nothing was due'), ('failed', 'Failed')], default='running', max_length=10)),
                    ('made', models.PositiveIntegerField(default=0)),
                    ('error', models.TextField(blank=True)),
                    ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedule_runs', to='teams.zone')),
                ],
                options={
                    'verbose_name': 'Run of a schedule',
                    'verbose_name_plural': 'Runs of schedules',
                    'indexes': [models.Index(fields=['zone', 'job', '-started_at'], name='schedule_run_last')],
                },
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='calendarday',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."day", NEW."id", NEW."is_working", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;', hash='1149627dc02bea59f48bc678488b52dcb7489cb9', operation='INSERT', pgid='pgtrigger_insert_insert_09e38', table='teams_calendarday', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='calendarday',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."day", NEW."id", NEW."is_working", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;', hash='ae609992b0872ea79c5069b66e0e502aa2f69381', operation='UPDATE', pgid='pgtrigger_update_update_fec31', table='teams_calendarday', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='calendarday',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_calendardayevent" ("day", "id", "is_working", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (OLD."day", OLD."id", OLD."is_working", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."zone_id"); RETURN NULL;', hash='44301285e310b5c32eb7d30ae05a2bc13fe796ff', operation='DELETE', pgid='pgtrigger_delete_delete_b0934', table='teams_calendarday', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='schedule',
                trigger=pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='c2f4510196ee80f20934cd295deaa86fc9270c87', operation='UPDATE', pgid='pgtrigger_raise_version_527c9', table='teams_schedule', when='BEFORE')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='schedule',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "teams_scheduleevent" ("at", "created_at", "days", "deleted_at", "id", "is_on", "job", "moves", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "releases_itself", "starts_on", "zone_id") VALUES (NEW."at", NEW."created_at", NEW."days", NEW."deleted_at", NEW."id", NEW."is_on", NEW."job", NEW."moves", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."releases_itself", NEW."starts_on", NEW."zone_id"); RETURN NULL;', hash='c466898d9af61ea04a918f6c3f58c3bef0014fe7', operation='INSERT', pgid='pgtrigger_insert_insert_e3cd5', table='teams_schedule', when='AFTER')),
            ), investcrm.core.migration_operations.InstallTrigger(
                model_name='schedule',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_on" IS DISTINCT FROM (NEW."is_on") OR OLD."job" IS DISTINCT FROM (NEW."job") OR OLD."moves" IS DISTINCT FROM (NEW."moves") OR OLD."releases_itself" IS DISTINCT FROM (NEW."releases_itself") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))', func='INSERT INTO "teams_scheduleevent" ("at", "created_at", "days", "deleted_at", "id", "is_on", "job", "moves", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "releases_itself", "starts_on", "zone_id") VALUES (NEW."at", NEW."created_at", NEW."days", NEW."deleted_at", NEW."id", NEW."is_on", NEW."job", NEW."moves", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."releases_itself", NEW."starts_on", NEW."zone_id"); RETURN NULL;', hash='7615f4db130fa333c6dba66e043a1a517732ec81', operation='UPDATE', pgid='pgtrigger_update_update_9e788', table='teams_schedule', when='AFTER')),
            )],
        ),
    ]
