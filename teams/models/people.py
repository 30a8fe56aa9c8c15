"""People and service accounts, and what their roles of today let them do."""

from __future__ import annotations

import datetime
import uuid
import zoneinfo
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.fixed_queries import FixedQuery
from investcrm.core.history import tracked
from investcrm.core.text import pinyin_key
from teams.access import GRANTS, Capability, Role
from teams.models.teams import Membership
from teams.models.zones import Zone


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


_ROLES = FixedQuery(
    lambda user_id: (
        Membership.objects.filter(user_id=user_id, deleted_at=None, zone__deleted_at=None)
        .filter(Q(team=None) | Q(team__deleted_at=None))
        .values_list("role", "zone_id", "team_id", "starts_on", "ends_on", "zone__time_zone")
    ),
    example=uuid.UUID(int=1),
)


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
        found = []
        for role, zone_id, team_id, starts_on, ends_on, time_zone in _ROLES.rows(self.pk):
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
    def watches_zone(self) -> bool:
        """Whether the user looks after a whole zone, and so begins with its figures: directors and observers."""
        return any(grant.team_id is None and grant.role in (Role.DIRECTOR, Role.OBSERVER) for grant in self.grants)

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
