"""Parameters with several values: repeated or with commas; what takes one value is refused when it is repeated."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.api_help import Client, errors
from tests.factories import make_lead


@pytest.fixture
def client(centre: SimpleNamespace) -> Client:
    for number in range(2):
        make_lead(centre.chen, centre.zone, team=centre.g4 if number else centre.g1)
    return Client(centre.chen)


@pytest.mark.parametrize(
    "query",
    [
        "team=G1,G4",
        "team=G1&team=G4",
        "stage=signed&stage=enquiry",
        "stage_kind=signed,open",
        "stage_kind=signed&stage_kind=open",
        "capital_origin=domestic,foreign&listing=none,city",
    ],
)
def test_several_values_are_any_of_them(client: Client, query: str) -> None:
    assert client.read(f"leads/count/?{query}") == {"count": 2}
    assert len(client.read(f"leads/?{query}&page_size=1")["results"]) == 1


def test_several_values_hold_on_the_next_page(client: Client) -> None:
    page = client.read("leads/?team=G1&team=G4&stage_kind=open,signed&page_size=1")
    following = client.read(page["next"].partition("/api/v1/")[2])
    assert {row["id"] for row in page["results"]}.isdisjoint(row["id"] for row in following["results"])
    assert (len(following["results"]), following["next"]) == (1, None)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("leads/?search=ab&search=cd", "search"),
        ("leads/?page_size=1&page_size=2", "page_size"),
        ("leads/count/?external_id=1&external_id=2", "external_id"),
        ("companies/?country=DE&country=FR", "country"),
        ("changes/?types=lead&types=company", "types"),
        ("pipeline/summary/?team=G1&team=G4", "team"),
        ("targets/progress/?as_of=2026-01-01&as_of=2026-02-01", "as_of"),
        ("export/leads/?format=csv&format=jsonl", "format"),
        ("zones/?page_size=1&page_size=2", "page_size"),
    ],
)
def test_what_takes_one_value_is_refused_when_repeated(client: Client, path: str, name: str) -> None:
    assert errors(client.read(path, 400)) == {f"#/{name}": "repeated"}


@pytest.mark.parametrize("query", ["stage_kind=open,nothing", "stage_kind=open,"])
def test_one_wrong_value_among_several_is_refused(client: Client, query: str) -> None:
    client.read(f"leads/?{query}", 400)
