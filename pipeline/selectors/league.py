"""Who wins leads, and who looks after them best (竞赛榜): teams and people of a zone, in one period.

A team that worked in the period stands in its table, also when it has been dissolved since; a person stands in each
team that they belonged to or worked for in it. Whoever did nothing stands there with zeros.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Q

from pipeline.selectors.activity import (
    ANSWERS,
    BREACHES,
    FOLLOW_UPS,
    FUNDS,
    INTERACTIONS,
    Activity,
    Measure,
    activity_url,
    measures_across,
)
from pipeline.selectors.answers import NOTHING, Answer
from pipeline.selectors.figures import answers_to, figure_url
from pipeline.selectors.periods import DAY, Period
from pipeline.selectors.questions import NEW, REACHED, Question
from pipeline.selectors.scopes import Scope
from projects.choices import AcquisitionMode, StageKind
from projects.models import Stage
from teams.access import Capability, Role
from teams.models import Membership, Team, User, Zone
from visits.choices import Channel

MEETINGS = {"visits": Channel.VISIT.value, "receptions": Channel.RECEPTION.value}
SOURCES = ("new", "signed")
CARE = ("breaches", "follow_ups", "answers", "visits", "receptions", "funds")
# Where fewer is better, and what does not grow with the size of a team.
FEWER = frozenset({"breaches", "answers"})
SIZELESS = frozenset({"follow_ups", "answers"})
Key = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """Of which zone and period, up to which day, as known at which position."""

    zone: Zone
    period: Period
    as_of: datetime.date
    known: int | None = None


@dataclass(frozen=True)
class Cell:
    """A number of a row: its value (None: nothing was due), how many of how many, its list ("": not to be seen)."""

    value: Decimal | None = Decimal(0)
    part: int = 0
    of: int = 0
    url: str = ""


@dataclass
class Standing:
    """A row: a team or a person in a team, how many people it stands for, its numbers, its rank in each."""

    team: Team | None
    person: User | None
    strength: Decimal
    cells: dict[str, Cell] = field(default_factory=dict)
    modes: dict[str, Cell] = field(default_factory=dict)
    ranks: dict[str, int | None] = field(default_factory=dict)
    is_open: bool = False
    in_teams: bool = True

    @property
    def name(self) -> str:
        """The name in the active language; empty for what belongs to no team."""
        return str(self.person or self.team or "")

    def each(self, column: str) -> Decimal | None:
        """The number a person, where it grows with the size of a team."""
        value = self.cells[column].value
        if column in SIZELESS or value is None or not self.strength:
            return None
        return (value / self.strength).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Numbers:
    """What was counted, by team and person (empty in the table of teams)."""

    new: Mapping[Key, Mapping[str, Answer]]
    signed: Mapping[Key, Answer]
    measures: Mapping[str, Mapping[Key, Measure]]

    @property
    def keys(self) -> set[Key]:
        """The teams and people that have any."""
        return {*self.new, *self.signed, *(key for one in self.measures.values() for key in one)}


def league(
    asked: Asked, user: User, *, people: bool = False, each: bool = False, sort: Sequence[str] = ("new", "follow_ups")
) -> list[list[Standing]]:
    """The rows of the tables, for each way to sort the best first. A fixed number of queries.

    Everybody of the zone sees its teams (it is a competition); lists and people only within the reader's reach.
    """
    whole = user.is_superuser or asked.zone.pk in user.zone_ids(Capability.VIEW)
    reach = None if whole else set(user.team_ids(Capability.VIEW))
    return tables(asked, reach, people=people, each=each, sort=sort)


def tables(
    asked: Asked,
    reach: set[uuid.UUID] | None,
    *,
    people: bool = False,
    each: bool = False,
    sort: Sequence[str] = ("new", "follow_ups"),
) -> list[list[Standing]]:
    """The same for no reader in particular; lists open for the teams within reach, for all where it is None."""
    days = _days_worked(asked)
    stages = _signed_stages()
    numbers = _numbers(asked, stages, people=people)
    rows = _people(asked, days, numbers, reach) if people else _teams(asked, days, numbers, reach)
    for row in rows:
        _fill(row, asked, numbers, stages)
    for column in (*SOURCES, *CARE):
        _rank(rows, column, each=each and not people)
    return [sorted(rows, key=lambda row: _order(row, column)) for column in sort]


def _order(row: Standing, column: str) -> tuple[bool, bool, int, str, str]:
    rank = row.ranks[column]
    return (
        row.team is None,
        rank is None,
        rank or 0,
        row.team.code if row.team else "",
        row.person.name_key if row.person else "",
    )


def _rank(rows: Iterable[Standing], column: str, *, each: bool) -> None:
    """Give ranks: who is equal shares one, and the next ones are left out. No team and no number: no rank."""

    def worth(row: Standing) -> Decimal | None:
        return row.each(column) if each and column not in SIZELESS else row.cells[column].value

    values = {id(row): worth(row) for row in rows if row.team is not None and (row.in_teams or row.person)}
    ranked = sorted((one for one in values.values() if one is not None), reverse=column not in FEWER)
    for row in rows:
        value = values.get(id(row))
        row.ranks[column] = None if value is None else ranked.index(value) + 1


def _days_worked(asked: Asked) -> dict[Key, int]:
    """On how many days of the period each person belonged to each team. One query."""
    first, last = asked.period.first, min(asked.period.last, asked.as_of)
    rows = (
        Membership.objects.filter(
            zone=asked.zone, team__isnull=False, deleted_at=None, role__in=(Role.MEMBER, Role.LEADER)
        )
        .filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)
        .values_list("team_id", "user_id", "starts_on", "ends_on")
    )
    spans: dict[Key, list[tuple[datetime.date, datetime.date]]] = {}
    for team_id, user_id, starts_on, ends_on in rows:
        begin, end = max(starts_on, first), min(ends_on or last, last)
        spans.setdefault((str(team_id), str(user_id)), []).append((begin, end))
    return {key: _together(found) for key, found in spans.items()}


def _together(spans: list[tuple[datetime.date, datetime.date]]) -> int:
    """Days in any of the spans: who leads a team and is a member of it is one person."""
    days, reached = 0, datetime.date.min
    for begin, end in sorted(spans):
        begin = max(begin, reached)
        if end >= begin:
            days += (end - begin).days + 1
            reached = end + DAY
    return days


def _signed_stages() -> tuple[str, ...]:
    return tuple(Stage.objects.filter(kind=StageKind.SIGNED).order_by("position").values_list("code", flat=True))


def _question(asked: Asked, what: str, scope: Scope | None = None, stage: tuple[str, ...] = ()) -> Question:
    return Question(what, scope or Scope(asked.zone), asked.as_of, asked.period, asked.known, stage=stage)


def _activity(asked: Asked, what: str, scope: Scope | None = None) -> Activity:
    return Activity(what, scope or Scope(asked.zone), asked.period, asked.as_of, asked.known)


def _numbers(asked: Asked, stages: tuple[str, ...], *, people: bool) -> Numbers:
    """Everything that is counted, in at most eight queries."""
    leads_by: tuple[str, ...] = ("team", "owner") if people else ("team",)
    by: tuple[str, ...] = ("team", "person") if people else ("team",)
    reached = _question(asked, REACHED, stage=stages)
    opened, signed = answers_to([(_question(asked, NEW), (*leads_by, "mode")), (reached, leads_by)])
    new: dict[Key, dict[str, Answer]] = {}
    for (*key, mode), answer in opened.items():
        new.setdefault(_key(key), {})[mode] = answer
    measures = {
        what: {_key(key): found for key, found in measures_across(_activity(asked, what), *by).items()}
        for what in (BREACHES, FOLLOW_UPS, ANSWERS, FUNDS)
    }
    met = replace(_activity(asked, INTERACTIONS), kind=tuple(MEETINGS.values()))
    for (*key, kind), found in measures_across(met, *by, "kind").items():
        measures.setdefault(kind, {})[_key(key)] = found
    return Numbers(new, {_key(key): answer for key, answer in signed.items()}, measures)


def _key(parts: Sequence[str]) -> Key:
    return parts[0], parts[1] if len(parts) > 1 else ""


def _teams_of(asked: Asked, numbers: Numbers) -> list[Team]:
    """The teams that there were in the period, and those that something counts for. One query."""
    named = {team for team, _person in numbers.keys if team}
    there = Q(deleted_at=None) & (Q(starts_on=None) | Q(starts_on__lte=asked.period.last))
    there &= Q(dissolved_on=None) | Q(dissolved_on__gt=asked.period.first)
    return list(Team.objects.filter(there | Q(pk__in=named), zone=asked.zone).order_by("code"))


def _teams(asked: Asked, days: Mapping[Key, int], numbers: Numbers, reach: set[uuid.UUID] | None) -> list[Standing]:
    length = min(asked.period.last, asked.as_of) - asked.period.first + DAY
    worked: dict[str, int] = {}
    for (team_id, _person), number in days.items():
        worked[team_id] = worked.get(team_id, 0) + number
    rows = []
    for team in _teams_of(asked, numbers):
        strength = Decimal(worked.get(str(team.pk), 0)) / max(length.days, 1)
        is_open = reach is None or team.pk in reach
        rows.append(Standing(team, None, strength.quantize(Decimal("0.1")), is_open=is_open))
    # what belongs to no team is the whole centre's to see
    if reach is None and ("", "") in numbers.keys:
        rows.append(Standing(None, None, Decimal(0), is_open=True))
    return rows


def _people(asked: Asked, days: Mapping[Key, int], numbers: Numbers, reach: set[uuid.UUID] | None) -> list[Standing]:
    teams = {str(team.pk): team for team in _teams_of(asked, numbers) if reach is None or team.pk in reach}
    keys = {key for key in {*numbers.keys, *days} if key[0] in teams or (reach is None and not key[0])}
    people = {str(one.pk): one for one in User.objects.filter(pk__in={person for _team, person in keys if person})}
    return [
        Standing(teams.get(team_id), people.get(person_id), Decimal(1), is_open=True, in_teams=False)
        for team_id, person_id in sorted(keys)
    ]


def _fill(row: Standing, asked: Asked, numbers: Numbers, stages: tuple[str, ...]) -> None:
    key = (str(row.team.pk) if row.team else "", str(row.person.pk) if row.person else "")
    scope = Scope(asked.zone, team=row.team)
    whose = {} if row.team is not None else {"team": ""}
    owner = {} if row.in_teams else {"owner": key[1]}
    person = {} if row.in_teams else {"person": key[1]}

    def of_leads(what: str, stage: tuple[str, ...] = (), **limits: str) -> str:
        question = _question(asked, what, scope, stage).limited(**whose, **owner, **limits)
        return figure_url(question) if row.is_open else ""

    def of_activity(what: str, **limits: str) -> str:
        return activity_url(_activity(asked, what, scope).limited(**whose, **person, **limits)) if row.is_open else ""

    new = numbers.new.get(key, {})
    row.modes = {
        mode: Cell(Decimal(new[mode].count if mode in new else 0), url=of_leads(NEW, mode=mode))
        for mode in ("", *AcquisitionMode.values)
    }
    signed = numbers.signed.get(key, NOTHING).count
    row.cells["new"] = Cell(Decimal(sum(one.count for one in new.values())), url=of_leads(NEW))
    row.cells["signed"] = Cell(Decimal(signed), url=of_leads(REACHED, stages))
    measures = {what: found.get(key, Measure()) for what, found in numbers.measures.items()}
    row.cells["breaches"] = Cell(Decimal(measures[BREACHES].count), url=of_activity(BREACHES))
    for what, value in ((FOLLOW_UPS, measures[FOLLOW_UPS].share), (ANSWERS, _median(measures[ANSWERS]))):
        found = measures[what]
        row.cells[what] = Cell(value, found.kept, found.due, of_activity(what))
    for name, channel in MEETINGS.items():
        count = measures.get(channel, Measure()).count
        row.cells[name] = Cell(Decimal(count), url=of_activity(INTERACTIONS, kind=channel))
    row.cells["funds"] = Cell(measures[FUNDS].cny, url=of_activity(FUNDS))


def _median(found: Measure) -> Decimal | None:
    days = found.median_days
    return None if days is None else Decimal(int(days)) if days == int(days) else Decimal(str(days))
