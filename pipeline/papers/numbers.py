"""The parts of a paper that are figures: main figures, teams, stages, months, the league."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from investcrm.core.money import NOTHING
from investcrm.core.templatetags.crm import day_full
from pipeline.charts import Ranking, RankingRow, Step, Trend, TrendSeries, Value, Waterfall, month_slot
from pipeline.papers.blocks import Block, Cell, Paragraph, Picture, Section
from pipeline.papers.frame import (
    NO_NUMBER,
    Frame,
    amount_in,
    columns,
    count,
    count_words,
    money,
    name_of,
    table,
    text,
)
from pipeline.papers.frozen import amount_of, day_of, moment_of
from pipeline.papers.phrases import (
    AMOUNTS,
    BEFORE_HEADS,
    COMPANIES,
    LABELS,
    PEOPLE,
    THIS,
    before,
    change_words,
)
from pipeline.selectors.flow import CLOSING, MOVES, NAMES, OPENING
from pipeline.selectors.league_words import LABELS as LEAGUE
from pipeline.selectors.reports.shape import LeagueRow, Line, Number, TeamRow

# Columns of the flow that are shown although nothing came by them.
ALWAYS = ("new", "moved_in", "moved_out")
TEAM_COUNTS = ("new", "signed", "landed", "visits", "receptions", "calls")


def main_figures(of: Frame) -> Section:
    """The main figures beside the period before and the year before; amounts in rows of their own."""
    heads = columns(
        (pgettext("report", "Figure"), "text", 30),
        (str(THIS[of.kind]), "number", 15),
        (str(BEFORE_HEADS[of.kind]), "number", 15),
        (pgettext("figure", "Change"), "number", 13, True),
        (_("A year before"), "number", 13, True),
        (_("Since 1 January"), "number", 14),
    )
    if of.kind == "yearly":
        heads = heads[:4]
    rows = [row[: len(heads)] for line in of.figures["lines"] if line["key"] in LABELS for row in _rows(of, line)]
    return Section("figures", _("Main figures"), [table("figures", heads, rows), Paragraph(_note(of), "note")])


def _note(of: Frame) -> str:
    """With what the figures are compared, and how amounts were added."""
    words = {"before": before(of)}
    return (
        _(
            "The figures are compared with %(before)s and with the same days a year before. Amounts are in CNY: "
            "signed ones at the rate of the signing day, others at the rate of the as-of day."
        )
        % words
    )


def _rows(of: Frame, line: Line) -> list[list[Cell]]:
    key = line["key"]
    times = (line["now"], line["before"], line["year_before"], line["year"])
    counts = [of.count(number) for number in times]
    rows = [_row(text(str(LABELS[key]), strong=True), counts, change_words(times[0]["n"] - times[1]["n"]))]
    if key in AMOUNTS and any(number["cny"] for number in times):
        amounts = [amount_in(number) for number in times]
        now, then = amounts[0], amounts[1]
        change = NOTHING if now is None or then is None else change_words(now - then, is_money=True)
        rows.append(_row(text(str(AMOUNTS[key])), [money(amount) for amount in amounts], change))
    if key in COMPANIES:
        for label, name in ((COMPANIES[key], "companies"), (PEOPLE[key], "people")):
            found: list[int] = [number[name] for number in times]  # type: ignore[literal-required]
            rows.append(_row(text(str(label)), [count(one) for one in found], change_words(found[0] - found[1])))
    return rows


def _row(head: Cell, cells: list[Cell], change: str) -> list[Cell]:
    return [head, cells[0], cells[1], Cell(change), *cells[2:]]


def teams(of: Frame) -> Section:
    """Each team's numbers, and whether it has reported."""
    rows = of.figures["teams"]
    heads = columns(
        (_("Team"), "text", 20),
        *((str(LABELS[key]), "number", 9, key in ("calls", "receptions")) for key in TEAM_COUNTS[:2]),
        (_("Agreed investment"), "money", 14),
        *((str(LABELS[key]), "number", 9, key in ("calls", "receptions", "landed")) for key in TEAM_COUNTS[2:]),
        (_("Reported"), "text", 18),
    )
    blocks: list[Block] = []
    if len(rows) > 1 and any(_number(row, key)["n"] for row in rows for key in ("new", "signed")):
        blocks.append(Picture(_ranking(of)))
    blocks.append(table("teams", heads, [_team(of, row) for row in rows]) if rows else _no_team())
    return Section("teams", _("Teams"), blocks)


def _no_team() -> Paragraph:
    return Paragraph(_("There was no team in this period."))


def _number(row: TeamRow, key: str) -> Number:
    return row["numbers"].get(key) or NO_NUMBER


def team_name(row: TeamRow) -> str:
    """A team's name; of a dissolved one with its last day."""
    name = name_of(row["name"]) or _("without a team")
    last = day_of(row["dissolved_on"])
    if last is None:
        return name
    return _("%(team)s, dissolved on %(day)s") % {"team": name, "day": day_full(last)}


def _team(of: Frame, row: TeamRow) -> list[Cell]:
    new, signed, *others = [of.count(_number(row, key)) for key in TEAM_COUNTS]
    paid = money(amount_in(_number(row, "signed")))
    return [text(team_name(row), strong=True), new, signed, paid, *others, _reported(of, row)]


def _reported(of: Frame, row: TeamRow) -> Cell:
    at = moment_of(row["reported_at"])
    if at is None:
        owed = row["name"] in of.figures["missing"]["teams"]
        return Cell(_("not reported"), light="yellow") if owed else text("")
    return text(" · ".join(filter(None, (of.short_moment(at), row["reported_by"]))))


