"""A few rows of the generated zone that are one and the same, as they come to be in every centre.

An enquiry of a company that the centre talks with already, written a little otherwise; a contact entered twice. Words
alone are changed, before the rows are written: numbers, days and amounts are what they were.
"""

from __future__ import annotations

from investcrm.core.text import normalise_company_name, pinyin_key, search_text
from pipeline.demo.gathering import Gathering
from projects.choices import StageKind
from projects.models import Company, Contact, Lead
from projects.services.companies import lead_search_text

LEADS = 2
CONTACTS = 2


def make_twins(gathering: Gathering) -> None:
    """Give the newest enquiries the name of an older lead, and some contacts a colleague with their number."""
    leads = [lead for lead in gathering.rows[Lead] if lead.currency == "CNY" and lead.stage_kind == StageKind.OPEN]
    newest = [lead for lead in reversed(leads) if lead.stage_id == "enquiry"][:LEADS]
    older = [lead for lead in leads if lead.stage_id == "in_talks"][-LEADS:]
    for lead, other in zip(newest, older, strict=True):
        _rename_company(lead.company, f"{normalise_company_name(other.company.name)}有限公司")
        lead.name = other.name.removesuffix("项目") + "生产基地"
        lead.summary = other.summary
        lead.name_key = pinyin_key(lead.name)[:600]
        lead.search_text = lead_search_text(lead)
    _double_contacts(gathering)


def _rename_company(company: Company, name: str) -> None:
    company.name, company.name_key = name, pinyin_key(name)[:600]
    company.normalised_name = normalise_company_name(name)[:300]
    company.search_text = search_text(name, "", company.credit_code or "")


def _double_contacts(gathering: Gathering) -> None:
    """Of companies with two contacts: the second is the first, by his title."""
    firsts: dict[Company, Contact] = {}
    pairs: list[tuple[Contact, Contact]] = []
    for contact in gathering.rows[Contact]:
        first = firsts.setdefault(contact.company, contact)
        if first is not contact:
            pairs.append((first, contact))
    for first, second in pairs[-CONTACTS:]:
        second.name = f"{first.name[0]}总"
        second.phone, second.phone_e164 = first.phone, first.phone_e164
        second.search_text = search_text(second.name, second.phone)
