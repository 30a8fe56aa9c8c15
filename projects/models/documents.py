"""Documents of any size: versions, who took them, who sent what to whom."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from investcrm.core.history import tracked
from investcrm.core.models import Row
from projects.choices import DispatchWay, DocumentKind
from projects.models.companies import Company, Contact, leads_of_company
from projects.models.leads import Lead
from teams.access import Capability
from teams.models import User, Zone


def document_storage() -> Storage:
    """Where files are kept: a folder, or an S3-compatible service (settings.STORAGES)."""
    return storages["documents"]


def stored_name(version: DocumentVersion, _name: str) -> str:
    """The name of a file in the storage: made of ids alone, so that nothing typed by anybody reaches a path."""
    return f"{version.document.zone_id}/{version.document_id}/{version.id}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents, seen with their lead; those of a company like its contacts."""

    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Those of visible leads, of companies in a visible lead of the zone, and one's own; anonymous gets none."""
        live = self.filter(deleted_at=None)
        if not user.is_authenticated or not user.is_active:
            return live.none()
        leads = Lead.objects.visible_to(user)
        of_company = leads_of_company(leads)
        own = Q(created_by=user, zone_id__in=user.role_zone_ids)
        return live.filter(
            Q(lead__in=leads)
            | Q(lead=None) & (Exists(of_company) | own | Q(zone_id__in=user.zone_ids(Capability.VIEW)))
        )


@tracked("current")
class Document(Row):
    """A document of a lead or of a company; what was uploaded stands in its versions."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="documents")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="documents")
    kind = models.CharField(_("Kind"), max_length=20, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    title = models.CharField(_("Title"), max_length=300)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    current = models.OneToOneField("DocumentVersion", models.PROTECT, null=True, editable=False, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Document")
        verbose_name_plural = _("Documents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, company=None) | Q(lead=None, company__isnull=False),
                name="document_of_one",
            ),
        ]
        indexes: ClassVar = [
            # the documents of a lead, of a company
            models.Index(fields=["lead", "-created_at"], condition=Q(deleted_at=None), name="document_lead"),
            models.Index(fields=["company", "-created_at"], condition=Q(deleted_at=None), name="document_company"),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(models.Model):
    """One file as it was uploaded; never changed, never replaced."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    file = models.FileField(storage=document_storage, upload_to=stored_name, max_length=200)
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Version of a document")
        verbose_name_plural = _("Versions of documents")
        ordering: ClassVar = ["document", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.CheckConstraint(condition=Q(size__gte=0), name="document_version_size"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Upload(models.Model):
    """A file on its way in, piece by piece: what was received stays when the line breaks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    # set for a new version of a document that is there
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    title = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(help_text="bytes in all")
    received = models.BigIntegerField(default=0, help_text="bytes so far")
    # the document made of it, so that the last piece sent twice makes one
    made = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Upload")
        verbose_name_plural = _("Uploads")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(received__gte=0, received__lte=F("size")), name="upload_within_size"),
        ]
        indexes: ClassVar = [
            # what was given up and can be swept away
            models.Index(fields=["updated_at"], name="upload_age"),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentDownload(models.Model):
    """Somebody took a file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="downloads")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Download")
        verbose_name_plural = _("Downloads")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.at:%Y-%m-%d}"


@tracked()
class DocumentDispatch(Row):
    """A note that somebody sent a version of a document to somebody outside."""

    version_sent = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="dispatches")
    recipient = models.CharField(_("Sent to"), max_length=200)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Contact")
    )
    way = models.CharField(_("By"), max_length=10, choices=DispatchWay.choices)
    sent_on = models.DateField(_("Sent on"))
    note = models.CharField(_("Note"), max_length=500, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta(Row.Meta):
        verbose_name = _("Sent document")
        verbose_name_plural = _("Sent documents")

    def __str__(self) -> str:
        return f"{self.recipient} {self.sent_on}"
