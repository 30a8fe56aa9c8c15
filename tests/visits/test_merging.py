"""Two rows become one: all that hangs on the one that goes moves over, figures hold, nothing is lost or doubled."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from investcrm.core.errors import Conflict, Stale
from investcrm.core.external_ids import claim, kind_of, point_to, row_ids_of
from pipeline.models import LeadSpan
from pipeline.services.checking.zones import compare_zone
from projects.models import (
    CapitalIncrease,
    Company,
    Contact,
    Document,
    DocumentDispatch,
    DocumentVersion,
    FundArrival,
    KeptApart,
    Lead,
    LeadTag,
    Merge,
    Milestone,
    Notification,
    RecentItem,
    Settlement,
    Upload,
)
from projects.notes import note_of
from projects.selectors.merges import merged_into
from projects.services.comments import write_comment
from projects.services.companies import create_contact
from projects.services.increases import record_increase
from projects.services.leads import update_lead
from projects.services.merging.apart import keep_apart, take_back_keep_apart
from projects.services.milestones import set_milestone
from projects.services.recent import note_visit
from projects.services.tags import change_tags
from tests.factories import log, make_company, make_lead
from visits.models import Interaction
from visits.services.follow_ups import plan_follow_up
from visits.services.interactions import log_interaction, update_interaction
from visits.services.merging import follow_merges, merge_companies, merge_contacts, merge_leads
from visits.services.parties import Party
from visits.services.planning import plan_visit
from visits.services.requests import receive_request

DAY = datetime.timedelta(days=1)
# Rows that another app derives from a lead's ledger, and what stays with the lead that is gone.
DERIVED = {("pipeline.LeadSpan", "lead"), ("projects.LedgerEntry", "lead")}


def full_lead(centre: SimpleNamespace, **fields: Any) -> Lead:
    """A signed lead of G4 with one of everything."""
    today = centre.zone.today()
    lead = make_lead(
        centre.chen, centre.zone, stage="signed", on=today - 30 * DAY, agreed_investment=Decimal(10_000_000),
        owner=centre.wang, **{"team": centre.g4, **fields},
    )  # fmt: skip
    contact = create_contact(
        actor=centre.chen, zone=centre.zone, company=lead.company, name="赵工", phone="13812345678"
    )
    update_lead(
        actor=centre.chen, lead_id=lead.pk, changes={"referrer_company": lead.company, "referrer_contact": contact}
    )
    party = Party(lead=lead, contacts=[contact])
    talk = log_interaction(actor=centre.wang, zone=centre.zone, channel="visit", parties=[party])[0]
    plan_follow_up(actor=centre.wang, lead_id=lead.pk, due_on=today + DAY)
    plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=today + DAY, expected_result="谈"
    )
    receive_request(
        actor=centre.wang, zone=centre.zone, company=lead.company, lead=lead, category="land", title="用地",
        raised_by=contact, came_from=talk,
    )  # fmt: skip
    document = Document.objects.create(zone=centre.zone, lead=lead, title="协议", kind="agreement")
    version = DocumentVersion.objects.create(document=document, number=1, name="a.pdf", size=1, sha256="0")
    DocumentDispatch.objects.create(
        version_sent=version, recipient="赵工", contact=contact, way="email", sent_on=today
    )
    Upload.objects.create(user=centre.wang, zone=centre.zone, lead=lead, name="b.pdf", size=9)
    FundArrival.objects.create(
        lead=lead, amount=1_000_000, value_on=today, evidence="进账单", entered_by=centre.wang, document=document
    )
    record_increase(actor=centre.wang, lead_id=lead.pk, amount=Decimal(500), agreed_on=today)
    set_milestone(actor=centre.wang, lead_id=lead.pk, kind="registered", occurred_on=today - 3 * DAY)
    write_comment(actor=centre.wang, lead_id=lead.pk, text="请看")
    change_tags(actor=centre.wang, lead_id=lead.pk, add=["重点"])
    Notification.objects.create(user=centre.li, kind="moved", lead=lead, key=f"moved:{lead.pk}")
    note_visit(centre.wang, lead_id=lead.pk)
    return lead


def full_company(centre: SimpleNamespace, name: str, **fields: Any) -> Company:
    """A company with a full lead, settled, met without a lead, and with papers of its own."""
    company = make_company(centre.chen, name, **fields)
    lead = full_lead(centre, company=company)
    update_lead(actor=centre.chen, lead_id=lead.pk, changes={"registered_company": company})
    Settlement.objects.create(company=company, zone=centre.zone, owner=centre.wang)
    log_interaction(actor=centre.wang, zone=centre.zone, channel="meeting", parties=[Party(company=company)])
    plan_visit(
        actor=centre.wang, zone=centre.zone, company=company, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈",
    )  # fmt: skip
    Document.objects.create(zone=centre.zone, company=company, title="执照")
    Upload.objects.create(user=centre.wang, zone=centre.zone, company=company, name="c.pdf", size=9)
    note_visit(centre.wang, company_id=company.pk)
    return company


def pointing_to(row: Any) -> dict[tuple[str, str], int]:
    """How many rows of each table point to the row, by every foreign key of the installed models."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is type(row) and (model._meta.label, field.name) not in DERIVED:
                found[model._meta.label, field.name] = model._base_manager.filter(**{field.name: row}).count()
    return found


