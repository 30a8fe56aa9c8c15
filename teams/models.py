"""Zones, people, teams, and who belongs where, when, as what."""

from __future__ import annotations

import datetime
import uuid
import zoneinfo
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from investcrm.core.text import pinyin_key
from teams.access import GRANTS, TEAM_ROLES, ZONE_ROLES, Capability, Role


class ZoneQuerySet(models.QuerySet["Zone"]):
    """Zones; a user sees those they hold a role in."""

    def visible_to(self, user: Any) -> ZoneQuerySet:
        """Zones of the user's roles; anonymous gets none."""
        live = self.filter(deleted_at=None)
        if not user.is_authenticated or not user.is_active:
            return live.none()
        if user.is_superuser:
            return live
        return live.filter(id__in=user.role_zone_ids)


@tracked()
class Zone(Row):
    """One centre's world: its teams, leads, limits, calendar and time zone."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    centre_zh = models.CharField(_("Centre, Chinese name"), max_length=200, blank=True)
    centre_en = models.CharField(_("Centre, English name"), max_length=200, blank=True)
    city = models.CharField(_("City"), max_length=100, blank=True)
    region_code = models.CharField(_("Region (GB/T 2260)"), max_length=6, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=50, default="Asia/Shanghai")
    is_generated = models.BooleanField(_("Generated for demonstration"), default=False)
    # Traffic lights on idle leads: 2, 3 and 6 months (DOMAIN section 4), kept in days.
    idle_yellow_days = models.PositiveSmallIntegerField(_("Idle days until yellow"), default=60)
    idle_red_days = models.PositiveSmallIntegerField(_("Idle days until red"), default=90)
    idle_close_days = models.PositiveSmallIntegerField(_("Idle days until closing is proposed"), default=180)
    # First report protects a lead for so long after its last interaction (首报首谈); empty: no protection.
    protection_days = models.PositiveSmallIntegerField(
        _("Days that a lead is protected after its last contact"), null=True, blank=True, default=90
    )
    # Settled companies: how often to visit, and how fast what they ask for is answered, settled, reported back.
    care_visit_days = models.PositiveSmallIntegerField(_("Days between visits to a settled company"), default=90)
    request_answer_days = models.PositiveSmallIntegerField(_("Days to answer a service request"), default=1)
    request_settle_days = models.PositiveSmallIntegerField(_("Days to settle a service request"), default=15)
    request_report_days = models.PositiveSmallIntegerField(_("Days to report back after settling"), default=3)

    objects = ZoneQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Zone")
        verbose_name_plural = _("Zones")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(idle_yellow_days__lt=F("idle_red_days")) & Q(idle_red_days__lt=F("idle_close_days")),
                name="zone_idle_limits_grow",
                violation_error_message=_("Yellow must come before red, and red before closing."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)

    def today(self) -> datetime.date:
        """The present day in the zone's time zone."""
        return timezone.localdate(timezone=zoneinfo.ZoneInfo(self.time_zone))


@dataclass(frozen=True)
class Grant:
    """A role that a user holds today, in a zone or in one of its teams."""

    role: str
    zone_id: uuid.UUID
    team_id: uuid.UUID | None

    def covers(self, row: Any, user_id: uuid.UUID) -> bool:
        """Whether the role reaches the row: a zone, or anything with zone_id, team_id and created_by_id."""
        if isinstance(row, Zone):
            return self.zone_id == row.id
        if self.zone_id != row.zone_id:
            return False
        if self.team_id is None and self.role != Role.CONTRIBUTOR:
            return True
        if self.team_id is not None and self.team_id == row.team_id and self.role != Role.CONTRIBUTOR:
            return True
        own = getattr(row, "created_by_id", None) == user_id
        return own and (row.team_id is None or self.role == Role.CONTRIBUTOR)


class UserQuerySet(models.QuerySet["User"]):
    """Accounts; colleagues of a zone see each other's names."""

    def visible_to(self, user: Any) -> UserQuerySet:
        """Accounts that hold or held a role in one of the user's zones; anonymous gets none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        held = Membership.objects.filter(user_id=OuterRef("id"), zone_id__in=user.role_zone_ids, deleted_at=None)
        return self.filter(Q(id=user.id) | Exists(held))

    def working_in(self, zone: Zone, day: datetime.date) -> UserQuerySet:
        """Active people who hold a role in the zone on the day, and so may own its leads."""
        held = (
            Membership.objects.filter(user_id=OuterRef("id"), zone=zone, deleted_at=None, starts_on__lte=day)
            .filter(Q(ends_on=None) | Q(ends_on__gte=day))
            .exclude(role=Role.OBSERVER)
        )
        return self.filter(Exists(held), is_active=True, is_service_account=False)


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the name is kept as typed."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account; without a password it cannot sign in."""
        user = self.model(
            username=username, email=self.normalize_email(fields.pop("email", "") or "") or None, **fields
        )
        user.name_key = pinyin_key(str(user))[:300]
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An account that may do everything, for the installation's keeper."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of that name, whatever the case."""
        return self.get(username__iexact=username)


