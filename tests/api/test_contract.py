"""What holds for every address of the API: its base, its examples, the answers that its document declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from investcrm.core.api.base import Contract
from investcrm.core.api.problems import MEDIA_TYPE
from tests.api_help import Client

WRITES = {"post", "put", "patch"}
ALWAYS = {"400", "401", "403", "404", "406", "429", "500", "503"}
HERE = "urn:document"


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(public=True)


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for address, path in document["paths"].items():
        for method, operation in path.items():
            yield address, method, operation


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def test_every_address_of_the_api_keeps_the_contract() -> None:
    views = {
        route: entry.callback for route, entry in patterns(get_resolver()) if route.lstrip("^").startswith("api/")
    }
    assert len(views) > 90
    without = [
        route
        for route, view in views.items()
        if not issubclass(getattr(view, "cls", getattr(view, "view_class", object)), Contract)
    ]
    assert without == []


def test_every_address_and_method_is_in_the_document(document: Any) -> None:
    served = set()
    for route, entry in patterns(get_resolver()):
        view: Any = entry.callback
        if not route.startswith("api/v1/"):
            continue
        address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).replace("{pk}", "{id}")
        methods = getattr(view, "actions", None) or {name for name in ("get", "post") if hasattr(view.cls, name)}
        served |= {(address, method) for method in methods if method != "head"}
    served.remove(("/api/v1/docs/", "get"))
    assert {(address, method) for address, method, _operation in operations(document)} == served


def test_the_examples_are_what_their_schemas_say(document: Any) -> None:
    registry: Any = Registry().with_resource(HERE, DRAFT202012.create_resource(document))
    checked = 0
    for address, method, operation in operations(document):
        contents = [operation.get("requestBody", {})]
        contents += [answer for answer in operation["responses"].values() if "$ref" not in answer]
        for content in contents:
            for media in content.get("content", {}).values():
                schema = absolute(media.get("schema", {}))
                validator = Draft202012Validator(schema, registry=registry)
                for name, example in media.get("examples", {}).items():
                    found = [error.message for error in validator.iter_errors(example["value"])]
                    assert found == [], (address, method, name)
                    checked += 1
    for name, schema in document["components"]["schemas"].items():
        for part in [schema, *schema.get("properties", {}).values()]:
            for example in [part["example"]] if "example" in part else part.get("examples", []):
                validator = Draft202012Validator(absolute(part), registry=registry)
                assert validator.is_valid(example), (name, example)
                checked += 1
    assert checked > 15


def absolute(schema: Any) -> Any:
    """The schema with references into the document as it is registered."""
    if isinstance(schema, dict):
        return {
            name: f"{HERE}{value}" if name == "$ref" and isinstance(value, str) else absolute(value)
            for name, value in schema.items()
        }
    return [absolute(one) for one in schema] if isinstance(schema, list) else schema


def test_every_operation_declares_the_answers_of_its_base(document: Any) -> None:
    shared = document["components"]["responses"]
    for address, method, operation in operations(document):
        if address == "/api/v1/schema/":
            continue
        answers = operation["responses"]
        wanted = set(ALWAYS)
        names = {one.get("name") for one in operation.get("parameters", ())}
        if method in WRITES:
            wanted |= {"409", "413", "415", "422"}
        if method in {"patch", "delete"}:
            wanted |= {"409", "412", "422", "428"}
        if "If-Match" in names:
            wanted.add("412")
        if "If-None-Match" in names:
            wanted.add("304")
        assert wanted <= set(answers), (address, method, wanted - set(answers))
        assert ("304" in answers) == ("If-None-Match" in names), address
        for code, answer in answers.items():
            if code >= "400":
                content = (
                    shared[answer["$ref"].rpartition("/")[2]]["content"] if "$ref" in answer else answer["content"]
                )
                assert set(content) == {MEDIA_TYPE}, (address, method, code)
        assert any(code.startswith("2") for code in answers), (address, method)


def test_what_an_address_answers_is_declared(document: Any, centre: SimpleNamespace) -> None:
    """One request of each kind to each address: whatever comes back is in the document."""
    client = Client(centre.chen)
    stranger = Client()
    odd = "0198a3c0-5b7e-7d41-9c1a-2f6d0e8b4a11"
    for address, method, operation in operations(document):
        path = re.sub(r"\{[a-z_]+\}", odd, address.replace("{source_system}", "erp"))
        if address == "/api/v1/schema/":
            continue
        for sender, suffix, body in (
            (client, "", {}), (client, "?nothing=1", {}), (client, "", b"\xff"), (stranger, "", {}),
        ):  # fmt: skip
            if method == "get" and body:
                continue
            response = sender.send(method.upper(), path.removeprefix("/api/v1/") + suffix, body)
            assert str(response.status_code) in operation["responses"], (address, method, response.status_code)
