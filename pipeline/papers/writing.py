"""A report in the reader's language: its title, what holds of it as a whole, and its parts by kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investcrm.core.templatetags.crm import day_full
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Paper, Section
from pipeline.papers.changes import change_sentences
from pipeline.papers.frame import Frame, clean, count_words, name_of
from pipeline.papers.frozen import whole
from pipeline.papers.gaps import missing
from pipeline.papers.goals import scores, steps, targets
from pipeline.papers.numbers import league, main_figures, stages, teams, trend
from pipeline.papers.projects import idle, key_leads, milestones, moves, to_sign
from pipeline.papers.summary import summary, tiles
from pipeline.papers.work import next_plan, plan, problems, requests
from pipeline.selectors.periods import WEEK

TITLES: dict[str, Any] = {
    "weekly": gettext_lazy("Weekly bulletin, %(period)s"),
    "monthly": gettext_lazy("Monthly scheduling, %(period)s"),
    "quarterly": gettext_lazy("Quarterly assessment, %(period)s"),
    "yearly": gettext_lazy("Yearly report, %(period)s"),
}
Part = Callable[[Frame], Section]
# What a director decides on comes first, long lists and how figures came about come last.
PARTS: dict[str, tuple[Part, ...]] = {
    "weekly": (
        main_figures, missing, moves, teams, problems, idle, requests, milestones, stages, plan, league, next_plan,
    ),
    "monthly": (
        main_figures, missing, moves, teams, targets, trend, problems, to_sign, idle, requests, milestones, stages,
        plan, league, key_leads, next_plan,
    ),
    "quarterly": (
        main_figures, missing, scores, teams, targets, trend, problems, to_sign, moves, idle, requests, milestones,
        stages, plan, league, next_plan, steps,
    ),
    "yearly": (
        main_figures, missing, scores, teams, targets, trend, problems, moves, idle, requests, milestones, stages,
        plan, league, key_leads, steps,
    ),
}  # fmt: skip
# Parts that compare teams: they are the centre's.
OF_THE_CENTRE = frozenset({teams, league})
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|,，\s]+')


def paper_of(report: Report, *, links: bool) -> Paper:
    """The report in the active language; with `links`, its numbers and names lead to their pages.

    Whatever an older report does not hold is empty: a frozen report can always be read.
    """
    of = Frame(report, whole(report.figures), links)
    title = clean(title_of(of))
    parts = [part for part in PARTS[of.kind] if of.figures["head"]["team"] is None or part not in OF_THE_CENTRE]
    return Paper(
        title=title,
        subtitle=_subtitle(of),
        facts=_facts(of),
        summary=summary(of),
        tiles=tiles(of),
        sections=[part(of) for part in parts],
        comment=clean(report.comment, lines=True),
        comment_by=clean(report.commented_by.display_name) if report.commented_by is not None else "",
        changes=_changes(of),
        file_name=_file_name(of, title),
    )


def title_of(of: Frame) -> str:
    """What the report is, and of which period."""
    return str(TITLES[of.kind]) % {"period": _period(of)}


def _period(of: Frame) -> str:
    if of.period.kind != WEEK:
        return of.period.words
    year, week, _weekday = of.period.first.isocalendar()
    return _("week %(week)s of %(year)s") % {"week": week, "year": year}


def centre_name(of: Frame) -> str:
    """The centre's name, else its zone's."""
    head = of.figures["head"]
    return name_of(head["centre"]) or name_of(head["zone"]) or clean(str(of.report.zone))


def whose(report: Report) -> str:
    """The centre, and the team where the report is a team's, in the active language."""
    return " · ".join(_whose(Frame(report, whole(report.figures), links=False)))


def _whose(of: Frame) -> list[str]:
    return [part for part in (centre_name(of), name_of(of.figures["head"]["team"])) if part]


def _subtitle(of: Frame) -> str:
    parts = _whose(of)
    if of.period.kind == WEEK:
        parts.append(of.period.days_words)
    return " · ".join(parts)


def _zone_words(of: Frame) -> str:
    """Which time the times are in: `Beijing time`, else `UTC+1`."""
    if str(of.zone) in ("Asia/Shanghai", "Asia/Chongqing", "PRC"):
        return _("Beijing time")
    away = of.report.cutoff_at.astimezone(of.zone).utcoffset()
    minutes = int(away.total_seconds() // 60) if away is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


def _facts(of: Frame) -> list[str]:
    report = of.report
    cut = {"moment": of.moment(report.cutoff_at), "zone": _zone_words(of)}
    return [
        _("Edition %(n)s") % {"n": count_words(report.edition)},
        _("Cut-off: %(moment)s (%(zone)s)") % cut,
        _("Data as of %(day)s") % {"day": day_full(report.as_of)},
        _status(of),
    ]


def _status(of: Frame) -> str:
    report = of.report
    if report.status != ReportStatus.RELEASED or report.released_at is None:
        return _("Draft, not released")
    moment = of.moment(report.released_at)
    if report.released_by is None:
        return _("Released automatically on %(moment)s") % {"moment": moment}
    words = {"person": clean(report.released_by.display_name), "moment": moment}
    return _("Released by %(person)s on %(moment)s") % words


def _changes(of: Frame) -> list[str]:
    """Why there is a new edition, and what it changed."""
    if of.report.edition < 2:
        return []
    reason = clean(of.report.reason)
    begin = [_("Reason: %(reason)s") % {"reason": reason}] if reason else []
    return [*begin, *change_sentences(of)]


def _file_name(of: Frame, title: str) -> str:
    """The name of its files, without an ending and without signs that a file system refuses."""
    parts = [title, *_whose(of)]
    if of.report.edition > 1:
        parts.append(_("edition %(n)s") % {"n": of.report.edition})
    return "_".join(NOT_IN_NAMES.sub("_", part).strip("_") for part in parts).strip("._")[:120]
