import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0001_initial"),
        ("teams", "0001_initial"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                migrations.CreateModel(
                    name="Interaction",
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
                                    ("phone", "Phone"),
                                    ("video", "Video"),
                                    ("wechat", "WeChat"),
                                    ("email", "E-mail"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Outbound visit"),
                                    ("reception", "Reception"),
                                    ("event", "Event"),
                                ],
                                max_length=10,
                                verbose_name="Channel",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="When")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Minutes"),
                        ),
                        ("person_times", models.PositiveSmallIntegerField(default=1, verbose_name="People met")),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place")),
                        ("summary", models.TextField(blank=True, max_length=10000, verbose_name="What was said")),
                        ("outcome", models.TextField(blank=True, max_length=2000, verbose_name="Outcome")),
                        ("next_follow_up_on", models.DateField(blank=True, null=True, verbose_name="Next follow-up")),
                        ("client_token", models.UUIDField(blank=True, editable=False, null=True)),
                        ("search_text", models.TextField(default="", editable=False)),
                        (
                            "company",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
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
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "staff",
                            models.ManyToManyField(
                                blank=True,
                                related_name="interactions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Our people",
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
                        "verbose_name": "Interaction",
                        "verbose_name_plural": "Interactions",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["lead", "-occurred_at", "-id"],
                                name="interaction_lead",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["zone", "-occurred_at", "-id"],
                                name="interaction_zone",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["team", "-occurred_at", "-id"],
                                name="interaction_team",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["-created_at", "-id"],
                                name="interaction_created",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("created_by", "client_token"), name="interaction_token_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("person_times__gte", 1), ("person_times__lte", 10000)),
                                name="interaction_people_sane",
                                violation_error_message="Count the people met: 1 to 10,000.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("duration_minutes", None), ("duration_minutes__lte", 6000), _connector="OR"
                                ),
                                name="interaction_minutes_sane",
                                violation_error_message="That is longer than 100 hours.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="b2583a2090e8114c3698c8aaefec0bc13f2d3fe6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_671a8",
                                    table="visits_interaction",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_interactionevent" ("channel", "client_token", "company_id", "created_at", "created_by_id", "deleted_at", "duration_minutes", "id", "lead_id", "next_follow_up_on", "occurred_at", "outcome", "person_times", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "summary", "team_id", "zone_id") VALUES (NEW."channel", NEW."client_token", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."duration_minutes", NEW."id", NEW."lead_id", NEW."next_follow_up_on", NEW."occurred_at", NEW."outcome", NEW."person_times", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."summary", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="47ce8dd1de488363e49cbae17d94e79e53fd9b0b",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_9087d",
                                    table="visits_interaction",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."client_token" IS DISTINCT FROM (NEW."client_token") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."duration_minutes" IS DISTINCT FROM (NEW."duration_minutes") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."next_follow_up_on" IS DISTINCT FROM (NEW."next_follow_up_on") OR OLD."occurred_at" IS DISTINCT FROM (NEW."occurred_at") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."person_times" IS DISTINCT FROM (NEW."person_times") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "visits_interactionevent" ("channel", "client_token", "company_id", "created_at", "created_by_id", "deleted_at", "duration_minutes", "id", "lead_id", "next_follow_up_on", "occurred_at", "outcome", "person_times", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "summary", "team_id", "zone_id") VALUES (NEW."channel", NEW."client_token", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."duration_minutes", NEW."id", NEW."lead_id", NEW."next_follow_up_on", NEW."occurred_at", NEW."outcome", NEW."person_times", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."summary", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="181d22029fd1153044df7422fd9ac0134ecac306",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_32470",
                                    table="visits_interaction",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("due_on", models.DateField(verbose_name="Due on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="What to do")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                                default="open",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(editable=False, null=True)),
                        ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        (
                            "assignee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Who",
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
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                        (
                            "came_from",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="done_follow_ups",
                                to="visits.interaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Follow-up",
                        "verbose_name_plural": "Follow-ups",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("status", "open")),
                                fields=["assignee", "due_on"],
                                name="follow_up_due",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("status", "open")),
                                fields=["lead", "due_on"],
                                name="follow_up_lead",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="follow_up_closed_has_time",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="97fa1a198c9d24d0b8830b91b73ad494e22d0dd6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_145f4",
                                    table="visits_followup",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status"); RETURN NULL;',
                                    hash="fa595a159ed8b1b9d73b40e4a5d0a988603e27e3",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_ef51d",
                                    table="visits_followup",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."came_from_id" IS DISTINCT FROM (NEW."came_from_id") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."status" IS DISTINCT FROM (NEW."status"))',
                                    func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status"); RETURN NULL;',
                                    hash="d65b6290c34c6d24a758500e825687284df678c5",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_1baa2",
                                    table="visits_followup",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("due_on", models.DateField(verbose_name="Due on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="What to do")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                                default="open",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(editable=False, null=True)),
                        ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                        (
                            "assignee",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Who",
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
                            "lead",
                            models.ForeignKey(
                                db_constraint=False,
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
                                to="visits.followup",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="InteractionEvent",
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
                                    ("phone", "Phone"),
                                    ("video", "Video"),
                                    ("wechat", "WeChat"),
                                    ("email", "E-mail"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Outbound visit"),
                                    ("reception", "Reception"),
                                    ("event", "Event"),
                                ],
                                max_length=10,
                                verbose_name="Channel",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="When")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Minutes"),
                        ),
                        ("person_times", models.PositiveSmallIntegerField(default=1, verbose_name="People met")),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place")),
                        ("summary", models.TextField(blank=True, max_length=10000, verbose_name="What was said")),
                        ("outcome", models.TextField(blank=True, max_length=2000, verbose_name="Outcome")),
                        ("next_follow_up_on", models.DateField(blank=True, null=True, verbose_name="Next follow-up")),
                        ("client_token", models.UUIDField(blank=True, editable=False, null=True)),
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
                                to="visits.interaction",
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
                    name="InteractionParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("outcome", models.TextField(blank=True, max_length=2000, verbose_name="Outcome")),
                        (
                            "company",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.company",
                                verbose_name="Company",
                            ),
                        ),
                        (
                            "contacts",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="projects.contact", verbose_name="Contacts"
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parties",
                                to="visits.interaction",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.lead",
                                verbose_name="Lead",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Party",
                        "verbose_name_plural": "Parties",
                        "ordering": ["interaction", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("interaction", "position"), name="party_position_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("company__isnull", False), ("lead__isnull", False), _connector="OR"
                                ),
                                name="party_is_somebody",
                                violation_error_message="Name a company or a lead.",
                            ),
                        ],
                    },
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="b2583a2090e8114c3698c8aaefec0bc13f2d3fe6",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_671a8",
                            table="visits_interaction",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_interactionevent" ("channel", "client_token", "company_id", "created_at", "created_by_id", "deleted_at", "duration_minutes", "id", "lead_id", "next_follow_up_on", "occurred_at", "outcome", "person_times", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "summary", "team_id", "zone_id") VALUES (NEW."channel", NEW."client_token", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."duration_minutes", NEW."id", NEW."lead_id", NEW."next_follow_up_on", NEW."occurred_at", NEW."outcome", NEW."person_times", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."summary", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="47ce8dd1de488363e49cbae17d94e79e53fd9b0b",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9087d",
                            table="visits_interaction",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."client_token" IS DISTINCT FROM (NEW."client_token") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."duration_minutes" IS DISTINCT FROM (NEW."duration_minutes") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."next_follow_up_on" IS DISTINCT FROM (NEW."next_follow_up_on") OR OLD."occurred_at" IS DISTINCT FROM (NEW."occurred_at") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."person_times" IS DISTINCT FROM (NEW."person_times") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "visits_interactionevent" ("channel", "client_token", "company_id", "created_at", "created_by_id", "deleted_at", "duration_minutes", "id", "lead_id", "next_follow_up_on", "occurred_at", "outcome", "person_times", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "summary", "team_id", "zone_id") VALUES (NEW."channel", NEW."client_token", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."duration_minutes", NEW."id", NEW."lead_id", NEW."next_follow_up_on", NEW."occurred_at", NEW."outcome", NEW."person_times", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."summary", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="181d22029fd1153044df7422fd9ac0134ecac306",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_32470",
                            table="visits_interaction",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="97fa1a198c9d24d0b8830b91b73ad494e22d0dd6",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_145f4",
                            table="visits_followup",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status"); RETURN NULL;',
                            hash="fa595a159ed8b1b9d73b40e4a5d0a988603e27e3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ef51d",
                            table="visits_followup",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."came_from_id" IS DISTINCT FROM (NEW."came_from_id") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."status" IS DISTINCT FROM (NEW."status"))',
                            func='INSERT INTO "visits_followupevent" ("assignee_id", "came_from_id", "cancel_reason", "closed_at", "created_at", "created_by_id", "deleted_at", "done_by_id", "due_on", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."assignee_id", NEW."came_from_id", NEW."cancel_reason", NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status"); RETURN NULL;',
                            hash="d65b6290c34c6d24a758500e825687284df678c5",
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
