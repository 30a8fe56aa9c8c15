"""The rows behind a figure of leads, as SQL over their spans. Counting, cutting and listing all read these rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.selectors.known_spans import with_spans
from pipeline.selectors.questions import (
    CLOSED,
    ENTERED,
    FLOW,
    LANDED,
    LEFT,
    LISTED,
    NEW,
    REACHED,
    SIGNED,
    STOCK,
    Question,
    Size,
)  # fmt: skip

# Parameters that belong to one question of several.
OWN = re.compile(r"%\((?!(?:zone|as_of|known)\))(\w+)\)s")
SHARED = re.compile(r"\b(state|born)\b")
# The columns that a figure can be cut by, in the rows of a question.
DIMENSIONS = {
    "stage": "stage_id",
    "stage_kind": "stage_kind",
    "team": "team_id",
    "owner": "owner_id",
    "industry": "industry_id",
    "mode": "acquisition_mode",
    "origin": "capital_origin",
    "listing": "listing",
    "cause": "cause",
    "month": "to_char(day, 'YYYY-MM')",
    "referrer": "referrer_id",
}
SPAN = "x.lead_id, x.stage_id, x.stage_kind, x.stage_since, x.industry_id, x.acquisition_mode, x.capital_origin,"
SPAN += " x.listing, x.currency, x.total_investment, x.registered_capital, x.agreed_investment, x.signed_on AS rate_on"
# The state of each lead at the end of the as-of day.
STATE = """state AS (
    SELECT * FROM {spans} WHERE zone_id = %(zone)s
        AND (begins_on IS NULL OR begins_on <= %(as_of)s) AND (ends_on IS NULL OR ends_on > %(as_of)s)
)"""
BORN = "born AS (SELECT lead_id, begins_on FROM {spans} WHERE zone_id = %(zone)s AND ordinal = 1)"
# Who had a lead at the end of the day on which it happened gets the credit; who had it first, of what was before.
CREDIT = (
    " JOIN {spans} c ON c.lead_id = x.lead_id AND (c.ordinal = 1 OR c.begins_on <= {day})"
    " AND (c.ends_on IS NULL OR c.ends_on > {day})"
)
# Increases without those that were taken back: such an entry has the negative amount on the same day.
INCREASES = """(
    SELECT * FROM (
        SELECT e.*, COUNT(*) FILTER (WHERE increase_amount < 0) OVER alike AS taken_back, ROW_NUMBER() OVER (
            PARTITION BY lead_id, occurred_on, increase_currency, increase_amount ORDER BY seq DESC
        ) AS turn
        FROM projects_ledgerentry e
        WHERE zone_id = %(zone)s AND kind = 'increased' AND occurred_on BETWEEN %(first)s AND %(last)s{known}
        WINDOW alike AS (PARTITION BY lead_id, occurred_on, increase_currency, ABS(increase_amount))
    ) every WHERE increase_amount > 0 AND turn > taken_back
) e"""
RATE = """LEFT JOIN LATERAL (
    SELECT r.cny FROM core_exchangerate r WHERE r.currency = rows.{currency} AND r.valid_from <= {day}
    ORDER BY r.valid_from DESC LIMIT 1
) AS {name} ON {condition}"""


def _events(question: Question) -> tuple[list[str], str]:
    """The common table expressions that a question needs, and the select of its rows.

    A person's figures are of leads that they had at some time: no others are read.
    """
    tables, select = _of_anybody(question)
    person = question.scope.person
    if person is None:
        return tables, select
    spans = "spans" if question.known is not None else "pipeline_leadspan"
    had = f" AND lead_id IN (SELECT lead_id FROM {spans} WHERE owner_id = '{person.pk}')"
    own = [table.replace("zone_id = %(zone)s", f"zone_id = %(zone)s{had}", 1) for table in tables]
    named = rf"\1_{person.pk.hex}"
    return [SHARED.sub(named, table, count=1) for table in own], SHARED.sub(named, select)


def _of_anybody(question: Question) -> tuple[list[str], str]:
    """The same, whoever had the leads."""
    spans = "spans" if question.known is not None else "pipeline_leadspan"
    state, born = STATE.format(spans=spans), BORN.format(spans=spans)
    known = "" if question.known is None else (
        " AND NOT EXISTS (SELECT 1 FROM core_changerow k WHERE k.kind = 'ledger_entry' AND k.row_id = e.id"
        " AND (k.position > %(known)s OR k.position IS NULL))"
    )  # fmt: skip

    def credited(day: str, joined: str = "", cause: str = "''") -> str:
        credit = CREDIT.format(spans=spans, day=day)
        return (
            f"SELECT {SPAN}, {day} AS day, {cause} AS cause, c.team_id, c.owner_id, 1 AS n FROM state x"
            f"{joined}{credit} WHERE {day} BETWEEN %(first)s AND %(last)s"
        )

    opened = " JOIN born ON born.lead_id = x.lead_id"
    signed = "COALESCE(x.signed_on, x.landed_on)"
    if question.what == STOCK:
        own = f"SELECT {SPAN}, x.stage_since AS day, '' AS cause, x.team_id, x.owner_id, 1 AS n FROM state x"
        if question.undated:
            own += " WHERE x.stage_since IS NULL"
        elif question.period is not None:
            own += " WHERE x.stage_since BETWEEN %(first)s AND %(last)s"
        return [state], own
    if question.what == NEW:
        return [state, born], credited("born.begins_on", opened)
    if question.what == SIGNED:
        return [state], credited(signed)
    if question.what == LANDED:
        return [state], credited("x.landed_on")
    if question.what == CLOSED:
        return [state], credited("CASE WHEN x.stage_kind = 'closed' THEN x.stage_since END")
    if question.what == LISTED:
        listed = (
            " JOIN (SELECT lead_id, CASE WHEN BOOL_AND(begins_on IS NOT NULL) THEN MIN(begins_on) END AS day"
            f" FROM {spans} WHERE zone_id = %(zone)s AND listing = ANY(%(listing)s) GROUP BY lead_id) listed"
            " ON listed.lead_id = x.lead_id"
        )
        return [state], credited("listed.day", listed)
    if question.what == REACHED:
        came = (
            f" AND EXISTS (SELECT 1 FROM {spans} r JOIN projects_stage rs ON rs.code = r.stage_id"
            " WHERE r.lead_id = x.lead_id AND r.stage_kind <> 'closed' AND (r.begins_on IS NULL OR"
            " r.begins_on <= %(as_of)s) AND rs.position >= (SELECT MIN(position) FROM projects_stage"
            " WHERE code = ANY(%(reached)s)))"
        )
        return [state, born], credited("born.begins_on", opened) + came
    if question.what in (ENTERED, LEFT, FLOW):
        came, went = _came(spans), _went(spans, -1 if question.what == FLOW else 1)
        return [], {ENTERED: came, LEFT: went, FLOW: f"{came} UNION ALL {went}"}[question.what]
    # increases: the amount is the increase's own, at the rate of its day
    own = (
        "SELECT x.lead_id, x.stage_id, x.stage_kind, x.stage_since, x.industry_id, x.acquisition_mode,"
        " x.capital_origin, x.listing, e.increase_currency AS currency, NULL::numeric AS total_investment,"
        " x.registered_capital, e.increase_amount AS agreed_investment, e.occurred_on AS rate_on,"
        " e.occurred_on AS day, '' AS cause, c.team_id, c.owner_id, 1 AS n"
        f" FROM {INCREASES.format(known=known)} JOIN state x ON x.lead_id = e.lead_id"
    )
    return [state], own + CREDIT.format(spans=spans, day="e.occurred_on")


def _came(spans: str) -> str:
    return (
        f"SELECT {SPAN}, x.begins_on AS day, x.cause AS cause, x.team_id, x.owner_id, 1 AS n FROM {spans} x"
        " WHERE x.zone_id = %(zone)s AND x.begins_on BETWEEN %(first)s AND %(last)s"
    )


def _went(spans: str, sign: int) -> str:
    """What ended; with the sign -1 its number and its amounts are taken off."""
    span = SPAN
    for amount in ("total_investment", "registered_capital", "agreed_investment") if sign < 0 else ():
        span = span.replace(f"x.{amount}", f"-x.{amount} AS {amount}")
    return (
        f"SELECT {span}, x.ends_on AS day, x.ended_by AS cause, x.team_id, x.owner_id, {sign} AS n FROM {spans} x"
        " WHERE x.zone_id = %(zone)s AND x.ends_on BETWEEN %(first)s AND %(last)s"
    )


def _size(column: str, size: Size, name: str, parameters: dict[str, Any]) -> str:
    parameters[f"{name}_cny"], parameters[f"{name}_usd"] = size.cny, size.usd
    abroad = (
        f" OR (rows.currency <> 'CNY' AND ABS(rows.{column}) * COALESCE(CASE WHEN rows.currency = 'USD' THEN 1 END,"
        f" rate.cny / NULLIF(usd.cny, 0)) >= %({name}_usd)s)"
    )
    in_cny = f" OR (rows.currency <> 'CNY' AND ABS(rows.{column}) * rate.cny >= %({name}_cny)s)"
    other = abroad if size.usd is not None else in_cny
    return f"((rows.currency = 'CNY' AND ABS(rows.{column}) >= %({name}_cny)s){other})"


def _limits(question: Question, parameters: dict[str, Any]) -> list[str]:
    """The conditions on the rows that the question's limits and its scope make."""
    conditions = []
    if question.scope.team is not None:
        conditions.append("rows.team_id = %(scope_team)s")
        parameters["scope_team"] = question.scope.team.pk
    if question.scope.person is not None:
        conditions.append("rows.owner_id = %(scope_person)s")
        parameters["scope_person"] = question.scope.person.pk
    for name, column in DIMENSIONS.items():
        values: tuple[str, ...] = getattr(question, name, ())
        if not values or (name == "stage" and question.what == REACHED):
            continue
        parameters[f"limit_{name}"] = list(values)
        conditions.append(f"COALESCE(({column})::text, '') = ANY(%(limit_{name})s)")
    for name in ("total_investment", "registered_capital"):
        size: Size | None = getattr(question, name)
        if size is not None:
            conditions.append(_size(name, size, name, parameters))
    return conditions