def nothing_differs(centre: SimpleNamespace) -> None:
    """The ledger, the figures and the recount agree."""
    _leads, found = compare_zone(centre.zone, centre.zone.today())
    assert found.kept == []


def test_everything_that_points_to_a_lead_moves(centre: SimpleNamespace) -> None:
    kept, gone = make_lead(centre.chen, centre.zone, team=centre.g4), full_lead(centre)
    before = pointing_to(gone)
    assert all(before.values()), f"Say what a merge does with these, and try it here: {before}"
    merge = merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    # an increase that was taken back stays with the ledger that tells of it
    assert {key: number for key, number in pointing_to(gone).items() if number} == {
        ("projects.CapitalIncrease", "lead"): 1
    }
    after = pointing_to(kept)
    assert all(after[key] >= number for key, number in before.items())
    assert merge.moved == {
        "follow_ups": 1, "planned_visits": 1, "service_requests": 1, "documents": 1, "funds": 1, "increases": 1,
        "milestones": 1, "comments": 1, "tags": 1, "interactions": 1,
    }  # fmt: skip
    nothing_differs(centre)


def test_everything_that_points_to_a_company_moves(centre: SimpleNamespace) -> None:
    kept, gone = make_company(centre.chen, "甲公司"), full_company(centre, "乙公司")
    before = pointing_to(gone)
    assert all(before.values()), f"Say what a merge does with these, and try it here: {before}"
    merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    assert not any(pointing_to(gone).values())
    assert pointing_to(kept) == before
    assert "jia" in Lead.objects.get(company=kept).search_text.split("\n")
    nothing_differs(centre)


def test_everything_that_points_to_a_contact_moves(centre: SimpleNamespace) -> None:
    lead = full_lead(centre)
    gone = Contact.objects.get()
    kept = create_contact(actor=centre.chen, zone=centre.zone, company=lead.company, name="赵工程师")
    before = pointing_to(gone)
    assert all(before.values()), f"Say what a merge does with these, and try it here: {before}"
    version = Interaction.objects.get().version
    merge_contacts(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["phone"])
    assert not any(pointing_to(gone).values())
    assert pointing_to(kept) == before
    kept.refresh_from_db()
    assert (kept.phone, kept.phone_e164) == ("13812345678", "+8613812345678")
    assert Interaction.objects.get().version > version


def test_two_full_leads_keep_one_of_what_there_can_be_one_of(centre: SimpleNamespace) -> None:
    kept, gone = full_lead(centre), full_lead(centre)
    for lead in (kept, gone):
        note_visit(centre.li, lead_id=lead.pk)
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    assert Milestone.objects.filter(lead=kept, deleted_at=None).count() == 1
    assert LeadTag.objects.filter(lead=kept).count() == 1
    assert RecentItem.objects.filter(user=centre.li).count() == 1
    assert FundArrival.objects.filter(lead=kept).count() == 2
    assert CapitalIncrease.objects.filter(lead=kept, deleted_at=None).count() == 2
    kept.refresh_from_db()
    assert kept.agreement_document.lead_id == kept.pk
    nothing_differs(centre)


def test_the_lead_that_goes_leaves_the_stock_as_merged_and_its_history_stays(centre: SimpleNamespace) -> None:
    kept = make_lead(centre.chen, centre.zone, team=centre.g4)
    gone = make_lead(centre.chen, centre.zone, team=centre.g4, stage="signed", on=centre.zone.today() - DAY)
    entries = gone.entries.count()
    merge = merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert gone.deleted_at is not None
    last = gone.entries.order_by("-seq").first()
    assert (last.kind, last.actor, last.occurred_on) == ("merged", centre.chen, centre.zone.today())
    assert gone.entries.count() == entries + 1
    span = LeadSpan.objects.get(lead=gone)
    assert (span.ended_by, span.ends_on) == ("merged", centre.zone.today())
    # the kept one's stage is its own
    assert (kept.stage_id, kept.entries.count()) == ("enquiry", 1)
    assert (merge.kept_id, merge.gone_id, merge.actor) == (kept.pk, gone.pk, centre.chen)


