"""A small resource with a table of its own, to try what every resource is built on."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import django_filters
from django.apps.registry import Apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from investcrm.core.api.docs import DocsView, SchemaView
from investcrm.core.api.serializers import (
    DayField,
    InstantField,
    MeasureField,
    MoneyField,
    RefField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from investcrm.core.api.urls import fallback_patterns, problem_patterns
from investcrm.core.api.views import CreateMixin, DestroyMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from investcrm.core.errors import Conflict, Stale
from investcrm.core.paging import Ordering

registry = Apps()


class Item(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    day = models.DateField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "throwaway"
        apps = registry
        db_table = "test_api_item"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="test_item_amount_positive",
                violation_error_code="negative",
                violation_error_message="An amount cannot be negative.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemFilter(django_filters.FilterSet):
    name = django_filters.CharFilter()
    amount = django_filters.RangeFilter()
    day_after = django_filters.DateFilter(field_name="day", lookup_expr="gte")


def resolve_item(user: Any, *, pk: uuid.UUID | None = None, code: str | None = None, **external: Any) -> Item | None:
    found = Item.objects.filter(pk=pk) if pk else Item.objects.filter(name=code)
    return found.first()


class PartWrite(StrictSerializer):
    company = StrictCharField()
    share = StrictIntegerField(max_value=100, required=False)


class ItemWrite(StrictSerializer):
    name = StrictCharField(max_length=20)
    amount = MoneyField(required=False, allow_null=True)
    land_mu = MeasureField(required=False)
    day = DayField(required=False, allow_null=True)
    at = InstantField(required=False)
    urgent = StrictBooleanField(required=False)
    other = RefField(resolve=resolve_item, accepts_code=True, required=False, allow_null=True)
    parties = PartWrite(many=True, required=False)


class ItemAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    day = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


def save_item(item: Item, data: dict[str, Any]) -> Item:
    if data.get("name") == "forbidden":
        raise ValidationError({"name": ValidationError("Not this name.", code="forbidden_name")})
    item.name = data.get("name", item.name)
    item.amount = data.get("amount", item.amount)
    item.day = data.get("day", item.day)
    with transaction.atomic():
        item.save()
    return item


class ItemViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet):
    """Items."""

    model = Item
    noun = "Item"
    columns = ("id", "name", "amount", "day", "version", "created_at")
    orderings = {"created_at": "created_at", "name": "name", "day": Ordering("day", nullable=True)}
    filterset_class = ItemFilter
    answer_serializer = ItemAnswer
    write_serializer = ItemWrite
    repeats = True

    def rows(self) -> Any:
        return Item.objects.all()

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        return row

    def perform_create(self, data: dict[str, Any]) -> tuple[Item, bool]:
        if data["name"] == "repeated":
            return Item.objects.get(name="repeated"), False
        return save_item(Item(), data), True

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        item = self.locked(pk, expected_version)
        item.version += 1
        save_item(item, data)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        self.locked(pk, expected_version).delete()

    def locked(self, pk: uuid.UUID, expected_version: int | None) -> Item:
        with transaction.atomic():
            item = Item.objects.select_for_update().get(pk=pk)
        if expected_version is not None and item.version != expected_version:
            raise Stale(item.version, current={"name": item.name})
        return item


def _raise(name: str) -> None:
    match name:
        case "django-404":
            raise Http404
        case "denied":
            raise PermissionDenied("Only a director may do this.")
        case "conflict":
            raise Conflict("signed", "The lead has moved.")
        case "stale":
            raise Stale(7)
        case "throttled":
            raise Throttled(wait=12.3)
        case "rule":
            raise ValidationError(
                {
                    "parties/0/company": ValidationError(
                        "No such %(what)s.", code="absent", params={"what": "company"}
                    ),
                    "__all__": ["Both cannot be."],
                    "a~b": ["Odd."],
                }
            )
        case "rule-plain":
            raise ValidationError("Not so.", code="so")
        case "bug":
            raise RuntimeError("secret inside")


class RaisingView(APIView):
    """Raises what its address says."""

    def get(self, request: Any, name: str) -> Response:
        _raise(name)
        return Response({"unprintable": object()})


def person(**marks: Any) -> SimpleNamespace:
    """An account that needs no table."""
    return SimpleNamespace(is_authenticated=True, is_active=True, pk=1, **{"is_service_account": False, **marks})


router = SimpleRouter(use_regex_path=False)
router.register("items", ItemViewSet, basename="item")

urlpatterns = [
    *problem_patterns,
    path(
        "api/v1/",
        include(
            [
                *router.urls,
                path("raise/<slug:name>/", RaisingView.as_view()),
                path("schema/", SchemaView.as_view(), name="schema"),
                path("docs/", DocsView.as_view(url_name="schema")),
            ]
        ),
    ),
    *fallback_patterns,
]
