"""What the items of a bulk upsert refer to, looked up for all of them in a few queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from investcrm.core.external_ids import kind_of, rows_behind
from investcrm.core.rules import Problems
from projects.api.references import COMPANIES, look_up_companies
from projects.models import Company, Contact, Industry, Stage
from projects.services.leads import Opening
from teams.api.references import Key, References
from teams.models import Team, User, Zone

# A field's name, and what it means in the lead's zone.
Found = tuple[Any, str]
MISSING, AMBIGUOUS = "does_not_exist", "ambiguous"


class Named:
    """Rows by what bodies name them by: id, code in a zone, or external id."""

    def __init__(
        self, rows: Iterable[Any], keys: Iterable[Key], model: type[models.Model], code: Callable[[Any], str]
    ):
        self.by_pk: dict[uuid.UUID, Any] = {}
        self.by_code: dict[str, list[Any]] = {}
        for row in rows:
            self.by_pk[row.pk] = row
            self.by_code.setdefault(code(row), []).append(row)
        self.behind = rows_behind(kind_of(model), [key.external for key in keys if key.external])

    def find(self, key: Key, zone_id: uuid.UUID | None = None) -> Found:
        """The row, and what is wrong with the key; a code is looked for in the zone, if one is given."""
        if key.code is None:
            pk = self.behind.get(key.external) if key.external else key.pk
            row = self.by_pk.get(pk) if pk else None
            return row, "" if row else "unknown_external_id" if key.external else MISSING
        found = [row for row in self.by_code.get(key.code, ()) if zone_id is None or row.zone_id == zone_id]
        if len(found) == 1:
            return found[0], ""
        return None, AMBIGUOUS if found else MISSING


class LeadLookups:
    """The rows that many bodies of leads name; each kind is read when the first of them asks."""

    def __init__(self, user: User, bodies: Sequence[dict[str, Any]]) -> None:
        self.user, self.bodies = user, bodies
        self.references = References(user)

    def _keys(self, *names: str) -> set[Key]:
        return {body[name] for body in self.bodies for name in names if body.get(name) is not None}

    @cached_property
    def companies(self) -> dict[Key, Company]:
        """Companies, by the keys that name them."""
        return look_up_companies(self.references, self._keys(*COMPANIES))

    @cached_property
    def contacts(self) -> dict[Key, Contact]:
        """Referring contacts, by the keys that name them."""
        return self.references.by_key(Contact.objects.visible_to(self.user), self._keys("referrer_contact"))

    @cached_property
    def teams(self) -> Named:
        """All teams that the caller sees: a few dozen."""
        rows = Team.objects.visible_to(self.user).select_related("zone")
        return Named(rows, self._keys("team"), Team, lambda team: team.code)

    @cached_property
    def industries(self) -> Named:
        """All industries that the caller sees: a few hundred."""
        return Named(Industry.objects.visible_to(self.user), self._keys("industry"), Industry, lambda one: one.code)

    @cached_property
    def people(self) -> Named:
        """The owners that are named."""
        keys = self._keys("owner")
        names = [key.code.lower() for key in keys if key.code]
        behind = rows_behind("user", [key.external for key in keys if key.external])
        rows = User.objects.visible_to(self.user).alias(lower=models.functions.Lower("username"))
        named = models.Q(pk__in=[*(key.pk for key in keys if key.pk), *behind.values()]) | models.Q(lower__in=names)
        return Named(rows.filter(named), keys, User, lambda user: user.username.lower())

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """The stages in use."""
        return {stage.code: stage for stage in Stage.objects.visible_to(self.user)}

    @cached_property
    def zones(self) -> dict[str, Zone]:
        """The zones of the caller's roles."""
        return {zone.code: zone for zone in Zone.objects.visible_to(self.user)}

    def place(self, body: dict[str, Any], problems: Problems) -> Zone | None:
        """The zone of a new lead: the one named, else the team's, else the caller's only one."""
        if "zone" in body:
            zone = self.zones.get(body["zone"])
            if zone is None:
                _add(problems, "zone", MISSING)
            return zone
        if body.get("team") is not None:
            team, wrong = self.teams.find(body["team"])
            if wrong:
                _add(problems, "team", wrong)
            return team.zone if team else None
        if len(self.zones) == 1:
            return next(iter(self.zones.values()))
        problems.add("zone", _("Name the zone (its code), or a team."), "required")
        return None

    def fields(self, body: dict[str, Any], zone_id: uuid.UUID | None, problems: Problems) -> dict[str, Any]:
        """The fields with rows in place of keys."""
        found = {name: value for name, value in body.items() if name not in {"zone", "opening"}}
        for name in COMPANIES:
            if (key := body.get(name)) is not None:
                found[name] = self.companies.get(key)
                if found[name] is None:
                    self._missing(problems, name, key)
        if (key := body.get("referrer_contact")) is not None:
            found["referrer_contact"] = self.contacts.get(key)
            if found["referrer_contact"] is None:
                self._missing(problems, "referrer_contact", key)
        for name, among in (("team", "teams"), ("industry", "industries")):
            if (key := body.get(name)) is not None:
                found[name], wrong = getattr(self, among).find(key, zone_id)
                if wrong and name not in problems.errors:
                    _add(problems, name, wrong)
        if (key := body.get("owner")) is not None:
            folded = Key(code=key.code.lower()) if key.code else key
            found["owner"], wrong = self.people.find(folded)
            if wrong:
                _add(problems, "owner", wrong)
        return found

    def opening(self, body: dict[str, Any], problems: Problems) -> Opening | None:
        """Where a new lead stood already."""
        if "opening" not in body:
            return None
        stage = self.stages.get(body["opening"]["stage"])
        if stage is None:
            _add(problems, "opening/stage", MISSING)
            return None
        return Opening(stage, body["opening"].get("occurred_on"))

    @staticmethod
    def _missing(problems: Problems, name: str, key: Key) -> None:
        _add(problems, name, "unknown_external_id" if key.external else MISSING)


def _add(problems: Problems, name: str, code: str) -> None:
    messages = {
        MISSING: _("There is no such row."),
        AMBIGUOUS: _("Several zones have this code; name the zone."),
        "unknown_external_id": _("Unknown external id."),
    }
    problems.add(name, messages[code], code)
