"""Comparing what was summed over all leads of a zone: tallies, figures, and the positions of changes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from pipeline.selectors.answers import NOTHING
from pipeline.selectors.figures import answers_by
from pipeline.selectors.periods import DATES, Period
from pipeline.selectors.questions import STOCK, Question
from pipeline.selectors.scopes import Scope
from pipeline.services.checking.comparing import Differences
from pipeline.services.checking.sums import Figures, Tallies
from teams.models import Zone

NULL = r"\N"
KEY = "what, cut, key, day, stage_id, label, currency, rate_on"
SUMS = ("n", "total_n", "total", "agreed_n", "agreed")
ASIDE = f"""
CREATE TEMPORARY TABLE checked_tally ON COMMIT DROP AS
SELECT {KEY}, {", ".join(SUMS)} FROM pipeline_tally WITH NO DATA
"""  # noqa: S608 - the names above, nothing from outside
UNLIKE = f"""
SELECT {KEY}, {
    ", ".join(
        f"COALESCE(SUM({name}) FILTER (WHERE {side}), 0)"
        for name in ("n", "total", "agreed")
        for side in ("mine", "NOT mine")
    )
}
FROM (
    SELECT {KEY}, {", ".join(SUMS)}, TRUE AS mine FROM checked_tally
    UNION ALL SELECT {KEY}, {", ".join(SUMS)}, FALSE FROM pipeline_tally WHERE zone_id = %(zone)s
    UNION ALL SELECT {KEY}, {", ".join(SUMS)}, FALSE FROM pipeline_tallydelta WHERE zone_id = %(zone)s
) AS both_of_them
GROUP BY {KEY}
HAVING {" OR ".join(f"SUM(CASE WHEN mine THEN {name} ELSE -{name} END) <> 0" for name in SUMS)}
ORDER BY {KEY}
"""  # noqa: S608
# Of entries that were written while triggers slept none has a change row; from the first that has one on, all have.
UNNOTED = """
SELECT l.number, l.id::text, e.seq FROM projects_ledgerentry e
JOIN projects_lead l ON l.id = e.lead_id
LEFT JOIN core_changerow c ON c.kind = 'ledger_entry' AND c.row_id = e.id
WHERE e.zone_id = %(zone)s AND c.id IS NULL AND e.recorded_at > (
    SELECT MIN(noted.recorded_at) FROM projects_ledgerentry noted
    JOIN core_changerow k ON k.kind = 'ledger_entry' AND k.row_id = noted.id WHERE noted.zone_id = %(zone)s
)
ORDER BY 1, 3
"""
STRAY_SPANS = """
SELECT DISTINCT s.lead_id::text FROM pipeline_leadspan s WHERE s.zone_id = %(zone)s
AND NOT EXISTS (SELECT 1 FROM projects_lead l WHERE l.id = s.lead_id AND l.zone_id = s.zone_id) ORDER BY 1
"""
# Of what is older than the feed's window, rows that no figure reads are thrown away.
POSITIONS = """
SELECT COUNT(position), MIN(position), MAX(position) FROM core_changerow WHERE position > COALESCE(
    (SELECT position FROM core_feedmark WHERE at < now() - make_interval(days => %s) ORDER BY at DESC LIMIT 1), 0
)
"""


def make_room() -> None:
    """A temporary table for the tallies that are summed; gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS checked_tally")
        cursor.execute(ASIDE)


def put_aside(tallies: Tallies) -> None:
    """Move what was summed so far into the temporary table."""
    lines = ["\t".join(_field(value) for value in (*key, *sums)) + "\n" for key, sums in tallies.sums.items()]
    tallies.sums.clear()
    columns = f"checked_tally ({KEY}, {', '.join(SUMS)})"
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {columns} FROM STDIN", io.StringIO("".join(lines)))


def _field(value: object) -> str:
    return NULL if value is None else str(value)


def compare_tallies(zone: Zone, found: Differences) -> None:
    """Compare the tallies that are kept, folded or not, with those that were summed."""
    with connection.cursor() as cursor:
        cursor.execute(UNLIKE, {"zone": zone.pk})
        for row in cursor.fetchall():
            *key, n, n_kept, total, total_kept, agreed, agreed_kept = row
            tally = " ".join(str(value) for value in key if value not in ("", None))
            found.add(
                "tally",
                tally=tally,
                should=f"{n} / {total} / {agreed}",
                found=f"{n_kept} / {total_kept} / {agreed_kept}",
            )


def compare_figures(zone: Zone, figures: Figures, found: Differences) -> None:
    """Compare what the figures' own functions answer with what was summed."""
    for (day, what), summed in figures.found.items():
        dimension = "stage" if what == STOCK else "team"
        period = None if what == STOCK else Period(DATES, day.replace(month=1, day=1), day)
        told = answers_by(Question(what, Scope(zone), day, period), dimension)
        for key in sorted({*told, *summed}):
            should = summed[key].answer() if key in summed else NOTHING
            answer = told.get(key, NOTHING)
            if answer != should:
                values = (" / ".join(str(value) for value in vars(one).values()) for one in (should, answer))
                found.add("figure", what=what, day=day, key=key, should=next(values), found=next(values))


def compare_changes(zone: Zone, found: Differences) -> None:
    """Each entry is known by a change row; positions have neither holes nor doubles; no span is of no lead."""
    with connection.cursor() as cursor:
        # a generated centre was written while triggers slept, with days of its own choice
        if not zone.is_generated:
            cursor.execute(UNNOTED, {"zone": zone.pk})
            for number, lead, seq in cursor.fetchall():
                found.add("unnoted", lead_id=lead, number=number, seq=seq)
        cursor.execute(STRAY_SPANS, {"zone": zone.pk})
        for (lead,) in cursor.fetchall():
            found.add("stray_span", lead_id=lead)
        cursor.execute(POSITIONS, [settings.FEED_KEPT_DAYS])
        count, first, last = cursor.fetchone()
    if count and last - first + 1 != count:
        found.add("positions", count=count, first=first, last=last)


def days_to_check(today: datetime.date) -> Iterable[datetime.date]:
    """Today, the end of last month and of last year, and half a year ago."""
    return sorted({
        today,
        today.replace(day=1) - datetime.timedelta(days=1),
        today.replace(month=1, day=1) - datetime.timedelta(days=1),
        today - datetime.timedelta(days=183),
    })  # fmt: skip
