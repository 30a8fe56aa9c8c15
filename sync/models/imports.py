"""Spreadsheets on their way in: the run, its rows, and how a source's columns were understood the last time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from sync.choices import ImportStatus, ImportTarget, RowDecision, RowStatus
from teams.models import User, Zone


class ImportRun(models.Model):
    """One file that somebody imports into a zone, from the upload to the result."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    target = models.CharField(max_length=10, choices=ImportTarget.choices, default=ImportTarget.LEADS)
    # where the rows come from; the mapping is remembered under this name
    source = models.CharField(_("Source"), max_length=100, blank=True)
    file_name = models.CharField(max_length=255)
    # a name in the storage of documents
    file = models.CharField(max_length=200)
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    # sheets, header rows, encoding: what was detected, what was chosen
    layout = models.JSONField(default=dict)
    # column number -> field
    mapping = models.JSONField(default=dict)
    # defaults and choices that hold for all rows
    options = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.READING)
    error = models.CharField(max_length=500, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    # so many of them are checked, or imported
    rows_done = models.PositiveIntegerField(default=0)
    # the sheet's number of the last of them: a job that was cut off goes on from there
    at_row = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Imports")
        indexes: ClassVar = [
            # the imports of a zone, the latest first
            models.Index(fields=["zone", "-created_at", "-id"], name="import_of_zone"),
            # a job that was cut off
            models.Index(
                fields=["updated_at"],
                condition=Q(status__in=["reading", "checking", "running"]),
                name="import_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the sheet: its cells as they were read, what it would do, and what it did."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    # as the spreadsheet numbers it
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    # column number -> what was typed here instead
    fixes = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=RowStatus.choices, default=RowStatus.WAITING)
    # column number (or "") -> reasons, each {code, params}: they are put into words for the reader
    reasons = models.JSONField(default=dict)
    decision = models.CharField(max_length=5, choices=RowDecision.choices, blank=True)
    # what has to be decided, where it may be there already, or why it is left out
    question = models.CharField(max_length=20, blank=True)
    # of the company's and the lead's name: rows that say the same have the same
    key = models.CharField(max_length=40, blank=True)
    # what it is, or may be, the same as
    found_id = models.UUIDField(null=True)
    # what it became
    result_id = models.UUIDField(null=True)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Row of an import")
        verbose_name_plural = _("Rows of imports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
        ]
        indexes: ClassVar = [
            # the rows of one status, as the page shows them
            models.Index(fields=["run", "status", "number"], name="import_row_status"),
            # the first of the rows that say the same
            models.Index(fields=["run", "key", "number"], condition=~Q(key=""), name="import_row_same"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class ImportMapping(models.Model):
    """How the columns of a source were understood the last time, in a zone."""

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    target = models.CharField(max_length=10, choices=ImportTarget.choices)
    source = models.CharField(max_length=100)
    # heading -> field
    fields = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Remembered columns")
        verbose_name_plural = _("Remembered columns")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "target", "source"], name="mapping_once_a_source"),
        ]

    def __str__(self) -> str:
        return self.source
