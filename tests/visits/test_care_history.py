"""What the database keeps of the last visits is what counting anew gives, whatever happened in whatever order."""

import datetime
import zoneinfo
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import Lead, Settlement
from projects.services.companies import set_settled
from projects.services.leads import delete_lead, update_lead
from projects.services.settlements import update_settlement
from teams.models import Zone
from tests.factories import make_company, make_lead
from visits.models import Interaction, InteractionParty
from visits.services.interactions import log_interaction, undo_interaction, update_interaction
from visits.services.parties import Party

CARE = ("visit", "reception", "meeting")
START = datetime.datetime(2026, 3, 1, 15, 30, tzinfo=datetime.UTC)
ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Auckland")
Step = tuple[str, int, int, int]


def counted_anew(row: Settlement) -> tuple[datetime.datetime | None, datetime.date]:
    """The last visit and the due day of a settlement, by looking at every row."""
    leads = {
        lead.pk
        for lead in Lead.objects.filter(deleted_at=None)
        if row.company_id in (lead.company_id, lead.registered_company_id)
    }
    times = [
        party.interaction.occurred_at
        for party in InteractionParty.objects.select_related("interaction")
        if party.interaction.zone_id == row.zone_id
        and party.interaction.deleted_at is None
        and party.interaction.channel in CARE
        and (party.company_id == row.company_id or party.lead_id in leads)
    ]
    last = max(times, default=None)
    zone = Zone.objects.get(pk=row.zone_id)
    calendar = zoneinfo.ZoneInfo(zone.time_zone)
    day = last.astimezone(calendar).date() if last else row.since or row.created_at.astimezone(calendar).date()
    every = zone.care_visit_days if row.visit_every_days is None else row.visit_every_days
    return last, day + datetime.timedelta(days=every)


class Story:
    """Three companies with three leads, and what may happen to them."""

    def __init__(self, centre: SimpleNamespace) -> None:
        self.actor, self.zone = centre.chen, centre.zone
        self.companies = [make_company(self.actor, f"第{number}家电子有限公司") for number in range(3)]
        self.leads = [
            make_lead(self.actor, self.zone, team=centre.g4, company=self.companies[number % 2], name=f"项目{number}")
            for number in range(3)
        ]
        self.logged: list[Interaction] = []

    def live(self) -> list[Lead]:
        """The leads that are still there."""
        return list(Lead.objects.filter(deleted_at=None).select_related("company", "zone", "team").order_by("number"))

    def party(self, number: int) -> Party:
        """A lead, or a company without one."""
        leads = self.live()
        if number < len(leads):
            return Party(lead=leads[number])
        return Party(company=self.companies[number % 3])

    def log(self, a: int, b: int, c: int) -> None:
        """One or two parties meet, or call."""
        parties = [self.party(a)] if a == b else [self.party(a), Party(company=self.companies[b % 3])]
        channel = [*CARE, "phone"][c % 4]
        at = START - datetime.timedelta(hours=7 * (a + 6 * b + c))
        self.logged.append(
            log_interaction(
                actor=self.actor, zone=self.zone, channel=channel, parties=parties, occurred_at=at
            )[0]
        )  # fmt: skip

    def change(self, a: int, b: int, c: int) -> None:
        """What was logged is put right: its channel, its time, its parties."""
        if self.logged:
            changes = {"channel": [*CARE, "phone"][b % 4], "occurred_at": START - datetime.timedelta(hours=5 * c)}
            update_interaction(
                actor=self.actor,
                interaction_id=self.logged[a % len(self.logged)].pk,
                changes=changes,
                parties=[self.party(c)] if c % 2 else None,
            )

    def undo(self, a: int, _b: int, _c: int) -> None:
        """What was logged is taken back."""
        if self.logged:
            undo_interaction(actor=self.actor, interaction_id=self.logged.pop(a % len(self.logged)).pk)

    def settle(self, a: int, b: int, _c: int) -> None:
        """A company settles, perhaps on a day that is known."""
        since = None if b % 2 else datetime.date(2026, 1, 1) + datetime.timedelta(days=b)
        set_settled(
            actor=self.actor, company_id=self.companies[a % 3].pk, zone=self.zone, settled=True, since=since
        )  # fmt: skip

    def unsettle(self, a: int, _b: int, _c: int) -> None:
        """A company leaves."""
        set_settled(actor=self.actor, company_id=self.companies[a % 3].pk, zone=self.zone, settled=False)

    def care(self, a: int, b: int, _c: int) -> None:
        """How often a company is visited."""
        row = Settlement.objects.filter(company=self.companies[a % 3]).first()
        if row is not None:
            every = None if b % 2 else 10 + b
            update_settlement(actor=self.actor, settlement_id=row.pk, changes={"visit_every_days": every})

    def belong(self, a: int, b: int, c: int) -> None:
        """A lead turns out to be another company's, or a company is registered for it."""
        leads = self.live()
        if leads:
            registered = self.companies[c % 3] if c % 2 else None
            changes = {"company": self.companies[b % 3], "registered_company": registered}
            update_lead(actor=self.actor, lead_id=leads[a % len(leads)].pk, changes=changes)

    def delete(self, a: int, _b: int, _c: int) -> None:
        """A lead is deleted."""
        leads = self.live()
        if len(leads) > 1:
            delete_lead(actor=self.actor, lead_id=leads[a % len(leads)].pk)

    def limit(self, a: int, b: int, _c: int) -> None:
        """The zone's own limit and calendar change; the work goes on in the one it has now."""
        Zone.objects.filter(pk=self.zone.pk).update(care_visit_days=30 + a, time_zone=ZONES[b % 3])
        self.zone.refresh_from_db()


STEPS = ("log", "log", "log", "change", "undo", "settle", "settle", "unsettle", "care", "belong", "delete", "limit")
HISTORIES = st.lists(st.tuples(st.sampled_from(STEPS), *(st.integers(0, 5) for _ in range(3))), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_the_last_visit_and_the_due_day_are_those_of_counting_anew(
    centre: SimpleNamespace, history: list[Step]
) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        story = Story(centre)
        for name, *numbers in history:
            step: Callable[..., Any] = getattr(story, name)
            step(*numbers)
            for row in Settlement.objects.all():
                assert (row.last_visited_at, row.due_on) == counted_anew(row), name
        transaction.savepoint_rollback(point)
        centre.zone.refresh_from_db()


def test_nobody_writes_something_else_into_them(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    set_settled(actor=centre.chen, company_id=company.pk, zone=centre.zone, settled=True)
    row = Settlement.objects.get()
    Settlement.objects.update(last_visited_at=START, due_on=datetime.date(2030, 1, 1))
    kept = Settlement.objects.get()
    assert (kept.last_visited_at, kept.due_on, kept.version) == (None, row.due_on, row.version)


def test_parties_written_by_bulk_sql_count_once_a_statement(centre: SimpleNamespace) -> None:
    companies = [make_company(centre.chen, f"第{number}家") for number in range(3)]
    for company in companies:
        set_settled(actor=centre.chen, company_id=company.pk, zone=centre.zone, settled=True)
    visit = Interaction.objects.create(zone=centre.zone, channel="visit", occurred_at=START, created_by=centre.chen)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO visits_interactionparty (interaction_id, company_id, position, outcome)"
            " SELECT %s, id, row_number() OVER (), '' FROM projects_company WHERE id = ANY (%s)",
            [visit.pk, [company.pk for company in companies[:2]]],
        )
    found = dict(Settlement.objects.values_list("company_id", "last_visited_at"))
    assert found == {companies[0].pk: START, companies[1].pk: START, companies[2].pk: None}
