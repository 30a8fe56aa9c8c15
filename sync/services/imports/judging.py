"""What a row would do: nothing, something new, a change, or a question that a person decides."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from investcrm.core.rules import Problems, clean_values
from investcrm.core.spreadsheets.values import folded
from projects.models import Company, Contact, Lead, Stage
from projects.services.lead_rules import check_day_of, check_lead
from projects.services.leads import ASSIGNMENT, Opening
from sync.choices import ImportTarget, RowDecision, RowStatus
from sync.selectors.imports.drafts import Draft, Reading, plain_value
from sync.selectors.imports.fields import AMOUNTS
from sync.selectors.imports.matching import Known
from sync.selectors.imports.words import Reason, Reasons, is_remark, reason, refusals
from teams.access import Capability
from teams.models import Team, User, Zone

LEAD_FIELDS = (
    "name", "name_en", "summary", "industry", "acquisition_mode", "capital_origin", "listing", "source",
    "first_contact_on", "team", "owner", *AMOUNTS, "currency", "site_need", "land_mu", "floor_area_m2",
    "clear_height_m", "power_kva", "expected_signing_on", "place", "agreement_number", "close_reason",
)  # fmt: skip
# field of the sheet -> field of the company, of the contact
COMPANY_FIELDS = {
    "company_en": "name_en", "credit_code": "credit_code", "country": "country", "address": "address",
    "website": "website", "profile": "profile",
}  # fmt: skip
CONTACT_FIELDS = {"position": "position", "phone": "phone", "wechat": "wechat", "email": "email"}


@dataclass
class Verdict:
    """What a row would do, and with what."""

    status: str
    question: str = ""
    reasons: Reasons = field(default_factory=dict)
    found_id: uuid.UUID | None = None
    # None where it is to be made
    company: Company | None = None
    company_fields: dict[str, Any] = field(default_factory=dict)
    lead: Lead | None = None
    # the number under which the source knows a lead that is there, where that is new
    external_id: str = ""
    lead_fields: dict[str, Any] = field(default_factory=dict)
    opening: Opening | None = None
    contact: Contact | None = None
    contact_fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Judge:
    """Who imports where, with which defaults."""

    actor: User
    zone: Zone
    target: str
    reading: Reading
    updates: bool = True
    team: Team | None = None
    stage: Stage | None = None

    def judge(self, draft: Draft, known: Known, earlier: Mapping[str, int]) -> Verdict:
        """What the row would do, were it imported now."""
        if draft.decision == RowDecision.SKIP:
            return Verdict(RowStatus.SKIPPED, "left_out", _with(draft.reasons, "", reason("left_out")))
        if draft.is_wrong:
            return Verdict(RowStatus.ERROR, reasons=draft.reasons)
        verdict = Verdict(RowStatus.NEW, reasons={key: list(rows) for key, rows in draft.reasons.items()})
        company, question = self._company(draft, known, verdict)
        first = earlier.get(draft.key, draft.number)
        if self.target == ImportTarget.LEADS:
            question = self._lead(draft, known, verdict, company, question)
        if question is None and verdict.lead is None and first < draft.number and not draft.decision:
            question = reason("same_as_row", row=first)
        if question is not None and not self._is_decided(draft, question):
            verdict.status, verdict.question = RowStatus.DUPLICATE, question["code"]
            verdict.reasons = _with(verdict.reasons, "", question)
            return verdict
        return self._settle(draft, known, verdict)

    def _is_decided(self, draft: Draft, question: Reason) -> bool:
        # a lead that one may not see cannot be decided to be the same
        return bool(draft.decision) and not (question["code"] == "hidden_lead" and draft.decision == RowDecision.SAME)

    # -- what is there already ----------------------------------------------------------------------------------------

    def _company(self, draft: Draft, known: Known, verdict: Verdict) -> tuple[Company | None, Reason | None]:
        """The company that is meant, and what has to be asked where that is not sure."""
        name, code = draft.values["company"], draft.values.get("credit_code")
        sure, near = known.company(name, code)
        if sure is not None:
            if folded(sure.name) != folded(name):
                self._say(verdict, "company", reason("known_as", value=sure.name))
            verdict.company = sure
            return sure, None
        if near is None:
            return None, None
        verdict.found_id = near.pk
        if draft.decision == RowDecision.SAME:
            verdict.company = near
        return near, reason("similar_company", company=near.name, id=str(near.pk))

    def _lead(
        self, draft: Draft, known: Known, verdict: Verdict, company: Company | None, question: Reason | None
    ) -> Reason | None:
        """The lead that is meant; what has to be asked."""
        external = str(draft.values.get("external_id", ""))
        lead: Lead | None = known.by_external.get(external) if external else None
        near: Lead | None = None
        if lead is not None:
            question = None
            verdict.company = verdict.company or lead.company
        elif company is not None:
            exact, near = known.lead(company, draft.values["name"])
            if exact is not None and draft.decision == RowDecision.NEW and known.is_fresh(exact):
                # an earlier row of this import made it, and this one was decided to be another
                exact = None
            if question is None:
                lead = exact
            else:
                near = exact or near
        found = lead or near
        if found is None:
            return question
        if found.pk not in known.visible:
            return reason("hidden_lead", team=str(found.team) if found.team else str(found.zone))
        verdict.found_id = found.pk
        if lead is not None:
            verdict.lead = lead
            return None
        if draft.decision == RowDecision.SAME:
            verdict.lead, verdict.company = found, found.company
        elif draft.decision == RowDecision.NEW:
            # it was asked of the lead: a company of the very same name is still the same company
            verdict.found_id = None
        return reason("similar_lead", lead=found.name, company=found.company.name, id=str(found.pk))

    # -- what would be written ----------------------------------------------------------------------------------------

    def _settle(self, draft: Draft, known: Known, verdict: Verdict) -> Verdict:
        self._fill_company(draft, known, verdict)
        if self.target == ImportTarget.LEADS:
            if verdict.lead is None:
                self._new_lead(draft, known, verdict)
            else:
                self._changed_lead(draft, known, verdict)
        elif verdict.company is None:
            verdict.status = RowStatus.NEW
        else:
            verdict.found_id = verdict.company.pk
            verdict.status = RowStatus.CHANGED if self._touches_company(verdict) else RowStatus.UNCHANGED
        if any(not is_remark(one) for rows in verdict.reasons.values() for one in rows):
            verdict.status = RowStatus.ERROR
        elif verdict.status == RowStatus.CHANGED and not self.updates:
            verdict.status, verdict.question = RowStatus.SKIPPED, "exists"
            verdict.reasons = _with(verdict.reasons, "", reason("exists"))
        return verdict

    def _fill_company(self, draft: Draft, known: Known, verdict: Verdict) -> None:
        """Fields of a new company; of one that is there only what is still empty: it belongs to all zones."""
        given = {own: draft.values[key] for key, own in COMPANY_FIELDS.items() if key in draft.values}
        company = verdict.company
        problems = Problems()
        if company is None:
            verdict.company_fields = {"name": draft.values["company"], **given}
            clean_values(Company(**verdict.company_fields), problems, only=set(verdict.company_fields))
        else:
            verdict.company_fields = {
                name: value for name, value in given.items() if name != "country" and not getattr(company, name)
            }
            clean_values(Company(**given), problems, only=set(given))
        self._refuse(verdict, problems, {own: key for key, own in COMPANY_FIELDS.items()} | {"name": "company"})
        if "contact" in draft.values:
            self._fill_contact(draft, known, verdict)

    def _fill_contact(self, draft: Draft, known: Known, verdict: Verdict) -> None:
        name, problems = draft.values["contact"], Problems()
        given = {own: draft.values[key] for key, own in CONTACT_FIELDS.items() if key in draft.values}
        clean_values(Contact(name=name, **given), problems, only={"name", *given})
        self._refuse(verdict, problems, {"name": "contact"})
        contact = known.contacts.get((verdict.company.pk, folded(name))) if verdict.company else None
        verdict.contact = contact
        if contact is None:
            verdict.contact_fields = {"name": name, **given}
        else:
            verdict.contact_fields = {key: value for key, value in given.items() if not getattr(contact, key)}

    def _touches_company(self, verdict: Verdict) -> bool:
        return bool(verdict.company_fields or verdict.contact_fields)

    def _given(self, draft: Draft, known: Known, verdict: Verdict) -> dict[str, Any]:
        """The lead's fields that the row fills."""
        fields = {key: _fitting(key, draft.values[key]) for key in LEAD_FIELDS if key in draft.values}
        if referrer := draft.values.get("referrer"):
            company, _near = known.company(referrer, None)
            if company is not None:
                fields["referrer_company"] = company
            else:
                fields.setdefault("source", referrer[:300])
        return fields

    def _new_lead(self, draft: Draft, known: Known, verdict: Verdict) -> None:
        fields = self._given(draft, known, verdict)
        fields.setdefault("currency", self.reading.currency)
        if self.team is not None:
            fields.setdefault("team", self.team)
        problems = Problems()
        stage = draft.values.get("stage") or self.stage
        day = draft.values.get("stage_on")
        if day is not None:
            check_day_of(problems, "stage_on", day, 0, self.zone.today())
            stage = stage or self.reading.lookups.stages.get("enquiry")
        lead = Lead(
            zone=self.zone, company=verdict.company or Company(name=draft.values["company"]), created_by=self.actor,
            **fields,
        )  # fmt: skip
        if stage is not None:
            verdict.opening = Opening(stage, day)
            if not self.actor.can(Capability.RECORD_HISTORY, on=lead):
                self._say(verdict, "stage", reason("not_yours"))
        if lead.team is not None and not self.actor.can(Capability.EDIT_LEAD, on=lead):
            self._say(verdict, "team", reason("not_assignable"))
        owner = lead.owner
        if owner is not None and owner != self.actor and not self.actor.can(Capability.ASSIGN_LEAD, on=lead):
            self._say(verdict, "owner", reason("not_assignable"))
        check_lead(lead, problems)
        self._refuse(verdict, problems)
        fields.pop("name")
        verdict.lead_fields = {"name": draft.values["name"], **fields}

    def _changed_lead(self, draft: Draft, known: Known, verdict: Verdict) -> None:
        lead = verdict.lead
        assert lead is not None  # noqa: S101 - asked for by the caller
        given = self._given(draft, known, verdict)
        if verdict.company is not None and verdict.company.pk != lead.company_id:
            given["company"] = verdict.company
        if folded(given["name"]) == folded(lead.name):
            given.pop("name")
        changes = {name: value for name, value in given.items() if getattr(lead, name) != value}
        if changes.keys() & set(AMOUNTS) and "currency" not in given and lead.currency != self.reading.currency:
            wrong = reason("other_currency", found=self.reading.currency, other=lead.currency)
            self._say(verdict, next(key for key in AMOUNTS if key in changes), wrong)
        if (changes or self._touches_company(verdict)) and not self.actor.can(Capability.EDIT_LEAD, on=lead):
            self._say(verdict, "name", reason("not_yours"))
        if changes.keys() & ASSIGNMENT and not self.actor.can(Capability.ASSIGN_LEAD, on=lead):
            self._say(verdict, "team" if "team" in changes else "owner", reason("not_assignable"))
        changed = copy.copy(lead)
        for name, value in changes.items():
            self._say(verdict, name, reason("was", value=plain_value(getattr(lead, name))[:200]))
            setattr(changed, name, value)
        problems = Problems()
        check_lead(changed, problems, set(changes))
        self._refuse(verdict, problems)
        stage = draft.values.get("stage")
        if stage is not None and stage.code != lead.stage_id:
            self._say(verdict, "stage", reason("stage_kept", value=str(lead.stage)))
        if "note" in draft.values:
            self._say(verdict, "note", reason("note_kept"))
        verdict.lead_fields = changes
        external = str(draft.values.get("external_id", ""))
        verdict.external_id = external if external not in known.by_external else ""
        touched = changes or verdict.external_id or self._touches_company(verdict)
        verdict.status = RowStatus.CHANGED if touched else RowStatus.UNCHANGED

    # -- reasons ------------------------------------------------------------------------------------------------------

    def _say(self, verdict: Verdict, key: str, one: Reason) -> None:
        verdict.reasons = _with(verdict.reasons, self.reading.column_of(key), one)

    def _refuse(self, verdict: Verdict, problems: Problems, names: Mapping[str, str] | None = None) -> None:
        for name, errors in problems.errors.items():
            for error in errors:
                for one in refusals(error):
                    self._say(verdict, (names or {}).get(name, name), one)


def _with(reasons: Reasons, column: str, one: Reason) -> Reasons:
    return {**reasons, column: [*reasons.get(column, []), one]}


def _fitting(key: str, value: Any) -> Any:
    """A measure with as many decimals as its field keeps."""
    if isinstance(value, Decimal) and key not in AMOUNTS:
        places = Lead._meta.get_field(key).decimal_places  # type: ignore[union-attr]
        return value.quantize(Decimal(1).scaleb(-places))
    return value
