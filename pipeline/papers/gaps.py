"""What the reader must know is not there: teams, amounts, days, rates; what changed since the report before."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from investcrm.core.money import format_money
from investcrm.core.templatetags.crm import day_full
from pipeline.papers.blocks import Bullets, Section
from pipeline.papers.frame import Frame, count_words
from pipeline.papers.frozen import amount_of, day_of
from pipeline.papers.phrases import BEFORE, LABELS, listed
from pipeline.papers.projects import open_amounts_words, without_amount, without_amount_words
from pipeline.papers.summary import teams_missing
from pipeline.selectors.reports.shape import Late


def missing(of: Frame) -> Section:
    """What is missing, in sentences; and that nothing is, where nothing is."""
    told = of.figures["missing"]
    sentences = [
        teams_missing(of),
        without_amount_words(of),
        open_amounts_words(of),
        _dissolved(of),
        _undated(told["undated"]),
    ]
    if told["rateless"]:
        words = _("There is no exchange rate for %(names)s: such amounts are in no sum.")
        sentences.append(words % {"names": listed(told["rateless"])})
    if told["differs"]:
        sentences.append(_("The nightly recount found a difference. A correction makes a new edition."))
    sentences += [_late(of, late) for late in told["late"]]
    bullets = [sentence for sentence in sentences if sentence]
    return Section("missing", _("What is missing"), [Bullets(bullets), *without_amount(of)])


def _undated(n: int) -> str:
    if not n:
        return ""
    words = ngettext(
        "%(n)s lead has no known day of entering its stage: it counts in the stock only.",
        "%(n)s leads have no known day of entering their stage: they count in the stock only.",
        n,
    )
    return words % {"n": count_words(n)}


def _dissolved(of: Frame) -> str:
    last = day_of(of.figures["head"]["dissolved_on"])
    if last is None:
        return ""
    return _("The team was dissolved on %(day)s; what it had until then is reported.") % {"day": day_full(last)}


def _late(of: Frame, late: Late) -> str:
    """What was entered or corrected after the report of the period before."""
    words = _("Changed since the report on %(before)s: %(figure)s %(reported)s, now %(now)s.")
    return words % {
        "before": BEFORE[of.kind],
        "figure": LABELS.get(late["key"], late["key"]),
        "reported": _both(late["reported"], late["reported_cny"]),
        "now": _both(late["now"], late["now_cny"]),
    }


def _both(number: int, cny: str) -> str:
    amount = amount_of(cny)
    words = count_words(number)
    return (
        words if amount is None else _("%(number)s (%(amount)s)") % {"number": words, "amount": format_money(amount)}
    )
