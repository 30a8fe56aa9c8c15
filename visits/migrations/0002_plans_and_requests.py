import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import pgtrigger.migrations
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0003_working_day"),
        ("teams", "0002_people_and_limits"),
        ("teams", "__first__"),
        ("visits", "0001_initial"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                pgtrigger.migrations.RemoveTrigger(
                    model_name="followup",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="followup",
                    name="update_update",
                ),
                migrations.CreateModel(
                    name="PlannedVisit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("visit", "Outbound visit"),
                                    ("reception", "Reception"),
                                    ("meeting", "Meeting"),
                                    ("video", "Video"),
                                    ("event", "Event"),
                                ],
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        ("planned_on", models.DateField(verbose_name="Day")),
                        ("first_planned_on", models.DateField(editable=False)),
                        ("starts_at", models.TimeField(blank=True, null=True, verbose_name="Time")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Minutes"),
                        ),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place")),
                        ("purpose", models.CharField(blank=True, max_length=500, verbose_name="Purpose")),
                        ("expected_result", models.CharField(max_length=1000, verbose_name="Expected result")),
                        (
                            "status",
                            models.CharField(
                                choices=[("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
                                default="planned",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        ("closed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "company",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned_visits",
                                to="projects.company",
                                verbose_name="Company",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="done_planned_visits",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned_visits",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned_visits",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Who goes",
                            ),
                        ),
                        (
                            "staff",
                            models.ManyToManyField(
                                blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="With"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.zone"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Planned visit",
                        "verbose_name_plural": "Planned visits",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["zone", "planned_on"],
                                name="planned_visit_zone",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["team", "planned_on"],
                                name="planned_visit_team",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["owner", "planned_on"],
                                name="planned_visit_owner",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["lead", "planned_on"],
                                name="planned_visit_lead",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("company__isnull", False), ("lead__isnull", False), _connector="OR"
                                ),
                                name="planned_visit_to_somebody",
                                violation_error_message="Name a company or a lead.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("channel__in", ["event", "meeting", "reception", "video", "visit"])
                                ),
                                name="planned_visit_channel",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("done_by", None), ("status", "planned")),
                                    models.Q(("closed_at__isnull", False), ("status", "done")),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("done_by", None),
                                        ("status", "cancelled"),
                                        models.Q(("cancel_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="planned_visit_closed_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("duration_minutes", None),
                                    models.Q(("duration_minutes__gte", 5), ("duration_minutes__lte", 6000)),
                                    _connector="OR",
                                ),
                                name="planned_visit_minutes_sane",
                                violation_error_message="Between 5 minutes and 100 hours.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="0f00c7f5cc5067e8696d566d81a772b32dcb9907",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_8d0c6",
                                    table="visits_plannedvisit",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_plannedvisitevent" ("cancel_reason", "channel", "closed_at", "company_id", "created_at", "created_by_id", "deleted_at", "done_by_id", "duration_minutes", "expected_result", "first_planned_on", "id", "lead_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "planned_on", "purpose", "starts_at", "status", "team_id", "zone_id") VALUES (NEW."cancel_reason", NEW."channel", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."duration_minutes", NEW."expected_result", NEW."first_planned_on", NEW."id", NEW."lead_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."planned_on", NEW."purpose", NEW."starts_at", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="8284e8b7ca64f9f65b1d267e72bed6d4f592ea50",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_f91cb",
                                    table="visits_plannedvisit",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."duration_minutes" IS DISTINCT FROM (NEW."duration_minutes") OR OLD."expected_result" IS DISTINCT FROM (NEW."expected_result") OR OLD."first_planned_on" IS DISTINCT FROM (NEW."first_planned_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."planned_on" IS DISTINCT FROM (NEW."planned_on") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "visits_plannedvisitevent" ("cancel_reason", "channel", "closed_at", "company_id", "created_at", "created_by_id", "deleted_at", "done_by_id", "duration_minutes", "expected_result", "first_planned_on", "id", "lead_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "planned_on", "purpose", "starts_at", "status", "team_id", "zone_id") VALUES (NEW."cancel_reason", NEW."channel", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."duration_minutes", NEW."expected_result", NEW."first_planned_on", NEW."id", NEW."lead_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."planned_on", NEW."purpose", NEW."starts_at", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="b9851a1753808e94ccde29e55eded93c11a65d7e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_c5798",
                                    table="visits_plannedvisit",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceRequest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("land", "Land and premises"),
                                    ("permits", "Permits and procedures"),
                                    ("utilities", "Power, water, gas, network"),
                                    ("labour", "Workers and talents"),
                                    ("finance", "Finance"),
                                    ("policy", "Policies and subsidies"),
                                    ("market", "Suppliers and customers"),
                                    ("living", "Housing, schools, daily life"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="About",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="What they ask for")),
                        ("detail", models.TextField(blank=True, max_length=5000, verbose_name="Details")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        ("answer_due_on", models.DateField(verbose_name="Answer due")),
                        ("settle_due_on", models.DateField(verbose_name="To be settled by")),
                        ("report_due_on", models.DateField(editable=False, null=True, verbose_name="Report back by")),
                        ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="Answered")),
                        ("answer", models.TextField(blank=True, max_length=2000, verbose_name="Answer")),
                        ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="Settled")),
                        (
                            "settlement",
                            models.TextField(blank=True, max_length=2000, verbose_name="How it was settled"),
                        ),
                        ("reported_at", models.DateTimeField(editable=False, null=True, verbose_name="Reported back")),
                        ("report", models.TextField(blank=True, max_length=2000, verbose_name="What they said to it")),
                        ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                        ("withdraw_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "came_from",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_requests",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_requests",
                                to="projects.company",
                                verbose_name="Company",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Handled by",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_requests",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.contact",
                                verbose_name="Raised by",
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.zone"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Service request",
                        "verbose_name_plural": "Service requests",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("deleted_at", None), ("reported_at", None), ("withdrawn_at", None)
                                ),
                                fields=["zone", "settle_due_on"],
                                name="request_open",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("deleted_at", None), ("reported_at", None), ("withdrawn_at", None)
                                ),
                                fields=["handler", "settle_due_on"],
                                name="request_of_handler",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["company", "-received_at"],
                                name="request_company",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["zone", "-received_at", "-id"],
                                name="request_list",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("answered_by", None)),
                                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="request_answered_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("settled_at", None), ("settled_by", None)),
                                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="request_settled_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reported_at", None), ("reported_by", None)),
                                    models.Q(("reported_at__isnull", False), ("reported_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="request_reported_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_at", None),
                                    ("answered_at__gte", models.F("received_at")),
                                    _connector="OR",
                                ),
                                name="request_answered_after_it_came",
                                violation_error_message="It cannot be answered before it came.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("settled_at", None),
                                    models.Q(
                                        ("answered_at__isnull", False), ("settled_at__gte", models.F("answered_at"))
                                    ),
                                    _connector="OR",
                                ),
                                name="request_settled_after_answer",
                                violation_error_message="It cannot be settled before it was answered.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reported_at", None),
                                    models.Q(
                                        ("reported_at__gte", models.F("settled_at")), ("settled_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="request_reported_after_settling",
                                violation_error_message="It cannot be reported back before it was settled.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="503611a0c49df3da51e09ab4f9546fb51562a5d8",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_f91b0",
                                    table="visits_servicerequest",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_servicerequestevent" ("answer", "answer_due_on", "answered_at", "answered_by_id", "came_from_id", "category", "company_id", "created_at", "created_by_id", "deleted_at", "detail", "handler_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_by_id", "received_at", "report", "report_due_on", "reported_at", "reported_by_id", "settle_due_on", "settled_at", "settled_by_id", "settlement", "team_id", "title", "withdraw_reason", "withdrawn_at", "zone_id") VALUES (NEW."answer", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."came_from_id", NEW."category", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."detail", NEW."handler_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raised_by_id", NEW."received_at", NEW."report", NEW."report_due_on", NEW."reported_at", NEW."reported_by_id", NEW."settle_due_on", NEW."settled_at", NEW."settled_by_id", NEW."settlement", NEW."team_id", NEW."title", NEW."withdraw_reason", NEW."withdrawn_at", NEW."zone_id"); RETURN NULL;',
                                    hash="2c844edbf779c34e36b721cc498b9ee8f6c83a9e",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_2e36c",
                                    table="visits_servicerequest",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."answer_due_on" IS DISTINCT FROM (NEW."answer_due_on") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."came_from_id" IS DISTINCT FROM (NEW."came_from_id") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."handler_id" IS DISTINCT FROM (NEW."handler_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."raised_by_id" IS DISTINCT FROM (NEW."raised_by_id") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."report" IS DISTINCT FROM (NEW."report") OR OLD."report_due_on" IS DISTINCT FROM (NEW."report_due_on") OR OLD."reported_at" IS DISTINCT FROM (NEW."reported_at") OR OLD."reported_by_id" IS DISTINCT FROM (NEW."reported_by_id") OR OLD."settle_due_on" IS DISTINCT FROM (NEW."settle_due_on") OR OLD."settled_at" IS DISTINCT FROM (NEW."settled_at") OR OLD."settled_by_id" IS DISTINCT FROM (NEW."settled_by_id") OR OLD."settlement" IS DISTINCT FROM (NEW."settlement") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."withdraw_reason" IS DISTINCT FROM (NEW."withdraw_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "visits_servicerequestevent" ("answer", "answer_due_on", "answered_at", "answered_by_id", "came_from_id", "category", "company_id", "created_at", "created_by_id", "deleted_at", "detail", "handler_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_by_id", "received_at", "report", "report_due_on", "reported_at", "reported_by_id", "settle_due_on", "settled_at", "settled_by_id", "settlement", "team_id", "title", "withdraw_reason", "withdrawn_at", "zone_id") VALUES (NEW."answer", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."came_from_id", NEW."category", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."detail", NEW."handler_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."raised_by_id", NEW."received_at", NEW."report", NEW."report_due_on", NEW."reported_at", NEW."reported_by_id", NEW."settle_due_on", NEW."settled_at", NEW."settled_by_id", NEW."settlement", NEW."team_id", NEW."title", NEW."withdraw_reason", NEW."withdrawn_at", NEW."zone_id"); RETURN NULL;',
                                    hash="a4471b9c0469011b2b0d08ffc011dc6370a9ef78",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_ce96f",
                                    table="visits_servicerequest",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="projects.document",
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "planned_visit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="visits.plannedvisit",
                            ),
                        ),
                        (
                            "service_request",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="visits.servicerequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Attachment",
                        "verbose_name_plural": "Attachments",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("interaction__isnull", False),
                                        ("planned_visit", None),
                                        ("service_request", None),
                                    ),
                                    models.Q(
                                        ("interaction", None),
                                        ("planned_visit__isnull", False),
                                        ("service_request", None),
                                    ),
                                    models.Q(
                                        ("interaction", None),
                                        ("planned_visit", None),
                                        ("service_request__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="attachment_of_one",
                            ),
                            models.UniqueConstraint(
                                fields=("document", "interaction"), name="attachment_interaction_once"
                            ),
                            models.UniqueConstraint(
                                fields=("document", "planned_visit"), name="attachment_visit_once"
                            ),
                            models.UniqueConstraint(
                                fields=("document", "service_request"), name="attachment_request_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[("own", "My own plans"), ("team", "My team's plans")],
                                default="own",
                                max_length=10,
                            ),
                        ),
                        ("label", models.CharField(blank=True, max_length=60, verbose_name="For which device")),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("last_read_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feeds",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Calendar address",
                        "verbose_name_plural": "Calendar addresses",
                        "ordering": ["-created_at"],
                    },
                ),
                migrations.CreateModel(
                    name="DossierItem",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.SlugField(max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=100, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                        (
                            "zone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dossier_items",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Dossier item",
                        "verbose_name_plural": "Dossier items",
                        "ordering": ["position", "code"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("deleted_at", None)),
                                fields=("zone", "code"),
                                name="dossier_item_once_a_zone",
                                nulls_distinct=False,
                                violation_error_message="There is such an item already.",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="dfbfe3444c925ea5d50e90f9f0512ca55fc89276",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_4ff79",
                                    table="visits_dossieritem",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_dossieritemevent" ("code", "created_at", "deleted_at", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."zone_id"); RETURN NULL;',
                                    hash="0333627bc924efd6fa7b4bc35d98a34018e27f39",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_e941e",
                                    table="visits_dossieritem",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "visits_dossieritemevent" ("code", "created_at", "deleted_at", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."zone_id"); RETURN NULL;',
                                    hash="843b10850caad2cd0a7f90f51b6171280707f0fa",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_53f18",
                                    table="visits_dossieritem",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DossierCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=1000, verbose_name="Finding")),
                        ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "done_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.dossieritem"
                            ),
                        ),
                        (
                            "planned_visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checks",
                                to="visits.plannedvisit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Ticked dossier item",
                        "verbose_name_plural": "Ticked dossier items",
                        "constraints": [
                            models.UniqueConstraint(fields=("planned_visit", "item"), name="dossier_check_once")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_dossiercheckevent" ("done_at", "done_by_id", "id", "item_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_visit_id") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."item_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planned_visit_id"); RETURN NULL;',
                                    hash="9eada39cecb7d0e169f14e62e5c8712fab37563a",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_6c53e",
                                    table="visits_dossiercheck",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "visits_dossiercheckevent" ("done_at", "done_by_id", "id", "item_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_visit_id") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."item_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planned_visit_id"); RETURN NULL;',
                                    hash="99d68d0e7273f7daf87c124e09b0803924557c46",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_93b7b",
                                    table="visits_dossiercheck",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DossierCheckEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("note", models.CharField(blank=True, max_length=1000, verbose_name="Finding")),
                        ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "done_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="visits.dossiercheck",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="visits.dossieritem",
                            ),
                        ),
                        (
                            "planned_visit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="visits.plannedvisit",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DossierItemEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.SlugField(db_index=False, max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=100, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="visits.dossieritem",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlannedVisitEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("visit", "Outbound visit"),
                                    ("reception", "Reception"),
                                    ("meeting", "Meeting"),
                                    ("video", "Video"),
                                    ("event", "Event"),
                                ],
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        ("planned_on", models.DateField(verbose_name="Day")),
                        ("first_planned_on", models.DateField(editable=False)),
                        ("starts_at", models.TimeField(blank=True, null=True, verbose_name="Time")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Minutes"),
                        ),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place")),
                        ("purpose", models.CharField(blank=True, max_length=500, verbose_name="Purpose")),
                        ("expected_result", models.CharField(max_length=1000, verbose_name="Expected result")),
                        (
                            "status",
                            models.CharField(
                                choices=[("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
                                default="planned",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        ("closed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "company",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.company",
                                verbose_name="Company",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Who goes",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="visits.plannedvisit",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="teams.zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ServiceRequestEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("land", "Land and premises"),
                                    ("permits", "Permits and procedures"),
                                    ("utilities", "Power, water, gas, network"),
                                    ("labour", "Workers and talents"),
                                    ("finance", "Finance"),
                                    ("policy", "Policies and subsidies"),
                                    ("market", "Suppliers and customers"),
                                    ("living", "Housing, schools, daily life"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="About",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="What they ask for")),
                        ("detail", models.TextField(blank=True, max_length=5000, verbose_name="Details")),
                        ("received_at", models.DateTimeField(verbose_name="Received")),
                        ("answer_due_on", models.DateField(verbose_name="Answer due")),
                        ("settle_due_on", models.DateField(verbose_name="To be settled by")),
                        ("report_due_on", models.DateField(editable=False, null=True, verbose_name="Report back by")),
                        ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="Answered")),
                        ("answer", models.TextField(blank=True, max_length=2000, verbose_name="Answer")),
                        ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="Settled")),
                        (
                            "settlement",
                            models.TextField(blank=True, max_length=2000, verbose_name="How it was settled"),
                        ),
                        ("reported_at", models.DateTimeField(editable=False, null=True, verbose_name="Reported back")),
                        ("report", models.TextField(blank=True, max_length=2000, verbose_name="What they said to it")),
                        ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                        ("withdraw_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "came_from",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.company",
                                verbose_name="Company",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Handled by",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="visits.servicerequest",
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.contact",
                                verbose_name="Raised by",
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="teams.zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="followup",
                    name="delegated_by",
                    field=models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="followup",
                    name="snooze_reason",
                    field=models.CharField(blank=True, max_length=300, verbose_name="Why later"),
                ),
                migrations.AddField(
                    model_name="followupevent",
                    name="delegated_by",
                    field=models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="followupevent",
                    name="snooze_reason",
                    field=models.CharField(blank=True, max_length=300, verbose_name="Why later"),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="dossieritem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="dfbfe3444c925ea5d50e90f9f0512ca55fc89276",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_4ff79",
                            table="visits_dossieritem",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="dossieritem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_dossieritemevent" ("code", "created_at", "deleted_at", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."zone_id"); RETURN NULL;',
                            hash="0333627bc924efd6fa7b4bc35d98a34018e27f39",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e941e",
                            table="visits_dossieritem",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="dossieritem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "visits_dossieritemevent" ("code", "created_at", "deleted_at", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."zone_id"); RETURN NULL;',
                            hash="843b10850caad2cd0a7f90f51b6171280707f0fa",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_53f18",
                            table="visits_dossieritem",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="plannedvisit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="0f00c7f5cc5067e8696d566d81a772b32dcb9907",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_8d0c6",
                            table="visits_plannedvisit",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="plannedvisit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_plannedvisitevent" ("cancel_reason", "channel", "closed_at", "company_id", "created_at", "created_by_id", "deleted_at", "done_by_id", "duration_minutes", "expected_result", "first_planned_on", "id", "lead_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "planned_on", "purpose", "starts_at", "status", "team_id", "zone_id") VALUES (NEW."cancel_reason", NEW."channel", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."duration_minutes", NEW."expected_result", NEW."first_planned_on", NEW."id", NEW."lead_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."planned_on", NEW."purpose", NEW."starts_at", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="8284e8b7ca64f9f65b1d267e72bed6d4f592ea50",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f91cb",
                            table="visits_plannedvisit",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="plannedvisit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."duration_minutes" IS DISTINCT FROM (NEW."duration_minutes") OR OLD."expected_result" IS DISTINCT FROM (NEW."expected_result") OR OLD."first_planned_on" IS DISTINCT FROM (NEW."first_planned_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."planned_on" IS DISTINCT FROM (NEW."planned_on") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "visits_plannedvisitevent" ("cancel_reason", "channel", "closed_at", "company_id", "created_at", "created_by_id", "deleted_at", "done_by_id", "duration_minutes", "expected_result", "first_planned_on", "id", "lead_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "planned_on", "purpose", "starts_at", "status", "team_id", "zone_id") VALUES (NEW."cancel_reason", NEW."channel", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."duration_minutes", NEW."expected_result", NEW."first_planned_on", NEW."id", NEW."lead_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."planned_on", NEW."purpose", NEW."starts_at", NEW."status", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="b9851a1753808e94ccde29e55eded93c11a65d7e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c5798",
                            table="visits_plannedvisit",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="dossiercheck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_dossiercheckevent" ("done_at", "done_by_id", "id", "item_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_visit_id") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."item_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planned_visit_id"); RETURN NULL;',
                            hash="9eada39cecb7d0e169f14e62e5c8712fab37563a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6c53e",
                            table="visits_dossiercheck",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="dossiercheck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "visits_dossiercheckevent" ("done_at", "done_by_id", "id", "item_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_visit_id") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."item_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planned_visit_id"); RETURN NULL;',
                            hash="99d68d0e7273f7daf87c124e09b0803924557c46",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_93b7b",
                            table="visits_dossiercheck",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="servicerequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="503611a0c49df3da51e09ab4f9546fb51562a5d8",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_f91b0",
                            table="visits_servicerequest",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="servicerequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_servicerequestevent" ("answer", "answer_due_on", "answered_at", "answered_by_id", "came_from_id", "category", "company_id", "created_at", "created_by_id", "deleted_at", "detail", "handler_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_by_id", "received_at", "report", "report_due_on", "reported_at", "reported_by_id", "settle_due_on", "settled_at", "settled_by_id", "settlement", "team_id", "title", "withdraw_reason", "withdrawn_at", "zone_id") VALUES (NEW."answer", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."came_from_id", NEW."category", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."detail", NEW."handler_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raised_by_id", NEW."received_at", NEW."report", NEW."report_due_on", NEW."reported_at", NEW."reported_by_id", NEW."settle_due_on", NEW."settled_at", NEW."settled_by_id", NEW."settlement", NEW."team_id", NEW."title", NEW."withdraw_reason", NEW."withdrawn_at", NEW."zone_id"); RETURN NULL;',
                            hash="2c844edbf779c34e36b721cc498b9ee8f6c83a9e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2e36c",
                            table="visits_servicerequest",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="servicerequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."answer_due_on" IS DISTINCT FROM (NEW."answer_due_on") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."came_from_id" IS DISTINCT FROM (NEW."came_from_id") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."handler_id" IS DISTINCT FROM (NEW."handler_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."raised_by_id" IS DISTINCT FROM (NEW."raised_by_id") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."report" IS DISTINCT FROM (NEW."report") OR OLD."report_due_on" IS DISTINCT FROM (NEW."report_due_on") OR OLD."reported_at" IS DISTINCT FROM (NEW."reported_at") OR OLD."reported_by_id" IS DISTINCT FROM (NEW."reported_by_id") OR OLD."settle_due_on" IS DISTINCT FROM (NEW."settle_due_on") OR OLD."settled_at" IS DISTINCT FROM (NEW."settled_at") OR OLD."settled_by_id" IS DISTINCT FROM (NEW."settled_by_id") OR OLD."settlement" IS DISTINCT FROM (NEW."settlement") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."withdraw_reason" IS DISTINCT FROM (NEW."withdraw_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "visits_servicerequestevent" ("answer", "answer_due_on", "answered_at", "answered_by_id", "came_from_id", "category", "company_id", "created_at", "created_by_id", "deleted_at", "detail", "handler_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_by_id", "received_at", "report", "report_due_on", "reported_at", "reported_by_id", "settle_due_on", "settled_at", "settled_by_id", "settlement", "team_id", "title", "withdraw_reason", "withdrawn_at", "zone_id") VALUES (NEW."answer", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."came_from_id", NEW."category", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."detail", NEW."handler_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."raised_by_id", NEW."received_at", NEW."report", NEW."report_due_on", NEW."reported_at", NEW."reported_by_id", NEW."settle_due_on", NEW."settled_at", NEW."settled_by_id", NEW."settlement", NEW."team_id", NEW."title", NEW."withdraw_reason", NEW."withdrawn_at", NEW."zone_id"); RETURN NULL;',
                            hash="a4471b9c0469011b2b0d08ffc011dc6370a9ef78",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ce96f",
                            table="visits_servicerequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "delegated_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "snooze_reason", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."delegated_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."snooze_reason", NEW."status"); RETURN NULL;',
                            hash="0c6dd39e2d1a34c59422005d5a3a03efb1acd456",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ef51d",
                            table="visits_followup",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."came_from_id" IS DISTINCT FROM (NEW."came_from_id") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."delegated_by_id" IS DISTINCT FROM (NEW."delegated_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."snooze_reason" IS DISTINCT FROM (NEW."snooze_reason") OR OLD."status" IS DISTINCT FROM (NEW."status"))',
                            func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "delegated_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "snooze_reason", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."delegated_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."snooze_reason", NEW."status"); RETURN NULL;',
                            hash="da87e274b3f60902efcfadcbc10b68d5fbf2684c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1baa2",
                            table="visits_followup",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