def test_values_taken_from_the_other_lead_are_changes_of_the_kept_one(centre: SimpleNamespace) -> None:
    kept = make_lead(centre.chen, centre.zone, team=centre.g1, total_investment=Decimal(1), summary="短")
    gone = make_lead(
        centre.chen, centre.zone, name="另一个", team=centre.g4, owner=centre.wang, total_investment=Decimal(2),
        industry=centre.industry, summary="很长的一段",
    )  # fmt: skip
    taken = ["team", "owner", "total_investment", "industry", "summary", "name"]
    merge = merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=taken)
    kept.refresh_from_db()
    assert (kept.team, kept.owner, kept.total_investment) == (centre.g4, centre.wang, Decimal(2))
    assert (kept.industry, kept.summary, kept.name) == (centre.industry, "很长的一段", "另一个")
    assert "另一个" in kept.search_text
    kinds = list(kept.entries.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["opened", "transferred", "revalued", "reclassified"]
    assert merge.replaced["total_investment"] == "1.00"
    assert merge.replaced["team"] == str(centre.g1.pk)
    nothing_differs(centre)


def test_amounts_of_two_currencies_are_taken_together(centre: SimpleNamespace) -> None:
    kept = make_lead(centre.chen, centre.zone, total_investment=Decimal(1))
    gone = make_lead(centre.chen, centre.zone, total_investment=Decimal(2), currency="USD")
    with pytest.raises(ValidationError) as refused:
        merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["total_investment"])
    assert set(refused.value.error_dict) == {"total_investment", "currency"}
    assert not Merge.objects.exists()
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["total_investment", "currency"])
    kept.refresh_from_db()
    assert (kept.total_investment, kept.currency) == (Decimal(2), "USD")


def test_clocks_of_the_kept_lead_are_those_of_both(centre: SimpleNamespace) -> None:
    kept, gone = (make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang) for _ in range(2))
    talk = log(centre.wang, gone)
    due = centre.zone.today() + DAY
    plan_follow_up(actor=centre.wang, lead_id=gone.pk, due_on=due)
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    kept.refresh_from_db()
    assert (kept.last_interaction_at, kept.next_follow_up_on) == (talk.occurred_at, due)


def test_a_reception_of_both_leads_keeps_one_party_with_all_contacts(centre: SimpleNamespace) -> None:
    kept, gone = (make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2))
    contacts = [
        create_contact(actor=centre.chen, zone=centre.zone, company=kept.company, name=name) for name in ("甲", "乙")
    ]
    parties = [
        Party(lead=gone, contacts=contacts[:1], outcome="谈地"),
        Party(lead=kept, contacts=contacts[1:], outcome="谈房"),
    ]  # fmt: skip
    talk = log_interaction(actor=centre.wang, zone=centre.zone, channel="reception", parties=parties)[0]
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    party = talk.parties.get()
    assert (party.lead, set(party.contacts.all()), party.outcome) == (kept, set(contacts), "谈地\n谈房")
    talk.refresh_from_db()
    assert (talk.lead, talk.version > 1) == (kept, True)
    # and it can be edited as any other
    update_interaction(
        actor=centre.wang, interaction_id=talk.pk, changes={"summary": "好"}, parties=[Party(lead=kept)]
    )


def told(user: Any) -> list[tuple[Any, ...]]:
    """What somebody was told of merges: the lead, and what was merged."""
    return list(Notification.objects.filter(user=user, kind="merged").values_list("lead_id", "data__gone__zh"))


def test_whoever_had_one_of_two_leads_is_told(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen, "苏州远景有限公司")
    kept = make_lead(centre.chen, centre.zone, name="甲项目", company=company, team=centre.g4, owner=centre.wang)
    gone = make_lead(centre.chen, centre.zone, name="乙项目", company=company, team=centre.g1, owner=centre.zhao)
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["name"])
    name = f"乙项目（{gone.number}）"
    assert told(centre.wang) == [(kept.pk, name)]
    assert Notification.objects.get(user=centre.wang, kind="merged").data["kept"]["zh"] == f"甲项目（{kept.number}）"
    # of another team: the kept lead is not named
    assert told(centre.zhao) == [(None, name)]
    note = Notification.objects.get(user=centre.zhao, kind="merged")
    assert "甲项目" not in str(note.data)
    assert note_of(note).text.count("乙项目") == 1
    assert told(centre.chen) == []


