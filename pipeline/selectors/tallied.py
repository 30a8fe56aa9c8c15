"""Figures of today from the tallies: the same answers, whatever the number of leads.

A tally is cut by one column. So it can tell what is asked of a whole zone by one column or limited to one, or of one
team or person as a whole; everything else is counted from the spans (`figures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from pipeline.selectors.answers import Answer
from pipeline.selectors.questions import ENTERED, FLOW, INCREASED, LANDED, LEFT, NEW, SIGNED, STOCK, Question

CUTS = ("team", "owner", "industry", "mode", "origin")
# Kept for the zone and its teams alone.
COARSE = frozenset({INCREASED, ENTERED, LEFT, FLOW})
FLOWS = frozenset({ENTERED, LEFT, FLOW})
# What can limit or cut a tally besides its own column.
BESIDE = {
    "stage": "t.stage_id", "stage_kind": "s.kind", "cause": "substr(t.label, 2)", "month": "to_char(t.day, 'YYYY-MM')"
}  # fmt: skip
LIMITING = ("stage", "stage_kind", "team", "owner", "industry", "mode", "origin", "listing", "cause", "referrer")

# Tallies and what was not folded into them yet.
PART = """
SELECT {place} AS place, {key} AS key, t.currency, t.rate_on, {rates} AS as_of,
    t.n * {sign} AS n, t.total_n * {sign} AS total_n, t.total * {sign} AS total,
    t.agreed_n * {sign} AS agreed_n, t.agreed * {sign} AS agreed
FROM (
    SELECT key, day, stage_id, label, currency, rate_on, n, total_n, total, agreed_n, agreed
    FROM pipeline_tally WHERE zone_id = %(zone)s AND {where}
    UNION ALL
    SELECT key, day, stage_id, label, currency, rate_on, n, total_n, total, agreed_n, agreed
    FROM pipeline_tallydelta WHERE zone_id = %(zone)s AND {where}
) AS t{stage}{limit}"""
# A currency without a rate adds to the count alone.
WORTH = """
WITH found AS ({parts}), rates AS (
    SELECT k.currency, k.day, (
        SELECT r.cny FROM core_exchangerate r WHERE r.currency = k.currency AND r.valid_from <= k.day
        ORDER BY r.valid_from DESC LIMIT 1
    ) AS cny
    FROM (SELECT DISTINCT currency, COALESCE(rate_on, as_of) AS day FROM found WHERE currency NOT IN ('CNY', '')) k
), worth AS (
    SELECT found.*, CASE WHEN found.currency IN ('CNY', '') THEN 1 ELSE rates.cny END AS rate
    FROM found LEFT JOIN rates ON rates.currency = found.currency AND rates.day = COALESCE(found.rate_on, found.as_of)
)
SELECT place, key, {sums} FROM worth GROUP BY 1, 2
HAVING SUM(n) <> 0 OR SUM(total) <> 0 OR SUM(agreed) <> 0 OR SUM(total * rate) <> 0 OR SUM(agreed * rate) <> 0
"""
SUMS = (
    "SUM(n)::bigint, ROUND(COALESCE(SUM(total * rate), 0), 2), ROUND(COALESCE(SUM(agreed * rate), 0), 2),"
    " SUM(n - total_n)::bigint, SUM(n - agreed_n)::bigint, COALESCE(SUM(n) FILTER (WHERE rate IS NULL), 0)::bigint"
)


def _cuts(question: Question, dimensions: Sequence[str]) -> list[str]:
    used = [name for name in CUTS if getattr(question, name) or name in dimensions]
    own = question.scope.cut[0]
    return used if own == "zone" else [own, *used]


def can_tell(question: Question, *dimensions: str) -> bool:
    """Whether the tallies know it: as known now, of today, by one column at most besides stage, cause and month."""
    if question.known is not None or question.as_of < question.scope.zone.today():
        return False
    if question.total_investment or question.registered_capital or question.listing or question.referrer:
        return False
    if question.what not in (STOCK, NEW, SIGNED, LANDED, *COARSE) or {"listing", "referrer"} & set(dimensions):
        return False
    if question.what == STOCK and (question.period is not None or question.undated or "month" in dimensions):
        return False
    cuts = _cuts(question, dimensions)
    if question.what in COARSE and any(cut not in ("zone", "team") for cut in cuts):
        return False
    return len(cuts) <= 1 or (len(set(cuts)) == 1 and question.scope.cut[0] == "zone")


def _part(question: Question, dimensions: Sequence[str], place: int, parameters: dict[str, Any]) -> str:
    """The select of one question among several; adds its parameters."""

    def named(name: str, value: Any) -> str:
        parameters[f"{name}_{place}"] = value
        return f"%({name}_{place})s"

    cuts = _cuts(question, dimensions)
    where = [
        f"what = {named('what', 'flow' if question.what in FLOWS else question.what)}",
        f"cut = {named('cut', cuts[0] if cuts else 'zone')}",
    ]
    if question.scope.cut[0] != "zone":
        where.append(f"key = {named('key', question.scope.cut[1])}")
    if question.what in (ENTERED, LEFT):
        where.append(f"label LIKE {named('sign', '+%' if question.what == ENTERED else '-%')}")
    if question.period is not None:
        last = min(question.period.last, question.as_of)
        where.append(f"day BETWEEN {named('first', question.period.first)} AND {named('last', last)}")
    limits = [
        f"{'t.key' if name in CUTS else BESIDE[name]} = ANY({named(name, list(values))})"
        for name in LIMITING
        if (values := getattr(question, name))
    ]
    keys = ["t.key" if name in CUTS else BESIDE[name] for name in dimensions]
    return PART.format(
        place=place,
        key=f"ARRAY[{', '.join(keys)}]::text[]",
        rates=named("rates", question.rates or question.as_of) + "::date",
        sign=f"CASE WHEN t.label LIKE {named('minus', '-%')} THEN -1 ELSE 1 END" if question.what == FLOW else "1",
        where=" AND ".join(where),
        stage=" JOIN projects_stage s ON s.code = t.stage_id"
        if question.stage_kind or "stage_kind" in dimensions
        else "",
        limit=f" WHERE {' AND '.join(limits)}" if limits else "",
    )


def answers_to(asked: Sequence[tuple[Question, Sequence[str]]]) -> list[dict[tuple[str, ...], Answer]]:
    """By the values of the columns, without any under `()`; only what `can_tell`, of one zone. One query."""
    parameters: dict[str, Any] = {"zone": asked[0][0].scope.zone.pk}
    parts = [_part(question, dimensions, place, parameters) for place, (question, dimensions) in enumerate(asked)]
    answers: list[dict[tuple[str, ...], Answer]] = [{} for _one in asked]
    with connection.cursor() as cursor:
        cursor.execute(WORTH.format(parts=" UNION ALL ".join(parts), sums=SUMS), parameters)
        for place, key, *sums in cursor.fetchall():
            answers[place][tuple(key)] = Answer(*sums)
    return answers
