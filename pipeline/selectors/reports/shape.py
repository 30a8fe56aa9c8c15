"""What a report tells, as data: no words of a language, amounts as text, days as ISO; kept as it is once released.

Whatever is not in the kind of report, or came to nothing, is there all the same, empty or 0, so that zeros are
printed. Lists are cut at `MOST_ROWS`; the number beside a list says how many there are.
"""

from __future__ import annotations

from typing import TypedDict

# To be raised when the meaning of a field changes; a frozen report keeps the one it was made with.
FORMAT = 1
MOST_ROWS = 200


class Name(TypedDict):
    """A name in both languages; `en` may be empty."""

    zh: str
    en: str


class Number(TypedDict):
    """A figure: how many, its amount in CNY ("" where there is none), what is not in the sum, and the list behind it.

    `of` is "figure" or "activity", `q` the query of its page ("" where there is no list).
    """

    n: int
    cny: str
    without: int
    rateless: int
    people: int
    companies: int
    of: str
    q: str


class Line(TypedDict):
    """One of the main figures: in the period, in as many days of the one before and of the year before, in the year.

    `key`: new, signed, landed, closed, increased, milestones, funds, visits, receptions, calls, requests.
    """

    key: str
    now: Number
    before: Number
    year_before: Number
    year: Number


class LeadRow(TypedDict):
    """A lead in a list. `day` and `days` are what the list is about; `what` says more, by list."""

    id: str
    name: str
    company: str
    team: Name
    owner: str
    stage: Name
    what: str
    day: str
    days: int
    currency: str
    amount: str
    cny: str
    note: str


class LeadList(TypedDict):
    """How many leads, and the first of them."""

    n: int
    rows: list[LeadRow]


class TeamRow(TypedDict):
    """One team's numbers (`key` as in Line), and whether it said that its entries are complete."""

    id: str
    name: Name
    dissolved_on: str
    reported_at: str
    reported_by: str
    problems: str
    plans: str
    numbers: dict[str, Number]


class StageRow(TypedDict):
    """The flow of one stage, "" for all: leads at the start, each cause, at the end (`pipeline.selectors.flow`)."""

    code: str
    name: Name
    columns: dict[str, Number]


class MilestoneRow(TypedDict):
    """One milestone that was reached."""

    lead: str
    lead_id: str
    team: Name
    kind: str
    day: str


class RequestRow(TypedDict):
    """One open service request."""

    id: str
    title: str
    company: str
    team: Name
    handler: str
    step: str
    due_on: str
    is_overdue: bool


class Requests(TypedDict):
    """Service requests: came in, answered, settled, reported back in the period; open and overdue at its end."""

    raised: int
    answered: int
    settled: int
    reported: int
    open: int
    overdue: int
    rows: list[RequestRow]


class PlanRow(TypedDict):
    """One planned visit of the period that follows."""

    id: str
    day: str
    channel: str
    with_whom: str
    team: Name
    owner: str
    purpose: str
    expected: str


class Plan(TypedDict):
    """Plan against actual of the period, and what is planned for the next one."""

    planned: int
    kept: int
    late: int
    missed: int
    cancelled: int
    open: int
    by_team: list[dict[str, object]]
    q: str
    next_n: int
    next_q: str
    rows: list[PlanRow]


class LeagueRow(TypedDict):
    """A team's places in the league: value ("" where nothing was due), rank (0: none), by column of the league."""

    name: Name
    values: dict[str, str]
    ranks: dict[str, int]


class TargetRow(TypedDict):
    """A target and how far it is. `name`, the words of quantities and of the light are in both languages."""

    id: str
    team: Name
    letter: Name
    name: Name
    window: Name
    actual: Name
    minimum: Name
    missing: Name
    words: Name
    percent: int
    pace_percent: int
    light: str
    state: str
    # what the period before missed and this one has to make up for, "" where nothing
    carried: Name


class ScoreStep(TypedDict):
    """One line of a score: what it is, how it was computed, what it gave."""

    name: Name
    words: Name
    points: str


class ScoreRow(TypedDict):
    """A team's score with its steps."""

    name: Name
    total: str
    rank: int
    steps: list[ScoreStep]


class Month(TypedDict):
    """One month of the trend."""

    code: str
    new: int
    signed: int
    signed_cny: str
    landed: int
    landed_cny: str


class Late(TypedDict):
    """A main figure of the period before that changed after its report: what was reported, what it is now."""

    key: str
    reported: int
    reported_cny: str
    now: int
    now_cny: str


class Missing(TypedDict):
    """What the reader must know is not there."""

    teams: list[Name]
    without_amount: LeadList
    undated: int
    rateless: list[str]
    # the nightly recount found a difference
    differs: bool
    late: list[Late]


class Head(TypedDict):
    """Of what, when, and as known at which position."""

    format: int
    kind: str
    period: str
    first: str
    last: str
    as_of: str
    cutoff_at: str
    known: int
    time_zone: str
    scope: str
    zone: Name
    centre: Name
    team: Name | None
    # the team was dissolved in the period: its last day, else ""
    dissolved_on: str


class ReportFigures(TypedDict):
    """The whole report."""

    head: Head
    lines: list[Line]
    teams: list[TeamRow]
    stages: list[StageRow]
    moves: LeadList
    milestones: list[MilestoneRow]
    yellow: LeadList
    red: LeadList
    silent: LeadList
    requests: Requests
    plan: Plan
    league: list[LeagueRow]
    targets: list[TargetRow]
    key_leads: LeadList
    to_sign: LeadList
    scores: list[ScoreRow]
    # the name of the scheme, None where none is valid
    scheme: Name | None
    trend: list[Month]
    missing: Missing
