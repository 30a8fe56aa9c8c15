"""Fields of the pages' forms: labels from the models, choices from the server, numbers as people type them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from investcrm.core.ids import as_id

NOT_SET = _("(not set)")


def label_of(model: type[models.Model], name: str) -> Any:
    """The model's words for a field."""
    return cast("models.Field[Any, Any]", model._meta.get_field(name)).verbose_name


def of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    """The form field that the model's field makes."""
    field = cast("models.Field[Any, Any]", model._meta.get_field(name))
    made = cast(forms.Field, field.formfield(**options))
    if "empty_label" not in options:
        _name_the_empty_choice(made)
    return made


def _name_the_empty_choice(field: forms.Field) -> None:
    """Words instead of Django's row of dashes."""
    if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
        field.empty_label = NOT_SET
    elif isinstance(field, forms.TypedChoiceField):
        field.choices = [(value, words if value else NOT_SET) for value, words in cast(Any, field.choices)]


class RemoteSelect(forms.Select):
    """A select whose choices come from an address while typing; only what is chosen is in the page.

    Its first choices come as soon as it is opened, unless it takes new names: those begin with typing.
    """

    takes_new = False

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url_name = url_name

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds where the choices come from."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        mode = "data-select-create" if self.takes_new else "data-select-preload"
        return {**attrs, "data-select-url": reverse(self.url_name), mode: "1"}

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """The empty choice and what is chosen."""
        options = [
            self.create_option(name, key, words, bool(key), number, attrs=attrs)
            for number, (key, words) in enumerate([("", ""), *self.chosen(value)])
        ]
        return [(None, [option], number) for number, option in enumerate(options)]

    def chosen(self, value: list[str]) -> list[tuple[str, str]]:
        """What is chosen, as key and words; rows that do not exist are left out."""
        iterator = cast(Any, self.choices)
        ids = [found for found in map(as_id, value) if found is not None]
        rows = list(iterator.queryset.filter(pk__in=ids)) if ids else []
        return [(str(row.pk), iterator.field.label_from_instance(row)) for row in rows]


class LongText(forms.CharField):
    """Text of several lines; line ends are kept as the database keeps them."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def to_python(self, value: Any) -> str | None:
        """The text with plain line ends."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


class MeasureField(forms.DecimalField):
    """A measure such as 4,300 or １０．５; full-width digits and thousands marks are read."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """The number (a Decimal), None for an empty box."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A stored measure without needless zeros."""
        if isinstance(value, Decimal):
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        return value
