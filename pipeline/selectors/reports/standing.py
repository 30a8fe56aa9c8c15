"""The flow of the stages and the trend of twelve months, as numbers of a report."""

from __future__ import annotations

from pipeline.selectors.answers import NOTHING
from pipeline.selectors.figures import answers_to
from pipeline.selectors.flow import Flow, StageFlow, flow
from pipeline.selectors.periods import DATES, MONTH, Period, period_of
from pipeline.selectors.questions import LANDED, NEW, SIGNED
from pipeline.selectors.reports.asked import Asked, amount, name_of, of_leads
from pipeline.selectors.reports.shape import Month, StageRow

MONTHS = 12


def stages(asked: Asked) -> list[StageRow]:
    """The flow of each stage, then of all. Opening and closing are counted on their own, so that it can be checked."""
    found = flow(asked.scope, asked.period, asked.day, asked.known)
    return [*(_row(found, row) for row in found.stages), _row(found, found.total)]


def _row(found: Flow, row: StageFlow) -> StageRow:
    return StageRow(
        code=row.stage.code if row.stage is not None else "",
        name=name_of(row.stage),
        columns={
            name: of_leads(found.question(name, row.stage), answer, "total") for name, answer in row.columns.items()
        },
    )


def trend(asked: Asked) -> list[Month]:
    """New, signed and landed of each of the twelve months up to that of the day. One query."""
    months = [period_of(MONTH, asked.day)]
    while len(months) < MONTHS:
        months.insert(0, months[0].before())
    whole = Period(DATES, months[0].first, asked.day)
    new, signed, landed = answers_to([(asked.question(what, whole), ("month",)) for what in (NEW, SIGNED, LANDED)])
    rows = []
    for month in months:
        key = (f"{month.first:%Y-%m}",)
        rows.append(
            Month(
                code=month.code,
                new=new.get(key, NOTHING).count,
                signed=signed.get(key, NOTHING).count,
                signed_cny=amount(signed.get(key, NOTHING).agreed_cny),
                landed=landed.get(key, NOTHING).count,
                landed_cny=amount(landed.get(key, NOTHING).agreed_cny),
            )
        )
    return rows
