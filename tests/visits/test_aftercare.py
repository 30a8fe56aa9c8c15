"""Settled companies: whose visit is due, what counts as one, how they are looked after."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investcrm.core.errors import Stale
from projects.models import Company, Lead, Settlement
from projects.services.companies import set_settled
from projects.services.settlements import update_settlement
from tests.factories import log, make_company, make_lead
from tests.projects.pages import signed_in
from visits.models import Interaction, InteractionParty
from visits.selectors import aftercare
from visits.selectors.aftercare import found_by
from visits.services.interactions import log_interaction, undo_interaction
from visits.services.parties import Party
from visits.services.requests import receive_request

DAY = datetime.timedelta(days=1)
LIST = "/aftercare/"


def settled(centre: SimpleNamespace, name: str, since: int | None = 10, **changes: Any) -> Settlement:
    """A company that settled so many days ago."""
    company = make_company(centre.chen, name)
    on = None if since is None else centre.zone.today() - since * DAY
    set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True, since=on)
    row = Settlement.objects.get(company=company)
    return update_settlement(actor=centre.wang, settlement_id=row.pk, changes=changes) if changes else row


def visited(centre: SimpleNamespace, company: Company, days: int, channel: str = "visit") -> Any:
    at = timezone.now() - days * DAY
    return log_interaction(
        actor=centre.wang, zone=centre.zone, channel=channel, parties=[Party(company=company)], occurred_at=at
    )[0]


def shown(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [str(one["row"].company) for one in response.context["rows"]]


def test_the_next_visit_counts_from_the_last_one(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    row = settled(centre, "甲电子有限公司", since=200)
    assert found_by(centre.wang).get().due_on == today - 110 * DAY  # type: ignore[attr-defined]
    visit = visited(centre, row.company, 20)
    found: Any = found_by(centre.wang).get()
    assert (found.last_visit_on, found.due_on, found.due_in) == (today - 20 * DAY, today + 70 * DAY, 70)
    update_settlement(actor=centre.wang, settlement_id=row.pk, changes={"visit_every_days": 15})
    found = found_by(centre.wang).get()
    assert (found.due_in, found.every) == (-5, 15)
    undo_interaction(actor=centre.wang, interaction_id=visit.pk)
    assert found_by(centre.wang).get().last_visit_on is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("channel", "counts"),
    [("visit", True), ("reception", True), ("meeting", True), ("phone", False), ("wechat", False), ("event", False)],
)
def test_what_counts_as_a_visit(centre: SimpleNamespace, channel: str, counts: bool) -> None:
    row = settled(centre, "甲电子有限公司")
    visited(centre, row.company, 3, channel)
    found: Any = found_by(centre.wang).get()
    assert (found.last_visit_on is not None) is counts


@pytest.mark.parametrize("role", ["company", "registered_company"])
def test_a_visit_logged_with_the_companys_lead_counts(centre: SimpleNamespace, role: str) -> None:
    row = settled(centre, "甲电子（广陵）有限公司")
    companies = {"company": make_company(centre.chen, "甲电子投资有限公司"), role: row.company}
    lead = make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="landed", **companies)
    log(centre.wang, lead, "phone", occurred_at=timezone.now() - DAY)
    assert found_by(centre.wang).get().last_visit_on is None  # type: ignore[attr-defined]
    log(centre.wang, lead, "visit", occurred_at=timezone.now() - 3 * DAY)
    assert found_by(centre.wang).get().last_visit_on == centre.zone.today() - 3 * DAY  # type: ignore[attr-defined]
    Lead.objects.filter(pk=lead.pk).update(company=companies["company"], registered_company=None)
    elsewhere: Any = found_by(centre.wang).get()
    assert (elsewhere.last_visit_on is None) is (role == "registered_company")


def test_who_is_due_comes_first_and_filters(centre: SimpleNamespace) -> None:
    late = settled(centre, "乙精密机械有限公司", since=300, owner=centre.li)
    settled(centre, "甲电子有限公司", since=10, owner=centre.wang)
    settled(centre, "丙新材料有限公司", since=None)
    client = signed_in(centre.wang)
    assert shown(client) == ["乙精密机械有限公司", "甲电子有限公司", "丙新材料有限公司"]
    assert shown(client, "?overdue=on") == ["乙精密机械有限公司"]
    assert shown(client, "?who=me") == ["甲电子有限公司"]
    assert shown(client, f"?owner={centre.li.pk}") == ["乙精密机械有限公司"]
    assert shown(client, "?search=精密") == ["乙精密机械有限公司"]
    assert shown(client, "?owner=nobody&cursor=??&ordering=wrong")[0] == "乙精密机械有限公司"
    assert client.get(LIST).context["counts"] == {"all": 3, "overdue": 1, "mine": 0}
    visited(centre, late.company, 1)
    assert shown(client, "?ordering=-last_visit_on")[0] == "乙精密机械有限公司"
    assert shown(client, "?overdue=on") == []


def test_everybody_of_the_zone_sees_them_and_nobody_else(centre: SimpleNamespace) -> None:
    row = settled(centre, "甲电子有限公司")
    for person in (centre.zhao, centre.sun, centre.gu):
        assert shown(signed_in(person)) == ["甲电子有限公司"]
    assert shown(signed_in(centre.qian)) == []
    assert signed_in(centre.bao).get(LIST).status_code == 403
    for person, error in ((centre.sun, PermissionDenied), (centre.qian, Http404), (centre.bao, Http404)):
        with pytest.raises(error):
            update_settlement(actor=person, settlement_id=row.pk, changes={"remarks": "改"})
    row.refresh_from_db()
    assert row.remarks == ""


def test_requests_are_counted_by_their_own_rule(centre: SimpleNamespace) -> None:
    row = settled(centre, "甲电子有限公司")
    receive_request(actor=centre.wang, zone=centre.zone, company=row.company, category="land", title="扩厂房")
    assert found_by(centre.wang).get().open_requests == 1  # type: ignore[attr-defined]
    assert found_by(centre.zhao).get().open_requests == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"visit_every_days": 0}, "visit_every_days"), ({"visit_every_days": 1001}, "visit_every_days"),
     ({"since": datetime.date(2200, 1, 1)}, "since"), ({"remarks": "长" * 501}, "remarks")],
)  # fmt: skip
def test_what_cannot_be(centre: SimpleNamespace, changes: dict[str, Any], field: str) -> None:
    row = settled(centre, "甲电子有限公司")
    with pytest.raises(ValidationError) as error:
        update_settlement(actor=centre.wang, settlement_id=row.pk, changes=changes)
    assert set(error.value.error_dict) == {field}


def test_the_owner_works_in_the_zone(centre: SimpleNamespace) -> None:
    row = settled(centre, "甲电子有限公司")
    for person in (centre.qian, centre.sun):
        with pytest.raises(ValidationError) as error:
            update_settlement(actor=centre.wang, settlement_id=row.pk, changes={"owner": person})
        assert error.value.error_dict["owner"][0].code == "not_in_zone"


def test_two_editors_lose_nothing(centre: SimpleNamespace) -> None:
    row = settled(centre, "甲电子有限公司")
    client, page = signed_in(centre.wang), f"/aftercare/{row.pk}/edit/"
    form = client.get(page).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    update_settlement(actor=centre.li, settlement_id=row.pk, changes={"visit_every_days": 30})
    assert client.post(page, {**data, "owner": str(centre.wang.pk)}).status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.visit_every_days) == (centre.wang, 30)
    with pytest.raises(Stale):
        update_settlement(
            actor=centre.wang, settlement_id=row.pk, changes={"visit_every_days": 60}, base={"visit_every_days": None}
        )
    both = client.post(page, {**data, "visit_every_days": "60"})
    assert both.status_code == 409


def test_the_log_box_opens_for_a_company(centre: SimpleNamespace) -> None:
    row = settled(centre, "甲电子有限公司")
    client = signed_in(centre.wang)
    response = client.get(f"/log/?company={row.company_id}&channel=visit")
    form = response.context["form"]
    assert (form.first.picked_company, form.initial["channel"]) == (row.company, "visit")
    assert client.get("/log/?company=00000000-0000-0000-0000-000000000001").status_code == 404


def test_pages_follow_each_other_without_a_gap_or_a_double(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aftercare, "PAGE", 3)
    for number in range(8):
        row = settled(centre, f"第{number}家电子有限公司", since=number * 5)
        if number % 2:
            visited(centre, row.company, number)
    client = signed_in(centre.wang)
    for ordering in ("", "name", "last_visit_on", "-last_visit_on"):
        address, names = f"?ordering={ordering}", []
        while address:
            response = client.get(f"{LIST}{address}")
            names += [one["row"].company.name for one in response.context["rows"]]
            address = response.context["next_url"]
        assert sorted(names) == [f"第{number}家电子有限公司" for number in range(8)], ordering


def test_queries_do_not_grow_with_the_rows(centre: SimpleNamespace) -> None:
    def queries() -> int:
        client = signed_in(centre.wang)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    for number in range(3):
        settled(centre, f"第{number}家电子有限公司", owner=centre.wang)
    few = queries()
    for number in range(3, 30):
        row = settled(centre, f"第{number}家电子有限公司", owner=centre.li)
        visited(centre, row.company, number)
    assert queries() == few
    assert few < 20


def test_saying_once_more_that_a_company_is_settled_keeps_its_day(centre: SimpleNamespace) -> None:
    company, day = make_company(centre.wang), datetime.date(2024, 5, 1)
    set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True, since=day)
    set_settled(actor=centre.wang, company_id=company.pk, zone=centre.zone, settled=True)
    assert Settlement.objects.get(company=company).since == day


TABLES = ("projects_lead", "visits_interaction", "visits_interactionparty")


def rows_read() -> int:
    """How many rows of the tables this transaction has read so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(COALESCE(idx_tup_fetch, 0) + seq_tup_read) FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY(%s)",
            [list(TABLES)],
        )
        return int(cursor.fetchone()[0])


def test_settling_reads_each_row_once_also_where_the_tables_were_just_filled(centre: SimpleNamespace) -> None:
    """The planner takes tables for empty that were filled since they were analyzed."""
    lead = make_lead(centre.chen, centre.zone, team=centre.g4)
    many, now = 300, timezone.now()
    talks = Interaction.objects.bulk_create(
        Interaction(zone=centre.zone, channel="visit", occurred_at=now, lead=lead) for _number in range(many)
    )
    InteractionParty.objects.bulk_create(InteractionParty(interaction=talk, lead=lead, position=1) for talk in talks)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 0, relpages = 100 WHERE relname = ANY(%s)", [list(TABLES)])
    before = rows_read()

    set_settled(actor=centre.wang, company_id=lead.company_id, zone=centre.zone, settled=True)

    assert Settlement.objects.get().last_visited_at == now
    assert rows_read() - before < 10 * many
