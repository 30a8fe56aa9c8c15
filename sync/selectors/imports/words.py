"""Why a row or a file is as it is: kept as codes, put into words for whoever reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import force_str
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from investcrm.core.spreadsheets.files import COLUMNS, ROWS

Reason = dict[str, Any]
Reasons = dict[str, list[Reason]]

_ROW: dict[str, Any] = {
    "required": gettext_lazy("This is needed."),
    "unknown_industry": gettext_lazy("The zone has no industry “%(value)s”."),
    "unknown_team": gettext_lazy("The zone has no team “%(value)s”."),
    "unknown_person": gettext_lazy("Nobody called “%(value)s” works in the zone."),
    "several_people": gettext_lazy("Several people are called “%(value)s”. Write the user name."),
    "unknown_stage": gettext_lazy("There is no stage “%(value)s”."),
    "unknown_choice": gettext_lazy("“%(value)s” is none of the choices of this field."),
    "left_empty": gettext_lazy("“%(value)s” is not known here; the field stays empty."),
    "other_currency": gettext_lazy("This amount is in %(found)s, another one of this row in %(other)s."),
    "about": gettext_lazy("Read as the exact amount; the cell says “%(value)s”."),
    "month": gettext_lazy("Read as %(day)s; the cell says “%(value)s”."),
    "serial": gettext_lazy("Read as %(day)s; the cell says “%(value)s”."),
    "year": gettext_lazy("Read as %(day)s; the cell names no year."),
    "phone": gettext_lazy("Kept as it is; it cannot be read as a telephone number."),
    "was": gettext_lazy("Now: %(value)s"),
    "stage_kept": gettext_lazy("The lead stays in the stage “%(value)s”; an import moves nothing."),
    "note_kept": gettext_lazy("Only written with new leads."),
    "known_as": gettext_lazy("By its credit code it is the company “%(value)s”."),
    "similar_company": gettext_lazy("The company may be “%(company)s”, which is there already."),
    "similar_lead": gettext_lazy("It may be the lead “%(lead)s” of “%(company)s”, which is there already."),
    "hidden_lead": gettext_lazy("There is such a lead of another team, which you may not see. Ask %(team)s."),
    "same_as_row": gettext_lazy("Row %(row)s says the same company and lead."),
    "exists": gettext_lazy("It is there already, and this import changes nothing that is."),
    "not_yours": gettext_lazy("It is there already, and you may not change it."),
    "not_assignable": gettext_lazy("You may not give leads to this team or person."),
    "total_row": gettext_lazy("A row of totals"),
    "note_row": gettext_lazy("A note, no data"),
    "repeated_heading": gettext_lazy("The headings once more"),
    "left_out": gettext_lazy("Left out by decision"),
    "not_decided": gettext_lazy("Not decided; left out"),
    "wrong": gettext_lazy("It could not be written; nothing of the row was."),
}
_FILE: dict[str, Any] = {
    "no_workbook": gettext_lazy("This is no spreadsheet, whatever its name says. Save it as XLSX or CSV."),
    "markup": gettext_lazy(
        "This is a web page with the name of a spreadsheet. Open it in a spreadsheet program and save it as XLSX."
    ),
    "not_text": gettext_lazy("This is no text, although its name says CSV. Save it as XLSX or CSV."),
    "password": gettext_lazy("The file is protected by a password. Save it without one."),
    "bomb": gettext_lazy("The file unpacks to far more than a spreadsheet holds. It was not opened."),
    "spread": gettext_lazy(
        "The cells lie too far apart to be one table. Delete what stands far below or at the right."
    ),
    "too_heavy": gettext_lazy("The file takes too much memory or time to read. Save only the table, as CSV."),
    "broken": gettext_lazy("The file is damaged. Open it in a spreadsheet program and save it again."),
    "broken_text": gettext_lazy("The text cannot be cut into cells: a quotation mark is never closed."),
    "encoding": gettext_lazy("The characters cannot be read. Save it as CSV in UTF-8, or as XLSX."),
    "empty": gettext_lazy("There is nothing in the file."),
    "no_rows": gettext_lazy("There is no row of data below the headings."),
    "too_wide": gettext_lazy("The table has %(found)s columns; at most %(limit)s can be imported."),
    "too_long": gettext_lazy("The table has more than %(limit)s rows. Import it in parts."),
    "gone": gettext_lazy("The file is no longer there. Upload it again."),
    "not_allowed": gettext_lazy("Whoever began this import may no longer import here."),
}
# What is only said; everything else of a cell keeps the row from being imported.
REMARKS = frozenset(
    {"left_empty", "about", "month", "serial", "year", "phone", "was", "stage_kept", "note_kept", "known_as"}
)


def reason(code: str, **params: Any) -> Reason:
    """A reason as it is kept."""
    return {"code": code, "params": params} if params else {"code": code}


def refusals(error: ValidationError) -> list[Reason]:
    """What a rule said, kept in each language of the installation."""
    found = []
    for one in error.error_list if hasattr(error, "error_list") else [error]:
        words = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                words[language] = " ".join(force_str(message) for message in one.messages)
        found.append(reason("rule", words=words))
    return found


def say(one: Reason) -> str:
    """A reason in the language of whoever reads."""
    params = one.get("params", {})
    if one["code"] == "rule":
        words = params["words"]
        return words.get(get_language() or "", "") or next(iter(words.values()))
    return force_str(_ROW.get(one["code"], one["code"])) % params


def say_all(reasons: Iterable[Reason]) -> str:
    """Several reasons on one line."""
    return " ".join(say(one) for one in reasons)


def is_remark(one: Reason) -> bool:
    """Whether it is only said, and keeps nothing from being imported."""
    return one["code"] in REMARKS


def say_refused(code: str, params: dict[str, Any]) -> str:
    """Why a file is not read, in the language of whoever reads."""
    known = {"limit": f"{ROWS if code == 'too_long' else COLUMNS:,}"}
    return force_str(_FILE.get(code, _("The file cannot be read."))) % (known | params)
