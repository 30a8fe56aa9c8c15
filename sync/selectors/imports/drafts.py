"""A row of a sheet as what it says: a value for each field, and for each cell what is wrong with it."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha1
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _

from investcrm.core.credit_code import check_credit_code
from investcrm.core.phones import parse_phone
from investcrm.core.spreadsheets.values import Unit, folded, read_amount, read_day, says_nothing, unit_in
from investcrm.core.text import normalise_company_name
from sync.selectors.imports.fields import AMOUNTS, BY_KEY, REQUIRED
from sync.selectors.imports.lookups import Lookups, choice_of, country_of, currency_of
from sync.selectors.imports.words import Reason, Reasons, is_remark, reason, refusals

_PHONE_IN = re.compile(r"[+(（]?[0-9][0-9()（）\-\s/、,转]{5,}[0-9]")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"(?<=[0-9]{7})\.0+$")
_AROUND = re.compile(r"^(?:约|大约|近)|(?:左右|亩|平方米|平米|㎡|m2|m²|米|kva|以上)$")
_is_url = URLValidator(schemes=["http", "https"])
# What may be unknown in the zone, and stay empty where that was chosen.
_LOOKED_UP = frozenset({"industry", "team", "person", "stage"})


@dataclass
class Draft:
    """What a row says."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    reasons: Reasons = field(default_factory=dict)
    decision: str = ""
    # of what it speaks of: rows with the same key say the same company and lead
    key: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps it from being imported."""
        return any(not is_remark(one) for reasons in self.reasons.values() for one in reasons)


@dataclass(frozen=True)
class Reading:
    """How the rows of a run are read: columns, units, defaults."""

    target: str
    columns: Mapping[int, str]
    units: Mapping[int, Unit]
    lookups: Lookups
    year: int | None = None
    date1904: bool = False
    lenient: bool = False
    currency: str = "CNY"

    def column_of(self, key: str) -> str:
        """The column of a field, "" where none fills it."""
        return next((str(column) for column, name in self.columns.items() if name == key), "")

    def read(self, number: int, cells: Sequence[Any], fixes: Mapping[str, Any]) -> Draft:
        """What the row says."""
        draft = Draft(number)
        for column, key in self.columns.items():
            fixed = fixes.get(str(column))
            cell = fixed if fixed is not None else cells[column] if column < len(cells) else None
            if not says_nothing(cell):
                self._read_cell(draft, column, key, cell)
        for key in REQUIRED[self.target]:
            if not draft.values.get(key) and not draft.reasons.get(self.column_of(key)):
                self._add(draft, key, reason("required"))
        self._settle_currency(draft)
        if not draft.is_wrong:
            draft.key = key_of(draft.values)
        return draft

    def _read_cell(self, draft: Draft, column: int, key: str, cell: Any) -> None:
        kind, unit = BY_KEY[key].kind, self.units.get(column)
        remarks: list[Reason] = []
        try:
            value = self._value(kind, key, cell, unit, draft, remarks)
        except ValidationError as error:
            remarks, value = refusals(error), None
        if isinstance(value, dict):  # a reason
            remarks = [
                reason("left_empty", value=text_of(cell)[:100]) if self.lenient and kind in _LOOKED_UP else value
            ]
            value = None
        if value is not None:
            draft.values[key] = value
        if remarks:
            draft.reasons[str(column)] = [*draft.reasons.get(str(column), []), *remarks]

    def _value(self, kind: str, key: str, cell: Any, unit: Unit | None, draft: Draft, remarks: list[Reason]) -> Any:
        if kind == "amount":
            amount = read_amount(cell, unit)
            if amount.about:
                remarks.append(reason("about", value=text_of(cell)[:100]))
            draft.values[f"{key}:currency"] = amount.currency or (unit.currency if unit else "")
            return amount.value
        if kind == "day":
            day = read_day(cell, year=self.year, date1904=self.date1904)
            if day.assumed:
                remarks.append(reason(day.assumed, day=day.value.isoformat(), value=text_of(cell)[:100]))
            return day.value
        if kind == "number":
            return _number(cell)
        text = text_of(cell)
        if kind in _LOOKED_UP:
            return getattr(self.lookups, kind)(text)
        return _TEXTS.get(kind, _plain)(text, key, draft, remarks)

    def _settle_currency(self, draft: Draft) -> None:
        """All amounts of a row are in one currency: the one that is named, else the chosen one."""
        named = {key: draft.values.pop(f"{key}:currency", "") for key in AMOUNTS}
        present = [code for key, code in named.items() if code and key in draft.values]
        chosen = draft.values.get("currency") or (present[0] if present else "")
        for key, code in named.items():
            if code and chosen and code != chosen:
                self._add(draft, key, reason("other_currency", found=code, other=chosen))
        if chosen:
            draft.values["currency"] = chosen

    def _add(self, draft: Draft, key: str, one: Reason) -> None:
        draft.reasons.setdefault(self.column_of(key), []).append(one)


def key_of(values: Mapping[str, Any]) -> str:
    """The same for rows that say the same company and lead."""
    company = normalise_company_name(values.get("company", ""))
    return sha1(f"{company}\n{folded(values.get('name', ''))}".encode(), usedforsecurity=False).hexdigest()


def units_of(headings: Sequence[str], columns: Mapping[int, str], default: int | None) -> dict[int, Unit]:
    """The unit of each column of amounts: what its heading says, else the chosen one."""
    found = {}
    for column, key in columns.items():
        if BY_KEY[key].kind == "amount":
            unit = unit_in(headings[column]) if column < len(headings) else Unit()
            found[column] = unit if unit.power is not None else Unit(default, unit.currency)
    return found


def text_of(cell: Any) -> str:
    """A cell as text: numbers without a needless point, no spaces at the ends."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    return str(cell if cell is not None else "").strip()


