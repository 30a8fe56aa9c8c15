"""Writing a batch of rows: companies, leads, contacts, by the services that pages and the API use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from investcrm.core.errors import Stale
from investcrm.core.external_ids import claim, point_to, release, remember
from investcrm.core.spreadsheets.values import folded
from projects.models import Company
from projects.services.companies import update_company, update_contact
from projects.services.company_batches import create_companies, create_contacts
from projects.services.lead_batches import LeadItem, Outcome, Status, write_leads
from sync.choices import ImportTarget, RowStatus
from sync.models.imports import ImportRow, ImportRun
from sync.selectors.imports.drafts import Draft
from sync.selectors.imports.matching import Known, earlier_rows
from sync.selectors.imports.words import Reason, reason, refusals
from sync.services.imports.checking import drafts_of, known_of, source_system, write_results, write_verdicts
from sync.services.imports.judging import Judge, Verdict

NOTE_LENGTH = 2000
TO_DO = (RowStatus.NEW, RowStatus.CHANGED)


def write_rows(run: ImportRun, judge: Judge, rows: Sequence[ImportRow]) -> None:
    """Write the rows and note what each became; what was refused stays, with the reason. One transaction."""
    by_number = {row.number: row for row in rows}
    drafts = drafts_of(judge, rows)
    known = known_of(run, judge, drafts)
    earlier = earlier_rows(run, drafts)
    verdicts: dict[int, Verdict] = {}
    for number, group in enumerate(_apart(drafts)):
        if number:
            known.read_made([row.result_id for row in rows if row.result_id])
        judged = {draft.number: judge.judge(draft, known, earlier) for draft in group}
        verdicts |= judged
        todo = [draft for draft in group if judged[draft.number].status in TO_DO]
        _Writing(run, judge, known, by_number).write([(draft, judged[draft.number]) for draft in todo])
    now = timezone.now()
    for row in rows:
        verdict = verdicts.get(row.number)
        if verdict is not None and verdict.status in (*TO_DO, RowStatus.UNCHANGED):
            row.imported_at = now
            row.result_id = row.result_id or _pk(verdict)
    write_verdicts([row for row in rows if row.number in verdicts], verdicts)
    write_results(rows)


def _pk(verdict: Verdict) -> Any:
    found = verdict.lead or verdict.company
    return found.pk if found else None


def _apart(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The rows in groups in which no two say the same: what the first one makes, the second one finds."""
    group: list[Draft] = []
    seen: set[str] = set()
    for draft in drafts:
        marks = {draft.key, str(draft.values.get("external_id", ""))} - {""}
        if marks & seen:
            yield group
            group, seen = [], set()
        group.append(draft)
        seen |= marks
    if group:
        yield group