def test_whoever_works_with_a_company_is_told_that_it_is_another(centre: SimpleNamespace) -> None:
    kept, gone = make_company(centre.chen, "苏州远景有限公司"), make_company(centre.chen, "远景（苏州）有限公司")
    make_lead(centre.chen, centre.zone, company=kept, team=centre.g4, owner=centre.li)
    for name in ("甲", "乙"):
        make_lead(centre.chen, centre.zone, name=name, company=gone, team=centre.g4, owner=centre.wang)
    merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    assert told(centre.wang) == [(None, "远景（苏州）有限公司")]
    assert note_of(Notification.objects.get(user=centre.wang, kind="merged")).url == f"/companies/{kept.pk}/"
    assert told(centre.li) == []


def test_leads_of_two_zones_are_two(centre: SimpleNamespace) -> None:
    centre.gu.is_superuser = True
    centre.gu.save()
    one = make_lead(centre.chen, centre.zone)
    other = make_lead(centre.qian, centre.other_zone, company=one.company)
    with pytest.raises(ValidationError):
        merge_leads(actor=centre.gu, kept_id=one.pk, gone_id=other.pk)
    with pytest.raises(ValidationError):
        merge_leads(actor=centre.chen, kept_id=one.pk, gone_id=one.pk)
    assert not Merge.objects.exists()


@pytest.mark.parametrize("who", ["wang", "li", "sun", "bao"])
def test_who_may_not_merge_changes_nothing(centre: SimpleNamespace, who: str) -> None:
    actor = getattr(centre, who)
    leads = [make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(2)]
    contacts = [
        create_contact(actor=centre.chen, zone=centre.zone, company=leads[0].company, name=name) for name in "甲乙"
    ]
    companies = [make_company(centre.chen, name) for name in ("甲公司", "乙公司")]
    for service, rows in ((merge_leads, leads), (merge_contacts, contacts), (merge_companies, companies)):
        with pytest.raises((PermissionDenied, Http404)):
            service(actor=actor, kept_id=rows[0].pk, gone_id=rows[1].pk)
    with pytest.raises((PermissionDenied, Http404)):
        keep_apart(actor=actor, kind="lead", first_id=leads[0].pk, second_id=leads[1].pk)
    assert not Merge.objects.exists()
    assert not KeptApart.objects.exists()
    assert Lead.objects.filter(deleted_at=None).count() == 2


def test_another_zones_company_needs_its_director_too(centre: SimpleNamespace) -> None:
    one, other = make_company(centre.chen, "甲公司"), make_company(centre.chen, "乙公司")
    log_interaction(actor=centre.qian, zone=centre.other_zone, channel="phone", parties=[Party(company=other)])
    with pytest.raises(PermissionDenied):
        merge_companies(actor=centre.chen, kept_id=one.pk, gone_id=other.pk)
    assert Company.objects.get(pk=other.pk).deleted_at is None
    centre.gu.is_superuser = True
    centre.gu.save()
    merge_companies(actor=centre.gu, kept_id=one.pk, gone_id=other.pk)
    assert Interaction.objects.get().company == one


def test_another_zones_lead_is_not_there(centre: SimpleNamespace) -> None:
    leads = [make_lead(centre.chen, centre.zone) for _ in range(2)]
    with pytest.raises(Http404):
        merge_leads(actor=centre.qian, kept_id=leads[0].pk, gone_id=leads[1].pk)


def test_what_was_changed_since_it_was_looked_at_is_told(centre: SimpleNamespace) -> None:
    kept, gone = make_lead(centre.chen, centre.zone, source="甲"), make_lead(centre.chen, centre.zone, source="乙")
    seen = {"source": ["甲", "乙"], "summary": ["", ""], "total_investment": [None, None]}
    update_lead(actor=centre.chen, lead_id=gone.pk, changes={"source": "丙"})
    with pytest.raises(Stale) as stale:
        merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["source"], seen=seen)
    assert stale.value.current == {"source": ["甲", "丙"]}
    assert not Merge.objects.exists()
    # a call that was logged meanwhile is no reason
    log(centre.chen, gone)
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, seen={"source": ["甲", "丙"]})


