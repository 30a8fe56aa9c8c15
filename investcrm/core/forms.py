"""Form fields that read what staff type: amounts in 万 and 亿, days, telephone numbers, credit codes.

And what every form's view needs: what was sent, and a service's refusal beside the fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from investcrm.core.amounts import parse_amount
from investcrm.core.credit_code import check_credit_code
from investcrm.core.dates import DEFAULT_FUTURE_YEARS, MIN_DAY, check_day, latest_day, parse_day
from investcrm.core.phones import parse_phone

_MAX_PHONE = 60


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, an empty one too; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def add_problems(form: forms.BaseForm, error: ValidationError, at: Mapping[str, str] | None = None) -> None:
    """Show what a service refused beside the fields; `at` gives the form's name for a service's field.

    What has no field in the form, and an error of no field at all, is said above it.
    """
    found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in found.items():
        field = (at or {}).get(name, name)
        form.add_error(field if field in form.fields else None, errors)


class AmountInput(forms.TextInput):
    """A text box for an amount; a stored value is shown in plain digits, a rejected one as it was typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "text", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Plain digits without an exponent or needless zeros."""
        if isinstance(value, Decimal) and value.is_finite():
            whole = value == value.to_integral_value()
            return format(value.quantize(Decimal(1)) if whole else value, "f")
        return super().format_value(value)


class AmountField(forms.Field):
    """An amount in single units of its currency, read by `parse_amount` (`1.5亿`, `20 million`)."""

    widget = AmountInput

    def __init__(self, *, currency: str | None = None, min_value: Decimal | int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency
        self.min_value = min_value

    def to_python(self, value: Any) -> Decimal | None:
        """The exact amount, None for an empty box."""
        text = value if isinstance(value, Decimal) else str(value if value is not None else "").strip()
        if text == "":
            return None
        return parse_amount(text, currency=self.currency)

    def validate(self, value: Decimal | None) -> None:
        """Required, and not below `min_value`."""
        super().validate(value)
        if value is not None and self.min_value is not None and value < self.min_value:
            if self.min_value == 0:
                raise ValidationError(_("An amount cannot be negative."), code="min_value")
            raise ValidationError(
                _("The amount is at least %(limit)s."), code="min_value", params={"limit": self.min_value}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares amounts, so that `2000万` over 20000000 is no change."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class DayInput(forms.DateInput):
    """The browser's own date picker; it needs ISO days."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day within sane bounds, in any form `parse_day` reads; `future_years=0` allows nothing after today."""

    widget = DayInput

    def __init__(
        self, *, future_years: int = DEFAULT_FUTURE_YEARS, earliest: dt.date = MIN_DAY, **kwargs: Any
    ) -> None:
        self.future_years = future_years
        self.earliest = earliest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, None for an empty box."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        return parse_day(str(value))

    def validate(self, value: dt.date | None) -> None:
        """Required, and between the bounds."""
        super().validate(value)
        if value is not None:
            check_day(value, future_years=self.future_years, earliest=self.earliest)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Gives the picker its bounds for the day the form is shown, not the day the server started."""
        self.widget.attrs.setdefault("min", self.earliest.isoformat())
        self.widget.attrs["max"] = latest_day(future_years=self.future_years).isoformat()
        return super().get_bound_field(form, field_name)


class CreditCodeField(forms.CharField):
    """A unified social credit code, normalised and checked; empty gives the empty value."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})

    def to_python(self, value: Any) -> str | None:
        """The code in capitals, half width."""
        text = super().to_python(value)
        return check_credit_code(text) if text else text


class PhoneField(forms.CharField):
    """A telephone number, kept as typed; `strict=True` refuses what cannot be read as a number."""

    def __init__(self, *, country: str = "CN", strict: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", _MAX_PHONE)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.country = country
        self.strict = strict

    def validate(self, value: Any) -> None:
        """Required, and readable when strict."""
        super().validate(value)
        if self.strict and value and parse_phone(value, self.country) is None:
            raise ValidationError(
                _("This is no telephone number. A land line needs its area code, a foreign number its + and country."),
                code="invalid_phone",
            )
