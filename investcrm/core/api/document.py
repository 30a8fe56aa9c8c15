"""What holds for every operation of the API document: limits of use, and what makes a repeated POST harmless."""

from __future__ import annotations

import re
from typing import Any

from investcrm.core.api import idempotency
from investcrm.core.api.schema import YEAR

HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Policy": {
        "description": "The quota (q) of requests in a window of w seconds.",
        "schema": {"type": "string"},
        "example": '"default";q=1200;w=60',
    },
    "RateLimit": {
        "description": "What remains (r) of the quota, and the seconds (t) until it is full again.",
        "schema": {"type": "string"},
        "example": '"default";r=1187;t=42',
    },
}
REPLAYED = {
    "description": "Sent with the first answer to a request that was repeated with its Idempotency-Key.",
    "schema": {"type": "string", "enum": ["true"]},
}
FILTER = r"^[^\u0000]+$"
WAIT = {
    "description": "Seconds to wait, where the first request with this Idempotency-Key is still running.",
    "schema": {"type": "integer"},
}
KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "minLength": 1, "maxLength": 255},
    "description": (
        "Drawn by the client, one for each thing to be done: the same request with the same key gets the first answer "
        "again for 24 hours and does nothing. With another request 422, while the first is running 409."
    ),
}


def add_contract(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Say of each operation what the base of all views does (core.api.base)."""
    result["components"].setdefault("headers", {}).update(HEADERS)
    result["components"].setdefault("parameters", {})["IdempotencyKey"] = KEY
    for path in result["paths"].values():
        for method, operation in path.items():
            for answer in operation["responses"].values():
                headers = answer.setdefault("headers", {})
                headers.update({name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS})
            if "409" in operation["responses"]:
                operation["responses"]["409"]["headers"]["Retry-After"] = WAIT
            if method == "post":
                _say_once(operation)
            for parameter in operation.get("parameters", ()):
                if parameter.get("in") == "query":
                    _refuse_empty(parameter["schema"])
    _link_what_is_made(result["paths"])
    return result


def _refuse_empty(schema: dict[str, Any]) -> None:
    """A filter without a value is refused, and so is the NUL character, which no text of the database holds."""
    if schema.get("type") == "array":
        schema.setdefault("minItems", 1)
        schema = schema["items"]
    if schema.get("format") in {"date", "date-time"}:
        schema.setdefault("pattern", f"^{YEAR}-")
    if schema.get("type") == "string" and not {"enum", "format", "pattern"} & set(schema):
        schema.update({"minLength": 1, "pattern": FILTER})


def _link_what_is_made(paths: dict[str, Any]) -> None:
    """Say which operations take the row that a POST has made, and its version, or the first row of a list."""
    for address, path in paths.items():
        made = path.get("post", {}).get("responses", {}).get("201")
        if made is not None:
            made.setdefault("links", {}).update(_links(paths, address, "$response.body#/id"))
        listed = path.get("get", {}).get("responses", {}).get("200", {})
        if f"{address}count/" in paths:
            found = _links(paths, address, "$response.body#/results/0/id")
            reading = {name: link for name, link in found.items() if "header.If-Match" not in link["parameters"]}
            listed.setdefault("links", {}).update(reading)


def _links(paths: dict[str, Any], address: str, expression: str) -> dict[str, Any]:
    """The operations on a single row of the collection, by their ids."""
    links = {}
    for other, its in paths.items():
        found = re.fullmatch(re.escape(address) + r"\{(\w+)\}/[^{]*", other)
        for operation in its.values() if found else ():
            parameters = {found[1]: expression} if found else {}
            if "If-Match" in {one.get("name") for one in operation.get("parameters", ())}:
                parameters["header.If-Match"] = "$response.header.ETag"
            name = operation["operationId"]
            links[name] = {"operationId": name, "parameters": parameters}
    return links


def _say_once(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    for code, answer in operation["responses"].items():
        if code.startswith("2"):
            answer["headers"][idempotency.REPLAYED] = REPLAYED