def _ranking(of: Frame) -> Ranking:
    rows = of.figures["teams"]
    return Ranking(
        title=_("New and signed leads, by team"),
        head=_("Team"),
        series=(pgettext("leads", "New"), _("Signed")),
        entries=tuple(
            RankingRow(
                name_of(row["name"]) or _("without a team"),
                tuple(of.value(_number(row, key)) for key in ("new", "signed")),
            )
            for row in rows
        ),
    )


def stages(of: Frame) -> Section:
    """The flow of the stages; what came by no cause has no column."""
    rows = of.figures["stages"]
    every = next((row for row in rows if not row["code"]), None)
    single = [row for row in rows if row["code"]]
    between = [
        name for name in MOVES if name in ALWAYS or any((row["columns"].get(name) or NO_NUMBER)["n"] for row in rows)
    ]
    names = [OPENING, *between, CLOSING]
    heads = columns((_("Stage"), "text", 20), *((str(NAMES[name]), "number", 80 // len(names)) for name in names))

    def cells(numbers: dict[str, Number], name: str) -> list[Cell]:
        return [text(name, strong=True), *(of.count(numbers.get(one) or NO_NUMBER) for one in names)]

    total = cells(every["columns"], _("All stages")) if every is not None else ()
    blocks: list[Block] = []
    bridge = _bridge(of, every["columns"]) if every is not None else None
    if bridge is not None:
        blocks.append(Picture(bridge))
    blocks.append(table("stages", heads, [cells(row["columns"], name_of(row["name"])) for row in single], total=total))
    return Section("stages", _("Leads by stage"), blocks, in_mail=False)


def _bridge(of: Frame, numbers: dict[str, Number]) -> Waterfall | None:
    """All stages together, from opening to closing; none where nothing moved, or old figures do not add up."""

    def step(name: str) -> Step:
        return Step(str(NAMES[name]), of.value(numbers.get(name) or NO_NUMBER))

    moved = tuple(one for one in map(step, MOVES) if one.value.number)
    if not moved:
        return None
    opening, closing = step(OPENING), step(CLOSING)
    if sum((one.value.number or 0 for one in moved), opening.value.number or 0) != closing.value.number:
        return None
    return Waterfall(title=_("What moved, number of leads"), opening=opening, steps=moved, closing=closing)


def trend(of: Frame) -> Section:
    """Signed and landed month by month."""
    months = [(first, row) for row in of.figures["trend"] if (first := day_of(f"{row['code']}-01")) is not None]
    heads = columns(
        (_("Month"), "text", 20),
        (pgettext("leads", "New"), "number", 10),
        (_("Signed"), "number", 10),
        (_("Agreed investment"), "money", 25),
        (_("Landed"), "number", 10),
        (_("Agreed investment of the landed"), "money", 25, True),
    )
    rows = [
        [
            text(month_slot(first).full, strong=True), count(row["new"]), count(row["signed"]),
            money(amount_of(row["signed_cny"])), count(row["landed"]), money(amount_of(row["landed_cny"])),
        ]
        for first, row in months
    ]  # fmt: skip

    def amount(written: str) -> Value:
        return Value(amount_of(written) or Decimal(0))

    series = (
        TrendSeries(
            _("Signed"),
            tuple(Value(row["signed"]) for _first, row in months),
            tuple(amount(row["signed_cny"]) for _first, row in months),
        ),
        TrendSeries(
            _("Landed"),
            tuple(Value(row["landed"]) for _first, row in months),
            tuple(amount(row["landed_cny"]) for _first, row in months),
        ),
    )
    chart = Trend(
        title=_("Signed and landed, by month"),
        periods=tuple(month_slot(first) for first, _row in months),
        series=series,
        count_name=_("Leads"),
        amount_name=_("Agreed investment"),
    )
    if not any(row["signed"] or row["landed"] for _first, row in months):
        words = _("Nothing was signed or landed in these months.") if rows else _("No data yet.")
        return Section("trend", _("Signed and landed, by month"), [Paragraph(words)])
    return Section("trend", _("Signed and landed, by month"), [Picture(chart), table("trend", heads, rows)])


def league(of: Frame) -> Section:
    """What each team has, and its place."""
    rows = of.figures["league"]
    keys = [key for key in LEAGUE if any(key in row["values"] for row in rows)]
    heads = columns((_("Team"), "text", 20), *((str(LEAGUE[key]), "number", 80 // max(len(keys), 1)) for key in keys))
    body = [
        [
            text(name_of(row["name"]) or _("without a team"), strong=True),
            *(_place(row, key, is_ranked=len({one["values"].get(key, "") for one in rows}) > 1) for key in keys),
        ]
        for row in rows
    ]
    blocks: list[Block] = [table("league", heads, body)] if rows else [_no_team()]
    return Section("league", _("League tables"), blocks, in_mail=False)


def _place(row: LeagueRow, key: str, *, is_ranked: bool) -> Cell:
    """What a team has, with its place where the teams differ."""
    value = amount_of(row["values"].get(key, ""))
    if value is None:
        return Cell(NOTHING)
    words = money(value).words if key == "funds" else f"{value.normalize():,f}" + ("%" if key == "follow_ups" else "")
    rank = (row["ranks"].get(key) or 0) if is_ranked else 0
    if rank:
        words = _("%(value)s (no. %(rank)s)") % {"value": words, "rank": count_words(rank)}
    return Cell(words, value, strong=rank == 1)
