"""Small help for checking rules in Python before the database does, and for reading what the database refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

# What no form has looked at may hold a character that the database refuses.
_no_null = ProhibitNullCharactersValidator()


class Problems:
    """Collects errors by field, and raises them together."""

    def __init__(self) -> None:
        self.errors: dict[str, list[ValidationError]] = {}

    def add(self, field: str, message: Any, code: str) -> None:
        """One more error beside the field."""
        self.errors.setdefault(field, []).append(ValidationError(message, code=code))

    def raise_if_any(self) -> None:
        """Raise ValidationError if something was added."""
        if self.errors:
            raise ValidationError(self.errors)


def clean_values(row: models.Model, problems: Problems, only: Mapping[str, Any] | set[str] | None = None) -> None:
    """Check each plain field of the row (length, choice, digits), without a query; foreign keys are the caller's."""
    skip = {field.name for field in row._meta.fields if field.is_relation}
    if only is not None:
        skip |= {field.name for field in row._meta.fields if field.name not in only}
    try:
        row.clean_fields(exclude=skip)
    except ValidationError as error:
        for field, messages in error.error_dict.items():
            problems.errors.setdefault(field, []).extend(messages)
    for model_field in row._meta.fields:
        if model_field.name not in skip:
            value = getattr(row, model_field.attname)
            try:
                _no_null(value)
                # Django leaves the length of long texts to forms.
                if isinstance(model_field, models.TextField) and model_field.max_length and value:
                    MaxLengthValidator(model_field.max_length)(value)
            except ValidationError as error:
                problems.errors.setdefault(model_field.name, []).append(error)


@contextmanager
def integrity_errors_as_rules(model: type[models.Model], **fields: str) -> Iterator[None]:
    """Turn the database's refusal into a ValidationError, by the constraint's name.

    `fields` names the field to show each constraint at; constraints of the model bring their own message.
    """
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        for constraint in model._meta.constraints:
            if constraint.name == name:
                message = constraint.violation_error_message or _("This breaks a rule.")
                raise ValidationError(
                    {fields.get(name, NON_FIELD_ERRORS): ValidationError(message, code=name)}
                ) from error
        for field in model._meta.fields:
            if field.unique and f"_{field.column}_" in name:
                message = field.error_messages.get("unique", _("This is taken."))
                raise ValidationError({field.name: ValidationError(message, code="unique")}) from error
        raise
