"""Values of fields in words: for the history, for conflicts, for the key facts."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from investcrm.core.countries import country_name
from investcrm.core.models import MoneyField
from investcrm.core.money import format_money_exact
from investcrm.core.templatetags.crm import day_full


def plain_number(value: Decimal) -> str:
    """A number with its thousands grouped, without needless zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(field: models.Field[Any, Any], value: Any, *, currency: str = "CNY") -> str:
    """A value of the field as a reader writes it; a related row is given as the row. Empty is ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, MoneyField):
        return format_money_exact(value, currency)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime.date):
        return day_full(value)
    if field.name == "country":
        return country_name(value)
    return str(value)
