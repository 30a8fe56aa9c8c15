"""Shapes of what is written to the API. Rules are the services'; here is only type, format and known names."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from investcrm.core.api.systems import may_speak_of
from investcrm.core.external_ids import MAX_LENGTH, is_external_id, is_system

FIRST_YEAR = 1900
DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,10})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_OF_DAY = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
INSTANT = re.compile(rf"{DAY.pattern}[Tt]{TIME_OF_DAY}")


# As the API document writes it: a NUL cannot be kept.
TEXT = r"^[^\u0000]*$"


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields which it does not know, also in its parts, each with its pointer."""

    def to_internal_value(self, data: Any) -> Any:
        unknown: dict[str, list[ErrorDetail]] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            message = str(_("This field is not known here."))
            unknown = {str(name): [ErrorDetail(message, code="unknown_field")] for name in data if name not in known}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise ValidationError({**unknown, **error.detail}) from error
            raise
        if unknown:
            raise ValidationError(unknown)
        return value


class StrictDecimalField(serializers.DecimalField):
    """A decimal as a string of ASCII digits; a JSON number is refused, for it may have lost digits on its way."""

    default_error_messages = {"not_a_string": _('Send this as a string, such as "1250.00".')}

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("not_a_string")
        if not DECIMAL.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class MoneyField(StrictDecimalField):
    """An amount in the unit of its currency: 18 digits, 2 of them after the point."""

    def __init__(self, *, max_digits: int = 18, decimal_places: int = 2, **kwargs: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)


class MeasureField(StrictDecimalField):
    """A measure (mu, m², m, t/m², kVA), whose unit is in the field's name."""

    def __init__(self, *, max_digits: int = 14, decimal_places: int = 2, **kwargs: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)


class DayField(serializers.DateField):
    """A day as `YYYY-MM-DD` and nothing else, from 1900 on."""

    default_error_messages = {
        "invalid": _("Send a day as YYYY-MM-DD."),
        "too_early": _("The year must be 1900 or later."),
    }

    def to_internal_value(self, data: Any) -> dt.date:
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid")
        try:
            day = dt.date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if day.year < FIRST_YEAR:
            self.fail("too_early")
        return day


class InstantField(serializers.DateTimeField):
    """A time as RFC 3339 with its offset: without one nobody knows which moment is meant."""

    default_error_messages = {
        "invalid": _("Send a time with its offset, such as 2026-03-05T09:30:00+08:00."),
        "too_early": _("The year must be 1900 or later."),
    }

    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            self.fail("invalid")
        try:
            moment = parse_datetime(value.upper())
            in_utc = moment.astimezone(dt.UTC) if moment else None
        except (ValueError, OverflowError):
            in_utc = None
        if in_utc is None:
            self.fail("invalid")
        if int(value[:4]) < FIRST_YEAR:
            self.fail("too_early")
        return in_utc


class StrictCharField(serializers.CharField):
    """A text. A number or a truth value is not turned into text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """true or false, not "yes" or 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictIntegerField(serializers.IntegerField):
    """A whole number as JSON writes it, within what the database holds."""

    def __init__(self, *, min_value: int = 0, max_value: int = 2_147_483_647, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        # In JSON 5.0 is a whole number, too.
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


SYSTEM_SCHEMA = {"type": "string", "pattern": r"^(?!\.{1,2}$)[A-Za-z0-9._-]{1,40}$", "example": "erp"}
EXTERNAL_ID_SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    "pattern": r"^(?!\.{1,2}$)[^/\x00-\x1f\x7f-\x9f]*$",
    "example": "K-1042",
}
EXTERNAL = {
    "type": "object",
    "properties": {"external_id": EXTERNAL_ID_SCHEMA, "source_system": SYSTEM_SCHEMA},
    "required": ["external_id", "source_system"],
    "additionalProperties": False,
}


