"""Many companies and contacts at once are what each by itself would be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Company, Contact
from projects.services.companies import create_company, create_contact
from projects.services.company_batches import create_companies, create_contacts

pytestmark = pytest.mark.django_db

CODE = "91320594MA1MYKLA48"
DERIVED = ("name", "normalised_name", "name_key", "search_text", "credit_code", "country", "created_by_id")


def facts(row: Any, names: tuple[str, ...] = DERIVED) -> list[Any]:
    """What is stored of a row."""
    row.refresh_from_db()
    return [getattr(row, name) for name in names]


def test_a_company_of_many_is_like_one_by_itself(centre: SimpleNamespace) -> None:
    [many] = create_companies(actor=centre.wang, items=[{"name": " 上海远景（中国）有限公司 ", "country": "CN"}])
    one = create_company(actor=centre.wang, name=" 上海远景（中国）有限公司 ", country="CN")
    assert facts(many) == facts(one)


def test_what_is_wrong_hurts_no_other(centre: SimpleNamespace) -> None:
    create_company(actor=centre.wang, name="有码公司", credit_code=CODE)
    items: list[dict[str, Any]] = [
        {"name": "甲公司"},
        {"name": "x" * 400},
        {"name": "乙公司", "credit_code": CODE},
        {"name": "丙公司", "credit_code": "91320594MA1MYKLA4X"},
        {"name": "丁公司", "country": "ZZ"},
    ]
    made = create_companies(actor=centre.wang, items=items)
    assert [set(one.error_dict) if isinstance(one, ValidationError) else one.name for one in made] == [
        "甲公司", {"name"}, {"credit_code"}, {"credit_code"}, {"country"},
    ]  # fmt: skip
    assert Company.objects.count() == 2


def test_one_code_twice_in_a_batch_is_refused_once(centre: SimpleNamespace) -> None:
    made = create_companies(actor=centre.wang, items=[{"name": name, "credit_code": CODE} for name in ("甲", "乙")])
    assert isinstance(made[0], Company)
    assert isinstance(made[1], ValidationError)


def test_contacts_and_their_queries(centre: SimpleNamespace) -> None:
    company = create_company(actor=centre.wang, name="甲公司")
    counts = []
    for number in (3, 30):
        items = [(company, {"name": f"张{one}", "phone": "138 1234 5678"}) for one in range(number)]
        with CaptureQueriesContext(connection) as found:
            create_contacts(actor=centre.wang, zone=centre.zone, items=items)
        counts.append(len(found))
    assert counts[0] == counts[1]
    one = create_contact(actor=centre.wang, zone=centre.zone, company=company, name="张0", phone="138 1234 5678")
    names = ("name", "phone", "phone_e164", "search_text", "zone_id", "company_id", "created_by_id")
    assert facts(Contact.objects.order_by("created_at", "id")[0], names) == facts(one, names)


@pytest.mark.parametrize("name", ["sun", "qian"])
def test_who_may_not_enter_one_enters_none(centre: SimpleNamespace, name: str) -> None:
    actor = getattr(centre, name)
    company = create_company(actor=centre.wang, name="甲公司")
    with pytest.raises(PermissionDenied):
        create_contacts(actor=actor, zone=centre.zone, items=[(company, {"name": "张三"})])
    if name == "sun":
        with pytest.raises(PermissionDenied):
            create_companies(actor=actor, items=[{"name": "乙公司"}])
    assert (Company.objects.count(), Contact.objects.count()) == (1, 0)
