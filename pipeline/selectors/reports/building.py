"""A report's figures, put together: all from the selectors that pages ask, none counted here.

They follow from scope, period, as-of day and position alone, so a report of the past comes out as it did then. What
has no position in the change feed is as it is now: names of teams, people and stages, limits of days, letters and
targets, schemes, exchange rates, and who took part in a meeting.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.models.reports import ReportKind
from pipeline.selectors.activity import ActivityRow
from pipeline.selectors.known_spans import spans_put_aside
from pipeline.selectors.periods import Period
from pipeline.selectors.reports import goals, happenings, lead_lists, missing, standing
from pipeline.selectors.reports.asked import Asked, dissolved_in, ids_of, name_of
from pipeline.selectors.reports.lead_lists import RawList
from pipeline.selectors.reports.lines import by_team, lines
from pipeline.selectors.reports.names import Names, names_for
from pipeline.selectors.reports.shape import FORMAT, Head, LeadList, Missing, Name, ReportFigures, TeamRow
from pipeline.selectors.scopes import Scope
from pipeline.selectors.scoring import teams_scored
from teams.models import Team

MONTHLY_UP = frozenset({ReportKind.MONTHLY, ReportKind.QUARTERLY, ReportKind.YEARLY})
WITH_SCORES = frozenset({ReportKind.QUARTERLY, ReportKind.YEARLY})


def build(
    scope: Scope, kind: str, period: Period, *, as_of: datetime.date, known: int, cutoff_at: datetime.datetime
) -> ReportFigures:
    """All that a report of the kind tells of a period. A fixed number of queries, whatever there is.

    Figures are as of the as-of day, at the latest of the period's last: a month's report that is cut off on the third
    tells of the month alone, as it was known on the third.
    """
    asked = Asked(scope, kind, period, as_of, known, cutoff_at)
    with spans_put_aside(scope.zone.pk, known):
        return _build(asked)


def _build(asked: Asked) -> ReportFigures:
    scope, kind, period = asked.scope, asked.kind, asked.period
    teams = [team for team in teams_scored(scope.zone, period.first, period.last) if scope.team in (None, team)]
    lists = _lists(asked)
    reached, plan, requests = happenings.milestones(asked), happenings.plan(asked), happenings.requests(asked)
    said = missing.statements(asked)
    names = _names(asked, lists, reached, plan, requests, said)
    named = {name: found.named(names) for name, found in lists.items()}
    nothing = LeadList(n=0, rows=[])
    scores = goals.scores(asked) if kind in WITH_SCORES else goals.Scores(None, [])
    return ReportFigures(
        head=_head(asked),
        lines=lines(asked),
        teams=_teams(asked, teams, said, names),
        stages=standing.stages(asked),
        moves=named["moves"],
        milestones=happenings.milestone_rows(reached, names),
        yellow=named["yellow"],
        red=named["red"],
        silent=named["silent"],
        requests=requests.named(names),
        plan=plan.named(names, teams),
        league=goals.league_rows(asked),
        targets=goals.targets(asked) if kind in MONTHLY_UP else [],
        key_leads=named.get("key", nothing),
        to_sign=named.get("to_sign", nothing),
        scores=scores.rows,
        scheme=scores.scheme,
        trend=standing.trend(asked) if kind in MONTHLY_UP else [],
        missing=Missing(
            teams=[name_of(team) for team in teams if team.pk not in said],
            without_amount=named["without"],
            undated=missing.undated(asked),
            rateless=missing.rateless(asked),
            differs=missing.differs(scope.zone, asked.cutoff_at),
            late=missing.late(asked),
        ),
    )


def _names(
    asked: Asked,
    lists: Mapping[str, RawList],
    reached: Sequence[ActivityRow],
    plan: happenings.RawPlan,
    requests: happenings.RawRequests,
    said: Mapping[Any, missing.Statement],
) -> Names:
    """The names of all that the lists name, asked for together."""
    raw = [row for found in lists.values() for row in found.rows]
    return names_for(
        asked,
        leads=[*ids_of(raw, "lead_id"), *ids_of(reached, "lead_id"), *ids_of(plan.coming, "lead_id")],
        noted=[row.lead_id for found in lists.values() if found.is_noted for row in found.rows],
        people=[
            *ids_of(raw, "owner_id"), *ids_of(plan.coming, "person_id"), *ids_of(requests.rows, "handler_id"),
            *(one.by for one in said.values()),
        ],
    )  # fmt: skip


def _lists(asked: Asked) -> dict[str, RawList]:
    found = {
        "moves": lead_lists.moves(asked),
        **lead_lists.idle(asked),
        "silent": lead_lists.silent(asked),
        "without": lead_lists.without_amount(asked),
    }
    if asked.kind in MONTHLY_UP:
        found |= {"key": lead_lists.key_leads(asked), "to_sign": lead_lists.to_sign(asked)}
    return found


def _head(asked: Asked) -> Head:
    scope, period = asked.scope, asked.period
    zone, team = scope.zone, scope.team
    return Head(
        format=FORMAT, kind=asked.kind, period=period.code, first=period.first.isoformat(),
        last=period.last.isoformat(), as_of=asked.day.isoformat(), cutoff_at=asked.cutoff_at.isoformat(),
        known=asked.known, time_zone=zone.time_zone, scope=scope.code, zone=name_of(zone),
        centre=Name(zh=zone.centre_zh or zone.name_zh, en=zone.centre_en or zone.name_en),
        team=name_of(team) if team is not None else None, dissolved_on=dissolved_in(team, period),
    )  # fmt: skip


def _teams(asked: Asked, teams: Sequence[Team], said: dict[Any, missing.Statement], names: Names) -> list[TeamRow]:
    """A row for each team that there was, zeros and all; then what counts for other teams, or for none."""
    numbers = by_team(asked)
    there = {str(team.pk) for team in teams}
    more = sorted(key for key in numbers.keys if key and key not in there)
    others = list(Team.objects.filter(pk__in=more).order_by("code"))
    rows: list[Team | None] = [*teams, *others]
    if "" in numbers.keys:
        rows.append(None)
    found = []
    for team in rows:
        statement = said.get(team.pk) if team is not None else None
        found.append(
            TeamRow(
                id=str(team.pk) if team is not None else "",
                name=name_of(team),
                dissolved_on=dissolved_in(team, asked.period),
                reported_at=statement.at.isoformat() if statement is not None else "",
                reported_by=names.person(statement.by) if statement is not None else "",
                problems=statement.problems if statement is not None else "",
                plans=statement.plans if statement is not None else "",
                numbers=numbers.numbers(team),
            )
        )
    return found
