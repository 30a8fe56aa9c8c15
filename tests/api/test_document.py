"""The API document: valid, complete, and changed only on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

SNAPSHOT = Path(__file__).parent / "schema.json"
RENEW = "manage.py spectacular --format openapi-json --lang en --validate --fail-on-warn --file tests/api/schema.json"


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(public=True)


def test_the_document_is_the_one_that_was_agreed() -> None:
    found = json.loads(Client().get("/api/v1/schema/?lang=en").content)
    assert found == json.loads(SNAPSHOT.read_text("utf-8")), f"If the change is meant, renew the snapshot: {RENEW}"


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("*/*", "application/vnd.oai.openapi+json"),
        ("text/html,*/*;q=0.8", "application/vnd.oai.openapi+json"),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi"),
    ],
)
def test_the_document_comes_as_json_or_as_yaml(accept: str, type_: str) -> None:
    response = Client().get("/api/v1/schema/?lang=en", headers={"Accept": accept})
    assert response["Content-Type"].split(";")[0] == type_
    document = json.loads(response.content) if "json" in type_ else yaml.safe_load(response.content)
    assert document == json.loads(SNAPSHOT.read_text("utf-8"))


def test_the_document_is_valid_and_made_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    call_command("spectacular", format="openapi-json", file=str(file), fail_on_warn=True, validate=True, lang="en")
    document = json.loads(file.read_text("utf-8"))
    validate_schema(document)
    assert document["openapi"].startswith("3.1")


def test_every_promised_address_is_in_it(document: Any) -> None:
    collections = [
        "leads", "companies", "contacts", "interactions", "stages", "stage-moves", "industries", "zones", "teams",
        "users",
    ]  # fmt: skip
    for name in collections:
        for path in (f"/api/v1/{name}/", f"/api/v1/{name}/count/", f"/api/v1/{name}/{{id}}/"):
            assert "get" in document["paths"][path], path
    assert set(document["paths"]["/api/v1/leads/{id}/"]) == {"get", "patch", "delete"}
    assert set(document["paths"]["/api/v1/leads/{lead_id}/moves/"]) == {"get", "post"}
    assert set(document["paths"]["/api/v1/leads/{lead_id}/next-stages/"]) == {"get"}


def test_the_parts_of_a_lead_are_described(document: Any) -> None:
    parts = document["components"]["schemas"]
    lead = parts["Lead"]["properties"]
    assert lead["company"] == {"$ref": "#/components/schemas/NamedRef"}
    change = parts["PatchedLeadChangeRequest"]
    assert "stage" not in change["properties"]
    assert change["additionalProperties"] is False
    assert change["properties"]["total_investment"]["pattern"] == r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$"
    assert set(parts["StageKind"]["enum"]) == {"open", "signed", "landed", "closed"}
    assert parts["MoveWriteRequest"]["required"] == ["to_stage"]
    assert parts["NextStages"]["properties"]["results"]["type"] == "array"
    examples = document["paths"]["/api/v1/leads/"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert len(examples) == 2


def test_the_readable_pages_have_a_policy_of_their_own_and_local_files() -> None:
    response = Client().get("/api/v1/docs/")
    assert response.status_code == 200
    assert "sandbox allow-scripts;" in f"{response['Content-Security-Policy']};"
    assert "https://" not in response.content.decode()
    assert "sandbox" not in Client().get("/accounts/login/")["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/leads", "/api/v1/leads/5/", "/api/", "/api/v2/leads/"])
def test_an_unknown_address_is_a_problem_document(path: str) -> None:
    response = Client().post(path, {}, content_type="application/json")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
