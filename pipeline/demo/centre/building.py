"""Builds a centre: the people by their models, the rest by COPY, all in one transaction."""

from __future__ import annotations

import datetime
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from pipeline.demo.centre.copying import (
    Writer,
    analyze,
    make_index,
    more_memory,
    take_indexes,
    triggers_asleep,
)
from pipeline.demo.centre.days import Days
from pipeline.demo.centre.ids import Ids
from pipeline.demo.centre.life import Lives
from pipeline.demo.centre.maker import Maker
from pipeline.demo.centre.people import Staffing
from pipeline.demo.centre.progress import Progress
from pipeline.demo.centre.tables import tables
from pipeline.models import LeadSpan, Tally
from pipeline.services.tallies import rebuild
from teams.models import Zone
from visits.models import InteractionParty

# Leads in hand at a time; with all that hangs on them some ten megabytes.
CHUNK = 2_000
# More leads came in each year than in the one before.
GROWTH = 0.8
PARTIES_OF_A_LEAD = 3


@dataclass(frozen=True)
class Made:
    """What was written: the zone, who may sign in, and the rows of each table."""

    zone: Zone
    logins: list[str]
    rows: dict[str, int]


@transaction.atomic
def build_centre(*, code: str, leads: int, seed: int, today: datetime.date, progress: Progress) -> Made:
    """Write a centre of so many leads, told on the day; the same each time for the same seed, day and code.

    All or nothing. With many leads the tables are closed to others until the end.
    """
    chance = random.Random(f"{seed}/{code}/{leads}")  # noqa: S311 - repeatable on purpose
    days = Days(today)
    staffing = Staffing(code, leads, days, chance)
    people = staffing.write()
    more_memory()
    with connection.cursor() as cursor:
        # The checks of what was written so far come now: afterwards the tables could not be changed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    made = tables()
    order = list(made.values())
    indexes = take_indexes(order, leads)
    maker = Maker(chance, days, Ids(chance, days.milliseconds), people, made)
    maker.meetings.side = _reserve_parties(leads * PARTIES_OF_A_LEAD)
    numbers = _numbers(leads)
    lives, writer = Lives(chance, days), Writer(order)
    progress.begin("Leads", leads)
    try:
        with triggers_asleep():
            for number, (day, turn) in enumerate(zip(_days(leads, days), numbers, strict=True), 1):
                maker.make(lives.tell(day), turn)
                if number % CHUNK == 0:
                    writer.flush()
                    progress.show(number)
            writer.flush()
            writer.wait()
    finally:
        writer.close()
    progress.end()
    progress.begin("Indexes", len(indexes))
    for number, definition in enumerate(indexes, 1):
        make_index(definition)
        progress.show(number)
    progress.end()
    analyze([table.model for table in order])
    # The triggers slept: what they would have kept is made anew, from the ledger.
    rebuild(people.zone)
    analyze([LeadSpan, Tally])
    rows = {table.model._meta.db_table: table.count for table in order}
    return Made(people.zone, people.logins, rows)


def _days(leads: int, days: Days) -> Iterator[int]:
    """The day on which each lead came in, in order."""
    for number in range(leads):
        day = int((days.last + 1) * ((number + 0.5) / leads) ** GROWTH)
        yield min(days.working[day], days.last)


def _numbers(leads: int) -> array[int]:
    """The numbers of the leads, from the sequence that all leads are numbered by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('projects_lead_number') FROM generate_series(1, %s)", [leads])
        return array("q", (row[0] for row in cursor))


def _reserve_parties(count: int) -> int:
    """The first of so many numbers of parties, which nobody else gets."""
    table = InteractionParty._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count])
    return first
