import investcrm.core.migration_operations
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0001_initial"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                pgtrigger.migrations.RemoveTrigger(
                    model_name="user",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="user",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="zone",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="zone",
                    name="update_update",
                ),
                migrations.AddField(
                    model_name="user",
                    name="time_zone",
                    field=models.CharField(blank=True, max_length=50, verbose_name="Time zone"),
                ),
                migrations.AddField(
                    model_name="userevent",
                    name="time_zone",
                    field=models.CharField(blank=True, max_length=50, verbose_name="Time zone"),
                ),
                migrations.AddField(
                    model_name="zone",
                    name="care_visit_days",
                    field=models.PositiveSmallIntegerField(
                        default=90, verbose_name="Days between visits to a settled company"
                    ),
                ),
                migrations.AddField(
                    model_name="zone",
                    name="protection_days",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        default=90,
                        null=True,
                        verbose_name="Days that a lead is protected after its last contact",
                    ),
                ),
                migrations.AddField(
                    model_name="zone",
                    name="request_answer_days",
                    field=models.PositiveSmallIntegerField(default=1, verbose_name="Days to answer a service request"),
                ),
                migrations.AddField(
                    model_name="zone",
                    name="request_report_days",
                    field=models.PositiveSmallIntegerField(
                        default=3, verbose_name="Days to report back after settling"
                    ),
                ),
                migrations.AddField(
                    model_name="zone",
                    name="request_settle_days",
                    field=models.PositiveSmallIntegerField(
                        default=15, verbose_name="Days to settle a service request"
                    ),
                ),
                migrations.AddField(
                    model_name="zoneevent",
                    name="care_visit_days",
                    field=models.PositiveSmallIntegerField(
                        default=90, verbose_name="Days between visits to a settled company"
                    ),
                ),
                migrations.AddField(
                    model_name="zoneevent",
                    name="protection_days",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        default=90,
                        null=True,
                        verbose_name="Days that a lead is protected after its last contact",
                    ),
                ),
                migrations.AddField(
                    model_name="zoneevent",
                    name="request_answer_days",
                    field=models.PositiveSmallIntegerField(default=1, verbose_name="Days to answer a service request"),
                ),
                migrations.AddField(
                    model_name="zoneevent",
                    name="request_report_days",
                    field=models.PositiveSmallIntegerField(
                        default=3, verbose_name="Days to report back after settling"
                    ),
                ),
                migrations.AddField(
                    model_name="zoneevent",
                    name="request_settle_days",
                    field=models.PositiveSmallIntegerField(
                        default=15, verbose_name="Days to settle a service request"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "time_zone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."time_zone", NEW."username"); RETURN NULL;',
                            hash="add051fe5e5149b7e27db692defe3176ec327828",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_640a3",
                            table="teams_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."display_name" IS DISTINCT FROM (NEW."display_name") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_service_account" IS DISTINCT FROM (NEW."is_service_account") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name_key" IS DISTINCT FROM (NEW."name_key") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                            func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "time_zone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."time_zone", NEW."username"); RETURN NULL;',
                            hash="20cae34ad77d89b42182a0d4c6eec3f110ae5462",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5a40a",
                            table="teams_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="zone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_zoneevent" ("care_visit_days", "centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "protection_days", "region_code", "request_answer_days", "request_report_days", "request_settle_days", "time_zone") VALUES (NEW."care_visit_days", NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."protection_days", NEW."region_code", NEW."request_answer_days", NEW."request_report_days", NEW."request_settle_days", NEW."time_zone"); RETURN NULL;',
                            hash="c043d7e6dff81248b3e54d580f27eab73836d45e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c253b",
                            table="teams_zone",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="zone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."care_visit_days" IS DISTINCT FROM (NEW."care_visit_days") OR OLD."centre_en" IS DISTINCT FROM (NEW."centre_en") OR OLD."centre_zh" IS DISTINCT FROM (NEW."centre_zh") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idle_close_days" IS DISTINCT FROM (NEW."idle_close_days") OR OLD."idle_red_days" IS DISTINCT FROM (NEW."idle_red_days") OR OLD."idle_yellow_days" IS DISTINCT FROM (NEW."idle_yellow_days") OR OLD."is_generated" IS DISTINCT FROM (NEW."is_generated") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."protection_days" IS DISTINCT FROM (NEW."protection_days") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."request_answer_days" IS DISTINCT FROM (NEW."request_answer_days") OR OLD."request_report_days" IS DISTINCT FROM (NEW."request_report_days") OR OLD."request_settle_days" IS DISTINCT FROM (NEW."request_settle_days") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "teams_zoneevent" ("care_visit_days", "centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "protection_days", "region_code", "request_answer_days", "request_report_days", "request_settle_days", "time_zone") VALUES (NEW."care_visit_days", NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."protection_days", NEW."region_code", NEW."request_answer_days", NEW."request_report_days", NEW."request_settle_days", NEW."time_zone"); RETURN NULL;',
                            hash="dfae33f584963a56332ae6129d9e02a9d3c203f6",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c045f",
                            table="teams_zone",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