def _found(question: Question, dimensions: Sequence[str], place: int) -> tuple[list[str], str, dict[str, Any]]:
    """The tables that the question shares with others, its own one `found<place>`, and its parameters."""
    parameters: dict[str, Any] = {
        "listing": list(question.listing),
        "reached": list(question.stage),
        "rates": question.rates or question.as_of,
    }
    if question.period is not None:
        parameters |= {"first": question.period.first, "last": min(question.period.last, question.as_of)}
    tables, select = _events(question)
    conditions = _limits(question, parameters)
    # who referred a lead stands in no ledger: it is read as it is now
    by_referrer = question.referrer or "referrer" in dimensions
    referrer = ", l.referrer_company_id AS referrer_id" if by_referrer else ""
    join = " JOIN projects_lead l ON l.id = e.lead_id" if by_referrer else ""
    day = "COALESCE(rows.rate_on, %(rates)s)"
    rate = RATE.format(currency="currency", day=day, name="rate", condition="rows.currency <> 'CNY'")
    usd = (
        "LEFT JOIN LATERAL (SELECT r.cny FROM core_exchangerate r WHERE r.currency = 'USD'"
        f" AND r.valid_from <= {day} ORDER BY r.valid_from DESC LIMIT 1) AS usd"
        " ON rows.currency NOT IN ('CNY', 'USD')"
    )
    worth = ", ".join(
        f"CASE WHEN rows.currency = 'CNY' THEN rows.{amount}_investment"
        f" ELSE rows.{amount}_investment * rate.cny END AS {amount}_cny"
        for amount in ("total", "agreed")
    )
    worth += ", rows.currency = 'CNY' OR rate.cny IS NOT NULL AS has_rate"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sized = question.total_investment or question.registered_capital
    own = (
        f"found{place} AS (SELECT rows.*, {worth} FROM (SELECT e.*{referrer} FROM ({select}) AS e{join}) AS rows"
        f" {rate} {usd if sized else ''}{where})"
    )
    return tables, own, parameters


def begin(asked: Sequence[tuple[Question, Sequence[str]]]) -> tuple[str, dict[str, Any]]:
    """`WITH …, found0 AS (the rows of the first question), found1 AS …` and the parameters; the select follows.

    The questions are of one zone, one as-of day and one position: what they share is read once.
    """
    first = asked[0][0]
    parameters: dict[str, Any] = {"zone": first.scope.zone.pk, "as_of": first.as_of, "known": first.known}
    tables: dict[str, None] = {}
    for place, (question, dimensions) in enumerate(asked):
        shared, own, named = _found(question, dimensions, place)
        tables |= dict.fromkeys(shared)
        tables[OWN.sub(rf"%(\1_{place})s", own)] = None
        parameters |= {f"{name}_{place}": value for name, value in named.items()}
    start = with_spans(first.scope.zone.pk, first.known)
    return f"{start}{', '.join(tables)}\n", parameters
