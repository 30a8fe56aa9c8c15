"""Names and words of the rows that a report lists, as known at its position; read once for all lists."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pipeline.selectors.activity import INTERACTIONS
from pipeline.selectors.activity_rows import talks
from pipeline.selectors.care import TOUCHED
from pipeline.selectors.reports.asked import Asked, later_rows, name_of
from pipeline.selectors.reports.shape import Name
from projects.models import Stage
from teams.models import Team, User

NOBODY = Name(zh="", en="")
# So much of what was said last stands beside a lead.
NOTE_LENGTH = 120
# What leads were called as known: a lead whose history has nothing later is as it is now.
LEADS = f"""
WITH changed AS MATERIALIZED (
    SELECT row_id, history_id FROM core_changerow WHERE {later_rows("lead_history")}
), before AS (
    SELECT DISTINCT ON (e.pgh_obj_id) e.* FROM projects_leadevent e
    WHERE e.pgh_obj_id = ANY(%(ids)s) AND e.pgh_obj_id IN (SELECT row_id FROM changed)
        AND NOT EXISTS (SELECT 1 FROM changed k WHERE k.history_id = e.pgh_id)
    ORDER BY e.pgh_obj_id, e.pgh_id DESC
)
SELECT l.id, COALESCE(b.name, l.name), c.name, COALESCE(b.close_reason, l.close_reason)
FROM projects_lead l LEFT JOIN before b ON b.id = l.id
JOIN projects_company c ON c.id = COALESCE(b.company_id, l.company_id)
WHERE l.id = ANY(%(ids)s)
"""  # noqa: S608 - the text above
WITH_THEM = "SELECT o.interaction_id FROM visits_interactionparty o WHERE o.lead_id = ANY(%(ids)s)"
SAID = """
SELECT DISTINCT ON (p.lead_id) p.lead_id, COALESCE(NULLIF(p.outcome, ''), NULLIF(t.outcome, ''), t.summary)
FROM talks t JOIN visits_interactionparty p ON p.interaction_id = t.id WHERE p.lead_id = ANY(%(ids)s)
ORDER BY p.lead_id, t.occurred_at DESC, t.id DESC
"""


@dataclass(frozen=True)
class LeadFacts:
    """What a lead is called, its company, why it was closed."""

    name: str = ""
    company: str = ""
    close_reason: str = ""


@dataclass(frozen=True)
class Names:
    """Names by id; what is not there has an empty one."""

    leads: Mapping[Any, LeadFacts]
    said: Mapping[Any, str]
    teams: Mapping[Any, Name]
    people: Mapping[Any, str]
    stages: Mapping[str, Name]

    def lead(self, pk: uuid.UUID | None) -> LeadFacts:
        """A lead's facts."""
        return self.leads.get(pk, LeadFacts())

    def team(self, pk: uuid.UUID | None) -> Name:
        """A team's name."""
        return self.teams.get(pk, NOBODY)

    def person(self, pk: uuid.UUID | None) -> str:
        """A person's name."""
        return self.people.get(pk, "")

    def stage(self, code: str) -> Name:
        """A stage's name."""
        return self.stages.get(code, NOBODY)


def names_for(
    asked: Asked, *, leads: Iterable[Any], noted: Iterable[Any], people: Iterable[Any], teams: Iterable[Team] = ()
) -> Names:
    """The names of leads and people, of all teams and stages, and what was said last with the `noted` leads."""
    every = Team.objects.filter(zone=asked.scope.zone)
    return Names(
        leads=_leads(asked, {pk for pk in leads if pk is not None}),
        said=last_said(asked, {pk for pk in noted if pk is not None}),
        teams={team.pk: name_of(team) for team in (*every, *teams)},
        people={one.pk: str(one) for one in User.objects.filter(pk__in={pk for pk in people if pk is not None})},
        stages={stage.code: name_of(stage) for stage in Stage.objects.all()},
    )


def _leads(asked: Asked, wanted: set[uuid.UUID]) -> dict[Any, LeadFacts]:
    with connection.cursor() as cursor:
        cursor.execute(LEADS, {"ids": sorted(wanted), "known": asked.known})
        return {pk: LeadFacts(*rest) for pk, *rest in cursor.fetchall()}


def last_said(asked: Asked, wanted: set[uuid.UUID]) -> dict[Any, str]:
    """What came of the last call or visit with each lead up to the day, in a bounded length. One query."""
    with_them = f"{TOUCHED} AND r.id IN ({WITH_THEM})"
    tables = ", ".join(talks(asked.activity(INTERACTIONS), with_them))
    zone = asked.scope.zone
    parameters: dict[str, Any] = {
        "ids": sorted(wanted), "known": asked.known, "zone": zone.pk, "tz": zone.time_zone, "as_of": asked.day
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {tables} {SAID}", parameters)
        return {pk: words[:NOTE_LENGTH] for pk, words in cursor.fetchall()}
