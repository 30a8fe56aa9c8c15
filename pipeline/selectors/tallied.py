"""Figures of today from the tallies: the same answers, whatever the number of leads.

A tally is cut by one column. So it can tell what is asked of a whole zone by one column or limited to one, or of one
team or person as a whole; everything else is counted from the spans (`figures`).
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from pipeline.selectors.answers import Answer
from pipeline.selectors.questions import ENTERED, INCREASED, LANDED, LEFT, NEW, SIGNED, STOCK, Question

CUTS = ("team", "owner", "industry", "mode", "origin")
# Kept for the zone and its teams alone.
COARSE = frozenset({INCREASED, ENTERED, LEFT})
# What can limit or cut a tally besides its own column.
BESIDE = {
    "stage": "stage_id", "stage_kind": "stage_kind", "cause": "substr(label, 2)", "month": "to_char(day, 'YYYY-MM')"
}  # fmt: skip
LIMITING = ("stage", "stage_kind", "team", "owner", "industry", "mode", "origin", "listing", "cause", "referrer")

# Tallies and what was not folded into them yet; a currency without a rate adds to the count alone.
ROWS = """
WITH found AS (
    SELECT t.*, s.kind AS stage_kind FROM (
        SELECT what, cut, key, day, stage_id, label, currency, rate_on, n, total_n, total, agreed_n, agreed
        FROM pipeline_tally WHERE zone_id = %(zone)s AND {where}
        UNION ALL
        SELECT what, cut, key, day, stage_id, label, currency, rate_on, n, total_n, total, agreed_n, agreed
        FROM pipeline_tallydelta WHERE zone_id = %(zone)s AND {where}
    ) AS t JOIN projects_stage s ON s.code = t.stage_id
), rates AS (
    SELECT k.currency, k.day, (
        SELECT r.cny FROM core_exchangerate r WHERE r.currency = k.currency AND r.valid_from <= k.day
        ORDER BY r.valid_from DESC LIMIT 1
    ) AS cny
    FROM (SELECT DISTINCT currency, COALESCE(rate_on, %(as_of)s) AS day FROM found WHERE currency NOT IN ('CNY', '')) k
), worth AS (
    SELECT found.*, CASE WHEN found.currency IN ('CNY', '') THEN 1 ELSE rates.cny END AS rate
    FROM found LEFT JOIN rates
    ON rates.currency = found.currency AND rates.day = COALESCE(found.rate_on, %(as_of)s)
)
"""
SUMS = (
    "SUM(n)::bigint, ROUND(COALESCE(SUM(total * rate), 0), 2), ROUND(COALESCE(SUM(agreed * rate), 0), 2),"
    " SUM(n - total_n)::bigint, SUM(n - agreed_n)::bigint, COALESCE(SUM(n) FILTER (WHERE rate IS NULL), 0)::bigint"
)


def _cuts(question: Question, dimension: str) -> list[str]:
    used = [name for name in CUTS if getattr(question, name) or name == dimension]
    own = question.scope.cut[0]
    return used if own == "zone" else [own, *used]


def can_tell(question: Question, dimension: str = "") -> bool:
    """Whether the tallies know it: as known now, of today, by one column at most."""
    if question.known is not None or question.as_of < question.scope.zone.today():
        return False
    if question.total_investment or question.registered_capital or question.listing or question.referrer:
        return False
    if question.what not in (STOCK, NEW, SIGNED, LANDED, *COARSE) or dimension in ("listing", "referrer"):
        return False
    if dimension == "month" and question.what == STOCK:
        return False
    cuts = _cuts(question, dimension)
    if question.what in COARSE and any(cut not in ("zone", "team") for cut in cuts):
        return False
    return len(cuts) <= 1 or (len(set(cuts)) == 1 and question.scope.cut[0] == "zone")


def answers(question: Question, dimension: str = "") -> dict[str, Answer]:
    """By the values of the column, or under "" all together; only what `can_tell`. One query."""
    cuts = _cuts(question, dimension)
    cut = cuts[0] if cuts else "zone"
    parameters: dict[str, Any] = {
        "zone": question.scope.zone.pk,
        "as_of": question.as_of,
        "what": "flow" if question.what in (ENTERED, LEFT) else question.what,
        "cut": cut,
    }
    where = ["what = %(what)s", "cut = %(cut)s"]
    if question.scope.cut[0] != "zone":
        where.append("key = %(key)s")
        parameters["key"] = question.scope.cut[1]
    if question.what in (ENTERED, LEFT):
        where.append("label LIKE %(sign)s")
        parameters["sign"] = "+%" if question.what == ENTERED else "-%"
    if question.period is not None:
        where.append("day BETWEEN %(first)s AND %(last)s")
        parameters |= {"first": question.period.first, "last": min(question.period.last, question.as_of)}
    limits = []
    for name in LIMITING:
        values = getattr(question, name)
        if values:
            limits.append(f"{'key' if name in CUTS else BESIDE[name]} = ANY(%({name})s)")
            parameters[name] = list(values)
    by = "''" if not dimension else "key" if dimension in CUTS else BESIDE[dimension]
    limit = f" WHERE {' AND '.join(limits)}" if limits else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{ROWS.format(where=' AND '.join(where))}SELECT COALESCE({by}, ''), {SUMS} FROM worth{limit} GROUP BY 1"
            " HAVING SUM(n) <> 0 OR SUM(total) <> 0 OR SUM(agreed) <> 0",
            parameters,
        )
        return {key: Answer(*sums) for key, *sums in cursor.fetchall()}
