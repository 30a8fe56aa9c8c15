import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import investcrm.core.migration_operations
import pgtrigger.compiler
import teams.models
import uuid
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                migrations.CreateModel(
                    name="Zone",
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
                        ("name_zh", models.CharField(max_length=200, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                        (
                            "centre_zh",
                            models.CharField(blank=True, max_length=200, verbose_name="Centre, Chinese name"),
                        ),
                        (
                            "centre_en",
                            models.CharField(blank=True, max_length=200, verbose_name="Centre, English name"),
                        ),
                        ("city", models.CharField(blank=True, max_length=100, verbose_name="City")),
                        ("region_code", models.CharField(blank=True, max_length=6, verbose_name="Region (GB/T 2260)")),
                        (
                            "time_zone",
                            models.CharField(default="Asia/Shanghai", max_length=50, verbose_name="Time zone"),
                        ),
                        (
                            "is_generated",
                            models.BooleanField(default=False, verbose_name="Generated for demonstration"),
                        ),
                        (
                            "idle_yellow_days",
                            models.PositiveSmallIntegerField(default=60, verbose_name="Idle days until yellow"),
                        ),
                        (
                            "idle_red_days",
                            models.PositiveSmallIntegerField(default=90, verbose_name="Idle days until red"),
                        ),
                        (
                            "idle_close_days",
                            models.PositiveSmallIntegerField(
                                default=180, verbose_name="Idle days until closing is proposed"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Zone",
                        "verbose_name_plural": "Zones",
                        "ordering": ["code"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("idle_yellow_days__lt", models.F("idle_red_days")),
                                    ("idle_red_days__lt", models.F("idle_close_days")),
                                ),
                                name="zone_idle_limits_grow",
                                violation_error_message="Yellow must come before red, and red before closing.",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="4f338bd96884687118a4f746e4333b9f04456e2c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_f0785",
                                    table="teams_zone",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "teams_zoneevent" ("centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_code", "time_zone") VALUES (NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_code", NEW."time_zone"); RETURN NULL;',
                                    hash="b79e18377ebf116352f1013fed7cbfc022ff141e",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_c253b",
                                    table="teams_zone",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."centre_en" IS DISTINCT FROM (NEW."centre_en") OR OLD."centre_zh" IS DISTINCT FROM (NEW."centre_zh") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idle_close_days" IS DISTINCT FROM (NEW."idle_close_days") OR OLD."idle_red_days" IS DISTINCT FROM (NEW."idle_red_days") OR OLD."idle_yellow_days" IS DISTINCT FROM (NEW."idle_yellow_days") OR OLD."is_generated" IS DISTINCT FROM (NEW."is_generated") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                                    func='INSERT INTO "teams_zoneevent" ("centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_code", "time_zone") VALUES (NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_code", NEW."time_zone"); RETURN NULL;',
                                    hash="600a4fedc8afd45d65e040ad31486013c6bf97bf",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_c045f",
                                    table="teams_zone",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.CharField(max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=100, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="Since")),
                        ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="Dissolved on")),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Team",
                        "verbose_name_plural": "Teams",
                        "ordering": ["zone", "code"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("zone", "code"), name="team_code_once_a_zone"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("dissolved_on", None),
                                    ("starts_on", None),
                                    ("dissolved_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="team_dates_in_order",
                                violation_error_message="A team cannot end before it began.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="76c94a75baa43bcdf15228c2a4db5e1a719804a6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_01ab6",
                                    table="teams_team",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "teams_teamevent" ("code", "created_at", "deleted_at", "dissolved_on", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."dissolved_on", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on", NEW."zone_id"); RETURN NULL;',
                                    hash="b31e2521aaff52b6cd826c47b3045606f174ef04",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_59b08",
                                    table="teams_team",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."dissolved_on" IS DISTINCT FROM (NEW."dissolved_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "teams_teamevent" ("code", "created_at", "deleted_at", "dissolved_on", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."dissolved_on", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on", NEW."zone_id"); RETURN NULL;',
                                    hash="287efd21858c457a90ea7a0ddcb565d0cbb0b862",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_17c2b",
                                    table="teams_team",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ZoneEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.SlugField(db_index=False, max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=200, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                        (
                            "centre_zh",
                            models.CharField(blank=True, max_length=200, verbose_name="Centre, Chinese name"),
                        ),
                        (
                            "centre_en",
                            models.CharField(blank=True, max_length=200, verbose_name="Centre, English name"),
                        ),
                        ("city", models.CharField(blank=True, max_length=100, verbose_name="City")),
                        ("region_code", models.CharField(blank=True, max_length=6, verbose_name="Region (GB/T 2260)")),
                        (
                            "time_zone",
                            models.CharField(default="Asia/Shanghai", max_length=50, verbose_name="Time zone"),
                        ),
                        (
                            "is_generated",
                            models.BooleanField(default=False, verbose_name="Generated for demonstration"),
                        ),
                        (
                            "idle_yellow_days",
                            models.PositiveSmallIntegerField(default=60, verbose_name="Idle days until yellow"),
                        ),
                        (
                            "idle_red_days",
                            models.PositiveSmallIntegerField(default=90, verbose_name="Idle days until red"),
                        ),
                        (
                            "idle_close_days",
                            models.PositiveSmallIntegerField(
                                default=180, verbose_name="Idle days until closing is proposed"
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
                                to="teams.zone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "This user name is taken."},
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="User name",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, null=True, verbose_name="E-mail")),
                        ("display_name", models.CharField(max_length=100, verbose_name="Name")),
                        ("name_key", models.CharField(db_index=True, editable=False, max_length=300)),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="Phone")),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="Language")),
                        ("is_service_account", models.BooleanField(default=False, verbose_name="Service account")),
                        (
                            "is_staff",
                            models.BooleanField(default=False, verbose_name="May use the administration site"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                        ("date_joined", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "User",
                        "verbose_name_plural": "Users",
                        "ordering": ["name_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"),
                                condition=models.Q(("email__isnull", False)),
                                name="user_email_once",
                                violation_error_message="This e-mail address belongs to another account.",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("username"), name="user_name_once"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."username"); RETURN NULL;',
                                    hash="624fa1bbcdc8f2a3c4e56f2aa1d7ec0d375a0f85",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_640a3",
                                    table="teams_user",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."display_name" IS DISTINCT FROM (NEW."display_name") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_service_account" IS DISTINCT FROM (NEW."is_service_account") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name_key" IS DISTINCT FROM (NEW."name_key") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                                    func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."username"); RETURN NULL;',
                                    hash="0ef111d5d1ad231a6818d1b0988c1486d712f5a7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_5a40a",
                                    table="teams_user",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("member", "Promotion officer"),
                                    ("leader", "Team leader"),
                                    ("director", "Director"),
                                    ("administrator", "Administrator"),
                                    ("contributor", "Contributor"),
                                    ("observer", "Observer"),
                                ],
                                max_length=20,
                                verbose_name="Role",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=100, verbose_name="Title")),
                        ("starts_on", models.DateField(verbose_name="From")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="Until")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="User",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="teams.team",
                                verbose_name="Team",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="teams.zone",
                                verbose_name="Zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Membership",
                        "verbose_name_plural": "Memberships",
                        "ordering": ["zone", "team", "user"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("role__in", ["leader", "member"]), _negated=True),
                                    ("team__isnull", False),
                                    _connector="OR",
                                ),
                                name="membership_role_needs_team",
                                violation_error_message="This role is held in a team.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("role__in", ["administrator", "director"]), _negated=True),
                                    ("team__isnull", True),
                                    _connector="OR",
                                ),
                                name="membership_role_of_zone",
                                violation_error_message="This role is held in the whole zone, not in a team.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="membership_dates_in_order",
                                violation_error_message="The end cannot be before the beginning.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("user", "="),
                                    ("zone", "="),
                                    (
                                        models.Func(
                                            models.F("team"),
                                            models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000")),
                                            function="COALESCE",
                                            output_field=models.UUIDField(),
                                        ),
                                        "=",
                                    ),
                                    ("role", "="),
                                    (
                                        teams.models.DateRange(
                                            "starts_on",
                                            "ends_on",
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="membership_no_overlap",
                                violation_error_message="The person already holds this role in that time.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="raise_version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                                    hash="6e8128024cf074ef54f40c8d8dbe0ff2de5de342",
                                    operation="UPDATE",
                                    pgid="pgtrigger_raise_version_0eb5f",
                                    table="teams_membership",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "teams_membershipevent" ("created_at", "deleted_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "team_id", "title", "user_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."starts_on", NEW."team_id", NEW."title", NEW."user_id", NEW."zone_id"); RETURN NULL;',
                                    hash="3e7b7a04d548fe33f3363a8e1f67dbc48c1f8bfa",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_d21a0",
                                    table="teams_membership",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                                    func='INSERT INTO "teams_membershipevent" ("created_at", "deleted_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "team_id", "title", "user_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."starts_on", NEW."team_id", NEW."title", NEW."user_id", NEW."zone_id"); RETURN NULL;',
                                    hash="2f25f604c935cb944c2b0ace1673b608af7b90fb",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_5dc49",
                                    table="teams_membership",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UserEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "This user name is taken."},
                                max_length=150,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="User name",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, null=True, verbose_name="E-mail")),
                        ("display_name", models.CharField(max_length=100, verbose_name="Name")),
                        ("name_key", models.CharField(editable=False, max_length=300)),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="Phone")),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="Language")),
                        ("is_service_account", models.BooleanField(default=False, verbose_name="Service account")),
                        (
                            "is_staff",
                            models.BooleanField(default=False, verbose_name="May use the administration site"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                        ("date_joined", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
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
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TeamEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("code", models.CharField(max_length=40, verbose_name="Code")),
                        ("name_zh", models.CharField(max_length=100, verbose_name="Chinese name")),
                        ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="Since")),
                        ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="Dissolved on")),
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
                                to="teams.team",
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
                    name="MembershipEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=uuid6.uuid7, editable=False, serialize=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("member", "Promotion officer"),
                                    ("leader", "Team leader"),
                                    ("director", "Director"),
                                    ("administrator", "Administrator"),
                                    ("contributor", "Contributor"),
                                    ("observer", "Observer"),
                                ],
                                max_length=20,
                                verbose_name="Role",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=100, verbose_name="Title")),
                        ("starts_on", models.DateField(verbose_name="From")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="Until")),
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
                                to="teams.membership",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="User",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="zone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="4f338bd96884687118a4f746e4333b9f04456e2c",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_f0785",
                            table="teams_zone",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="zone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_zoneevent" ("centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_code", "time_zone") VALUES (NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_code", NEW."time_zone"); RETURN NULL;',
                            hash="b79e18377ebf116352f1013fed7cbfc022ff141e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c253b",
                            table="teams_zone",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="zone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."centre_en" IS DISTINCT FROM (NEW."centre_en") OR OLD."centre_zh" IS DISTINCT FROM (NEW."centre_zh") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idle_close_days" IS DISTINCT FROM (NEW."idle_close_days") OR OLD."idle_red_days" IS DISTINCT FROM (NEW."idle_red_days") OR OLD."idle_yellow_days" IS DISTINCT FROM (NEW."idle_yellow_days") OR OLD."is_generated" IS DISTINCT FROM (NEW."is_generated") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "teams_zoneevent" ("centre_en", "centre_zh", "city", "code", "created_at", "deleted_at", "id", "idle_close_days", "idle_red_days", "idle_yellow_days", "is_generated", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_code", "time_zone") VALUES (NEW."centre_en", NEW."centre_zh", NEW."city", NEW."code", NEW."created_at", NEW."deleted_at", NEW."id", NEW."idle_close_days", NEW."idle_red_days", NEW."idle_yellow_days", NEW."is_generated", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_code", NEW."time_zone"); RETURN NULL;',
                            hash="600a4fedc8afd45d65e040ad31486013c6bf97bf",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c045f",
                            table="teams_zone",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."username"); RETURN NULL;',
                            hash="624fa1bbcdc8f2a3c4e56f2aa1d7ec0d375a0f85",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_640a3",
                            table="teams_user",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."display_name" IS DISTINCT FROM (NEW."display_name") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_service_account" IS DISTINCT FROM (NEW."is_service_account") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name_key" IS DISTINCT FROM (NEW."name_key") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                            func='INSERT INTO "teams_userevent" ("date_joined", "display_name", "email", "id", "is_active", "is_service_account", "is_staff", "is_superuser", "language", "name_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "username") VALUES (NEW."date_joined", NEW."display_name", NEW."email", NEW."id", NEW."is_active", NEW."is_service_account", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."name_key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."username"); RETURN NULL;',
                            hash="0ef111d5d1ad231a6818d1b0988c1486d712f5a7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5a40a",
                            table="teams_user",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="team",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="76c94a75baa43bcdf15228c2a4db5e1a719804a6",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_01ab6",
                            table="teams_team",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="team",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_teamevent" ("code", "created_at", "deleted_at", "dissolved_on", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."dissolved_on", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on", NEW."zone_id"); RETURN NULL;',
                            hash="b31e2521aaff52b6cd826c47b3045606f174ef04",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_59b08",
                            table="teams_team",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="team",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."dissolved_on" IS DISTINCT FROM (NEW."dissolved_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "teams_teamevent" ("code", "created_at", "deleted_at", "dissolved_on", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "zone_id") VALUES (NEW."code", NEW."created_at", NEW."deleted_at", NEW."dissolved_on", NEW."id", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on", NEW."zone_id"); RETURN NULL;',
                            hash="287efd21858c457a90ea7a0ddcb565d0cbb0b862",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_17c2b",
                            table="teams_team",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="6e8128024cf074ef54f40c8d8dbe0ff2de5de342",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_0eb5f",
                            table="teams_membership",
                            when="BEFORE",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "teams_membershipevent" ("created_at", "deleted_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "team_id", "title", "user_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."starts_on", NEW."team_id", NEW."title", NEW."user_id", NEW."zone_id"); RETURN NULL;',
                            hash="3e7b7a04d548fe33f3363a8e1f67dbc48c1f8bfa",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d21a0",
                            table="teams_membership",
                            when="AFTER",
                        ),
                    ),
                ),
                investcrm.core.migration_operations.InstallTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func='INSERT INTO "teams_membershipevent" ("created_at", "deleted_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "team_id", "title", "user_id", "zone_id") VALUES (NEW."created_at", NEW."deleted_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."starts_on", NEW."team_id", NEW."title", NEW."user_id", NEW."zone_id"); RETURN NULL;',
                            hash="2f25f604c935cb944c2b0ace1673b608af7b90fb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5dc49",
                            table="teams_membership",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
