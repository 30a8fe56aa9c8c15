"""Many leads at once: what one statement writes is what the services of one lead would have written."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investcrm.core.errors import Stale
from projects.models import Company, Lead, LedgerEntry, Notification, Stage
from projects.services.lead_batches import LeadItem, Outcome, Status, write_lead, write_leads
from projects.services.leads import Opening, delete_lead
from teams.models import User
from tests.factories import make_company, make_industry, make_lead, make_team
from tests.projects.api.test_leads import queries

DAY = datetime.date(2022, 3, 5)
LEFT_OUT = {"number", "search_text", "created_at", "updated_at"}
SPANS = """
SELECT lead_id::text, ordinal, begins_on, ends_on, cause, ended_by, stage_id, team_id::text, owner_id::text,
    industry_id::text, currency, total_investment FROM pipeline_leadspan ORDER BY lead_id, ordinal
"""


def told(error: Exception | None) -> Any:
    """What an error says."""
    if isinstance(error, ValidationError):
        return {field: [one.code for one in errors] for field, errors in error.error_dict.items()}
    return (type(error).__name__, str(error)) if error else None


def written() -> tuple[Any, ...]:
    """All leads with their entries and spans; numbers and times are those of the moment."""
    leads = [
        {name: value for name, value in row.items() if name not in LEFT_OUT}
        | {"found_by": row["search_text"].split("\n")[1:]}
        for row in Lead.objects.order_by("id").values()
    ]
    entries = [
        {name: value for name, value in row.items() if name not in {"id", "recorded_at"}}
        for row in LedgerEntry.objects.order_by("lead_id", "seq").values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(SPANS)
        return leads, entries, cursor.fetchall()


def both(actor: User, items: Sequence[LeadItem]) -> list[Outcome]:
    """Write the items one by one, take it back, write them together, and compare; gives what became of them."""
    with transaction.atomic():
        single = [write_lead(actor=actor, item=item, tell=False) for item in items]
        rows = written()
        transaction.set_rollback(True)
    together = write_leads(actor=actor, items=items, tell=False)
    assert [(one.status, one.version, told(one.error)) for one in together] == [
        (one.status, one.version, told(one.error)) for one in single
    ]
    assert written() == rows
    return together


@pytest.fixture
def company(centre: SimpleNamespace) -> Company:
    return make_company(centre.chen)


@pytest.fixture
def there(centre: SimpleNamespace, company: Company) -> list[Lead]:
    """Four leads that are there: two of G4, one of G1, one of nobody."""
    teams = (centre.g4, centre.g4, centre.g1, None)
    return [
        make_lead(centre.chen, centre.zone, name=f"项目 {number}", team=team, total_investment=Decimal(number + 1))
        for number, team in enumerate(teams)
    ]


Making = Callable[[SimpleNamespace, list[Lead], Company], list[LeadItem]]


def _new(centre: SimpleNamespace, company: Company, **fields: Any) -> LeadItem:
    item = {name: fields.pop(name) for name in ("zone", "opening", "lead_id", "note") if name in fields}
    return LeadItem(
        {"name": "数字照明", "company": company, **fields}, **{"lead_id": uuid.uuid4(), "zone": centre.zone, **item}
    )


def _stage(code: str) -> Stage:
    return Stage.objects.get(code=code)


CASES: dict[str, Making] = {
    "new ones": lambda c, there, co: [
        _new(c, co, team=c.g4, owner=c.wang, industry=c.industry, total_investment=Decimal("5.00"), currency="USD"),
        _new(c, co, name="  二期 ", name_en="Second", summary="内容", needs_waterway=True, land_mu=Decimal("3.125")),
        _new(c, co, opening=Opening(_stage("signed"), DAY), team=c.g1, agreed_investment=Decimal(7)),
        _new(c, co, opening=Opening(_stage("closed"), None), note="旧表"),
    ],
    "new ones that rules refuse": lambda c, there, co: [
        _new(c, co, name="   "),
        _new(c, co, total_investment=Decimal(-1)),
        _new(c, co, total_investment=Decimal(1), fixed_asset_investment=Decimal(2)),
        _new(c, co, currency="XXX"),
        _new(c, co, first_contact_on=c.zone.today() + datetime.timedelta(days=1)),
        _new(c, co, owner=c.qian),
        _new(c, co, industry=make_industry(c.other_zone, "steel")),
        _new(c, co, team=make_team(c.zone, "OLD", dissolved_on=DAY)),
        _new(c, co, zone=c.other_zone),
        _new(c, co, opening=Opening(_stage("signed"), datetime.date(1800, 1, 1))),
        _new(c, co, name="x" * 301, source="y" * 301),
        _new(c, co, name="好的"),
    ],
    "changed ones": lambda c, there, co: [
        LeadItem({"name": "改名", "summary": "新内容"}, there[0].pk),
        LeadItem({"team": c.g1, "owner": c.zhao, "total_investment": Decimal(9)}, there[1].pk, note="调整"),
        LeadItem({"industry": c.industry, "company": Company.objects.order_by("-id")[0]}, there[2].pk),
        LeadItem({"name": "项目 3", "total_investment": Decimal(4)}, there[3].pk),
    ],
    "changed ones that rules refuse": lambda c, there, co: [
        LeadItem({"name": ""}, there[0].pk),
        LeadItem({"fixed_asset_investment": Decimal(100)}, there[1].pk),
        LeadItem({"name": "新"}, there[2].pk, expected_version=9),
        LeadItem({"name": "新"}, uuid.uuid4()),
        LeadItem({"owner": c.sun}, there[3].pk),
        LeadItem({"team": make_team(c.zone, "OLD", dissolved_on=DAY)}, there[3].pk),
    ],
    "one lead several times": lambda c, there, co: [
        LeadItem({"name": "一"}, there[0].pk, expected_version=1),
        LeadItem({"name": "二", "total_investment": Decimal(8)}, there[0].pk, expected_version=2),
        LeadItem({"name": "三"}, there[0].pk, expected_version=2),
        (first := _new(c, co)),
        LeadItem({"name": "后来"}, first.lead_id),
    ],
    "nothing": lambda c, there, co: [],
}


@pytest.mark.parametrize("actor", ["chen", "li", "wang", "bao", "sun", "qian"])
@pytest.mark.parametrize("case", CASES)
def test_together_they_are_what_they_are_one_by_one(
    centre: SimpleNamespace, there: list[Lead], company: Company, case: str, actor: str
) -> None:
    make_company(centre.chen, "另一家有限公司")
    both(getattr(centre, actor), CASES[case](centre, there, company))
    if actor == "chen":
        call_command("check_ledger")


AMOUNTS = st.one_of(st.none(), st.decimals(-1, 20_000_000_000_000, places=2))
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=20),
        "summary": st.text(max_size=20),
        "source": st.sampled_from(["", "商会", "x" * 301]),
        "currency": st.sampled_from(["CNY", "USD", "EUR", "???"]),
        "total_investment": AMOUNTS,
        "fixed_asset_investment": AMOUNTS,
        "listing": st.sampled_from(["none", "city", "moon"]),
        "needs_waterway": st.booleans(),
        "team": st.sampled_from(["g1", "g4", None]),
        "owner": st.sampled_from(["wang", "zhao", "sun", "qian", None]),
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 5), FIELDS), max_size=8))
def test_whatever_is_written(
    centre: SimpleNamespace, there: list[Lead], company: Company, drawn: list[tuple[int, dict[str, Any]]]
) -> None:
    items = []
    for number, fields in drawn:
        found = {
            name: getattr(centre, value) if name in {"team", "owner"} and value else value
            for name, value in fields.items()
        }
        if number < len(there):
            items.append(LeadItem(found, there[number].pk))
        else:
            items.append(_new(centre, company, **found))
    with transaction.atomic():
        both(centre.chen, items)
        transaction.set_rollback(True)


def test_the_number_of_queries_does_not_grow(centre: SimpleNamespace, company: Company) -> None:
    def new(count: int) -> list[LeadItem]:
        return [
            _new(centre, company, name=f"甲 {number}", team=centre.g4, owner=centre.wang) for number in range(count)
        ]

    write_leads(actor=centre.chen, items=new(2))
    few, many = new(3), new(60)
    counts = [queries(lambda items=items: write_leads(actor=centre.chen, items=items)) for items in (few, many)]
    assert counts[0] == counts[1]
    changed = [
        [LeadItem({"name": "改", "total_investment": Decimal(3)}, item.lead_id) for item in items]
        for items in (few, many)
    ]
    counts = [queries(lambda items=items: write_leads(actor=centre.chen, items=items)) for items in changed]
    assert counts[0] == counts[1]
    # unchanged: one look, nothing locked, nothing written
    with CaptureQueriesContext(connection) as captured:
        outcomes = write_leads(actor=centre.chen, items=changed[1])
    assert {outcome.status for outcome in outcomes} == {Status.UNCHANGED}
    statements = [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 1
    assert "FOR NO KEY" not in statements[0]


def test_people_are_told_once_of_all_that_they_were_given(centre: SimpleNamespace, company: Company) -> None:
    write_leads(actor=centre.chen, items=[_new(centre, company, team=centre.g4, owner=centre.wang) for _ in range(3)])
    note = Notification.objects.get(user=centre.wang)
    assert note.data == {"what": "leads", "count": 3}
    write_leads(actor=centre.chen, items=[_new(centre, company, team=centre.g4)], tell=False)
    assert Notification.objects.count() == 1


def test_a_deleted_lead_is_not_there(centre: SimpleNamespace, there: list[Lead]) -> None:
    delete_lead(actor=centre.chen, lead_id=there[0].pk)
    outcomes = write_leads(actor=centre.chen, items=[LeadItem({"name": "新"}, there[0].pk)])
    assert told(outcomes[0].error) == ("Http404", "")


def test_who_changes_a_lead_is_in_its_history(centre: SimpleNamespace, company: Company) -> None:
    [outcome] = write_leads(actor=centre.chen, items=[_new(centre, company)])
    assert outcome.lead_id is not None
    assert LedgerEntry.objects.get(lead_id=outcome.lead_id).actor == centre.chen
    [stale] = write_leads(actor=centre.chen, items=[LeadItem({"name": "新"}, outcome.lead_id, expected_version=7)])
    assert isinstance(stale.error, Stale)
