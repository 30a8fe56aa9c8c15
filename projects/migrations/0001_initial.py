import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import investcrm.core.models
import pgtrigger.compiler
import projects.models.companies
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("teams", "0001_initial"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                migrations.CreateModel(
                    name="Company",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=300, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("company", "Company"),
                                    ("chamber", "Chamber or association"),
                                    ("fund", "Investment fund"),
                                    ("park", "Industrial community"),
                                    ("agency", "Agency"),
                                ],
                                default="company",
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "credit_code",
                            models.CharField(
                                blank=True,
                                error_messages={"unique": "Another company has this credit code."},
                                max_length=18,
                                null=True,
                                unique=True,
                                verbose_name="Unified social credit code",
                            ),
                        ),
                        ("country", models.CharField(default="CN", max_length=2, verbose_name="Country")),
                        ("region_code", models.CharField(blank=True, max_length=6, verbose_name="Region (GB/T 2260)")),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="Address")),
                        ("website", models.URLField(blank=True, verbose_name="Website")),
                        ("profile", models.TextField(blank=True, max_length=5000, verbose_name="Profile")),
                        ("normalised_name", models.CharField(editable=False, max_length=300)),
                        ("name_key", models.CharField(editable=False, max_length=600)),
                        ("search_text", models.TextField(editable=False)),
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
                    ],
                    options={
                        "verbose_name": "Company",
                        "verbose_name_plural": "Companies",
                        "abstract": False,
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("normalised_name", name="gin_trgm_ops"),
                                name="company_name_similar",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("search_text", name="gin_trgm_ops"),
                                name="company_search",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                projects.models.companies.Bigrams("search_text"), name="company_search_two"
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["name_key", "id"],
                                name="company_by_name",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["created_at", "id"],
                                name="company_by_creation",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="company_country_code"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("region_code", ""), ("region_code__regex", "^\\d{6}$"), _connector="OR"
                                ),
                                name="company_region_code",
                                violation_error_message="A region code has 6 digits.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="337abc1e24cd60ed98b42aea69624e7438b1b352",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_f59e2",
                                    table="projects_company",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_companyevent" ("address", "country", "created_at", "created_by_id", "credit_code", "deleted_at", "id", "kind", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile", "region_code", "website") VALUES (NEW."address", NEW."country", NEW."created_at", NEW."created_by_id", NEW."credit_code", NEW."deleted_at", NEW."id", NEW."kind", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profile", NEW."region_code", NEW."website"); RETURN NULL;',
                                    hash="831ca4aaf7ab08fcaec34c0aa2187bdb85654b2a",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_d13ad",
                                    table="projects_company",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."credit_code" IS DISTINCT FROM (NEW."credit_code") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."profile" IS DISTINCT FROM (NEW."profile") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                                    func='INSERT INTO "projects_companyevent" ("address", "country", "created_at", "created_by_id", "credit_code", "deleted_at", "id", "kind", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile", "region_code", "website") VALUES (NEW."address", NEW."country", NEW."created_at", NEW."created_by_id", NEW."credit_code", NEW."deleted_at", NEW."id", NEW."kind", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profile", NEW."region_code", NEW."website"); RETURN NULL;',
                                    hash="d0d06f073f95afd7cdb1f1644adcd53aebbcec1c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_550f8",
                                    table="projects_company",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CompanyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=300, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("company", "Company"),
                                    ("chamber", "Chamber or association"),
                                    ("fund", "Investment fund"),
                                    ("park", "Industrial community"),
                                    ("agency", "Agency"),
                                ],
                                default="company",
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        (
                            "credit_code",
                            models.CharField(
                                blank=True,
                                error_messages={"unique": "Another company has this credit code."},
                                max_length=18,
                                null=True,
                                verbose_name="Unified social credit code",
                            ),
                        ),
                        ("country", models.CharField(default="CN", max_length=2, verbose_name="Country")),
                        ("region_code", models.CharField(blank=True, max_length=6, verbose_name="Region (GB/T 2260)")),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="Address")),
                        ("website", models.URLField(blank=True, verbose_name="Website")),
                        ("profile", models.TextField(blank=True, max_length=5000, verbose_name="Profile")),
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
                                to="projects.company",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=100, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("position", models.CharField(blank=True, max_length=100, verbose_name="Position")),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="Phone")),
                        ("phone_e164", models.CharField(blank=True, editable=False, max_length=20)),
                        ("wechat", models.CharField(blank=True, max_length=100, verbose_name="WeChat")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                        ("remarks", models.TextField(blank=True, max_length=2000, verbose_name="Remarks")),
                        ("search_text", models.TextField(editable=False)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
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
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.zone"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Contact",
                        "verbose_name_plural": "Contacts",
                        "ordering": ["name"],
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="f0073c1fed66b3a5ae49518af214c544b92be30d",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_76577",
                                    table="projects_contact",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_contactevent" ("company_id", "created_at", "created_by_id", "deleted_at", "email", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_e164", "position", "remarks", "wechat", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."email", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_e164", NEW."position", NEW."remarks", NEW."wechat", NEW."zone_id"); RETURN NULL;',
                                    hash="ca9be2e6fcc585a42c26a6da3b52c7c00e1ae359",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_a2455",
                                    table="projects_contact",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."phone_e164" IS DISTINCT FROM (NEW."phone_e164") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."remarks" IS DISTINCT FROM (NEW."remarks") OR OLD."wechat" IS DISTINCT FROM (NEW."wechat") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_contactevent" ("company_id", "created_at", "created_by_id", "deleted_at", "email", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_e164", "position", "remarks", "wechat", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."email", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_e164", NEW."position", NEW."remarks", NEW."wechat", NEW."zone_id"); RETURN NULL;',
                                    hash="744ef7bddb044674f63d325020ed1da45b2d5f09",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_6511e",
                                    table="projects_contact",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("name", models.CharField(max_length=100, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("position", models.CharField(blank=True, max_length=100, verbose_name="Position")),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="Phone")),
                        ("phone_e164", models.CharField(blank=True, editable=False, max_length=20)),
                        ("wechat", models.CharField(blank=True, max_length=100, verbose_name="WeChat")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                        ("remarks", models.TextField(blank=True, max_length=2000, verbose_name="Remarks")),
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
                                to="projects.contact",
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
                    name="Industry",
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
                        ("gb_code", models.CharField(blank=True, max_length=5, verbose_name="GB/T 4754 code")),
                        ("disabled_on", models.DateField(blank=True, null=True, verbose_name="Not used since")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="projects.industry",
                                verbose_name="Part of",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="industries",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Industry",
                        "verbose_name_plural": "Industries",
                        "ordering": ["zone", "code"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("zone", "code"), name="industry_code_once_a_zone"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("gb_code", ""), ("gb_code__regex", "^[A-T]\\d{2,4}$"), _connector="OR"
                                ),
                                name="industry_gb_code",
                                violation_error_message="A GB/T 4754 code is a letter and 2 to 4 digits.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="70914ef7c4afbe1f1c2f343378cdee4c4583ff6e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_c1eb9",
                                    table="projects_industry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_industryevent" ("code", "created_at", "deleted_at", "disabled_on", "gb_code", "id", "name_en", "name_zh", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."disabled_on", NEW."gb_code", NEW."id", NEW."name_en", NEW."name_zh", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;',
                                    hash="e40a3e42b0144bed2ef4afa9f482f2d306fcb9be",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_bf4a8",
                                    table="projects_industry",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."disabled_on" IS DISTINCT FROM (NEW."disabled_on") OR OLD."gb_code" IS DISTINCT FROM (NEW."gb_code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_industryevent" ("code", "created_at", "deleted_at", "disabled_on", "gb_code", "id", "name_en", "name_zh", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."disabled_on", NEW."gb_code", NEW."id", NEW."name_en", NEW."name_zh", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;',
                                    hash="d4b0dc08789d69b02cf8e4f88ab7694e47a55c23",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_d6da0",
                                    table="projects_industry",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IndustryEvent",
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
                        ("gb_code", models.CharField(blank=True, max_length=5, verbose_name="GB/T 4754 code")),
                        ("disabled_on", models.DateField(blank=True, null=True, verbose_name="Not used since")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.industry",
                                verbose_name="Part of",
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
                                to="projects.industry",
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
                    name="Stage",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=50, verbose_name="Chinese name")),
                        ("name_en", models.CharField(max_length=50, verbose_name="English name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("signed", "Signed"),
                                    ("landed", "Landed"),
                                    ("closed", "Closed"),
                                ],
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="Order")),
                        (
                            "silence_limit_days",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="Empty: no limit.", null=True, verbose_name="Silent days allowed"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stage",
                        "verbose_name_plural": "Stages",
                        "ordering": ["position"],
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="2aabea744ed5624993fd71b788059db4b63d1af7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_46f35",
                                    table="projects_stage",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_stageevent" ("code", "created_at", "deleted_at", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "silence_limit_days") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."silence_limit_days"); RETURN NULL;',
                                    hash="d358fdd592a7e2648df9fc75f2e3d3d464454f93",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_8f09d",
                                    table="projects_stage",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."silence_limit_days" IS DISTINCT FROM (NEW."silence_limit_days"))',
                                    func='INSERT INTO "projects_stageevent" ("code", "created_at", "deleted_at", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "silence_limit_days") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."silence_limit_days"); RETURN NULL;',
                                    hash="2d1fa44248c9a8cd64af16aa5d4c6896a84db96c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_2f758",
                                    table="projects_stage",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lead",
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
                            "number",
                            models.CharField(editable=False, max_length=20, unique=True, verbose_name="Number"),
                        ),
                        ("name", models.CharField(max_length=300, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                        ("summary", models.TextField(blank=True, max_length=10000, verbose_name="Project content")),
                        (
                            "capital_origin",
                            models.CharField(
                                choices=[("domestic", "Domestic capital"), ("foreign", "Foreign capital")],
                                default="domestic",
                                max_length=10,
                                verbose_name="Origin of capital",
                            ),
                        ),
                        (
                            "listing",
                            models.CharField(
                                choices=[
                                    ("none", "Not listed"),
                                    ("city", "City major project"),
                                    ("province", "Provincial major project"),
                                    ("nation", "National major project"),
                                ],
                                default="none",
                                max_length=10,
                                verbose_name="Major project list",
                            ),
                        ),
                        (
                            "acquisition_mode",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("chain", "Value chain"),
                                    ("referral", "Referral by a settled investor"),
                                    ("fund", "Fund"),
                                    ("ambassador", "Ambassador"),
                                    ("chamber", "Chamber of commerce"),
                                    ("event", "Fair or event"),
                                    ("intermediary", "Intermediary"),
                                    ("enquiry", "Own enquiry"),
                                    ("other", "Other way"),
                                ],
                                max_length=20,
                                verbose_name="Acquisition mode",
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Lead source")),
                        ("first_contact_on", models.DateField(blank=True, null=True, verbose_name="First contact on")),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        (
                            "total_investment",
                            investcrm.core.models.MoneyField(
                                blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="Total investment"
                            ),
                        ),
                        (
                            "fixed_asset_investment",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Fixed-asset investment",
                            ),
                        ),
                        (
                            "registered_capital",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Registered capital",
                            ),
                        ),
                        (
                            "agreed_investment",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Agreed investment",
                            ),
                        ),
                        (
                            "site_need",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("none", "No site needed"),
                                    ("land", "Land"),
                                    ("hall", "Hall"),
                                    ("office", "Office floor"),
                                    ("undecided", "Site needed, kind open"),
                                ],
                                max_length=10,
                                verbose_name="Site need",
                            ),
                        ),
                        (
                            "land_mu",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="Land (mu)"
                            ),
                        ),
                        (
                            "floor_area_m2",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Floor area (m²)"
                            ),
                        ),
                        (
                            "clear_height_m",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="Clear height (m)"
                            ),
                        ),
                        (
                            "floor_load_t_m2",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="Floor load (t/m²)"
                            ),
                        ),
                        (
                            "power_kva",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Power (kVA)"
                            ),
                        ),
                        ("needs_waterway", models.BooleanField(default=False, verbose_name="Needs a waterway")),
                        (
                            "stage_kind",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("signed", "Signed"),
                                    ("landed", "Landed"),
                                    ("closed", "Closed"),
                                ],
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "stage_entered_on",
                            models.DateField(editable=False, null=True, verbose_name="In this stage since"),
                        ),
                        (
                            "expected_signing_on",
                            models.DateField(blank=True, null=True, verbose_name="Expected signing"),
                        ),
                        (
                            "review_conclusion",
                            models.TextField(blank=True, max_length=5000, verbose_name="Review conclusion"),
                        ),
                        (
                            "draft_agreement_on",
                            models.DateField(blank=True, null=True, verbose_name="Draft agreement of"),
                        ),
                        (
                            "agreement_number",
                            models.CharField(blank=True, max_length=100, verbose_name="Agreement number"),
                        ),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place in the zone")),
                        (
                            "close_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="Reason for closing"),
                        ),
                        ("signed_on", models.DateField(editable=False, null=True, verbose_name="Signed on")),
                        ("landed_on", models.DateField(editable=False, null=True, verbose_name="Landed on")),
                        ("closed_on", models.DateField(editable=False, null=True, verbose_name="Closed on")),
                        ("last_progress_on", models.DateField(editable=False, null=True)),
                        ("last_interaction_at", models.DateTimeField(editable=False, null=True)),
                        ("next_follow_up_on", models.DateField(editable=False, null=True)),
                        ("name_key", models.CharField(editable=False, max_length=600)),
                        ("search_text", models.TextField(editable=False)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
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
                                related_name="entered_leads",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "industry",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
                                to="projects.industry",
                                verbose_name="Industry",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_leads",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="Owner",
                            ),
                        ),
                        (
                            "referrer_company",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referred_leads",
                                to="projects.company",
                                verbose_name="Referrer",
                            ),
                        ),
                        (
                            "referrer_contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referred_leads",
                                to="projects.contact",
                                verbose_name="Referring contact",
                            ),
                        ),
                        (
                            "registered_company",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="registered_leads",
                                to="projects.company",
                                verbose_name="Registered company",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
                                to="projects.stage",
                                to_field="code",
                                verbose_name="Stage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Lead",
                        "verbose_name_plural": "Leads",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["zone", "-created_at", "-id"],
                                name="lead_of_zone",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["team", "-created_at", "-id"],
                                name="lead_of_team",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["-created_at", "-id"],
                                name="lead_by_creation",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["zone", "stage", "-stage_entered_on", "-id"],
                                name="lead_column",
                            ),
                            models.Index(
                                condition=models.Q(("deleted_at", None)),
                                fields=["owner", "last_interaction_at"],
                                name="lead_silence",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("search_text", name="gin_trgm_ops"),
                                name="lead_search",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                projects.models.companies.Bigrams("search_text"), name="lead_search_two"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("total_investment__isnull", True),
                                    models.Q(("total_investment__gte", 0), ("total_investment__lte", 10000000000000)),
                                    _connector="OR",
                                ),
                                name="lead_total_investment_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("fixed_asset_investment__isnull", True),
                                    models.Q(
                                        ("fixed_asset_investment__gte", 0),
                                        ("fixed_asset_investment__lte", 10000000000000),
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_fixed_asset_investment_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("registered_capital__isnull", True),
                                    models.Q(
                                        ("registered_capital__gte", 0), ("registered_capital__lte", 10000000000000)
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_registered_capital_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agreed_investment__isnull", True),
                                    models.Q(
                                        ("agreed_investment__gte", 0), ("agreed_investment__lte", 10000000000000)
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_agreed_investment_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("land_mu__isnull", True),
                                    models.Q(("land_mu__gte", 0), ("land_mu__lte", 1000000)),
                                    _connector="OR",
                                ),
                                name="lead_land_mu_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("floor_area_m2__isnull", True),
                                    models.Q(("floor_area_m2__gte", 0), ("floor_area_m2__lte", 100000000)),
                                    _connector="OR",
                                ),
                                name="lead_floor_area_m2_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("clear_height_m__isnull", True),
                                    models.Q(("clear_height_m__gte", 0), ("clear_height_m__lte", 500)),
                                    _connector="OR",
                                ),
                                name="lead_clear_height_m_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("floor_load_t_m2__isnull", True),
                                    models.Q(("floor_load_t_m2__gte", 0), ("floor_load_t_m2__lte", 1000)),
                                    _connector="OR",
                                ),
                                name="lead_floor_load_t_m2_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("power_kva__isnull", True),
                                    models.Q(("power_kva__gte", 0), ("power_kva__lte", 10000000)),
                                    _connector="OR",
                                ),
                                name="lead_power_kva_sane",
                                violation_error_message="The value must not be negative, and not beyond what can exist.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("fixed_asset_investment", None),
                                    ("total_investment", None),
                                    ("fixed_asset_investment__lte", models.F("total_investment")),
                                    _connector="OR",
                                ),
                                name="lead_fixed_within_total",
                                violation_error_message="Fixed-asset investment cannot exceed total investment.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stage_kind", "open"), _negated=True),
                                    models.Q(("landed_on", None), ("signed_on", None)),
                                    _connector="OR",
                                ),
                                name="lead_open_not_signed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stage_kind", "signed"), _negated=True),
                                    ("landed_on", None),
                                    _connector="OR",
                                ),
                                name="lead_signed_not_landed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("stage_kind", "closed"), ("closed_on", None), _connector="OR"),
                                name="lead_closed_date_of_closed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("landed_on", None),
                                    ("signed_on", None),
                                    ("landed_on__gte", models.F("signed_on")),
                                    _connector="OR",
                                ),
                                name="lead_landed_after_signed",
                                violation_error_message="A project cannot land before it is signed.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="794b5c5f52b92f4dadbdd0b697ce99fffd45b8bd",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_30143",
                                    table="projects_lead",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                                    hash="cd2e1b4f27a0a431dd5578e111b23b6c1aec1eb4",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_d2398",
                                    table="projects_lead",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."acquisition_mode" IS DISTINCT FROM (NEW."acquisition_mode") OR OLD."agreed_investment" IS DISTINCT FROM (NEW."agreed_investment") OR OLD."agreement_number" IS DISTINCT FROM (NEW."agreement_number") OR OLD."capital_origin" IS DISTINCT FROM (NEW."capital_origin") OR OLD."clear_height_m" IS DISTINCT FROM (NEW."clear_height_m") OR OLD."close_reason" IS DISTINCT FROM (NEW."close_reason") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."draft_agreement_on" IS DISTINCT FROM (NEW."draft_agreement_on") OR OLD."expected_signing_on" IS DISTINCT FROM (NEW."expected_signing_on") OR OLD."first_contact_on" IS DISTINCT FROM (NEW."first_contact_on") OR OLD."fixed_asset_investment" IS DISTINCT FROM (NEW."fixed_asset_investment") OR OLD."floor_area_m2" IS DISTINCT FROM (NEW."floor_area_m2") OR OLD."floor_load_t_m2" IS DISTINCT FROM (NEW."floor_load_t_m2") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."land_mu" IS DISTINCT FROM (NEW."land_mu") OR OLD."landed_on" IS DISTINCT FROM (NEW."landed_on") OR OLD."listing" IS DISTINCT FROM (NEW."listing") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."needs_waterway" IS DISTINCT FROM (NEW."needs_waterway") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."power_kva" IS DISTINCT FROM (NEW."power_kva") OR OLD."referrer_company_id" IS DISTINCT FROM (NEW."referrer_company_id") OR OLD."referrer_contact_id" IS DISTINCT FROM (NEW."referrer_contact_id") OR OLD."registered_capital" IS DISTINCT FROM (NEW."registered_capital") OR OLD."registered_company_id" IS DISTINCT FROM (NEW."registered_company_id") OR OLD."review_conclusion" IS DISTINCT FROM (NEW."review_conclusion") OR OLD."signed_on" IS DISTINCT FROM (NEW."signed_on") OR OLD."site_need" IS DISTINCT FROM (NEW."site_need") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."stage_entered_on" IS DISTINCT FROM (NEW."stage_entered_on") OR OLD."stage_kind" IS DISTINCT FROM (NEW."stage_kind") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."total_investment" IS DISTINCT FROM (NEW."total_investment") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                                    hash="2aecda715d9e84e52cabb7f4e9ce7f8513eed8d9",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_b9988",
                                    table="projects_lead",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("number", models.CharField(editable=False, max_length=20, verbose_name="Number")),
                        ("name", models.CharField(max_length=300, verbose_name="Name")),
                        ("name_en", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                        ("summary", models.TextField(blank=True, max_length=10000, verbose_name="Project content")),
                        (
                            "capital_origin",
                            models.CharField(
                                choices=[("domestic", "Domestic capital"), ("foreign", "Foreign capital")],
                                default="domestic",
                                max_length=10,
                                verbose_name="Origin of capital",
                            ),
                        ),
                        (
                            "listing",
                            models.CharField(
                                choices=[
                                    ("none", "Not listed"),
                                    ("city", "City major project"),
                                    ("province", "Provincial major project"),
                                    ("nation", "National major project"),
                                ],
                                default="none",
                                max_length=10,
                                verbose_name="Major project list",
                            ),
                        ),
                        (
                            "acquisition_mode",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("chain", "Value chain"),
                                    ("referral", "Referral by a settled investor"),
                                    ("fund", "Fund"),
                                    ("ambassador", "Ambassador"),
                                    ("chamber", "Chamber of commerce"),
                                    ("event", "Fair or event"),
                                    ("intermediary", "Intermediary"),
                                    ("enquiry", "Own enquiry"),
                                    ("other", "Other way"),
                                ],
                                max_length=20,
                                verbose_name="Acquisition mode",
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="Lead source")),
                        ("first_contact_on", models.DateField(blank=True, null=True, verbose_name="First contact on")),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="Currency")),
                        (
                            "total_investment",
                            investcrm.core.models.MoneyField(
                                blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="Total investment"
                            ),
                        ),
                        (
                            "fixed_asset_investment",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Fixed-asset investment",
                            ),
                        ),
                        (
                            "registered_capital",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Registered capital",
                            ),
                        ),
                        (
                            "agreed_investment",
                            investcrm.core.models.MoneyField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                verbose_name="Agreed investment",
                            ),
                        ),
                        (
                            "site_need",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("none", "No site needed"),
                                    ("land", "Land"),
                                    ("hall", "Hall"),
                                    ("office", "Office floor"),
                                    ("undecided", "Site needed, kind open"),
                                ],
                                max_length=10,
                                verbose_name="Site need",
                            ),
                        ),
                        (
                            "land_mu",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="Land (mu)"
                            ),
                        ),
                        (
                            "floor_area_m2",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Floor area (m²)"
                            ),
                        ),
                        (
                            "clear_height_m",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="Clear height (m)"
                            ),
                        ),
                        (
                            "floor_load_t_m2",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="Floor load (t/m²)"
                            ),
                        ),
                        (
                            "power_kva",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Power (kVA)"
                            ),
                        ),
                        ("needs_waterway", models.BooleanField(default=False, verbose_name="Needs a waterway")),
                        (
                            "stage_kind",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("signed", "Signed"),
                                    ("landed", "Landed"),
                                    ("closed", "Closed"),
                                ],
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "stage_entered_on",
                            models.DateField(editable=False, null=True, verbose_name="In this stage since"),
                        ),
                        (
                            "expected_signing_on",
                            models.DateField(blank=True, null=True, verbose_name="Expected signing"),
                        ),
                        (
                            "review_conclusion",
                            models.TextField(blank=True, max_length=5000, verbose_name="Review conclusion"),
                        ),
                        (
                            "draft_agreement_on",
                            models.DateField(blank=True, null=True, verbose_name="Draft agreement of"),
                        ),
                        (
                            "agreement_number",
                            models.CharField(blank=True, max_length=100, verbose_name="Agreement number"),
                        ),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="Place in the zone")),
                        (
                            "close_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="Reason for closing"),
                        ),
                        ("signed_on", models.DateField(editable=False, null=True, verbose_name="Signed on")),
                        ("landed_on", models.DateField(editable=False, null=True, verbose_name="Landed on")),
                        ("closed_on", models.DateField(editable=False, null=True, verbose_name="Closed on")),
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
                            "industry",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.industry",
                                verbose_name="Industry",
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
                                verbose_name="Owner",
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
                                to="projects.lead",
                            ),
                        ),
                        (
                            "referrer_company",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.company",
                                verbose_name="Referrer",
                            ),
                        ),
                        (
                            "referrer_contact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.contact",
                                verbose_name="Referring contact",
                            ),
                        ),
                        (
                            "registered_company",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.company",
                                verbose_name="Registered company",
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
                                verbose_name="Zone",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="projects.stage",
                                to_field="code",
                                verbose_name="Stage",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("seq", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "Opened"),
                                    ("moved", "Moved"),
                                    ("corrected", "Move corrected"),
                                    ("transferred", "Transferred"),
                                    ("revalued", "Amounts changed"),
                                    ("reclassified", "Classification changed"),
                                    ("increased", "Capital increased"),
                                    ("merged", "Merged"),
                                    ("deleted", "Deleted"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("occurred_on", models.DateField(null=True)),
                        ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("evidence", models.TextField(blank=True, max_length=2000)),
                        ("acquisition_mode", models.CharField(blank=True, max_length=20)),
                        ("capital_origin", models.CharField(max_length=10)),
                        ("listing", models.CharField(max_length=10)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "total_investment",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, null=True),
                        ),
                        (
                            "fixed_asset_investment",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, null=True),
                        ),
                        (
                            "registered_capital",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, null=True),
                        ),
                        (
                            "agreed_investment",
                            investcrm.core.models.MoneyField(decimal_places=2, max_digits=18, null=True),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "industry",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.industry",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="projects.lead"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="projects.ledgerentry",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="teams.team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="teams.zone"
                            ),
                        ),
                        (
                            "from_stage",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.stage",
                                to_field="code",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="projects.stage",
                                to_field="code",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Ledger entry",
                        "verbose_name_plural": "Ledger entries",
                        "ordering": ["lead", "seq"],
                        "constraints": [
                            models.UniqueConstraint(fields=("lead", "seq"), name="ledger_one_after_another"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "corrected"), ("reverses__isnull", False)),
                                    models.Q(
                                        models.Q(("kind", "corrected"), _negated=True), ("reverses__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="ledger_correction_reverses",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("occurred_on__isnull", False),
                                    ("kind__in", ["opened", "corrected"]),
                                    _connector="OR",
                                ),
                                name="ledger_dated",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="eff7979bc5104fca1dd0027835e3f6c86580f587",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b46d8",
                                    table="projects_ledgerentry",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
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
                                    ("registered", "Registered"),
                                    ("funds_in_place", "Funds in place"),
                                    ("construction_started", "Construction started"),
                                    ("completed", "Completed"),
                                    ("in_production", "In production"),
                                    ("full_capacity", "Full capacity"),
                                ],
                                max_length=20,
                                verbose_name="Milestone",
                            ),
                        ),
                        ("occurred_on", models.DateField(verbose_name="On")),
                        ("evidence", models.CharField(blank=True, max_length=500, verbose_name="Evidence")),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="milestones",
                                to="projects.lead",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Milestone",
                        "verbose_name_plural": "Milestones",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("deleted_at", None)),
                                fields=("lead", "kind"),
                                name="milestone_once_a_lead",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="95e2791ae457cb66c47491612a6e76a2a5090eb4",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_ba2a7",
                                    table="projects_milestone",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                                    hash="2cfda93448215f4534969edf3d8ddb6636d897c9",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_2945c",
                                    table="projects_milestone",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."occurred_on" IS DISTINCT FROM (NEW."occurred_on") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                                    func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                                    hash="18ce70404c66730a938cd874aee95d78d9a4af7e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_96e58",
                                    table="projects_milestone",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MilestoneEvent",
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
                                    ("registered", "Registered"),
                                    ("funds_in_place", "Funds in place"),
                                    ("construction_started", "Construction started"),
                                    ("completed", "Completed"),
                                    ("in_production", "In production"),
                                    ("full_capacity", "Full capacity"),
                                ],
                                max_length=20,
                                verbose_name="Milestone",
                            ),
                        ),
                        ("occurred_on", models.DateField(verbose_name="On")),
                        ("evidence", models.CharField(blank=True, max_length=500, verbose_name="Evidence")),
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
                                to="projects.milestone",
                            ),
                        ),
                        (
                            "recorded_by",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateField(blank=True, null=True, verbose_name="Since")),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="settlements",
                                to="projects.company",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="teams.zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Settled company",
                        "verbose_name_plural": "Settled companies",
                        "constraints": [
                            models.UniqueConstraint(fields=("company", "zone"), name="settled_once_a_zone")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.SlugField(db_index=False, max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=50, verbose_name="Chinese name")),
                        ("name_en", models.CharField(max_length=50, verbose_name="English name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("signed", "Signed"),
                                    ("landed", "Landed"),
                                    ("closed", "Closed"),
                                ],
                                max_length=10,
                                verbose_name="Kind",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="Order")),
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
                                to="projects.stage",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StageRequirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requirement", models.CharField(max_length=40, verbose_name="Requirement")),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="projects.stage",
                                to_field="code",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stage requirement",
                        "verbose_name_plural": "Stage requirements",
                        "ordering": ["stage", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("stage", "requirement"), name="stage_requirement_once")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "projects_stagerequirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requirement", "stage_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."requirement", NEW."stage_id"); RETURN NULL;',
                                    hash="eb2377fdd61f649518237eceb2ebd6dc2cd05267",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_f74cf",
                                    table="projects_stagerequirement",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "projects_stagerequirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requirement", "stage_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."requirement", NEW."stage_id"); RETURN NULL;',
                                    hash="799514c9af0cb290cfa885452559b54117203db0",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_6db21",
                                    table="projects_stagerequirement",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageRequirementEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("requirement", models.CharField(max_length=40, verbose_name="Requirement")),
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
                                to="projects.stagerequirement",
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
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="2aabea744ed5624993fd71b788059db4b63d1af7",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_46f35",
                            table="projects_stage",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_stageevent" ("code", "created_at", "deleted_at", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "silence_limit_days") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."silence_limit_days"); RETURN NULL;',
                            hash="d358fdd592a7e2648df9fc75f2e3d3d464454f93",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8f09d",
                            table="projects_stage",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."silence_limit_days" IS DISTINCT FROM (NEW."silence_limit_days"))',
                            func='INSERT INTO "projects_stageevent" ("code", "created_at", "deleted_at", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "silence_limit_days") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."silence_limit_days"); RETURN NULL;',
                            hash="2d1fa44248c9a8cd64af16aa5d4c6896a84db96c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2f758",
                            table="projects_stage",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="company",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="337abc1e24cd60ed98b42aea69624e7438b1b352",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_f59e2",
                            table="projects_company",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="company",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_companyevent" ("address", "country", "created_at", "created_by_id", "credit_code", "deleted_at", "id", "kind", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile", "region_code", "website") VALUES (NEW."address", NEW."country", NEW."created_at", NEW."created_by_id", NEW."credit_code", NEW."deleted_at", NEW."id", NEW."kind", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profile", NEW."region_code", NEW."website"); RETURN NULL;',
                            hash="831ca4aaf7ab08fcaec34c0aa2187bdb85654b2a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d13ad",
                            table="projects_company",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="company",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."credit_code" IS DISTINCT FROM (NEW."credit_code") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."profile" IS DISTINCT FROM (NEW."profile") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                            func='INSERT INTO "projects_companyevent" ("address", "country", "created_at", "created_by_id", "credit_code", "deleted_at", "id", "kind", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile", "region_code", "website") VALUES (NEW."address", NEW."country", NEW."created_at", NEW."created_by_id", NEW."credit_code", NEW."deleted_at", NEW."id", NEW."kind", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profile", NEW."region_code", NEW."website"); RETURN NULL;',
                            hash="d0d06f073f95afd7cdb1f1644adcd53aebbcec1c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_550f8",
                            table="projects_company",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="f0073c1fed66b3a5ae49518af214c544b92be30d",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_76577",
                            table="projects_contact",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_contactevent" ("company_id", "created_at", "created_by_id", "deleted_at", "email", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_e164", "position", "remarks", "wechat", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."email", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."phone_e164", NEW."position", NEW."remarks", NEW."wechat", NEW."zone_id"); RETURN NULL;',
                            hash="ca9be2e6fcc585a42c26a6da3b52c7c00e1ae359",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a2455",
                            table="projects_contact",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."phone_e164" IS DISTINCT FROM (NEW."phone_e164") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."remarks" IS DISTINCT FROM (NEW."remarks") OR OLD."wechat" IS DISTINCT FROM (NEW."wechat") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_contactevent" ("company_id", "created_at", "created_by_id", "deleted_at", "email", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_e164", "position", "remarks", "wechat", "zone_id") VALUES (NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."deleted_at", NEW."email", NEW."id", NEW."name", NEW."name_en", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_e164", NEW."position", NEW."remarks", NEW."wechat", NEW."zone_id"); RETURN NULL;',
                            hash="744ef7bddb044674f63d325020ed1da45b2d5f09",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6511e",
                            table="projects_contact",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="industry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="70914ef7c4afbe1f1c2f343378cdee4c4583ff6e",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_c1eb9",
                            table="projects_industry",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="industry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_industryevent" ("code", "created_at", "deleted_at", "disabled_on", "gb_code", "id", "name_en", "name_zh", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."disabled_on", NEW."gb_code", NEW."id", NEW."name_en", NEW."name_zh", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."zone_id"); RETURN NULL;',
                            hash="e40a3e42b0144bed2ef4afa9f482f2d306fcb9be",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_bf4a8",
                            table="projects_industry",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="industry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."disabled_on" IS DISTINCT FROM (NEW."disabled_on") OR OLD."gb_code" IS DISTINCT FROM (NEW."gb_code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_industryevent" ("code", "created_at", "deleted_at", "disabled_on", "gb_code", "id", "name_en", "name_zh", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."disabled_on", NEW."gb_code", NEW."id", NEW."name_en", NEW."name_zh", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."zone_id"); RETURN NULL;',
                            hash="d4b0dc08789d69b02cf8e4f88ab7694e47a55c23",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d6da0",
                            table="projects_industry",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="95e2791ae457cb66c47491612a6e76a2a5090eb4",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_ba2a7",
                            table="projects_milestone",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                            hash="2cfda93448215f4534969edf3d8ddb6636d897c9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2945c",
                            table="projects_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."occurred_on" IS DISTINCT FROM (NEW."occurred_on") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                            func='INSERT INTO "projects_milestoneevent" ("created_at", "deleted_at", "evidence", "id", "kind", "lead_id", "occurred_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_by_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."evidence", NEW."id", NEW."kind", NEW."lead_id", NEW."occurred_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_by_id"); RETURN NULL;',
                            hash="18ce70404c66730a938cd874aee95d78d9a4af7e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_96e58",
                            table="projects_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="ledgerentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="eff7979bc5104fca1dd0027835e3f6c86580f587",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b46d8",
                            table="projects_ledgerentry",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="794b5c5f52b92f4dadbdd0b697ce99fffd45b8bd",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_30143",
                            table="projects_lead",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                            hash="cd2e1b4f27a0a431dd5578e111b23b6c1aec1eb4",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d2398",
                            table="projects_lead",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."acquisition_mode" IS DISTINCT FROM (NEW."acquisition_mode") OR OLD."agreed_investment" IS DISTINCT FROM (NEW."agreed_investment") OR OLD."agreement_number" IS DISTINCT FROM (NEW."agreement_number") OR OLD."capital_origin" IS DISTINCT FROM (NEW."capital_origin") OR OLD."clear_height_m" IS DISTINCT FROM (NEW."clear_height_m") OR OLD."close_reason" IS DISTINCT FROM (NEW."close_reason") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."draft_agreement_on" IS DISTINCT FROM (NEW."draft_agreement_on") OR OLD."expected_signing_on" IS DISTINCT FROM (NEW."expected_signing_on") OR OLD."first_contact_on" IS DISTINCT FROM (NEW."first_contact_on") OR OLD."fixed_asset_investment" IS DISTINCT FROM (NEW."fixed_asset_investment") OR OLD."floor_area_m2" IS DISTINCT FROM (NEW."floor_area_m2") OR OLD."floor_load_t_m2" IS DISTINCT FROM (NEW."floor_load_t_m2") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."land_mu" IS DISTINCT FROM (NEW."land_mu") OR OLD."landed_on" IS DISTINCT FROM (NEW."landed_on") OR OLD."listing" IS DISTINCT FROM (NEW."listing") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."needs_waterway" IS DISTINCT FROM (NEW."needs_waterway") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."power_kva" IS DISTINCT FROM (NEW."power_kva") OR OLD."referrer_company_id" IS DISTINCT FROM (NEW."referrer_company_id") OR OLD."referrer_contact_id" IS DISTINCT FROM (NEW."referrer_contact_id") OR OLD."registered_capital" IS DISTINCT FROM (NEW."registered_capital") OR OLD."registered_company_id" IS DISTINCT FROM (NEW."registered_company_id") OR OLD."review_conclusion" IS DISTINCT FROM (NEW."review_conclusion") OR OLD."signed_on" IS DISTINCT FROM (NEW."signed_on") OR OLD."site_need" IS DISTINCT FROM (NEW."site_need") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."stage_entered_on" IS DISTINCT FROM (NEW."stage_entered_on") OR OLD."stage_kind" IS DISTINCT FROM (NEW."stage_kind") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."total_investment" IS DISTINCT FROM (NEW."total_investment") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "projects_leadevent" ("acquisition_mode", "agreed_investment", "agreement_number", "capital_origin", "clear_height_m", "close_reason", "closed_on", "company_id", "created_at", "created_by_id", "currency", "deleted_at", "draft_agreement_on", "expected_signing_on", "first_contact_on", "fixed_asset_investment", "floor_area_m2", "floor_load_t_m2", "id", "industry_id", "land_mu", "landed_on", "listing", "name", "name_en", "needs_waterway", "number", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "power_kva", "referrer_company_id", "referrer_contact_id", "registered_capital", "registered_company_id", "review_conclusion", "signed_on", "site_need", "source", "stage_entered_on", "stage_id", "stage_kind", "summary", "team_id", "total_investment", "zone_id") VALUES (NEW."acquisition_mode", NEW."agreed_investment", NEW."agreement_number", NEW."capital_origin", NEW."clear_height_m", NEW."close_reason", NEW."closed_on", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."currency", NEW."deleted_at", NEW."draft_agreement_on", NEW."expected_signing_on", NEW."first_contact_on", NEW."fixed_asset_investment", NEW."floor_area_m2", NEW."floor_load_t_m2", NEW."id", NEW."industry_id", NEW."land_mu", NEW."landed_on", NEW."listing", NEW."name", NEW."name_en", NEW."needs_waterway", NEW."number", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."power_kva", NEW."referrer_company_id", NEW."referrer_contact_id", NEW."registered_capital", NEW."registered_company_id", NEW."review_conclusion", NEW."signed_on", NEW."site_need", NEW."source", NEW."stage_entered_on", NEW."stage_id", NEW."stage_kind", NEW."summary", NEW."team_id", NEW."total_investment", NEW."zone_id"); RETURN NULL;',
                            hash="2aecda715d9e84e52cabb7f4e9ce7f8513eed8d9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b9988",
                            table="projects_lead",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stagerequirement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "projects_stagerequirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requirement", "stage_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."requirement", NEW."stage_id"); RETURN NULL;',
                            hash="eb2377fdd61f649518237eceb2ebd6dc2cd05267",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f74cf",
                            table="projects_stagerequirement",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="stagerequirement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "projects_stagerequirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requirement", "stage_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."requirement", NEW."stage_id"); RETURN NULL;',
                            hash="799514c9af0cb290cfa885452559b54117203db0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6db21",
                            table="projects_stagerequirement",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
