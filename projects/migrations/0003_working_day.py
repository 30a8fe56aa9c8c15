import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import investcrm.core.migration_operations
import investcrm.core.models
import pgtrigger.compiler
import pgtrigger.migrations
import projects.models.documents
import uuid
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("projects", "0002_stages_and_numbers"),
        ("teams", "0002_people_and_limits"),
        ("teams", "__first__"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                pgtrigger.migrations.RemoveTrigger(
                    model_name="lead",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="lead",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="milestone",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="milestone",
                    name="update_update",
                ),
                migrations.CreateModel(
                    name="Document",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("agreement", "Agreement"),
                                    ("draft", "Draft agreement"),
                                    ("pitch", "Pitch material"),
                                    ("plan", "Business plan or feasibility study"),
                                    ("licence", "Licence or certificate"),
                                    ("evidence", "Evidence"),
                                    ("minutes", "Minutes"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="Title")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                        (
                            "company",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="projects.company",
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
                                related_name="documents",
                                to="projects.lead",
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
                        "verbose_name": "Document",
                        "verbose_name_plural": "Documents",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["lead", "-created_at"],
                                name="document_lead",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["company", "-created_at"],
                                name="document_company",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("company", None), ("lead__isnull", False)),
                                    models.Q(("company__isnull", False), ("lead", None)),
                                    _connector="OR",
                                ),
                                name="document_of_one",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="599af842111cd2ecb685af7835bf775eb3dd4708",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_aa8dd",
                                    table="projects_document",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_documentevent" ("company_id", "created_at", "created_by_id", "deleted_at", "id", "kind", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."kind", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."zone_id"); RETURN NULL;',
                                    hash="38104079583791860a76e484dd3c4d37d092051e",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_7d063",
                                    table="projects_document",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_documentevent" ("company_id", "created_at", "created_by_id", "deleted_at", "id", "kind", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."kind", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."zone_id"); RETURN NULL;',
                                    hash="e9419e6c0239d3ebcbb7c9345fcabca779e7c676",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_25003",
                                    table="projects_document",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CapitalIncrease",
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
                            "amount",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, verbose_name="Amount"),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        ("agreed_on", models.DateField(verbose_name="Agreed on")),
                        ("evidence", models.CharField(blank=True, max_length=500, verbose_name="Evidence")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.ledgerentry",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="capital_increases",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.document",
                                verbose_name="Document",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Capital increase",
                        "verbose_name_plural": "Capital increases",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="increase_amount_positive",
                                violation_error_message="An increase is more than zero.",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="39d22047ffaa24fd16739dd3bdaf13056f00380f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_befe0",
                                    table="projects_capitalincrease",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_capitalincreaseevent" ("agreed_on", "amount", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "entry_id", "evidence", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."agreed_on", NEW."amount", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."entry_id", NEW."evidence", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                                    hash="4c3724ea08653db4dbd9a4bd97dbb8282836f5f2",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_9e56a",
                                    table="projects_capitalincrease",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."agreed_on" IS DISTINCT FROM (NEW."agreed_on") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note"))',
                                    func='INSERT INTO "projects_capitalincreaseevent" ("agreed_on", "amount", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "entry_id", "evidence", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."agreed_on", NEW."amount", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."entry_id", NEW."evidence", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                                    hash="6a1e1669e5d5f527e1dc2c812d828c562fb9057d",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_28973",
                                    table="projects_capitalincrease",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CapitalIncreaseEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "amount",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, verbose_name="Amount"),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        ("agreed_on", models.DateField(verbose_name="Agreed on")),
                        ("evidence", models.CharField(blank=True, max_length=500, verbose_name="Evidence")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.ledgerentry",
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
                                to="projects.capitalincrease",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.document",
                                verbose_name="Document",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("text", models.TextField(max_length=5000, verbose_name="Comment")),
                        (
                            "author",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "mentions",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "verbose_name": "Comment",
                        "verbose_name_plural": "Comments",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["lead", "-created_at"],
                                name="comment_lead",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="2508f4cb48749dc909d268c632072c431db311c6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_7a1db",
                                    table="projects_comment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_commentevent" ("author_id", "created_at", "deleted_at", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."author_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text"); RETURN NULL;',
                                    hash="43854babf667108db4479bfde635364fab0a1170",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_a6c1a",
                                    table="projects_comment",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                                    func='INSERT INTO "projects_commentevent" ("author_id", "created_at", "deleted_at", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."author_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text"); RETURN NULL;',
                                    hash="239a6c9a4f60d27dc6738e8e5d9a2e2d60d8f9f4",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_ee88c",
                                    table="projects_comment",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("text", models.TextField(max_length=5000, verbose_name="Comment")),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
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
                                to="projects.comment",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
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
                            "page",
                            models.CharField(
                                choices=[
                                    ("leads", "Leads"),
                                    ("companies", "Companies"),
                                    ("interactions", "Calls and visits"),
                                ],
                                editable=False,
                                max_length=20,
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="Name")),
                        ("query", models.CharField(blank=True, editable=False, max_length=4000)),
                        (
                            "owner",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Saved view",
                        "verbose_name_plural": "Saved views",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("deleted_at", None)),
                                fields=("owner", "page", "name"),
                                name="saved_view_name_once",
                                violation_error_message="You have a view of this name already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("team", None), ("zone", None), _connector="OR"),
                                name="saved_view_shared_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="8d684471ebb196422f1538340da578c358287856",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_7785f",
                                    table="projects_savedview",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_savedviewevent" ("created_at", "deleted_at", "id", "name", "owner_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "team_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", NEW."name", NEW."owner_id", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."query", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="5516788f2ea120a5491fc9f4182093e06fb39a5c",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_f6ff4",
                                    table="projects_savedview",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."page" IS DISTINCT FROM (NEW."page") OR OLD."query" IS DISTINCT FROM (NEW."query") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_savedviewevent" ("created_at", "deleted_at", "id", "name", "owner_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "team_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", NEW."name", NEW."owner_id", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."query", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                                    hash="2d45ff4266b6608a58328a8f78f86f7fe1aac8ed",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_1da64",
                                    table="projects_savedview",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DefaultView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("leads", "Leads"),
                                    ("companies", "Companies"),
                                    ("interactions", "Calls and visits"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "view",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.savedview"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Default view",
                        "verbose_name_plural": "Default views",
                        "constraints": [models.UniqueConstraint(fields=("user", "page"), name="default_view_once")],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=255)),
                        (
                            "file",
                            models.FileField(
                                max_length=200,
                                storage=projects.models.documents.document_storage,
                                upload_to=projects.models.documents.stored_name,
                            ),
                        ),
                        ("size", models.BigIntegerField(help_text="bytes")),
                        ("sha256", models.CharField(max_length=64)),
                        ("content_type", models.CharField(max_length=100)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="projects.document",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Version of a document",
                        "verbose_name_plural": "Versions of documents",
                        "ordering": ["document", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("document", "number"), name="document_version_once"),
                            models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="document_version_size"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentDispatch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("recipient", models.CharField(max_length=200, verbose_name="Sent to")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("wechat", "WeChat"),
                                    ("link", "Link to a cloud drive"),
                                    ("paper", "On paper"),
                                    ("other", "Other way"),
                                ],
                                max_length=10,
                                verbose_name="By",
                            ),
                        ),
                        ("sent_on", models.DateField(verbose_name="Sent on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.contact",
                                verbose_name="Contact",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version_sent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dispatches",
                                to="projects.documentversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Sent document",
                        "verbose_name_plural": "Sent documents",
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="48524b3084a8382a451aff3010b52cbebd3a16a7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_820d0",
                                    table="projects_documentdispatch",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_documentdispatchevent" ("contact_id", "created_at", "deleted_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "sent_by_id", "sent_on", "version_sent_id", "way") VALUES (NEW."contact_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recipient", NEW."sent_by_id", NEW."sent_on", NEW."version_sent_id", NEW."way"); RETURN NULL;',
                                    hash="4db5a40ca4f4d7798464ab857e5a6053da58fd18",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_0047b",
                                    table="projects_documentdispatch",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."recipient" IS DISTINCT FROM (NEW."recipient") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id") OR OLD."sent_on" IS DISTINCT FROM (NEW."sent_on") OR OLD."version_sent_id" IS DISTINCT FROM (NEW."version_sent_id") OR OLD."way" IS DISTINCT FROM (NEW."way"))',
                                    func='INSERT INTO "projects_documentdispatchevent" ("contact_id", "created_at", "deleted_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "sent_by_id", "sent_on", "version_sent_id", "way") VALUES (NEW."contact_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recipient", NEW."sent_by_id", NEW."sent_on", NEW."version_sent_id", NEW."way"); RETURN NULL;',
                                    hash="2041e3d81a94cc0a959f75fc945f7ac29dda8b84",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_05852",
                                    table="projects_documentdispatch",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentDispatchEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("recipient", models.CharField(max_length=200, verbose_name="Sent to")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("wechat", "WeChat"),
                                    ("link", "Link to a cloud drive"),
                                    ("paper", "On paper"),
                                    ("other", "Other way"),
                                ],
                                max_length=10,
                                verbose_name="By",
                            ),
                        ),
                        ("sent_on", models.DateField(verbose_name="Sent on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.contact",
                                verbose_name="Contact",
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
                                to="projects.documentdispatch",
                            ),
                        ),
                        (
                            "sent_by",
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
                            "version_sent",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.documentversion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DocumentDownload",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="downloads",
                                to="projects.documentversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Download",
                        "verbose_name_plural": "Downloads",
                        "ordering": ["-at"],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("agreement", "Agreement"),
                                    ("draft", "Draft agreement"),
                                    ("pitch", "Pitch material"),
                                    ("plan", "Business plan or feasibility study"),
                                    ("licence", "Licence or certificate"),
                                    ("evidence", "Evidence"),
                                    ("minutes", "Minutes"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="Title")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
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
                                to="projects.document",
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
                    name="ExportRecord",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("leads", "Leads"),
                                    ("companies", "Companies"),
                                    ("interactions", "Calls and visits"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("format", models.CharField(choices=[("xlsx", "XLSX"), ("csv", "CSV")], max_length=5)),
                        ("query", models.CharField(blank=True, max_length=4000)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        ("rows", models.PositiveIntegerField()),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Export",
                        "verbose_name_plural": "Exports",
                        "ordering": ["-at"],
                    },
                ),
                migrations.CreateModel(
                    name="FundArrival",
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
                            "kind",
                            models.CharField(
                                choices=[("funds_in_place", "Funds in place"), ("fdi", "FDI paid in")],
                                default="funds_in_place",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "amount",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, verbose_name="Amount"),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        ("value_on", models.DateField(verbose_name="Value date")),
                        ("evidence", models.CharField(max_length=500, verbose_name="Evidence")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("entered", "To be verified"),
                                    ("verified", "Verified"),
                                    ("rejected", "Rejected"),
                                ],
                                default="entered",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "check_note",
                            models.CharField(blank=True, max_length=500, verbose_name="Remark of the check"),
                        ),
                        (
                            "checked_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.document",
                                verbose_name="Document",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fund_arrivals",
                                to="projects.lead",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Arrival of funds",
                        "verbose_name_plural": "Arrivals of funds",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["lead", "value_on"],
                                name="fund_of_lead",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None), ("status", "entered")),
                                fields=["created_at"],
                                name="fund_to_verify",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="fund_amount_positive",
                                violation_error_message="An amount that arrived is more than zero.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("checked_at", None), ("checked_by", None), ("status", "entered")),
                                    models.Q(
                                        models.Q(("status", "entered"), _negated=True),
                                        ("checked_at__isnull", False),
                                        ("checked_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="fund_checked_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("checked_by", None),
                                    models.Q(("checked_by", models.F("entered_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="fund_checked_by_another",
                                violation_error_message="Somebody else must verify what you entered.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="63b53fa261b37d073b4ed9f644603ca43bda4f0b",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_0e3a9",
                                    table="projects_fundarrival",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_fundarrivalevent" ("amount", "check_note", "checked_at", "checked_by_id", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "evidence", "id", "kind", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "value_on") VALUES (NEW."amount", NEW."check_note", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status", NEW."value_on"); RETURN NULL;',
                                    hash="3f340a6e02e5f80d8a945ae413d9dc40a7fe2edb",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_76383",
                                    table="projects_fundarrival",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."check_note" IS DISTINCT FROM (NEW."check_note") OR OLD."checked_at" IS DISTINCT FROM (NEW."checked_at") OR OLD."checked_by_id" IS DISTINCT FROM (NEW."checked_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."value_on" IS DISTINCT FROM (NEW."value_on"))',
                                    func='INSERT INTO "projects_fundarrivalevent" ("amount", "check_note", "checked_at", "checked_by_id", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "evidence", "id", "kind", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "value_on") VALUES (NEW."amount", NEW."check_note", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status", NEW."value_on"); RETURN NULL;',
                                    hash="615a974d426c3ff26e9d9fa0949109ac71da3588",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_ffcca",
                                    table="projects_fundarrival",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FundArrivalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("funds_in_place", "Funds in place"), ("fdi", "FDI paid in")],
                                default="funds_in_place",
                                max_length=20,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "amount",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, verbose_name="Amount"),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        ("value_on", models.DateField(verbose_name="Value date")),
                        ("evidence", models.CharField(max_length=500, verbose_name="Evidence")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("entered", "To be verified"),
                                    ("verified", "Verified"),
                                    ("rejected", "Rejected"),
                                ],
                                default="entered",
                                editable=False,
                                max_length=10,
                                verbose_name="Status",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "check_note",
                            models.CharField(blank=True, max_length=500, verbose_name="Remark of the check"),
                        ),
                        (
                            "checked_by",
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
                            "document",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.document",
                                verbose_name="Document",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
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
                                to="projects.fundarrival",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=40, verbose_name="Name")),
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
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tags",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Tag",
                        "verbose_name_plural": "Tags",
                        "ordering": ["name"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("zone"),
                                django.db.models.functions.text.Lower("name"),
                                condition=models.Q(("deleted_at", None)),
                                name="tag_once_a_zone",
                                violation_error_message="There is such a tag already.",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="fc8725636e391b978a0965d0a66d280103eb68bb",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_26060",
                                    table="projects_tag",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_tagevent" ("created_at", "created_by_id", "deleted_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;',
                                    hash="0e8ed23ed61c4e0c098985ea153adb3b9c4f698d",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_235a7",
                                    table="projects_tag",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_tagevent" ("created_at", "created_by_id", "deleted_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;',
                                    hash="6433523de50161e7d7753d96aa1456608f7b8df4",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_234ca",
                                    table="projects_tag",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tag_links",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lead_links",
                                to="projects.tag",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Tag of a lead",
                        "verbose_name_plural": "Tags of leads",
                        "constraints": [models.UniqueConstraint(fields=("lead", "tag"), name="lead_tag_once")],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_leadtagevent" ("added_by_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."added_by_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tag_id"); RETURN NULL;',
                                    hash="0c5766d3a2fd9a2a22607f0097a8f399ead38f72",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_91867",
                                    table="projects_leadtag",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "projects_leadtagevent" ("added_by_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."added_by_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tag_id"); RETURN NULL;',
                                    hash="e3cee2e35035db9aaac4d52445722b9e68f823ce",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_d82d2",
                                    table="projects_leadtag",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadTagEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                db_constraint=False,
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
                                to="projects.leadtag",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.tag",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("assigned", "Something was given to me"),
                                    ("mentioned", "Somebody mentioned me"),
                                    ("commented", "A comment on a lead of mine"),
                                    ("moved", "A lead of mine was moved"),
                                    ("protection_ending", "The protection of a lead of mine ends"),
                                    ("answer_due", "A service request is due"),
                                    ("funds_checked", "Funds that I entered were verified or rejected"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                        ("key", models.CharField(max_length=150)),
                        ("in_page", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Notification",
                        "verbose_name_plural": "Notifications",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("in_page", True)),
                                fields=["user", "-created_at", "-id"],
                                name="notification_list",
                            ),
                            models.Index(
                                condition=models.Q(("in_page", True), ("read_at", None)),
                                fields=["user"],
                                name="notification_unread",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("user", "key"), name="notification_once")],
                    },
                ),
                migrations.CreateModel(
                    name="NotificationChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("assigned", "Something was given to me"),
                                    ("mentioned", "Somebody mentioned me"),
                                    ("commented", "A comment on a lead of mine"),
                                    ("moved", "A lead of mine was moved"),
                                    ("protection_ending", "The protection of a lead of mine ends"),
                                    ("answer_due", "A service request is due"),
                                    ("funds_checked", "Funds that I entered were verified or rejected"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("in_page", models.BooleanField(default=True, verbose_name="In the page")),
                        ("by_mail", models.BooleanField(default=False, verbose_name="By mail")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notification_choices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Notification choice",
                        "verbose_name_plural": "Notification choices",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "kind"), name="notification_choice_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecentItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("viewed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "company",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.company",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Recent item",
                        "verbose_name_plural": "Recent items",
                        "indexes": [models.Index(fields=["user", "-viewed_at"], name="recent_of_user")],
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "lead"), name="recent_lead_once"),
                            models.UniqueConstraint(fields=("user", "company"), name="recent_company_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("company", None), ("lead__isnull", False)),
                                    models.Q(("company__isnull", False), ("lead", None)),
                                    _connector="OR",
                                ),
                                name="recent_is_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedViewEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("leads", "Leads"),
                                    ("companies", "Companies"),
                                    ("interactions", "Calls and visits"),
                                ],
                                editable=False,
                                max_length=20,
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="Name")),
                        ("query", models.CharField(blank=True, editable=False, max_length=4000)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
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
                                to="projects.savedview",
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
                    name="SettlementEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("id", models.BigIntegerField()),
                        ("since", models.DateField(blank=True, null=True, verbose_name="Since")),
                        (
                            "visit_every_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: as often as the zone's limits say.",
                                null=True,
                                verbose_name="Visit every (days)",
                            ),
                        ),
                        ("remarks", models.CharField(blank=True, max_length=500, verbose_name="Remarks")),
                        (
                            "company",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.company",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Looked after by",
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
                                to="projects.settlement",
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
                    name="StageLimit",
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
                            "silence_limit_days",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="Empty: no limit.", null=True, verbose_name="Silent days allowed"
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.stage",
                                to_field="code",
                                verbose_name="Stage",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stage_limits",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Limit of a zone",
                        "verbose_name_plural": "Limits of a zone",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("zone", "stage"), name="stage_limit_once_a_zone")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="4dc61220ff6c2255e77c68efaa890109fb927d8e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_649b4",
                                    table="projects_stagelimit",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_stagelimitevent" ("created_at", "deleted_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "silence_limit_days", "stage_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."silence_limit_days", NEW."stage_id", NEW."zone_id"); RETURN NULL;',
                                    hash="14e5d46740b87cb3727748fe966ca4b7463aa9a9",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_33839",
                                    table="projects_stagelimit",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."silence_limit_days" IS DISTINCT FROM (NEW."silence_limit_days") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_stagelimitevent" ("created_at", "deleted_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "silence_limit_days", "stage_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."silence_limit_days", NEW."stage_id", NEW."zone_id"); RETURN NULL;',
                                    hash="1cbe3ba3d3ed17f90d8d2a8047e575c0a5175a07",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_a7b02",
                                    table="projects_stagelimit",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageLimitEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "silence_limit_days",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="Empty: no limit.", null=True, verbose_name="Silent days allowed"
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
                                to="projects.stagelimit",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.stage",
                                to_field="code",
                                verbose_name="Stage",
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
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TagEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=40, verbose_name="Name")),
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
                                to="projects.tag",
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
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("agreement", "Agreement"),
                                    ("draft", "Draft agreement"),
                                    ("pitch", "Pitch material"),
                                    ("plan", "Business plan or feasibility study"),
                                    ("licence", "Licence or certificate"),
                                    ("evidence", "Evidence"),
                                    ("minutes", "Minutes"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=20,
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=300)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("name", models.CharField(max_length=255)),
                        ("size", models.BigIntegerField(help_text="bytes in all")),
                        ("received", models.BigIntegerField(default=0, help_text="bytes so far")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "company",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.company",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.document",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "made",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="projects.document",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="teams.zone"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Upload",
                        "verbose_name_plural": "Uploads",
                        "indexes": [models.Index(fields=["updated_at"], name="upload_age")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("received__gte", 0), ("received__lte", models.F("size"))),
                                name="upload_within_size",
                            )
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="document",
                    name="current",
                    field=models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.documentversion",
                    ),
                ),
                migrations.AddField(
                    model_name="tag",
                    name="leads",
                    field=models.ManyToManyField(related_name="tags", through="projects.LeadTag", to="projects.lead"),
                ),
                migrations.AddField(
                    model_name="ledgerentry",
                    name="increase_amount",
                    field=investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, null=True),
                ),
                migrations.AddField(
                    model_name="ledgerentry",
                    name="increase_currency",
                    field=models.CharField(blank=True, max_length=3),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="created_at",
                    field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="deleted_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Looked after by",
                    ),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="remarks",
                    field=models.CharField(blank=True, max_length=500, verbose_name="Remarks"),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="updated_at",
                    field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="version",
                    field=models.PositiveIntegerField(default=1, editable=False),
                ),
                migrations.AddField(
                    model_name="settlement",
                    name="visit_every_days",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as often as the zone's limits say.",
                        null=True,
                        verbose_name="Visit every (days)",
                    ),
                ),
                migrations.AddField(
                    model_name="lead",
                    name="agreement_document",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.document",
                        verbose_name="Agreement document",
                    ),
                ),
                migrations.AddField(
                    model_name="leadevent",
                    name="agreement_document",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.document",
                        verbose_name="Agreement document",
                    ),
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="document",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.document",
                        verbose_name="Document",
                    ),
                ),
                migrations.AddField(
                    model_name="milestoneevent",
                    name="document",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="projects.document",
                        verbose_name="Document",
                    ),
                ),
                migrations.AlterField(
                    model_name="settlement",
                    name="id",
                    field=models.BigAutoField(primary_key=True, serialize=False),
                ),
                migrations.AddConstraint(
                    model_name="ledgerentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("increase_amount__isnull", False), ("kind", "increased")),
                            models.Q(models.Q(("kind", "increased"), _negated=True), ("increase_amount", None)),
                            _connector="OR",
                        ),
                        name="ledger_increase_has_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="settlement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("visit_every_days", None),
                            models.Q(("visit_every_days__gte", 1), ("visit_every_days__lte", 1000)),
                            _connector="OR",
                        ),
                        name="settlement_cadence_sane",
                        violation_error_message="Between 1 and 1,000 days.",
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="comment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="2508f4cb48749dc909d268c632072c431db311c6",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_7a1db",
                            table="projects_comment",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="comment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_commentevent" ("author_id", "created_at", "deleted_at", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."author_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text"); RETURN NULL;',
                            hash="43854babf667108db4479bfde635364fab0a1170",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a6c1a",
                            table="projects_comment",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="comment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                            func='INSERT INTO "projects_commentevent" ("author_id", "created_at", "deleted_at", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."author_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text"); RETURN NULL;',
                            hash="239a6c9a4f60d27dc6738e8e5d9a2e2d60d8f9f4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ee88c",
                            table="projects_comment",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="capitalincrease",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="39d22047ffaa24fd16739dd3bdaf13056f00380f",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_befe0",
                            table="projects_capitalincrease",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="capitalincrease",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_capitalincreaseevent" ("agreed_on", "amount", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "entry_id", "evidence", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."agreed_on", NEW."amount", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."entry_id", NEW."evidence", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="4c3724ea08653db4dbd9a4bd97dbb8282836f5f2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9e56a",
                            table="projects_capitalincrease",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="capitalincrease",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."agreed_on" IS DISTINCT FROM (NEW."agreed_on") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note"))',
                            func='INSERT INTO "projects_capitalincreaseevent" ("agreed_on", "amount", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "entry_id", "evidence", "id", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."agreed_on", NEW."amount", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."entry_id", NEW."evidence", NEW."id", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="6a1e1669e5d5f527e1dc2c812d828c562fb9057d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_28973",
                            table="projects_capitalincrease",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="documentdispatch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="48524b3084a8382a451aff3010b52cbebd3a16a7",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_820d0",
                            table="projects_documentdispatch",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="documentdispatch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_documentdispatchevent" ("contact_id", "created_at", "deleted_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "sent_by_id", "sent_on", "version_sent_id", "way") VALUES (NEW."contact_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recipient", NEW."sent_by_id", NEW."sent_on", NEW."version_sent_id", NEW."way"); RETURN NULL;',
                            hash="4db5a40ca4f4d7798464ab857e5a6053da58fd18",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0047b",
                            table="projects_documentdispatch",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="documentdispatch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."recipient" IS DISTINCT FROM (NEW."recipient") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id") OR OLD."sent_on" IS DISTINCT FROM (NEW."sent_on") OR OLD."version_sent_id" IS DISTINCT FROM (NEW."version_sent_id") OR OLD."way" IS DISTINCT FROM (NEW."way"))',
                            func='INSERT INTO "projects_documentdispatchevent" ("contact_id", "created_at", "deleted_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "sent_by_id", "sent_on", "version_sent_id", "way") VALUES (NEW."contact_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recipient", NEW."sent_by_id", NEW."sent_on", NEW."version_sent_id", NEW."way"); RETURN NULL;',
                            hash="2041e3d81a94cc0a959f75fc945f7ac29dda8b84",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_05852",
                            table="projects_documentdispatch",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="document",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="599af842111cd2ecb685af7835bf775eb3dd4708",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_aa8dd",
                            table="projects_document",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="document",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_documentevent" ("company_id", "created_at", "created_by_id", "deleted_at", "id", "kind", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."kind", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."zone_id"); RETURN NULL;',
                            hash="38104079583791860a76e484dd3c4d37d092051e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_7d063",
                            table="projects_document",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="document",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_documentevent" ("company_id", "created_at", "created_by_id", "deleted_at", "id", "kind", "lead_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."kind", NEW."lead_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."zone_id"); RETURN NULL;',
                            hash="e9419e6c0239d3ebcbb7c9345fcabca779e7c676",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_25003",
                            table="projects_document",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="fundarrival",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="63b53fa261b37d073b4ed9f644603ca43bda4f0b",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_0e3a9",
                            table="projects_fundarrival",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="fundarrival",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_fundarrivalevent" ("amount", "check_note", "checked_at", "checked_by_id", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "evidence", "id", "kind", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "value_on") VALUES (NEW."amount", NEW."check_note", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status", NEW."value_on"); RETURN NULL;',
                            hash="3f340a6e02e5f80d8a945ae413d9dc40a7fe2edb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_76383",
                            table="projects_fundarrival",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="fundarrival",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."check_note" IS DISTINCT FROM (NEW."check_note") OR OLD."checked_at" IS DISTINCT FROM (NEW."checked_at") OR OLD."checked_by_id" IS DISTINCT FROM (NEW."checked_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."value_on" IS DISTINCT FROM (NEW."value_on"))',
                            func='INSERT INTO "projects_fundarrivalevent" ("amount", "check_note", "checked_at", "checked_by_id", "created_at", "currency", "deleted_at", "document_id", "entered_by_id", "evidence", "id", "kind", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "value_on") VALUES (NEW."amount", NEW."check_note", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."deleted_at", NEW."document_id", NEW."entered_by_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status", NEW."value_on"); RETURN NULL;',
                            hash="615a974d426c3ff26e9d9fa0949109ac71da3588",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ffcca",
                            table="projects_fundarrival",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="savedview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="8d684471ebb196422f1538340da578c358287856",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_7785f",
                            table="projects_savedview",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="savedview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_savedviewevent" ("created_at", "deleted_at", "id", "name", "owner_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "team_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", NEW."name", NEW."owner_id", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."query", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="5516788f2ea120a5491fc9f4182093e06fb39a5c",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f6ff4",
                            table="projects_savedview",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="savedview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."page" IS DISTINCT FROM (NEW."page") OR OLD."query" IS DISTINCT FROM (NEW."query") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_savedviewevent" ("created_at", "deleted_at", "id", "name", "owner_id", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "team_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", NEW."name", NEW."owner_id", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."query", NEW."team_id", NEW."zone_id"); RETURN NULL;',
                            hash="2d45ff4266b6608a58328a8f78f86f7fe1aac8ed",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1da64",
                            table="projects_savedview",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stagelimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="4dc61220ff6c2255e77c68efaa890109fb927d8e",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_649b4",
                            table="projects_stagelimit",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stagelimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_stagelimitevent" ("created_at", "deleted_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "silence_limit_days", "stage_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."silence_limit_days", NEW."stage_id", NEW."zone_id"); RETURN NULL;',
                            hash="14e5d46740b87cb3727748fe966ca4b7463aa9a9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_33839",
                            table="projects_stagelimit",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stagelimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."silence_limit_days" IS DISTINCT FROM (NEW."silence_limit_days") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_stagelimitevent" ("created_at", "deleted_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "silence_limit_days", "stage_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."silence_limit_days", NEW."stage_id", NEW."zone_id"); RETURN NULL;',
                            hash="1cbe3ba3d3ed17f90d8d2a8047e575c0a5175a07",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a7b02",
                            table="projects_stagelimit",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="tag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="fc8725636e391b978a0965d0a66d280103eb68bb",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_26060",
                            table="projects_tag",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="tag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_tagevent" ("created_at", "created_by_id", "deleted_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;',
                            hash="0e8ed23ed61c4e0c098985ea153adb3b9c4f698d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_235a7",
                            table="projects_tag",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="tag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_tagevent" ("created_at", "created_by_id", "deleted_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;',
                            hash="6433523de50161e7d7753d96aa1456608f7b8df4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_234ca",
                            table="projects_tag",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="leadtag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_leadtagevent" ("added_by_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."added_by_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tag_id"); RETURN NULL;',
                            hash="0c5766d3a2fd9a2a22607f0097a8f399ead38f72",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_91867",
                            table="projects_leadtag",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="leadtag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "projects_leadtagevent" ("added_by_id", "id", "lead_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."added_by_id", NEW."id", NEW."lead_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tag_id"); RETURN NULL;',
                            hash="e3cee2e35035db9aaac4d52445722b9e68f823ce",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d82d2",
                            table="projects_leadtag",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_document_id", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_document_id", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                            hash="7acbc679269c10c1f52b4ca7059c41a4981d49aa",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d2398",
                            table="projects_lead",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."acquisition_mode" IS DISTINCT FROM (NEW."acquisition_mode") OR OLD."agreed_investment" IS DISTINCT FROM (NEW."agreed_investment") OR OLD."agreement_document_id" IS DISTINCT FROM (NEW."agreement_document_id") OR OLD."agreement_number" IS DISTINCT FROM (NEW."agreement_number") OR OLD."capital_origin" IS DISTINCT FROM (NEW."capital_origin") OR OLD."clear_height_m" IS DISTINCT FROM (NEW."clear_height_m") OR OLD."close_reason" IS DISTINCT FROM (NEW."close_reason") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."draft_agreement_on" IS DISTINCT FROM (NEW."draft_agreement_on") OR OLD."expected_signing_on" IS DISTINCT FROM (NEW."expected_signing_on") OR OLD."first_contact_on" IS DISTINCT FROM (NEW."first_contact_on") OR OLD."fixed_asset_investment" IS DISTINCT FROM (NEW."fixed_asset_investment") OR OLD."floor_area_m2" IS DISTINCT FROM (NEW."floor_area_m2") OR OLD."floor_load_t_m2" IS DISTINCT FROM (NEW."floor_load_t_m2") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."land_mu" IS DISTINCT FROM (NEW."land_mu") OR OLD."landed_on" IS DISTINCT FROM (NEW."landed_on") OR OLD."listing" IS DISTINCT FROM (NEW."listing") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."needs_waterway" IS DISTINCT FROM (NEW."needs_waterway") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."power_kva" IS DISTINCT FROM (NEW."power_kva") OR OLD."referrer_company_id" IS DISTINCT FROM (NEW."referrer_company_id") OR OLD."referrer_contact_id" IS DISTINCT FROM (NEW."referrer_contact_id") OR OLD."registered_capital" IS DISTINCT FROM (NEW."registered_capital") OR OLD."registered_company_id" IS DISTINCT FROM (NEW."registered_company_id") OR OLD."review_conclusion" IS DISTINCT FROM (NEW."review_conclusion") OR OLD."signed_on" IS DISTINCT FROM (NEW."signed_on") OR OLD."site_need" IS DISTINCT FROM (NEW."site_need") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."stage_entered_on" IS DISTINCT FROM (NEW."stage_entered_on") OR OLD."stage_kind" IS DISTINCT FROM (NEW."stage_kind") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."total_investment" IS DISTINCT FROM (NEW."total_investment") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_document_id", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_document_id", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                            hash="6965a66e72e7ad76c2e17bf55cd8377866e44e34",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b9988",
                            table="projects_lead",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "document_id", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."document_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                            hash="0e414b7e6c7870a62ddb9b64d7c6cbcb01f52edb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2945c",
                            table="projects_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."occurred_on" IS DISTINCT FROM (NEW."occurred_on") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                            func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "document_id", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."document_id", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                            hash="db71754c4e564219b71f83920b7b7f58b52fe14e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_96e58",
                            table="projects_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="settlement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="6bc5d5052136b4f0318ec7b57ffa1d79172b7917",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_2e091",
                            table="projects_settlement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="settlement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_settlementevent" ("company_id", "created_at", "deleted_at", "id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remarks", "since", "visit_every_days", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."remarks", NEW."since", NEW."visit_every_days", NEW."zone_id"); RETURN NULL;',
                            hash="e75974dceb27a3b1c4ce29685c5b3f2c7f9c8158",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fd184",
                            table="projects_settlement",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="settlement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."remarks" IS DISTINCT FROM (NEW."remarks") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."visit_every_days" IS DISTINCT FROM (NEW."visit_every_days") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_settlementevent" ("company_id", "created_at", "deleted_at", "id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remarks", "since", "visit_every_days", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."deleted_at", NEW."id", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."remarks", NEW."since", NEW."visit_every_days", NEW."zone_id"); RETURN NULL;',
                            hash="b3099b7c7c9d9f4926d976d0f2d3b8603b6cf21a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_de34c",
                            table="projects_settlement",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
