"""Tags of documents: the box that uploads, sizes as people read them."""

from __future__ import annotations

import uuid
from typing import Any

from django import template
from django.conf import settings
from django.db import models
from django.template.context import Context
from django.utils.translation import gettext as _

from projects.forms.documents import UploadForm
from projects.services.files import PICTURES, accepted_endings

register = template.Library()

UNITS = ("kB", "MB", "GB")


@register.filter
def file_size(size: int | None) -> str:
    """`12 kB`, `3.4 MB`, `2.0 GB`."""
    if size is None:
        return ""
    value, unit = size / 1024, 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {UNITS[unit]}" if unit else f"{max(round(value), 1)} {UNITS[0]}"


@register.inclusion_tag("projects/_uploader.html", takes_context=True)
def document_uploader(
    context: Context, action: str, target: str, row: models.Model, *, zone: str = "", link: str = "", tells: str = ""
) -> dict[str, Any]:
    """Draw the box that uploads, for a target: "lead", "company" (in a zone, by its code) or "document" (a version).

    `action` takes the form without script; `link` is told of each document that is made (POST document=id), and the
    page hears the event `tells` beside `documents-changed`.
    A form that was refused comes in the context as `upload_form`.
    """
    form = context.get("upload_form") or UploadForm(auto_id=f"upload-{uuid.uuid4().hex[:8]}-%s")
    if target == "document":
        form.fields["file"].widget.attrs.pop("multiple", None)
    return {
        "form": form,
        "action": action,
        "target": target,
        "row": row,
        "zone": zone,
        "link": link,
        "tells": tells,
        "endings": ",".join(sorted(accepted_endings())),
        "accept": ",".join(["image/*", *(f".{ending}" for ending in sorted(accepted_endings()))]),
        "pictures": ",".join(sorted(PICTURES)),
        "max_mb": settings.DOCUMENT_MAX_MB,
        "picture_max_mb": settings.PICTURE_MAX_MB,
        "csrf_token": context.get("csrf_token"),
        "button": _("New version") if target == "document" else _("Choose files"),
    }
