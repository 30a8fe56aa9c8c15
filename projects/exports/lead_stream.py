"""All leads as the API gives them, written by the database itself: lines of JSON, or CSV.

The shape stands in `projects.shapes`; here it is said once more in SQL, and a test holds the two together, row by row.
What changes with the clock alone (idle and silent days, the light) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import DateTimeField, DecimalField, TextField
from django.db.models.fields import CharField
from django.utils import timezone, translation

from investcrm.core.copying import AS_CSV, AS_IT_IS, stream_copy
from projects.choices import ExportFormat, MilestoneKind
from projects.exports.csv_file import BOM
from projects.models import Lead, LeadQuerySet
from projects.requirements import REQUIREMENTS
from projects.shapes import LEAD_PLAIN

# What each requirement asks for, as a condition on `l` that does not hold. As projects.requirements tests them.
UNMET = {
    "agreement_number": "l.agreement_number = '' AND l.agreement_document_id IS NULL",
    "registered_credit_code": (
        "(SELECT r.country = 'CN' AND COALESCE(r.credit_code, '') = ''"
        " FROM projects_company r WHERE r.id = l.registered_company_id)"
    ),
}
EMPTY = "({0} IS NULL)"
EMPTY_TEXT = "COALESCE({0}, '') = ''"
KEYS = {
    "company": "company_id", "team": "team_id", "owner": "owner_id", "industry": "industry_id",
    "interaction": "last_interaction_at", "registered_company": "registered_company_id",
}  # fmt: skip
# What a spreadsheet would run, as projects.exports.cells has it.
ARMED = r"^[=+\-@\t\r\n＝＋－＠]"

JOINS = """
FROM ({leads}) l
JOIN projects_company c ON c.id = l.company_id
JOIN teams_zone z ON z.id = l.zone_id
LEFT JOIN teams_team t ON t.id = l.team_id
LEFT JOIN teams_user o ON o.id = l.owner_id
LEFT JOIN projects_industry i ON i.id = l.industry_id
LEFT JOIN (
    SELECT lead_id, {milestones} FROM projects_milestone WHERE deleted_at IS NULL GROUP BY lead_id
) m ON m.lead_id = l.id
LEFT JOIN (
    SELECT DISTINCT ON (row_id) row_id, source_system, external_id FROM core_externalid WHERE kind = 'lead'
    ORDER BY row_id, source_system <> %(system)s, id
) x ON x.row_id = l.id
"""
CNY = """CASE WHEN l.currency = 'CNY' THEN l.total_investment ELSE round(l.total_investment * (
    SELECT e.cny FROM core_exchangerate e
    WHERE e.currency = l.currency AND e.valid_from <= COALESCE(l.signed_on, %(today)s)
    ORDER BY e.valid_from DESC LIMIT 1
), 2) END::text"""


def stream_leads(
    leads: LeadQuerySet, required: Mapping[str, Sequence[str]], *, form: str, systems: Sequence[str] = ()
) -> Iterator[bytes]:
    """The leads in the reader's language; `required` is requirements_by_stage(), `systems` those of the key."""
    inner, values = (
        leads.order_by().values(*(one.attname for one in Lead._meta.concrete_fields)).query.sql_with_params()
    )
    milestones = ", ".join(
        f"MAX(occurred_on) FILTER (WHERE kind = '{kind}') AS {kind}_on" for kind in MilestoneKind.values
    )
    joins = JOINS.format(leads=_INNER, milestones=milestones)
    columns = _columns(required)
    named = {"today": timezone.localdate(), "system": systems[0] if systems else ""}
    if form == ExportFormat.CSV:
        flat = _flat(columns)
        sql = f"SELECT {', '.join(flat.values())} {joins}"
        yield (BOM + ",".join(flat) + "\r\n").encode()
    else:
        sql = f"SELECT row_to_json(whole) FROM (SELECT {_nested(columns)} {joins}) whole"  # noqa: S608
    sql, values = _bound(sql, named, inner, values)
    time_zone = timezone.get_current_timezone_name()
    yield from stream_copy(sql, values, form=AS_CSV if form == ExportFormat.CSV else AS_IT_IS, time_zone=time_zone)


_INNER = "%(leads)s"


