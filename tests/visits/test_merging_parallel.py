"""Two who merge at once, each over a connection of their own: one wins, the other is told; nothing hangs loose."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from investcrm.core.errors import Conflict
from projects.models import Company, Lead, Merge
from projects.services.companies import create_contact
from tests.factories import log, make_company, make_lead
from tests.test_lock_order import lock, running_into
from tests.visits.test_merging import nothing_differs
from tests.visits.test_parallel import at_once
from visits.models import Interaction, InteractionParty
from visits.services.interactions import log_interaction
from visits.services.merging import follow_merges, merge_companies, merge_contacts, merge_leads
from visits.services.parties import Party

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (ValidationError, Conflict, Http404)


def test_a_into_b_and_b_into_a_one_wins_and_the_other_is_told(centre: SimpleNamespace) -> None:
    for service, rows in (
        (merge_leads, [make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2)]),
        (merge_companies, [make_company(centre.chen, name) for name in ("甲公司", "乙公司")]),
    ):
        for row in rows:
            log_interaction(
                actor=centre.chen, zone=centre.zone, channel="visit",
                parties=[Party(lead=row) if isinstance(row, Lead) else Party(company=row)],
            )  # fmt: skip

        def work(number: int, service=service, rows=rows) -> str:  # type: ignore[no-untyped-def]
            try:
                service(
                    actor=[centre.chen, centre.gu][number % 2],
                    kept_id=rows[number % 2].pk,
                    gone_id=rows[1 - number % 2].pk,
                )
            except Conflict:
                return "told"
            return "merged"

        assert sorted(map(str, at_once(4, work))) == ["merged", "told", "told", "told"]
        model = type(rows[0])
        left = model._default_manager.get(deleted_at=None, pk__in=[row.pk for row in rows])
        key = "lead" if model is Lead else "company"
        assert Interaction.objects.filter(**{key: left}).count() == 2 if model is Lead else True
    assert Merge.objects.count() == 2
    nothing_differs(centre)


def test_calls_that_are_logged_meanwhile_are_on_the_kept_lead_or_refused(centre: SimpleNamespace) -> None:
    kept, gone = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    logged: list[int] = []

    def work(number: int) -> None:
        if number == 2:
            merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
            return
        try:
            log(centre.wang, gone)
            logged.append(number)
        except REFUSALS:
            pass

    at_once(5, work)
    assert InteractionParty.objects.filter(lead=kept).count() == len(logged)
    assert not InteractionParty.objects.filter(lead=gone).exists()
    kept.refresh_from_db()
    last = Interaction.objects.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    assert kept.last_interaction_at == last


def test_what_is_entered_for_a_company_meanwhile_ends_at_the_kept_one(centre: SimpleNamespace) -> None:
    kept, gone = make_company(centre.chen, "甲公司"), make_company(centre.chen, "乙公司")

    def work(number: int) -> None:
        if number == 1:
            merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
        elif number % 2:
            create_contact(actor=centre.wang, zone=centre.zone, company=gone, name=f"赵{number}")
        else:
            make_lead(centre.wang, centre.zone, company=gone, team=centre.g4)

    at_once(5, work)
    follow_merges()
    assert Lead.objects.filter(company=kept).count() == 3
    assert kept.contacts.count() == 1
    assert not gone.contacts.exists()


def test_merging_leads_waits_for_the_first_without_holding_what_hangs_on_them(centre: SimpleNamespace) -> None:
    first, second = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    talk = log(centre.wang, second)
    with running_into(first, lambda: merge_leads(actor=centre.chen, kept_id=first.pk, gone_id=second.pk)):
        lock(talk)
        lock(second.company)
    talk.refresh_from_db()
    assert talk.lead == first


def test_merging_companies_waits_for_their_leads_without_holding_them(centre: SimpleNamespace) -> None:
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    other = make_company(centre.chen, "乙公司")

    def work() -> None:
        merge_companies(actor=centre.chen, kept_id=other.pk, gone_id=lead.company_id)

    with running_into(lead, work):
        lock(lead.company)
        lock(other)
    lead.refresh_from_db()
    assert lead.company == other
    assert Company.objects.get(deleted_at=None) == other


def test_two_who_merge_contacts_make_one(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    rows = [create_contact(actor=centre.chen, zone=centre.zone, company=company, name=name) for name in "甲乙"]

    def work(number: int) -> str:
        try:
            merge_contacts(actor=centre.chen, kept_id=rows[number].pk, gone_id=rows[1 - number].pk)
        except Conflict:
            return "told"
        return "merged"

    assert sorted(map(str, at_once(2, work))) == ["merged", "told"]
