"""What every resource of the API does alike: lists, counts, entity tags, strict fields, the API document."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from tests.core.api.throwaway import Item, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.throwaway")]

URL = "/api/v1/items/"


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Item)


def client_of(account: Any) -> APIClient:
    api = APIClient(headers={"Accept-Language": "en"})
    api.force_authenticate(account)
    return api


@pytest.fixture
def client() -> APIClient:
    return client_of(person())


@pytest.fixture
def service() -> APIClient:
    return client_of(person(is_service_account=True))


def read(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return json.loads(response.content) if response.content else None


def make(count: int) -> list[Item]:
    return Item.objects.bulk_create(
        Item(
            name=f"item {number}", amount=Decimal(number), day=dt.date(2026, 1, 1 + number % 3) if number % 2 else None
        )
        for number in range(count)
    )


def errors(response: Any, status: int = 400) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in read(response, status)["errors"]}


@pytest.mark.parametrize("ordering", ["-created_at", "name", "-name", "day", "-day", "created_at"])
def test_following_next_and_previous_shows_every_row_once(client: APIClient, ordering: str) -> None:
    make(23)
    address = f"{URL}?page_size=5&ordering={ordering}"
    forward: list[str] = []
    while address:
        page = read(client.get(address))
        forward += [row["id"] for row in page["results"]]
        last, address = page, page["next"]
    assert len(forward) == len(set(forward)) == 23
    backward = [row["id"] for row in last["results"]]
    while last["previous"]:
        assert last["previous"].startswith("http://testserver/api/v1/items/?page_size=5&ordering=")
        last = read(client.get(last["previous"]))
        backward = [row["id"] for row in last["results"]] + backward
    assert backward == forward


@pytest.mark.parametrize("rows", [0, 10, 100])
def test_a_list_costs_one_query_however_many_rows(client: APIClient, rows: int) -> None:
    make(rows)
    with CaptureQueriesContext(connection) as queries:
        page = read(client.get(f"{URL}?page_size=100"))
    assert (len(queries), len(page["results"])) == (1, rows)


def test_values_are_written_as_the_contract_says(client: APIClient) -> None:
    item = Item.objects.create(name="苏州𠮷", amount=Decimal("1000000000"), day=dt.date(2026, 3, 5))
    Item.objects.update(created_at=dt.datetime(2026, 3, 5, 1, 30, tzinfo=dt.UTC))
    assert read(client.get(URL))["results"] == [
        {
            "id": str(item.pk),
            "name": "苏州𠮷",
            "amount": "1000000000.00",
            "day": "2026-03-05",
            "version": 1,
            "created_at": "2026-03-05T09:30:00+08:00",
        }
    ]


def test_the_default_page_has_50_rows_and_the_largest_500(client: APIClient) -> None:
    make(60)
    assert len(read(client.get(URL))["results"]) == 50
    assert len(read(client.get(f"{URL}?page_size=500"))["results"]) == 60


@pytest.mark.parametrize("size", ["0", "-1", "501", "9999999999", "x", "1.5", "٣", "%00", "1e2", " 5"])
def test_a_page_size_out_of_bounds_is_400(client: APIClient, size: str) -> None:
    assert errors(client.get(f"{URL}?page_size={size}")) == {"#/page_size": "invalid_page_size"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cursor=made-up", {"#/cursor": "invalid_cursor"}),
        ("cursor=%00", {"#/cursor": "invalid_cursor"}),
        ("cursor=%F0%A0%AE%B7", {"#/cursor": "invalid_cursor"}),
        ("ordering=amount", {"#/ordering": "invalid_ordering"}),
        ("ordering=created_at,name", {"#/ordering": "invalid_ordering"}),
        ("nmae=x", {"#/nmae": "unknown_parameter"}),
        ("name=", {"#/name": "blank"}),
        ("day_after=2026-02-30", {"#/day_after": "invalid"}),
        ("amount_min=x", {"#/amount": "invalid"}),
        ("name=a%00b", {"#/name": "null_characters_not_allowed"}),
    ],
)
def test_a_parameter_that_is_wrong_or_unknown_is_400(client: APIClient, query: str, found: dict[str, str]) -> None:
    assert errors(client.get(f"{URL}?{query}")) == found


def test_list_and_count_take_the_same_filters(client: APIClient) -> None:
    make(20)
    for query, expected in (("", 20), ("amount_min=15", 5), ("name=item 3", 1), ("day_after=2026-01-03", 3)):
        assert len(read(client.get(f"{URL}?{query}"))["results"]) == expected
        assert read(client.get(f"{URL}count/?{query}")) == {"count": expected}
    assert errors(client.get(f"{URL}count/?page_size=5")) == {"#/page_size": "unknown_parameter"}


def test_a_row_is_created_read_changed_and_deleted(client: APIClient) -> None:
    made = client.post(URL, {"name": "one", "amount": "5.00"}, format="json")
    row = read(made, 201)
    assert made["Location"] == f"http://testserver{URL}{row['id']}/"
    assert made["ETag"] == '"v1"'
    single = client.get(made["Location"])
    assert (read(single), single["ETag"]) == (row, '"v1"')
    changed = client.patch(made["Location"], {"name": "two"}, format="json", headers={"If-Match": '"v1"'})
    assert read(changed) == {**row, "name": "two", "version": 2}
    assert changed["ETag"] == '"v2"'
    assert read(client.delete(made["Location"], headers={"If-Match": '"v2"'}), 204) is None
    read(client.get(made["Location"]), 404)


def test_an_honest_repetition_answers_200_with_the_first_row(client: APIClient) -> None:
    item = Item.objects.create(name="repeated")
    assert read(client.post(URL, {"name": "repeated"}, format="json"))["id"] == str(item.pk)


@pytest.mark.parametrize("tag", ['"v3"', 'W/"v3"', "*", '"other", "v3"'])
def test_a_reader_who_has_the_version_gets_304_without_a_body(client: APIClient, tag: str) -> None:
    item = Item.objects.create(name="one", version=3)
    response = client.get(f"{URL}{item.pk}/", headers={"If-None-Match": tag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", '"v3"')


@pytest.mark.parametrize("tag", ['"v2"', "v3", '"v33"', "nonsense", '"'])
def test_a_reader_with_another_version_gets_the_row(client: APIClient, tag: str) -> None:
    item = Item.objects.create(name="one", version=3)
    read(client.get(f"{URL}{item.pk}/", headers={"If-None-Match": tag}))


@pytest.mark.parametrize("tag", ['"v2"', 'W/"v3"', '"v1", "v2"', "v3", "nonsense", '"v99999999999999999999"', '"é"'])
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_stale_change_is_412_and_changes_nothing(client: APIClient, tag: str, method: str) -> None:
    item = Item.objects.create(name="one", version=3)
    response = getattr(client, method)(f"{URL}{item.pk}/", {"name": "x"}, format="json", headers={"If-Match": tag})
    answer = read(response, 412)
    assert (answer["current_version"], answer["current"]) == (3, {"name": "one"})
    assert Item.objects.get().name == "one"


@pytest.mark.parametrize("tag", ['"v3"', "*", '"v2", "v3"'])
def test_a_change_of_the_present_version_goes_through(service: APIClient, tag: str) -> None:
    item = Item.objects.create(name="one", version=3)
    read(service.patch(f"{URL}{item.pk}/", {"name": "x"}, format="json", headers={"If-Match": tag}))


def test_a_service_account_must_send_if_match_and_a_person_need_not(service: APIClient, client: APIClient) -> None:
    item = Item.objects.create(name="one")
    assert read(service.patch(f"{URL}{item.pk}/", {"name": "x"}, format="json"), 428)["status"] == 428
    read(service.delete(f"{URL}{item.pk}/"), 428)
    read(client.patch(f"{URL}{item.pk}/", {"name": "x"}, format="json"))
    read(client.delete(f"{URL}{item.pk}/"), 204)


def test_a_row_that_is_not_there_is_404_before_anything_else(service: APIClient) -> None:
    read(service.patch(f"{URL}{uuid.uuid4()}/", {"nonsense": 1}, format="json"), 404)
    read(service.delete(f"{URL}{uuid.uuid4()}/"), 404)


def test_all_mistakes_of_a_body_are_told_at_once_each_with_its_pointer(client: APIClient) -> None:
    body = {
        "nmae": "x",
        "amount": 5,
        "land_mu": "１２",
        "day": "2026-2-3",
        "at": "2026-03-05T09:30:00",
        "urgent": "yes",
        "other": "no uuid \ud7ff" * 20,
        "parties": [{"company": "a"}, {"compny": "b", "share": 101}],
        "a/b~c": 1,
    }
    assert errors(client.post(URL, body, format="json")) == {
        "#/nmae": "unknown_field",
        "#/a~1b~0c": "unknown_field",
        "#/name": "required",
        "#/amount": "not_a_string",
        "#/land_mu": "invalid",
        "#/day": "invalid",
        "#/at": "invalid",
        "#/urgent": "invalid",
        "#/other": "invalid",
        "#/parties/1/company": "required",
        "#/parties/1/compny": "unknown_field",
        "#/parties/1/share": "max_value",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", 5, "invalid"),
        ("name", "", "blank"),
        ("name", None, "null"),
        ("name", "n" * 21, "max_length"),
        ("amount", "1,000", "invalid"),
        ("amount", "1e5", "invalid"),
        ("amount", "NaN", "invalid"),
        ("amount", "٣", "invalid"),
        ("amount", " 5", "invalid"),
        ("amount", "5.001", "max_decimal_places"),
        ("amount", "1" * 17, "max_whole_digits"),
        ("amount", True, "not_a_string"),
        ("day", "20260305", "invalid"),
        ("day", "2026-W10-1", "invalid"),
        ("day", "2026-02-30", "invalid"),
        ("day", "1899-12-31", "too_early"),
        ("day", 20260305, "invalid"),
        ("at", "2026-03-05", "invalid"),
        ("at", "2026-03-05T25:30:00+08:00", "invalid"),
        ("at", "0001-01-01T00:00:00+14:00", "invalid"),
        ("at", "2026-03-05T09:30:00+99:00", "invalid"),
        ("other", 5, "invalid"),
        ("other", "", "invalid"),
        ("other", {"external_id": "a"}, "invalid"),
        ("other", {"external_id": "a", "source_system": 5}, "invalid"),
    ],
)
def test_a_value_of_the_wrong_shape_is_400(client: APIClient, field: str, value: Any, code: str) -> None:
    body = {"name": "a", field: value}
    assert errors(client.post(URL, body, format="json")) == {f"#/{field}": code}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0198a000-0000-7000-8000-000000000000", "does_not_exist"),
        ("no-such-code", "does_not_exist"),
        ({"external_id": "a", "source_system": "stats"}, "unknown_external_id"),
    ],
)
def test_a_reference_to_a_row_that_is_not_there_breaks_a_rule(client: APIClient, value: Any, code: str) -> None:
    response = client.post(URL, {"name": "a", "other": value}, format="json")
    assert errors(response, 422) == {"#/other": code}


def test_references_take_ids_and_codes(client: APIClient) -> None:
    item = Item.objects.create(name="code-1")
    for value in (str(item.pk), "code-1", None):
        read(client.post(URL, {"name": "a", "other": value}, format="json"), 201)


def test_a_rule_of_the_service_is_422_at_its_field(client: APIClient) -> None:
    response = client.post(URL, {"name": "forbidden"}, format="json")
    assert errors(response, 422) == {"#/name": "forbidden_name"}


def test_the_api_document_is_valid_and_declares_every_answer() -> None:
    document = json.loads(APIClient().get("/api/v1/schema/").content)
    validate_schema(document)
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) >= {URL, f"{URL}count/", f"{URL}{{id}}/"}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    single = document["paths"][f"{URL}{{id}}/"]
    assert set(single["get"]["responses"]) >= {"200", "304", "400", "401", "403", "404", "406", "429", "500"}
    assert set(single["patch"]["responses"]) >= {"200", "400", "401", "404", "409", "412", "415", "422", "428"}
    assert "If-Match" in {parameter["name"] for parameter in single["patch"]["parameters"]}
    assert "If-Match" in {parameter["name"] for parameter in single["delete"]["parameters"]}
    assert "ETag" in single["get"]["responses"]["200"]["headers"]
    assert single["get"]["responses"]["404"] == {"$ref": "#/components/responses/Problem404"}
    assert set(document["components"]["responses"]["Problem404"]["content"]) == {"application/problem+json"}
    listing = document["paths"][URL]
    names = {parameter["name"] for parameter in listing["get"]["parameters"]}
    assert names >= {"page_size", "cursor", "ordering", "name", "amount_min", "amount_max", "day_after"}
    assert names.isdisjoint({"amount"})
    assert set(listing["post"]["responses"]) >= {"200", "201", "400", "409", "413", "422"}
    page = document["components"]["schemas"]["ItemPage"]
    assert set(page["properties"]) == {"results", "next", "previous"}
    assert page["properties"]["results"]["type"] == "array"
    operations = [verb["operationId"] for path in document["paths"].values() for verb in path.values()]
    assert len(operations) == len(set(operations))


def test_the_readable_pages_take_every_file_from_the_application_itself() -> None:
    response = APIClient().get("/api/v1/docs/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "//" not in text.replace("<!--", "")
    assert text.count("<script src=") == text.count("<script") == 3
    assert APIClient().get("/api/v1/docs/?script=").status_code == 200