@tracked("password", "last_login")
class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a service account that holds API keys."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        _("User name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    # empty is NULL, so that many accounts may have none
    email = models.EmailField(_("E-mail"), null=True, blank=True)  # noqa: DJ001
    display_name = models.CharField(_("Name"), max_length=100)
    name_key = models.CharField(max_length=300, editable=False, db_index=True)
    phone = models.CharField(_("Phone"), max_length=50, blank=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    # empty: the time zone of the zone, or of the installation
    time_zone = models.CharField(_("Time zone"), max_length=50, blank=True)
    is_service_account = models.BooleanField(_("Service account"), default=False)
    is_staff = models.BooleanField(_("May use the administration site"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    # the last day of who is about to leave; the account is closed after it
    leaves_on = models.DateField(_("Last day"), null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["display_name"]

    class Meta:
        verbose_name = _("User")
        verbose_name_plural = _("Users")
        ordering: ClassVar = ["name_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                condition=Q(email__isnull=False),
                violation_error_message=_("This e-mail address belongs to another account."),
            ),
            models.UniqueConstraint(Lower("username"), name="user_name_once"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def grants(self) -> list[Grant]:
        """The roles held today, each day taken in the time zone of its zone. One query an instance."""
        rows = (
            Membership.objects.filter(user=self, deleted_at=None, zone__deleted_at=None)
            .filter(Q(team=None) | Q(team__deleted_at=None))
            .values_list("role", "zone_id", "team_id", "starts_on", "ends_on", "zone__time_zone")
        )
        found = []
        for role, zone_id, team_id, starts_on, ends_on, time_zone in rows:
            today = timezone.localdate(timezone=zoneinfo.ZoneInfo(time_zone))
            if starts_on <= today and (ends_on is None or ends_on >= today):
                found.append(Grant(role, zone_id, team_id))
        return found

    def can(self, capability: Capability, on: Any = None) -> bool:
        """Whether one of today's roles gives the capability, on the row or zone if one is given."""
        if not self.is_active:
            return False
        if self.is_superuser:
            return True
        return any(
            capability in GRANTS[grant.role] and (on is None or grant.covers(on, self.id)) for grant in self.grants
        )

    @property
    def role_zone_ids(self) -> set[uuid.UUID]:
        """Zones in which the user holds any role today."""
        return {grant.zone_id for grant in self.grants}

    def zone_ids_with(self, capability: Capability) -> list[uuid.UUID]:
        """Zones in which a role gives the capability, be it over a team only."""
        return sorted({g.zone_id for g in self.grants if capability in GRANTS[g.role]})

    def zone_ids(self, capability: Capability) -> list[uuid.UUID]:
        """Zones in which a role gives the capability over the whole zone."""
        return sorted({g.zone_id for g in self.grants if g.team_id is None and capability in GRANTS[g.role]})

    def team_ids(self, capability: Capability) -> list[uuid.UUID]:
        """Teams in which a role gives the capability."""
        return sorted({g.team_id for g in self.grants if g.team_id and capability in GRANTS[g.role]})

    def get_short_name(self) -> str:
        """The name shown in lists."""
        return str(self)


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams; everybody of a zone sees its teams."""

    def visible_to(self, user: Any) -> TeamQuerySet:
        """Teams of the user's zones; anonymous gets none."""
        live = self.filter(deleted_at=None)
        if not user.is_authenticated or not user.is_active:
            return live.none()
        if user.is_superuser:
            return live
        return live.filter(zone_id__in=user.role_zone_ids)

    def in_use(self, day: datetime.date) -> TeamQuerySet:
        """Teams that are not dissolved on the day, and so may have members and leads."""
        return self.filter(deleted_at=None).filter(Q(dissolved_on=None) | Q(dissolved_on__gt=day))


@tracked()
class Team(Row):
    """A promotion team (招商小组)."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="teams", verbose_name=_("Zone"))
    code = models.CharField(_("Code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    starts_on = models.DateField(_("Since"), null=True, blank=True)
    dissolved_on = models.DateField(_("Dissolved on"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        ordering: ClassVar = ["zone", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "code"], name="team_code_once_a_zone"),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(starts_on=None) | Q(dissolved_on__gte=F("starts_on")),
                name="team_dates_in_order",
                violation_error_message=_("A team cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)

    def is_in_use(self, day: datetime.date) -> bool:
        """The same as TeamQuerySet.in_use, of a team in hand."""
        return self.dissolved_on is None or self.dissolved_on > day


class DateRange(Func):
    """daterange(starts_on, ends_on) with both days inside; an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


@tracked()
class Membership(Row):
    """A role in a zone or a team, from a day to a day (both inside). A reorganisation ends rows and adds new ones."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("User"))
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="memberships", verbose_name=_("Zone"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("Team")
    )
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    title = models.CharField(_("Title"), max_length=100, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("Membership")
        verbose_name_plural = _("Memberships")
        ordering: ClassVar = ["zone", "team", "user"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role__in=sorted(TEAM_ROLES)) | Q(team__isnull=False),
                name="membership_role_needs_team",
                violation_error_message=_("This role is held in a team."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(ZONE_ROLES)) | Q(team__isnull=True),
                name="membership_role_of_zone",
                violation_error_message=_("This role is held in the whole zone, not in a team."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates_in_order",
                violation_error_message=_("The end cannot be before the beginning."),
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("zone", RangeOperators.EQUAL),
                    (
                        Func(F("team"), Value(uuid.UUID(int=0)), function="COALESCE", output_field=models.UUIDField()),
                        RangeOperators.EQUAL,
                    ),
                    ("role", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The person already holds this role in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.team or self.zone}"
