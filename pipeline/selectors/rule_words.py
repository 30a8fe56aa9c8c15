"""Counting rules in words: the sentence under which a reader knows what is counted."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full
from pipeline.models.targets import CountingRule, Metric, Target
from pipeline.selectors.periods import MONTH, QUARTER, YEAR, period_of
from projects.choices import CapitalOrigin, Listing


def quantity_words(value: Decimal | None, metric: str) -> str:
    """A figure of the metric: `5`, `CNY 1.2 billion`, `85%`."""
    if value is None:
        return "—"
    if metric in (Metric.AGREED, Metric.FUNDS, Metric.FDI):
        return format_money(value)
    return f"{number_words(value)}%" if metric == Metric.PLAN_KEPT else number_words(value)


def number_words(value: Decimal) -> str:
    """A number with at most two decimals, without needless zeros."""
    text = f"{value.quantize(Decimal('0.01')):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def window_words(first: datetime.date, last: datetime.date) -> str:
    """A year, quarter or month by its name, else from which day to which."""
    for kind in (YEAR, QUARTER, MONTH):
        period = period_of(kind, first)
        if (period.first, period.last) == (first, last):
            return period.words
    return f"{day_full(first)} – {day_full(last)}"


def filter_words(rule: CountingRule) -> list[str]:
    """Each filter of the rule, in words that follow what is counted."""
    found = []
    for size, words in (
        ("total_investment", _("total investment of %(amount)s or more")),
        ("registered_capital", _("registered capital of %(amount)s or more")),
    ):
        cny, usd = getattr(rule, f"{size}_cny"), getattr(rule, f"{size}_usd")
        if cny is not None:
            pair = _("%(cny)s (%(usd)s)") % {"cny": format_money(cny), "usd": format_money(usd, "USD")}
            found.append(words % {"amount": pair if usd is not None else format_money(cny)})
    if rule.listing and rule.metric != Metric.LISTED:
        found.append(listing_words(rule.listing))
    if rule.origin:
        found.append(_("domestic capital") if rule.origin == CapitalOrigin.DOMESTIC else _("foreign capital"))
    if rule.industry is not None:
        found.append(_("industry “%(name)s” and its branches") % {"name": rule.industry.name})
    return found


def listing_words(listing: str) -> str:
    """`a provincial major project or higher`."""
    return {
        Listing.CITY.value: _("a city major project or higher"),
        Listing.PROVINCE.value: _("a provincial major project or higher"),
        Listing.NATION.value: _("a national major project"),
    }.get(listing, "")


def counted_words(rule: CountingRule) -> str:
    """What the rule counts, without how much: `landed projects with total investment of …`."""
    what = str(rule.get_metric_display())
    filters = filter_words(rule)
    if rule.metric == Metric.LISTED:
        filters.insert(0, listing_words(rule.listing))
    if not filters:
        return what
    return _("%(what)s with %(filters)s") % {"what": what, "filters": pgettext("list", ", ").join(filters)}


def _asked(rule: CountingRule, minimum: Decimal) -> str:
    """`at least 5 landed projects`, with a place for what they must be."""
    count = int(minimum)
    pieces = {
        Metric.LANDED: ngettext(
            "at least %(n)s landed project%(with)s", "at least %(n)s landed projects%(with)s", count
        ),
        Metric.SIGNED: ngettext(
            "at least %(n)s signed project%(with)s", "at least %(n)s signed projects%(with)s", count
        ),
        Metric.LISTED: _listed(rule.listing, count),
        Metric.AGREED: _("agreed investment of at least %(n)s%(with)s"),
        Metric.FUNDS: _("funds in place of at least %(n)s%(with)s"),
        Metric.FDI: _("FDI paid in of at least %(n)s%(with)s"),
        Metric.NEW_LEADS: ngettext("at least %(n)s new lead%(with)s", "at least %(n)s new leads%(with)s", count),
        Metric.VISITS: ngettext("at least %(n)s outbound visit", "at least %(n)s outbound visits", count),
        Metric.RECEPTIONS: ngettext("at least %(n)s reception", "at least %(n)s receptions", count),
        Metric.PLAN_KEPT: _("at least %(n)s of the planned visits kept"),
    }
    return pieces.get(Metric(rule.metric), "")


def _listed(listing: str, count: int) -> str:
    if listing == Listing.CITY:
        return ngettext(
            "at least %(n)s city major project or higher%(with)s",
            "at least %(n)s city major projects or higher%(with)s",
            count,
        )
    if listing == Listing.NATION:
        return ngettext(
            "at least %(n)s national major project%(with)s", "at least %(n)s national major projects%(with)s", count
        )
    return ngettext(
        "at least %(n)s provincial major project or higher%(with)s",
        "at least %(n)s provincial major projects or higher%(with)s",
        count,
    )


def rule_words(rule: CountingRule, minimum: Decimal | None = None) -> str:
    """What is asked for, without its window."""
    asked = rule.minimum if minimum is None else minimum
    if asked is None or not rule.metric:
        return counted_words(rule) if rule.metric else ""
    filters = filter_words(rule)
    with_filters = _(" with %(filters)s") % {"filters": pgettext("list", ", ").join(filters)} if filters else ""
    return _asked(rule, asked) % {"n": quantity_words(asked, rule.metric), "with": with_filters}


def rule_sentence(target: Any) -> str:
    """The whole rule of a target: `In year 2026: at least 5 landed projects with …`."""
    words = rule_words(target)
    if target.starts_on is None or target.ends_on is None:
        return words
    window = window_words(target.starts_on, target.ends_on)
    return _("%(window)s: %(rule)s") % {"window": window, "rule": words}


def target_name(target: Target) -> str:
    """The name that was given to it, else its rule in words."""
    return target.name or rule_sentence(target)


def overrides(target: Target) -> list[str]:
    """Where a target differs from the tier that it began with: `the tier says 5, here 3`."""
    tier = target.tier or {}
    if not tier:
        return []
    found = []
    if (said := tier.get("minimum")) and Decimal(said) != target.minimum:
        words = {
            "tier": quantity_words(Decimal(said), target.metric),
            "here": quantity_words(target.minimum, target.metric),
        }
        found.append(_("the tier says %(tier)s, here %(here)s") % words)
    labels = []
    for name in CountingRule.RULE:
        value = target.industry_id if name == "industry" else getattr(target, name)
        here = "" if value is None else format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
        if here != tier.get(name, ""):
            labels.append(str(target._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    if labels:
        found.append(_("other than the tier: %(fields)s") % {"fields": pgettext("list", ", ").join(labels)})
    return found
