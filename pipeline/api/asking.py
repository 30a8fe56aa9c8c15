"""What addresses of numbers are asked with: a scope, days, what was known when."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from investcrm.core.api.serializers import DayField, InstantField, StrictCharField, StrictSerializer
from investcrm.core.api.views import refuse_empty_filters, refuse_unknown_parameters
from investcrm.core.changes import position_at
from investcrm.core.ids import is_id
from investcrm.core.rules import Problems
from pipeline.selectors.questions import check_as_of
from pipeline.selectors.scopes import Scope, scopes_of
from projects.models import Industry
from teams.access import Capability
from teams.models import User, Zone


@extend_schema_field({"type": "string", "format": "date-time"})
class MomentField(InstantField):
    """A moment in an address, whose plus sign may have been read as a space."""

    def to_internal_value(self, value: Any) -> datetime.datetime:
        """The moment. Raises a 400 for anything else."""
        return super().to_internal_value(value.replace(" ", "+") if isinstance(value, str) else value)


class ScopeParameters(StrictSerializer):
    """Of whom, and what was known when."""

    zone = StrictCharField(max_length=40, required=False, help_text="Code. Needed where the caller reads several.")
    team = StrictCharField(
        max_length=100, required=False, help_text="Id, or code in the zone; the whole zone unless given."
    )
    known_at = MomentField(required=False, help_text="Leaves out what was recorded later; now unless given.")


class SummaryParameters(ScopeParameters):
    """What a summary is asked with."""

    as_of = DayField(required=False, help_text="As it was at the end of this day; today unless given.")
    industry = StrictCharField(
        max_length=100, required=False, help_text="Id or code of an industry; without those below it."
    )


class AsOfParameters(StrictSerializer):
    """As of which day, and what was known when."""

    as_of = DayField(required=False, help_text="As it was at the end of this day; today unless given.")
    known_at = MomentField(required=False, help_text="Leaves out what was recorded later; now unless given.")


class FlowParameters(ScopeParameters):
    """What a flow is asked with."""

    def get_fields(self) -> Any:
        """`from` is a word of Python."""
        first = DayField(help_text="The first day.")
        last = DayField(help_text="The last day, not after today.")
        return {"from": first, "to": last, **super().get_fields()}


def parameters(request: Request, form: type[Serializer[Any]]) -> dict[str, Any]:
    """The checked parameters of an address. Raises a 400 for a wrong shape."""
    refuse_unknown_parameters(request, set(form().fields))
    return asked_beside(request, form)


def asked_beside(request: Request, form: type[Serializer[Any]]) -> dict[str, Any]:
    """The checked parameters of the form, of an address that has others, too. Raises a 400 for a wrong shape."""
    refuse_empty_filters(request, frozenset())
    read = form(data={name: value for name, value in request.query_params.items() if name in form().fields})
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def scope_asked(user: User, data: dict[str, Any]) -> Scope:
    """The zone or the team that is named, else the caller's only one.

    Raises PermissionDenied for who reads no figures of it, ValidationError for what is not there.
    """
    if not user.can(Capability.VIEW):
        raise PermissionDenied
    scopes = [scope for scope in scopes_of(user) if scope.person is None]
    zone, team = data.get("zone"), data.get("team")
    found = [scope for scope in scopes if zone in (None, scope.zone.code)]
    if zone is not None and not Zone.objects.visible_to(user).filter(code=zone).exists():
        raise _wrong("zone", _("There is no such row."), "does_not_exist")
    if team is not None:
        found = [scope for scope in found if scope.team and team in (str(scope.team.pk), scope.team.code)]
        return _only(found, "team", missing=_wrong("team", _("There is no such row."), "does_not_exist"))
    whole = [scope for scope in found if scope.team is None]
    if zone is not None and not whole:
        raise PermissionDenied(_("You read the figures of your teams alone: name one."))
    return _only(whole or found, "zone" if whole else "team", missing=PermissionDenied())


def _only(found: Sequence[Scope], name: str, *, missing: Exception) -> Scope:
    if not found:
        raise missing
    if len(found) > 1:
        raise _wrong(name, _("There are several; name one."), "required")
    return found[0]


def _wrong(name: str, message: Any, code: str) -> ValidationError:
    return ValidationError({name: ValidationError(message, code=code)})


def day_asked(scope_today: datetime.date, day: datetime.date | None, name: str) -> datetime.date:
    """The day that is asked for, else today. Raises ValidationError for one that has not come."""
    if day is None:
        return scope_today
    try:
        check_as_of(day, scope_today)
    except ValidationError as error:
        raise ValidationError({name: error}) from error
    return day


def known_asked(data: dict[str, Any]) -> int | None:
    """The position that was last seen at the moment asked for. Raises ValidationError for one that has not come."""
    if "known_at" not in data:
        return None
    try:
        return position_at(data["known_at"])
    except ValidationError as error:
        raise ValidationError({"known_at": error}) from error


def industry_asked(user: User, scope: Scope, data: dict[str, Any]) -> Industry | None:
    """The industry of the zone that is named. Raises ValidationError for one that is not there."""
    text = data.get("industry")
    if text is None:
        return None
    problems = Problems()
    rows = Industry.objects.visible_to(user).filter(zone=scope.zone)
    found = rows.filter(pk=text).first() if is_id(text) else rows.filter(code=text).first()
    if found is None:
        problems.add("industry", _("There is no such row."), "does_not_exist")
    problems.raise_if_any()
    return found
