"""Amounts in CNY: at the rate of the signing day once signed, else of the as-of day (DESIGN section 4)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
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


SUMMED = ("total_investment", "fixed_asset_investment", "registered_capital", "agreed_investment")


@dataclass(frozen=True)
class Totals:
    """How many leads, and the sum of each amount in CNY (None: none is known).

    `without_rate` counts the amounts of a currency that are left out.
    """

    count: int
    sums: dict[str, Decimal | None]
    without_rate: dict[str, int]


def totals(leads: QuerySet[Any], as_of: datetime.date) -> Totals:
    """The foot of a list of leads. Two queries."""
    worth = {f"{name}_worth": in_cny(name, as_of) for name in SUMMED}
    leads = leads.order_by().annotate(**worth)
    found = leads.aggregate(count=Count("pk"), **{name: Sum(f"{name}_worth") for name in SUMMED})
    left_out = {
        name: Count("pk", filter=Q((f"{name}__isnull", False), (f"{name}_worth__isnull", True))) for name in SUMMED
    }
    without: dict[str, int] = {}
    for row in leads.exclude(currency="CNY").values("currency").annotate(**{f"n_{k}": v for k, v in left_out.items()}):
        number = sum(row[f"n_{name}"] for name in SUMMED)
        if number:
            without[row["currency"]] = number
    return Totals(found.pop("count"), found, without)
