"""References in a body: read by shape first, looked up when it is known in which zone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from investcrm.core.api.serializers import EXTERNAL, TEXT, RefField
from investcrm.core.external_ids import kind_of, known_as, rows_behind
from investcrm.core.rules import Problems
from teams.models import Team, User, Zone

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Key:
    """What a body names a row by: its id, its code, or what another system (the first) calls it."""

    pk: uuid.UUID | None = None
    code: str | None = None
    external: tuple[str, str] | None = None

    def among(self, rows: models.QuerySet[M], code_field: str) -> models.QuerySet[M]:
        """Those of the rows that it names."""
        if self.external is not None:
            system, external_id = self.external
            return known_as(rows, kind_of(rows.model), systems=[system], external_id=external_id)
        return rows.filter(pk=self.pk) if self.pk else rows.filter(**{code_field: self.code})


class KeyField(RefField):
    """An id or an external id; the row is looked up later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(resolve=lambda _user, **key: Key(**key), **kwargs)


@extend_schema_field({"oneOf": [{"type": "string", "minLength": 1, "maxLength": 100, "pattern": TEXT}, EXTERNAL]})
class CodeKeyField(KeyField):
    """An id, a code or an external id; the row is looked up later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(accepts_code=True, **kwargs)


class References:
    """Looks up what a body refers to among the rows that the caller sees; what is not there is told at its field."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.problems = Problems()

    def missing(self, at: str, key: Key | None = None) -> None:
        """Say that the field refers to nothing that the caller sees."""
        if key is not None and key.external is not None:
            self.problems.add(at, _("Unknown external id."), "unknown_external_id")
        else:
            self.problems.add(at, _("There is no such row."), "does_not_exist")

    def one(self, rows: models.QuerySet[M], key: Key | None, at: str, code_field: str = "code") -> M | None:
        """The row of the key; None for no key and for a row that is not there."""
        if key is None:
            return None
        found = list(key.among(rows, code_field)[:2])
        if len(found) > 1:
            self.problems.add(at, _("Several zones have this code; name the zone."), "ambiguous")
        elif not found:
            self.missing(at, key)
        return found[0] if found else None

    def by_key(self, rows: models.QuerySet[M], keys: Iterable[Key | None], code_field: str = "") -> dict[Key, M]:
        """Rows of several keys, in one query (none for no key; one more for external ids).

        Codes are unique values of `code_field`.
        """
        wanted = {key for key in keys if key is not None}
        if not wanted:
            return {}
        behind = rows_behind(kind_of(rows.model), [key.external for key in wanted if key.external])
        condition = models.Q(pk__in=[*(key.pk for key in wanted if key.pk), *behind.values()])
        if codes := [key.code for key in wanted if key.code]:
            condition |= models.Q(**{f"{code_field}__in": codes})
        found: dict[Key, M] = {}
        for row in rows.filter(condition):
            found[Key(pk=row.pk)] = row
            if codes:
                found[Key(code=getattr(row, code_field))] = row
        for pair, row_id in behind.items():
            if (there := found.get(Key(pk=row_id))) is not None:
                found[Key(external=pair)] = there
        return found

    def place(self, data: dict[str, Any]) -> tuple[Zone | None, Team | None]:
        """Zone and team of a new row: the zone named, else the team's, else the caller's only one."""
        zones = Zone.objects.visible_to(self.user)
        zone: Zone | None = None
        if "zone" in data:
            zone = self.one(zones, Key(code=data["zone"]), "zone")
        team = self.team(data.get("team"), {"zone": zone} if zone else {})
        if zone is None and team is not None:
            zone = team.zone
        if zone is None and not self.problems.errors:
            found = list(zones[:2])
            if len(found) == 1:
                return found[0], team
            self.problems.add("zone", _("Name the zone (its code), or a team."), "required")
        return zone, team

    def team(self, key: Key | None, in_zone: dict[str, Any], at: str = "team") -> Team | None:
        """A team by its id, or by its code in the zone."""
        rows = Team.objects.visible_to(self.user).select_related("zone")
        return self.one(rows.filter(**in_zone) if key and key.code else rows, key, at)

    def person(self, key: Key | None, at: str) -> User | None:
        """A colleague by id or user name."""
        return self.one(User.objects.visible_to(self.user), key, at, "username__iexact")

    def people(self, keys: Sequence[Key], at: str) -> list[User]:
        """Colleagues by id or user name, in one query."""
        if not keys:
            return []
        names = [key.code.lower() for key in keys if key.code]
        rows = User.objects.visible_to(self.user).alias(name_lower=models.functions.Lower("username"))
        behind = rows_behind("user", [key.external for key in keys if key.external])
        ids = [*(key.pk for key in keys if key.pk), *behind.values()]
        found = list(rows.filter(models.Q(pk__in=ids) | models.Q(name_lower__in=names)))
        by_id = {user.pk: user for user in found}
        by_name = {user.username.lower(): user for user in found}
        people: list[User] = []
        for number, key in enumerate(keys):
            row_id = behind.get(key.external) if key.external else key.pk
            person = by_id.get(row_id) if row_id else by_name.get((key.code or "").lower())
            if person is None:
                self.missing(f"{at}/{number}", key)
            elif person not in people:
                people.append(person)
        return people

    def raise_if_any(self) -> None:
        """Raise ValidationError if a reference was not found."""
        self.problems.raise_if_any()


def under(error: ValidationError, step: str, fields: Iterable[str]) -> ValidationError:
    """The same errors, those of the named fields one step deeper in the body."""
    deeper = set(fields)
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError(
        {f"{step}/{name}" if name in deeper else name: errors for name, errors in error.error_dict.items()}
    )
