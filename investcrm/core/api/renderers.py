"""JSON in and out by orjson: fast on the way out, strict on the way in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from investcrm.core.api.defaults import MAX_BODY_BYTES
from investcrm.core.api.problems import PayloadTooLarge

MAX_DEPTH = 32
# Beyond this a JSON number is no longer exact as a float; every larger number is a string in this API.
MAX_NUMBER = 2**53


def to_plain(value: Any, time_zone: dt.tzinfo) -> Any:
    """What orjson does not write as the contract says: times with the offset of the zone, decimals as strings."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value, time_zone).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def dump_json(data: Any) -> bytes:
    """The JSON of plain data, as the API writes it everywhere (answers, exports, deliveries)."""
    time_zone = timezone.get_current_timezone()
    return orjson.dumps(data, default=lambda value: to_plain(value, time_zone), option=orjson.OPT_PASSTHROUGH_DATETIME)


class JSONRenderer(BaseRenderer):
    """`application/json`, always UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dump_json(data)


class StrictJSONParser(BaseParser):
    """`application/json`; a body that is too large, cannot be read, or that the database could not hold is refused.

    orjson refuses broken UTF-8, NaN and Infinity and lone surrogates; what remains is checked here.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
        try:
            data = orjson.loads(body)
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON in UTF-8."), code="invalid_json") from error
        check_values(data)
        return data


def check_values(data: Any) -> None:
    """Refuse what is JSON but no value of this API. Raises ParseError. Without recursion, so depth cannot hurt."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                raise ParseError(_("A text contains the NUL character."), code="nul_character")
        elif isinstance(value, int | float):
            if not -MAX_NUMBER <= value <= MAX_NUMBER:
                raise ParseError(_("A number is too large; send large numbers as strings."), code="number_too_large")
        elif isinstance(value, dict | list):
            if depth >= MAX_DEPTH:
                raise ParseError(_("The body is nested too deeply."), code="too_deep")
            if isinstance(value, dict):
                waiting.extend((key, depth) for key in value)
                waiting.extend((item, depth + 1) for item in value.values())
            else:
                waiting.extend((item, depth + 1) for item in value)
