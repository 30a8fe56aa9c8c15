"""Exchange rates: what a unit of a currency is worth from a day on, for the whole installation."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from investcrm.core.dates import check_day
from investcrm.core.models import ExchangeRate
from investcrm.core.money import CURRENCIES
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from teams.models import User
from teams.selectors import manages_installation


@transaction.atomic
def add_rate(*, actor: User, currency: str, valid_from: datetime.date, cny: Decimal, source: str = "") -> ExchangeRate:
    """Enter a rate; figures of days before it stay as they were. Raises PermissionDenied, ValidationError."""
    if not manages_installation(actor):
        raise PermissionDenied
    rate = ExchangeRate(currency=currency, valid_from=valid_from, cny=cny, source=source.strip())
    problems = Problems()
    clean_values(rate, problems)
    if currency not in CURRENCIES or currency == "CNY":
        problems.add("currency", _("This currency is not on the list."), "unknown_currency")
    if cny is not None and cny <= 0:
        problems.add("cny", _("A rate is above zero."), "not_positive")
    try:
        check_day(valid_from, future_years=0)
    except ValidationError as error:
        problems.errors.setdefault("valid_from", []).append(error)
    if ExchangeRate.objects.filter(currency=currency, valid_from=valid_from).exists():
        problems.add("valid_from", _("There is a rate of this currency from that day on already."), "unique")
    problems.raise_if_any()
    with integrity_errors_as_rules(ExchangeRate, exchange_rate_once_a_day="valid_from"), transaction.atomic():
        rate.save(force_insert=True)
    return rate
