"""What counts for a rule, as far as the reader sees it, and what nearly counts with what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_text
from pipeline.models.targets import LISTINGS, Metric
from pipeline.selectors.counting import MEASURED, WHATS, Ask, Branches, Rule, question_of
from pipeline.selectors.figures import figure_url, lead_ids, rows
from pipeline.selectors.measured import measured_near, measured_rows
from pipeline.selectors.questions import LANDED, LISTED, SIGNED, STOCK, Question
from pipeline.selectors.rule_words import listing_words
from projects.choices import CapitalOrigin, StageKind
from projects.models import Lead
from teams.models import User

SHOWN = 20
SIZES = ("total_investment", "registered_capital")


@dataclass(frozen=True)
class Line:
    """One thing that counts: its name and address, and a note (the day, the amount)."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Counting:
    """What counts: how much in all, the first lines, how many more there are, and how many the reader does not see."""

    total: int
    rows: tuple[Line, ...]
    more: int = 0
    hidden: int = 0
    url: str = ""


@dataclass(frozen=True)
class Near:
    """What nearly counts, and what is missing, a sentence each."""

    title: str
    url: str
    missing: tuple[str, ...]


def counting_rows(ask: Ask, user: User) -> Counting:
    """The leads (funds, visits) behind the figure of an ask."""
    if ask.first > ask.as_of:
        return Counting(0, ())
    if ask.rule.metric in MEASURED:
        total, lines, hidden, url = measured_rows(ask.rule.metric, _unlimited(ask), ask.scope, user, SHOWN)
        found_lines = tuple(Line(one.title, one.url, " · ".join(one.notes)) for one in lines)
        return Counting(total, found_lines, max(total - hidden - len(lines), 0), hidden, url)
    questions = [question_of(ask, what, Branches()) for what in WHATS[ask.rule.metric]]
    ids = [pk for question in questions for pk in lead_ids(question)]
    seen = set(Lead.objects.visible_to(user).filter(pk__in=set(ids)).values_list("pk", flat=True))
    found: list[Line] = []
    for question in questions:
        found += _lines(question, seen, SHOWN - len(found))
    visible = sum(pk in seen for pk in ids)
    return Counting(len(ids), tuple(found), max(visible - len(found), 0), len(ids) - visible, figure_url(questions[0]))


def _unlimited(ask: Ask) -> Question:
    return question_of(ask, STOCK, Branches())


def _lines(question: Question, seen: set[uuid.UUID], limit: int) -> list[Line]:
    """The first rows that the reader sees; rows are read until there are enough, a page at a time."""
    found: list[Line] = []
    page, offset = max(limit * 3, SHOWN), 0
    while len(found) < limit:
        behind = rows(question, limit=page, offset=offset)
        shown = [row for row in behind if row.lead_id in seen][: limit - len(found)]
        leads = {one.pk: one for one in Lead.objects.filter(pk__in=[row.lead_id for row in shown])}
        for row in shown:
            amount = row.agreed_investment if row.agreed_investment is not None else row.total_investment
            notes = [day_text(row.day)] if row.day else []
            if amount is not None:
                notes.append(format_money(amount, row.currency))
            found.append(Line(str(leads[row.lead_id]), _url(row.lead_id), " · ".join(notes)))
        if len(behind) < page or not seen:
            break
        offset += page
    return found


def _url(lead_id: uuid.UUID) -> str:
    return reverse("projects:lead", args=[lead_id])


def nearly_counting(ask: Ask, user: User) -> list[Near]:
    """What nearly counts, the closest first: one step is missing, or one filter is not met."""
    if ask.first > ask.as_of:
        return []
    metric = ask.rule.metric
    if metric in MEASURED:
        near = measured_near(metric, _unlimited(ask), ask.scope, user, SHOWN)
        return [Near(one.title, one.url, one.notes) for one in near]
    finders = {
        Metric.LANDED: _near_happening, Metric.SIGNED: _near_happening, Metric.LISTED: _near_listed,
        Metric.AGREED: _without_agreed,
    }  # fmt: skip
    finder = finders.get(Metric(metric))
    return finder(ask, user)[:SHOWN] if finder else []


def _leads(ids: Iterable[uuid.UUID], user: User) -> list[Lead]:
    found = Lead.objects.visible_to(user).filter(pk__in=set(ids)).select_related("stage", "industry", "company")
    return list(found.order_by(F("stage__position").desc(), "-stage_entered_on", "id")[: SHOWN * 3])


def _near(lead: Lead, *missing: str) -> Near:
    return Near(str(lead), _url(lead.pk), tuple(missing))