def _bound(sql: str, named: Mapping[str, Any], inner: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement with places in order: the leads' own values stand where the leads stand."""
    found: list[Any] = []
    parts = []
    rest = sql
    while "%(" in rest:
        before, _mark, after = rest.partition("%(")
        name, _mark, rest = after.partition(")s")
        if name == "leads":
            parts.append(before + inner)
            found += values
        else:
            parts.append(f"{before}%s")
            found.append(named[name])
    return "".join([*parts, rest]), found


Columns = dict[str, Any]


def _columns(required: Mapping[str, Sequence[str]]) -> Columns:
    """The fields of the shape in its order: SQL, or the parts of an object and what says that there is one."""
    found: Columns = {name: _plain(name) for name in LEAD_PLAIN}
    found |= {
        "company": _object("TRUE", id="c.id", name=_picked("c.name", "c.name_en")),
        "zone": _object("TRUE", code="z.code", name=_picked("z.name_zh", "z.name_en")),
        "team": _object("t.id IS NOT NULL", id="t.id", code="t.code", name=_picked("t.name_zh", "t.name_en")),
        "owner": _object("o.id IS NOT NULL", id="o.id", display_name="o.display_name"),
        "stage": "l.stage_id",
        "industry": "i.code",
        "referrer_company": _company("l.referrer_company_id"),
        "registered_company": _company("l.registered_company_id"),
        "total_investment_cny": CNY,
        "milestones": _object("TRUE", **{f"{kind}_on": f"m.{kind}_on" for kind in MilestoneKind.values}),
        "gaps": _gaps(required),
        "source_system": "x.source_system",
        "external_id": "x.external_id",
    }
    return found


def _object(is_there: str, **parts: str) -> dict[str, Any]:
    return {"is_there": is_there, "parts": parts}


def _company(key: str) -> dict[str, Any]:
    name = f"(SELECT {_picked('r.name', 'r.name_en')} FROM projects_company r WHERE r.id = {key})"  # noqa: S608
    return _object(f"{key} IS NOT NULL", id=key, name=name)


def _picked(zh: str, en: str) -> str:
    """As core.language.pick."""
    first, other = (zh, en) if (translation.get_language() or "").startswith("zh") else (en, zh)
    return f"COALESCE(NULLIF({first}, ''), {other})"


def _plain(name: str) -> str:
    field = Lead._meta.get_field(name)
    column = f"l.{field.attname}"  # type: ignore[union-attr]
    if isinstance(field, DateTimeField):
        return f"replace(to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM'), '.000000', '')"
    return f"{column}::text" if isinstance(field, DecimalField) else column


def _gaps(required: Mapping[str, Sequence[str]]) -> str:
    """What the lead's stage requires and the lead lacks, by the names of its fields."""
    cases = []
    for stage, codes in required.items():
        lacks = ", ".join(f"CASE WHEN {_unmet(code)} THEN '{REQUIREMENTS[code].field}' END" for code in codes)
        quoted = stage.replace("'", "''").replace("%", "%%")
        cases.append(f"WHEN '{quoted}' THEN array_remove(ARRAY[{lacks}]::text[], NULL)")
    nothing = "ARRAY[]::text[]"
    return f"CASE l.stage_id {' '.join(cases)} ELSE {nothing} END" if cases else nothing


def _unmet(code: str) -> str:
    if code in UNMET:
        return UNMET[code]
    name = KEYS.get(code, code)
    field = Lead._meta.get_field(name.removesuffix("_id") if code in KEYS and name.endswith("_id") else name)
    return (EMPTY_TEXT if isinstance(field, CharField | TextField) else EMPTY).format(f"l.{name}")


def _nested(columns: Columns) -> str:
    found = []
    for name, one in columns.items():
        if isinstance(one, dict):
            parts = ", ".join(f'{sql} AS "{part}"' for part, sql in one["parts"].items())
            one = f"CASE WHEN {one['is_there']} THEN (SELECT part FROM (SELECT {parts}) part) END"  # noqa: S608
        found.append(f'{one} AS "{name}"')
    return ", ".join(found)


def _flat(columns: Columns) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, one in columns.items():
        if isinstance(one, dict):
            found |= {f"{name}.{part}": _unarmed(sql) for part, sql in one["parts"].items()}
        elif name == "gaps":
            found[name] = f"array_to_string({one}, ' ')"
        else:
            found[name] = _unarmed(one)
    return found


def _unarmed(sql: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"regexp_replace(({sql})::text, '({ARMED})', '''\\1')"
