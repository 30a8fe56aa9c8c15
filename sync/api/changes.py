"""The change feed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as RuleError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.base import ApiView
from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import parameter_error, refuse_unknown_parameters
from sync.selectors.feed import TYPES, GoneError, Reader, read_page

DEFAULT_LIMIT = 500
MAX_LIMIT = 1000

CHANGE_FIELDS: dict[str, Any] = {
    "type": serializers.ChoiceField([(name, name) for name in TYPES]),
    "id": serializers.UUIDField(),
    "op": serializers.ChoiceField([("upsert", "upsert"), ("delete", "delete")]),
    "version": serializers.IntegerField(allow_null=True, help_text="null where the row is gone altogether."),
    "changed_at": serializers.DateTimeField(),
    "data": serializers.DictField(
        allow_null=True,
        help_text="The shape of the resource without idle_days, silent_days and light; null in a delete.",
    ),
}
CHANGES = inline_serializer(
    "Changes",
    {
        "changes": inline_serializer("Change", CHANGE_FIELDS, many=True),
        "cursor": serializers.CharField(help_text="Where to go on; it comes with an empty page, too."),
        "has_more": serializers.BooleanField(help_text="Whether there is more already."),
    },
)


class CursorGone(APIException):
    """The cursor is no longer good (410)."""

    status_code = status.HTTP_410_GONE
    default_detail = _(
        "This cursor is too old, of another database, or from before what the account may see changed."
        " Begin again without it."
    )
    default_code = "gone"


class ChangesView(ApiView):
    """All that changed, in the order of commit."""

    other_refusals: ClassVar = {"get": (410,)}

    @extend_schema(
        operation_id="changes",
        summary="What changed after the cursor; without one, everything",
        parameters=[
            OpenApiParameter(
                "since",
                {"type": "string", "pattern": "^[A-Za-z0-9_-]+:[A-Za-z0-9]+:[A-Za-z0-9_-]+$"},
                description="The cursor of the answer before; any other text is refused.",
            ),
            OpenApiParameter(
                "types",
                {"type": "string", "pattern": f"^({'|'.join(TYPES)})(,({'|'.join(TYPES)}))*$"},
                description=(
                    "Some of the types, separated by commas. Default: all. Of a type that a cursor's reader had not"
                    " followed, what comes from then on is told: begin without a cursor for what there was."
                ),
            ),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            ),
        ],
        responses=CHANGES,
    )
    def get(self, request: Request) -> Response:
        """Every change that was committed, at least once; a row that leaves the caller's sight as a delete."""
        refuse_unknown_parameters(request, {"since", "types", "limit"})
        user: Any = request.user
        try:
            page = read_page(
                Reader(user, tuple(systems_of(request))),
                since=request.query_params.get("since"),
                types=chosen_types(request.query_params.get("types")),
                limit=chosen_limit(request.query_params.get("limit")),
            )
        except RuleError as error:
            raise parameter_error("since", error.code or "invalid", error.messages[0]) from error
        except GoneError as error:
            raise CursorGone from error
        return Response({"changes": page.changes, "cursor": page.cursor, "has_more": page.has_more})


def chosen_types(text: str | None) -> list[str]:
    """The types asked for, all where none are. Raises a 400 for one that there is not."""
    if text is None:
        return list(TYPES)
    names = text.split(",")
    unknown = [name for name in names if name not in TYPES]
    if unknown:
        known = ", ".join(TYPES)
        raise parameter_error("types", "unknown", _("The types are: %(known)s.") % {"known": known})
    return names


def chosen_limit(text: str | None) -> int:
    """How many changes at most. Raises a 400 for anything but 1 to 1,000."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MAX_LIMIT):
        raise parameter_error("limit", "invalid", _("Ask for 1 to 1,000 changes."))
    return int(text)