def _near_happening(ask: Ask, user: User) -> list[Near]:
    """For landed and signed: in the window but too small or of another class; undated; not there yet."""
    branches = Branches()
    what = WHATS[ask.rule.metric][0]
    have = set(lead_ids(question_of(ask, what, branches)))
    bare = replace(ask, rule=Rule(ask.rule.metric))
    industries = branches.of(ask.scope.zone, ask.rule.industry_id) if ask.rule.industry_id else ()
    found = []
    for lead in _leads(set(lead_ids(question_of(bare, what, branches))) - have, user):
        found.append(_near(lead, *filters_missed(lead, ask.rule, industries)))
    stock = question_of(ask, STOCK, branches)
    there = (StageKind.LANDED,) if what == LANDED else (StageKind.SIGNED, StageKind.LANDED)
    words = _("landed on an unknown day") if what == LANDED else _("signed on an unknown day")
    day = F("landed_on") if what == LANDED else F("signed_on")
    undated = set(lead_ids(replace(stock, period=None, stage_kind=tuple(str(one) for one in there)))) - have
    rows_undated = Lead.objects.visible_to(user).filter(pk__in=undated).annotate(happened=day).filter(happened=None)
    found += [_near(lead, words) for lead in rows_undated.order_by("id")[:SHOWN] if _is_undated(lead, what)]
    before = (StageKind.SIGNED, StageKind.OPEN) if what == LANDED else (StageKind.OPEN,)
    missing = _("not landed yet: %(stage)s") if what == LANDED else _("not signed yet: %(stage)s")
    waiting = lead_ids(replace(stock, period=None, stage_kind=tuple(str(one) for one in before)))
    found += [_near(lead, missing % {"stage": lead.stage}) for lead in _leads(set(waiting) - have, user)]
    return found


def _is_undated(lead: Lead, what: str) -> bool:
    return what == LANDED or lead.landed_on is None


def _near_listed(ask: Ask, user: User) -> list[Near]:
    """On the list since another or an unknown day; or on the next lower list."""
    branches = Branches()
    have = set(lead_ids(question_of(ask, LISTED, branches)))
    stock = replace(question_of(ask, STOCK, branches), period=None)
    since = _leads(set(lead_ids(stock)) - have, user)
    found = [_near(lead, _("on the list since before the window, or since an unknown day")) for lead in since]
    levels = [one.value for one in LISTINGS]
    place = levels.index(ask.rule.listing) if ask.rule.listing in levels else 0
    if place:
        lower = replace(stock, listing=(levels[place - 1],))
        words = _("on the next lower list: %(listing)s")
        found += [
            _near(lead, words % {"listing": lead.get_listing_display()}) for lead in _leads(lead_ids(lower), user)
        ]
    return found


def _without_agreed(ask: Ask, user: User) -> list[Near]:
    """Signed in the window without an agreed amount."""
    ids = lead_ids(question_of(ask, SIGNED, Branches()))
    leads = [lead for lead in _leads(ids, user) if lead.agreed_investment is None]
    return [_near(lead, _("no agreed investment is entered")) for lead in leads]


def filters_missed(lead: Lead, rule: Rule, industries: tuple[str, ...] = ()) -> list[str]:
    """Which filters of a rule a lead does not meet, as it stands now, a sentence each."""
    found = [words for size in SIZES if (words := _size_missed(lead, rule, size))]
    levels = ["none", *(one.value for one in LISTINGS)]
    if rule.listing and levels.index(lead.listing) < levels.index(rule.listing):
        found.append(_("is not %(listing)s") % {"listing": listing_words(rule.listing)})
    if rule.origin and lead.capital_origin != rule.origin:
        domestic = lead.capital_origin == CapitalOrigin.DOMESTIC
        found.append(_("is of domestic capital") if domestic else _("is of foreign capital"))
    if industries and str(lead.industry_id) not in industries:
        found.append(
            _("is of another industry: %(name)s") % {"name": lead.industry.name}
            if lead.industry is not None
            else _("its industry is not known")
        )
    return found


def _size_missed(lead: Lead, rule: Rule, size: str) -> str:
    cny: Decimal | None = getattr(rule, f"{size}_cny")
    usd: Decimal | None = getattr(rule, f"{size}_usd")
    if cny is None:
        return ""
    amount: Decimal | None = getattr(lead, size)
    what = {"total_investment": _("total investment"), "registered_capital": _("registered capital")}[size]
    if amount is None:
        return _("%(what)s is not known") % {"what": what}
    bound, currency = (cny, "CNY") if lead.currency == "CNY" or usd is None else (usd, "USD")
    if lead.currency == currency and amount >= bound:
        return ""
    words = {"what": what, "amount": format_money(amount, lead.currency), "bound": format_money(bound, currency)}
    return _("%(what)s: %(amount)s of %(bound)s") % words