def test_a_chain_of_merges_leads_to_its_end(centre: SimpleNamespace) -> None:
    a, b, c = (make_lead(centre.chen, centre.zone) for _ in range(3))
    merge_leads(actor=centre.chen, kept_id=b.pk, gone_id=a.pk)
    merge_leads(actor=centre.chen, kept_id=c.pk, gone_id=b.pk)
    assert [merged_into("lead", lead.pk) for lead in (a, b, c)] == [c.pk, c.pk, None]
    with pytest.raises(Conflict):
        merge_leads(actor=centre.chen, kept_id=c.pk, gone_id=b.pk)


def test_the_credit_code_goes_with_its_value_or_is_free(centre: SimpleNamespace) -> None:
    code = "91350100M000100Y43"
    kept, gone = make_company(centre.chen, "甲公司"), make_company(centre.chen, "甲厂", credit_code=code)
    merge = merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk, taken=["credit_code"])
    kept.refresh_from_db()
    assert kept.credit_code == code
    assert merge.replaced == {"credit_code": None}
    assert Company.objects.get(pk=gone.pk).credit_code is None


def test_how_a_company_is_looked_after_is_kept_from_both(centre: SimpleNamespace) -> None:
    kept, gone = make_company(centre.chen, "甲公司"), make_company(centre.chen, "乙公司")
    today = centre.zone.today()
    Settlement.objects.create(company=kept, zone=centre.zone, since=today, remarks="老客户")
    Settlement.objects.create(
        company=gone, zone=centre.zone, since=today - 9 * DAY, visit_every_days=30, owner=centre.wang, remarks="常联系"
    )
    talk = log_interaction(actor=centre.wang, zone=centre.zone, channel="visit", parties=[Party(company=gone)])[0]
    merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    row = Settlement.objects.get()
    assert (row.company, row.since, row.visit_every_days, row.owner) == (kept, today - 9 * DAY, 30, centre.wang)
    assert row.remarks == "老客户 · 常联系"
    assert row.last_visited_at == talk.occurred_at
    assert row.due_on == today + 30 * DAY


def test_external_ids_mean_the_kept_row(centre: SimpleNamespace) -> None:
    kept, gone = (make_lead(centre.chen, centre.zone) for _ in range(2))
    kind = kind_of(Lead)
    claim(kind, "oa", ["x1"])
    point_to(kind, "oa", "x1", gone.pk)
    merge_leads(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    assert row_ids_of(kind, "oa", ["x1"]) == {"x1": kept.pk}


def test_contacts_of_two_companies_are_not_merged(centre: SimpleNamespace) -> None:
    one, other = make_company(centre.chen, "甲公司"), make_company(centre.chen, "乙公司")
    first, second = (
        create_contact(actor=centre.chen, zone=centre.zone, company=company, name="赵") for company in (one, other)
    )
    with pytest.raises(ValidationError):
        merge_contacts(actor=centre.chen, kept_id=first.pk, gone_id=second.pk)
    merge_companies(actor=centre.chen, kept_id=one.pk, gone_id=other.pk)
    merge_contacts(actor=centre.chen, kept_id=first.pk, gone_id=second.pk)
    assert Contact.objects.get(deleted_at=None) == first


def test_kept_apart_is_said_once_and_taken_back(centre: SimpleNamespace) -> None:
    one, other = (make_lead(centre.chen, centre.zone) for _ in range(2))
    pair: dict[str, Any] = {"kind": "lead", "first_id": other.pk, "second_id": one.pk}
    rows = [keep_apart(actor=centre.chen, **pair) for _ in range(2)]
    assert rows[0] == rows[1]
    take_back_keep_apart(actor=centre.gu, **pair)
    assert not KeptApart.objects.exists()


def test_what_was_saved_while_its_company_was_merged_follows(centre: SimpleNamespace) -> None:
    kept, gone = make_company(centre.chen, "甲公司"), make_company(centre.chen, "乙公司")
    contact = create_contact(actor=centre.chen, zone=centre.zone, company=kept, name="赵")
    merge_companies(actor=centre.chen, kept_id=kept.pk, gone_id=gone.pk)
    lead = make_lead(centre.chen, centre.zone, company=gone)
    create_contact(actor=centre.chen, zone=centre.zone, company=gone, name="钱")
    assert follow_merges() == 2
    lead.refresh_from_db()
    assert lead.company == kept
    assert Contact.objects.filter(company=kept).count() == 2
    assert (contact.company, follow_merges()) == (kept, 0)
