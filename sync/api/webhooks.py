"""Webhooks and their deliveries."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from investcrm.core.api.base import ApiViewSet
from investcrm.core.api.etags import etag_of_content
from investcrm.core.api.renderers import dump_json
from investcrm.core.api.serializers import StrictCharField, StrictSerializer
from investcrm.core.api.steps import step
from investcrm.core.api.systems import systems_of
from investcrm.core.api.views import (
    CreateMixin,
    DestroyMixin,
    ListMixin,
    ReadOnlyResource,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    refuse_unknown_parameters,
)
from investcrm.core.paging import Ordering
from sync.choices import DeliveryStatus, StopReason
from sync.models import ApiKey, Scope, Webhook, WebhookDelivery
from sync.selectors.feed import TYPES
from sync.selectors.webhooks import webhooks_seen_by
from sync.services.webhooks.keeping import (
    MadeWebhook,
    change_webhook,
    create_webhook,
    delete_webhook,
    recover_from,
    replay_delivery,
    rotate_secret,
    start_webhook,
    stop_webhook,
)
from sync.shapes import DELIVERY_COLUMNS, WEBHOOK_COLUMNS, delivery_shape, webhook_shape
from teams.api.serializers import UserRefSerializer

STATES = [("active", "active"), ("failing", "failing"), ("stopped", "stopped")]


class WebhookSerializer(serializers.Serializer[Any]):
    """A webhook."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    types = serializers.ListField(child=serializers.ChoiceField([(name, name) for name in TYPES]))
    description = serializers.CharField()
    account = UserRefSerializer(help_text="It sees what this account sees.")
    source_system = serializers.CharField(help_text="Of the external ids in its rows; empty: the first that there is.")
    secret = serializers.CharField(allow_null=True, help_text="Only in the answer that made it; afterwards null.")
    state = serializers.ChoiceField(STATES)
    stop_reason = serializers.ChoiceField([("", ""), *StopReason.choices])
    stopped_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    last_delivered_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookWriteSerializer(StrictSerializer):
    """Where changes are sent, and of which types."""

    url = StrictCharField(max_length=500, help_text="https:// or http://, of a public address.")
    types = serializers.ListField(
        child=serializers.ChoiceField([(name, name) for name in TYPES]),
        allow_empty=False,
        min_length=1,
        max_length=len(TYPES),
    )
    description = StrictCharField(max_length=300, allow_blank=True, required=False)


class NothingSerializer(StrictSerializer):
    """An empty object."""


class DeliverySerializer(serializers.Serializer[Any]):
    """One delivery: up to 100 changes, sent until they arrive."""

    id = serializers.UUIDField()
    message_id = serializers.UUIDField(
        help_text="What the header webhook-id says; a repetition has that of the first."
    )
    status = serializers.ChoiceField(DeliveryStatus.choices)
    changes = serializers.IntegerField()
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    response_status = serializers.IntegerField(allow_null=True)
    response_excerpt = serializers.CharField()
    error = serializers.CharField()
    milliseconds = serializers.IntegerField(allow_null=True)
    replay_of = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


def webhooks_for(request: Any) -> QuerySet[Webhook]:
    """The caller's own; with the scope admin, those of other accounts that they look after, too."""
    rows = webhooks_seen_by(request.user)
    if isinstance(request.auth, ApiKey) and not request.auth.has_scope(Scope.ADMIN):
        rows = rows.filter(account=request.user)
    return rows


class WebhookViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet):
    """Addresses that are told of changes, in the order of commit, from the moment they are made."""

    model = Webhook
    noun = "Webhook"
    columns = WEBHOOK_COLUMNS
    answer_serializer = WebhookSerializer
    write_serializer = WebhookWriteSerializer
    secret: str | None = None

    def rows(self) -> QuerySet[Any, Any]:
        """Those that the caller looks after."""
        return webhooks_for(self.request)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A webhook, with its secret where it was made just now."""
        return {**webhook_shape(row), "secret": self.secret}

    def perform_create(self, data: dict[str, Any]) -> Model:
        """A webhook of the caller's account."""
        systems = systems_of(self.request)
        made = create_webhook(actor=self.actor, source_system=systems[0] if systems else "", **data)
        return self.shown(made)

    def shown(self, made: MadeWebhook) -> Webhook:
        """Remember the secret for this one answer."""
        self.secret = made.secret
        return made.webhook

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change where it goes, or what it tells."""
        change_webhook(actor=self.actor, webhook_id=pk, changes=data, expected_version=expected_version)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Call it no more."""
        delete_webhook(actor=self.actor, webhook_id=pk, expected_version=expected_version)

    @step(NothingSerializer)
    def rotate_secret(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """A new secret, in this answer alone; for a day deliveries are signed with both."""
        self.shown(rotate_secret(actor=self.actor, webhook_id=pk, expected_version=expected_version))

    @step(NothingSerializer)
    def stop(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Let it be; what changes meanwhile is sent when it is started again."""
        stop_webhook(actor=self.actor, webhook_id=pk, expected_version=expected_version)

    @step(NothingSerializer)
    def start(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Go on where it stopped."""
        start_webhook(actor=self.actor, webhook_id=pk, expected_version=expected_version)


class DeliveryViewSet(ReadOnlyResource):
    """What was sent to a webhook, and what came of it."""

    model = WebhookDelivery
    noun = "Delivery"
    columns = DELIVERY_COLUMNS
    orderings: ClassVar = {"created_at": Ordering("created_at")}
    answer_serializer = DeliverySerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Those of the webhook in the address."""
        webhooks = webhooks_for(self.request)
        return WebhookDelivery.objects.filter(webhook_id=self.kwargs["webhook_id"], webhook__in=webhooks)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A delivery."""
        return delivery_shape(row)

    def entity_tag(self, row: dict[str, Any]) -> str:
        """A digest: a delivery has no version."""
        return etag_of_content(dump_json(row))

    def list(self, request: Request, webhook_id: uuid.UUID) -> Response:  # type: ignore[override]
        """The latest first."""
        self.webhook()
        return super().list(request)

    def count(self, request: Request, webhook_id: uuid.UUID) -> Response:  # type: ignore[override]
        """How many there are."""
        self.webhook()
        answer: Response = super().count(request)  # type: ignore[call-arg]
        return answer

    def retrieve(self, request: Request, webhook_id: uuid.UUID, pk: uuid.UUID) -> Response:  # type: ignore[override]
        """One of them."""
        return super().retrieve(request, pk)

    def webhook(self) -> Webhook:
        """The webhook in the address. Raises Http404."""
        found = webhooks_for(self.request).filter(pk=self.kwargs["webhook_id"]).first()
        if found is None:
            raise Http404
        return found


class ReplayViewSet(ApiViewSet):
    """Sending once more: a delivery as it was, or all that changed from it on."""

    @extend_schema(
        operation_id="webhooks_deliveries_replay", request=NothingSerializer, responses={201: DeliverySerializer}
    )
    def replay(self, request: Request, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """The same id and body, with a signature of its own, as a delivery of its own."""
        user = self.caller(request, webhook_id)
        again = replay_delivery(actor=user, webhook_id=webhook_id, delivery_id=delivery_id)
        row = WebhookDelivery.objects.values(*DELIVERY_COLUMNS).get(pk=again.pk)
        return Response(delivery_shape(row), status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="webhooks_deliveries_recover", request=NothingSerializer, responses={200: WebhookSerializer}
    )
    def recover(self, request: Request, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """All that changed from the delivery on, as it is now, in new deliveries: for a receiver that lost it."""
        user = self.caller(request, webhook_id)
        recover_from(actor=user, webhook_id=webhook_id, delivery_id=delivery_id)
        row = webhooks_for(request).values(*WEBHOOK_COLUMNS).get(pk=webhook_id)
        return Response({**webhook_shape(row), "secret": None})

    def caller(self, request: Request, webhook_id: uuid.UUID) -> Any:
        """Who asks, with an empty body or none, about a webhook in their sight. Raises Http404, ValidationError."""
        refuse_unknown_parameters(request)
        if not webhooks_for(request).filter(pk=webhook_id).exists():
            raise Http404
        # to a serializer, null is the absence of a body
        NothingSerializer(data=[] if request.data is None else request.data).is_valid(raise_exception=True)
        return request.user