class _Writing:
    """One group of rows on its way into the tables."""

    def __init__(self, run: ImportRun, judge: Judge, known: Known, rows: dict[int, ImportRow]) -> None:
        self.run, self.judge, self.known, self.rows = run, judge, known, rows

    def write(self, pairs: list[tuple[Draft, Verdict]]) -> None:
        """New companies first, then the leads; what changes rows that hang on them comes last, as locks are taken."""
        self._make_companies([(draft, verdict) for draft, verdict in pairs if verdict.company is None])
        ready = [(draft, verdict) for draft, verdict in pairs if verdict.status in TO_DO]
        if self.run.target == ImportTarget.LEADS:
            self._write_leads(ready)
        written = [(draft, verdict) for draft, verdict in ready if verdict.status in TO_DO]
        for _draft, verdict in written:
            self._remember(verdict)
            self._change_company(verdict)
        self._make_contacts([verdict for _draft, verdict in written if verdict.contact is None])

    def _make_companies(self, pairs: list[tuple[Draft, Verdict]]) -> None:
        """New companies; rows of this batch that mean the same one share it."""
        first: dict[tuple[str, str], tuple[Draft, Verdict]] = {}
        shared: list[tuple[Verdict, Verdict]] = []
        for draft, verdict in pairs:
            sure, _near = self.known.company(draft.values["company"], draft.values.get("credit_code"))
            if sure is not None and self.known.is_fresh(sure):
                # a row before these has made it
                verdict.company, verdict.company_fields = sure, {}
                continue
            key = (folded(draft.values["company"]), draft.values.get("credit_code", ""))
            if key in first:
                shared.append((verdict, first[key][1]))
            else:
                first[key] = draft, verdict
        todo = [verdict for _draft, verdict in first.values()]
        items = [verdict.company_fields for verdict in todo]
        made = create_companies(actor=self.judge.actor, items=items) if items else []
        for verdict, company in zip(todo, made, strict=True):
            if isinstance(company, ValidationError):
                self._fail(verdict, company, "company")
            else:
                verdict.company, verdict.company_fields = company, {}
                self.known.add_company(company)
        for verdict, other in shared:
            verdict.company, verdict.company_fields = other.company, {}
            if other.company is None:
                verdict.status, verdict.reasons = RowStatus.ERROR, {**other.reasons}

    def _write_leads(self, pairs: list[tuple[Draft, Verdict]]) -> None:
        system = source_system(self.run)
        new = {str(draft.values["external_id"]): verdict for draft, verdict in pairs
               if verdict.lead is None and draft.values.get("external_id")}  # fmt: skip
        claimed = claim("lead", system, new) if new else None
        items, owners = [], []
        for draft, verdict in pairs:
            if verdict.lead is not None and not verdict.lead_fields:
                continue
            external = str(draft.values.get("external_id", ""))
            lead_id = claimed.rows[external] if claimed and external in claimed.new else None
            items.append(self._item(draft, verdict, lead_id))
            owners.append((draft, verdict, external))
        outcomes = write_leads(actor=self.judge.actor, items=items, tell=False) if items else []
        for (draft, verdict, external), outcome in zip(owners, outcomes, strict=True):
            self._note(draft, verdict, outcome)
            if claimed and external and verdict.status == RowStatus.ERROR and external in claimed.new:
                release("lead", system, [external])
            elif claimed and external in new and external not in claimed.new and outcome.lead_id:
                point_to("lead", system, external, outcome.lead_id)

    def _item(self, draft: Draft, verdict: Verdict, lead_id: Any) -> LeadItem:
        if verdict.lead is not None:
            return LeadItem(verdict.lead_fields, verdict.lead.pk)
        fields = {**verdict.lead_fields, "company": verdict.company}
        note = str(draft.values.get("note", ""))[:NOTE_LENGTH]
        return LeadItem(fields, lead_id, self.run.zone, verdict.opening, note)

    def _note(self, draft: Draft, verdict: Verdict, outcome: Outcome) -> None:
        if outcome.status == Status.ERROR:
            self._fail(verdict, outcome.error, "name")
        elif verdict.lead is None:
            self.rows[draft.number].result_id = outcome.lead_id
            verdict.found_id = None

    def _remember(self, verdict: Verdict) -> None:
        """The source's number of a lead that was there."""
        if verdict.lead is None or not verdict.external_id:
            return
        try:
            with transaction.atomic():
                remember("lead", verdict.lead.pk, source_system(self.run), verdict.external_id)
        except ValidationError as error:
            column = self.judge.reading.column_of("external_id")
            verdict.reasons.setdefault(column, []).extend(refusals(error))

    def _change_company(self, verdict: Verdict) -> None:
        """Empty fields of a company that is there, and of its contact."""
        company: Company | None = verdict.company
        assert company is not None  # noqa: S101 - made above
        actor = self.judge.actor
        if not verdict.company_fields and (verdict.contact is None or not verdict.contact_fields):
            return
        try:
            with transaction.atomic():
                if verdict.company_fields:
                    update_company(actor=actor, company_id=company.pk, changes=verdict.company_fields)
                if verdict.contact is not None and verdict.contact_fields:
                    update_contact(actor=actor, contact_id=verdict.contact.pk, changes=verdict.contact_fields)
        except (ValidationError, PermissionDenied, Stale, Http404) as error:
            self._say(verdict, _reasons_of(error))

    def _make_contacts(self, verdicts: list[Verdict]) -> None:
        """New people to talk to, each once."""
        todo: dict[tuple[Any, str], Verdict] = {}
        for verdict in verdicts:
            company, fields = verdict.company, verdict.contact_fields
            if company is not None and fields and not self.known.has_contact(company, fields["name"]):
                todo.setdefault((company.pk, folded(fields["name"])), verdict)
        if not todo:
            return
        items = [(verdict.company, verdict.contact_fields) for verdict in todo.values() if verdict.company is not None]
        try:
            made = create_contacts(actor=self.judge.actor, zone=self.run.zone, items=items)
        except PermissionDenied as error:
            for verdict in todo.values():
                self._say(verdict, _reasons_of(error))
            return
        for verdict, contact in zip(todo.values(), made, strict=True):
            if isinstance(contact, ValidationError):
                self._say(verdict, refusals(contact))
            else:
                self.known.add_contact(contact)

    def _say(self, verdict: Verdict, reasons: list[Reason]) -> None:
        verdict.reasons.setdefault(self.judge.reading.column_of("contact"), []).extend(reasons)

    def _fail(self, verdict: Verdict, error: Exception | None, key: str) -> None:
        verdict.status = RowStatus.ERROR
        names = error.error_dict if isinstance(error, ValidationError) and hasattr(error, "error_dict") else {}
        reading = self.judge.reading
        if names:
            for name, errors in names.items():
                for one in errors:
                    verdict.reasons.setdefault(reading.column_of(name), []).extend(refusals(one))
        else:
            verdict.reasons.setdefault(reading.column_of(key), []).extend(_reasons_of(error))


def _reasons_of(error: Exception | None) -> list[Reason]:
    if isinstance(error, ValidationError):
        return refusals(error)
    return [reason("not_yours" if isinstance(error, PermissionDenied) else "wrong")]