@extend_schema_field(SYSTEM_SCHEMA)
class SourceSystemField(StrictCharField):
    """The name of a source system, as addresses carry it."""

    default_error_messages = {"invalid_system": _("Letters, digits, dots, - and _, at most 40 of them.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not is_system(text):
            self.fail("invalid_system")
        return text


@extend_schema_field(EXTERNAL_ID_SCHEMA)
class ExternalIdField(StrictCharField):
    """What another system calls a row, as addresses carry it."""

    default_error_messages = {
        "invalid_external_id": _("1 to 200 characters, without control characters and without a slash.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not is_external_id(text):
            self.fail("invalid_external_id")
        return text


class KnownAsSerializer(StrictSerializer):
    """What another system calls the row: both fields, or neither."""

    source_system = SourceSystemField(required=False)
    external_id = ExternalIdField(required=False)


class KnownAsChangeSerializer(StrictSerializer):
    """What another system calls a row that is there: both fields, or neither; what other systems call it stays."""

    source_system = SourceSystemField(required=False)
    external_id = ExternalIdField(
        allow_null=True, required=False, help_text="In place of any other of this system; null: it has none any more."
    )


@extend_schema_field({"oneOf": [{"type": "string", "format": "uuid"}, EXTERNAL]})
class RefField(serializers.Field[Any, Any, Any, Any]):
    """A reference to another row: its id, its external id, or a code where the resource has one.

    `resolve(user, **key)` gets `pk=UUID`, `code=str` or `external=(system, id)` and gives the row, or None where the
    user sees none.
    """

    default_error_messages = {
        "invalid": _("Send an id (UUID), or an object with external_id and source_system."),
        "does_not_exist": _("There is no such row."),
        "unknown_external_id": _("Unknown external id."),
    }

    def __init__(self, *, resolve: Callable[..., Any], accepts_code: bool = False, **kwargs: Any) -> None:
        self.resolve = resolve
        self.accepts_code = accepts_code
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> models.Model:
        if isinstance(data, dict):
            return self.from_external(data)
        if not isinstance(data, str):
            self.fail("invalid")
        key: dict[str, Any]
        try:
            key = {"pk": uuid.UUID(data)}
        except ValueError:
            if not self.accepts_code or not 0 < len(data) <= 100:
                self.fail("invalid")
            key = {"code": data}
        return self.found(self.resolve(self.context["request"].user, **key))

    def from_external(self, data: dict[str, Any]) -> models.Model:
        """The row behind an external id; one of a system that the key may not speak of is unknown."""
        if set(data) != {"external_id", "source_system"} or not all(isinstance(one, str) for one in data.values()):
            self.fail("invalid")
        system, external_id = data["source_system"], data["external_id"]
        if not (is_system(system) and is_external_id(external_id)):
            self.fail("invalid")
        request = self.context["request"]
        if not may_speak_of(request, system):
            self.fail("unknown_external_id")
        row: models.Model | None = self.resolve(request.user, external=(system, external_id))
        if row is None:
            self.fail("unknown_external_id")
        return row

    def found(self, row: models.Model | None) -> models.Model:
        if row is None:
            self.fail("does_not_exist")
        return row

    def to_representation(self, value: Any) -> Any:
        return value.pk if isinstance(value, models.Model) else value


class NamedRefSerializer(serializers.Serializer[Any]):
    """A row in an answer, by its id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong, and where."""

    pointer = serializers.CharField(help_text="JSON pointer into the body, or #/name for a parameter.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="A stable URI under /problems/, with a page that explains it.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The request id.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


@extend_schema_field({"type": ["string", "object"]})
class StateField(serializers.JSONField):
    """A code, or an object."""


@extend_schema_field(OpenApiTypes.OBJECT)
class ValuesField(serializers.JSONField):
    """An object."""


class ConflictSerializer(ProblemSerializer):
    """A problem document that says where the row is now."""

    current = StateField(required=False, help_text="The present state: a code or an object.")


class StaleSerializer(ProblemSerializer):
    """A problem document that says which version the row has now."""

    current_version = serializers.IntegerField()
    current = ValuesField(required=False, help_text="The present values, by the names of the fields.")


class CountSerializer(serializers.Serializer[Any]):
    """How many rows the filters leave."""

    count = serializers.IntegerField()
