"""Companies and contacts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from investcrm.core.api.bulk import BulkUpsertMixin, Item
from investcrm.core.api.systems import systems_of
from investcrm.core.api.upserts import UpsertMixin, refuse_changed
from investcrm.core.api.views import CreateMixin, DestroyMixin, ListMixin, ResourceViewSet, RetrieveMixin, UpdateMixin
from investcrm.core.paging import Ordering
from projects.api.company_bulk import settle_company_items
from projects.api.merged import FollowsMerges
from projects.api.serializers.companies import (
    CompanyChangeSerializer,
    CompanyItemSerializer,
    CompanySerializer,
    CompanyUpsertSerializer,
    CompanyWriteSerializer,
    ContactChangeSerializer,
    ContactSerializer,
    ContactUpsertSerializer,
    ContactWriteSerializer,
)
from projects.filters import COMPANY_ORDERINGS, CompanyFilter, ContactFilter
from projects.models import Company, Contact
from projects.services.companies import (
    create_company,
    create_contact,
    delete_contact,
    update_company,
    update_contact,
)
from projects.services.reviving import revive_company, revive_contact
from projects.shapes import (
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    company_rows,
    company_shape,
    contact_rows,
    contact_shape,
)
from teams.api.references import References


class CompanyViewSet(
    FollowsMerges, BulkUpsertMixin, ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, ResourceViewSet
):
    """Companies; all who are signed in see their names."""

    model = Company
    noun = "Company"
    columns = COMPANY_COLUMNS
    orderings = COMPANY_ORDERINGS
    filterset_class = CompanyFilter
    answer_serializer = CompanySerializer
    write_serializer = CompanyWriteSerializer
    change_serializer = CompanyChangeSerializer
    upsert_serializer = CompanyUpsertSerializer
    item_serializer = CompanyItemSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """All live companies."""
        return company_rows(Company.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A company."""
        return company_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter a company."""
        return create_company(actor=self.actor, **data)

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change a company."""
        update_company(actor=self.actor, company_id=pk, changes=data, expected_version=expected_version)

    def perform_revive(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take a deleted company back."""
        revive_company(actor=self.actor, company_id=pk, expected_version=expected_version)

    def changes_for(self, pk: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
        """The fields that differ: a name sent again would lock all leads of the company, which are found by it."""
        present: dict[str, Any] = Company.objects.values(*data).get(pk=pk) if data else {}
        return {name: value for name, value in data.items() if present[name] != value}

    def write_items(self, system: str, items: Sequence[Item]) -> None:
        """Write the items of a bulk upsert: new ones together."""
        super().write_items(system, settle_company_items(self, system, items))


class ContactViewSet(
    FollowsMerges, UpsertMixin, ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ResourceViewSet
):
    """Contacts; seen through the leads that the caller sees, and by whoever entered them."""

    model = Contact
    noun = "Contact"
    columns = CONTACT_COLUMNS
    orderings: ClassVar = {"created_at": "created_at", "name": Ordering("name")}
    filterset_class = ContactFilter
    answer_serializer = ContactSerializer
    write_serializer = ContactWriteSerializer
    change_serializer = ContactChangeSerializer
    upsert_serializer = ContactUpsertSerializer

    def rows(self) -> QuerySet[Any, Any]:
        """Contacts that the caller sees."""
        return contact_rows(Contact.objects.visible_to(self.actor), systems_of(self.request))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """A contact."""
        return contact_shape(row)

    def perform_create(self, data: dict[str, Any]) -> Model:
        """Enter a contact in the zone named, or the caller's only one."""
        references = References(self.actor)
        zone, _team = references.place(data)
        company = references.one(Company.objects.visible_to(self.actor), data["company"], "company", "credit_code")
        references.raise_if_any()
        fields = {name: value for name, value in data.items() if name != "zone"}
        return create_contact(actor=self.actor, **{**fields, "zone": zone, "company": company})

    def perform_update(self, pk: uuid.UUID, data: dict[str, Any], expected_version: int | None) -> None:
        """Change a contact."""
        update_contact(actor=self.actor, contact_id=pk, changes=data, expected_version=expected_version)

    def perform_destroy(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take a contact out of use."""
        delete_contact(actor=self.actor, contact_id=pk, expected_version=expected_version)

    def perform_revive(self, pk: uuid.UUID, expected_version: int | None) -> None:
        """Take a deleted contact back."""
        revive_contact(actor=self.actor, contact_id=pk, expected_version=expected_version)

    def changes_for(self, pk: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
        """The fields without company and zone, which stay."""
        company, zone = Contact.objects.values_list("company", "zone__code").get(pk=pk)
        if "company" in data:
            references = References(self.actor)
            named = references.one(Company.objects.visible_to(self.actor), data["company"], "company", "credit_code")
            references.raise_if_any()
            data = {**data, "company": named.pk if named else None}
        return refuse_changed(data, {"company": company, "zone": zone})
