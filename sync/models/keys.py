"""Keys of service accounts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from teams.models import User


class Scope(models.TextChoices):
    """What a key may be used for, at most; what its account may do limits it further."""

    READ = "read", _("Read")
    WRITE = "write", _("Write")
    ADMIN = "admin", _("Administer")


class KeyState(models.TextChoices):
    """Whether a key opens anything."""

    USABLE = "usable", _("Usable")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    CLOSED = "closed", _("Account closed")


class ApiKey(AbstractAuthToken):
    """A key to the REST API: shown once, stored hashed, with scopes; can expire and be revoked."""

    # knox carries no types: without this the checker cannot tell what User.auth_token_set gives.
    _default_manager: ClassVar[models.Manager[ApiKey]]

    label = models.CharField(_("Label"), max_length=100, blank=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), default=list)
    # the systems whose external ids it reads and writes; none: all of them
    source_systems = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")
    # to the minute: not every call writes
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.label or self.beginning

    @property
    def scope_names(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def beginning(self) -> str:
        """The first characters of the key, by which its owner knows it."""
        return f"{self.token_key[:6]}…"

    @property
    def state(self) -> KeyState:
        """Whether it opens anything."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expiry is not None and self.expiry <= timezone.now():
            return KeyState.EXPIRED
        return KeyState.USABLE if self.user.is_active else KeyState.CLOSED

    def has_scope(self, scope: str) -> bool:
        """Whether it may be used for this; administering is reading and writing, too."""
        return scope in self.scopes or Scope.ADMIN in self.scopes