def _number(cell: Any) -> Decimal:
    text = folded(text_of(cell)).replace(",", "").strip()
    bare = _AROUND.sub("", _AROUND.sub("", text)).strip()
    if not _NUMBER.fullmatch(bare) or len(bare) > 20:
        raise ValidationError(_("This is no number."), code="invalid_number")
    return Decimal(bare)


def _plain(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return text


def _company_name(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return " ".join(text.split())


def _contact(text: str, _key: str, draft: Draft, _remarks: list[Reason]) -> Any:
    """The name; a number that stands beside it is the phone, where no column has one."""
    found = _PHONE_IN.search(text)
    if found is None:
        return text
    draft.values.setdefault("phone", found[0].strip())
    return _PHONE_IN.sub("", text).strip(" ,，、;；:：()（）\n\t") or None


def _phone(text: str, _key: str, _draft: Draft, remarks: list[Reason]) -> Any:
    # a number that a program has written as a decimal
    text = _DECIMAL.sub("", text)
    if parse_phone(text) is None:
        remarks.append(reason("phone"))
    return text


def _credit_code(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return check_credit_code(text)


def _email(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    validate_email(text)
    return text


def _website(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    address = text if "://" in text else f"https://{text}"
    _is_url(address)
    return address


def _country(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return country_of(text) or reason("unknown_choice", value=text[:100])


def _currency(text: str, _key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return currency_of(text) or reason("unknown_choice", value=text[:100])


def _choice(text: str, key: str, _draft: Draft, _remarks: list[Reason]) -> Any:
    return choice_of(key, text) or reason("unknown_choice", value=text[:100])


_TEXTS: dict[str, Any] = {
    "company_name": _company_name, "contact": _contact, "phone": _phone, "credit_code": _credit_code, "email": _email,
    "website": _website, "country": _country, "currency": _currency, "acquisition_mode": _choice,
    "capital_origin": _choice, "listing": _choice, "site_need": _choice,
}  # fmt: skip


def plain_value(value: Any) -> str:
    """A value for a remark, without a language: an id, a day or a number as text."""
    if isinstance(value, (datetime.date, uuid.UUID)):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value if value is not None else "—")
