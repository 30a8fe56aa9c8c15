"""Amounts in CNY: at the rate of the signing day once signed, else of the as-of day (DESIGN section 4)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

from investcrm.core.models import ExchangeRate


def in_cny(amount: str, as_of: datetime.date) -> Combinable:
    """An expression over leads: the amount's column in CNY, NULL where its currency has no rate on that day."""
    return in_cny_on(amount, Coalesce(OuterRef("signed_on"), Value(as_of)))


def in_cny_on(amount: str, day: Any) -> Combinable:
    """An expression over rows with a currency: the amount's column in CNY at the rate of the outer row's day."""
    rate = (
        ExchangeRate.objects.filter(currency=OuterRef("currency"), valid_from__lte=day)
        .order_by("-valid_from")
        .values("cny")[:1]
    )
    money = DecimalField(max_digits=24, decimal_places=2)
    return Case(
        When(currency="CNY", then=F(amount)),
        default=Round(F(amount) * Subquery(rate), 2),
        output_field=money,
    )


def has_rate(currency: str, day: datetime.date) -> bool:
    """Whether an amount of that day can be told in CNY. No query for CNY itself."""
    return currency == "CNY" or ExchangeRate.objects.filter(currency=currency, valid_from__lte=day).exists()
