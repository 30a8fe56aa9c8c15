"""Steps of a single row: `POST /x/{id}/<step>/`, each with a body of its own; the answer is the row after it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from investcrm.core.api.etags import expected_version

Call = Callable[[Any, uuid.UUID, dict[str, Any], int | None], None]


@dataclass(frozen=True, slots=True)
class Step:
    """What the API document says of a step: its body, and whether the row is gone after it."""

    body: type[Serializer[Any]]
    takes_out: bool


def step(body: type[Serializer[Any]], *, takes_out: bool = False, path: str = "") -> Callable[[Call], Any]:
    """A method of a resource that calls a service, with the id, the checked body and the version of If-Match.

    `path` is its name in the address, where that is not the method's. Unlike a change, a step needs no If-Match; where
    it is sent it is kept to. Who no longer sees the row after it (it was given to others), and whoever has taken it
    out, gets 204.
    """

    def decorated(call: Call) -> Any:
        @wraps(call)
        def answered(self: Any, request: Request, pk: uuid.UUID) -> Response:
            self.refuse_unknown_parameters()
            expected = expected_version(request, self.read(pk)["version"], required=False)
            call(self, pk, self.written(body), expected)
            return gone() if takes_out else answer_if_seen(self, pk)

        answered.step = Step(body, takes_out)  # type: ignore[attr-defined]
        name = path or call.__name__.replace("_", "-")
        return action(detail=True, methods=["post"], url_path=name, url_name=name)(answered)

    return decorated


def gone() -> Response:
    """The answer about a row that is out of use, or out of the caller's sight."""
    return Response(status=status.HTTP_204_NO_CONTENT)


def answer_if_seen(view: Any, pk: uuid.UUID) -> Response:
    """The row after a change; 204 where the change has put it out of the caller's sight."""
    try:
        row = view.read(pk)
    except Http404:
        return gone()
    answer: Response = view.answer(row)
    return answer
