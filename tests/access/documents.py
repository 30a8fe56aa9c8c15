"""Documents, uploads, downloads, attachments."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from projects.models import Document, DocumentDispatch, DocumentVersion, Lead, Upload
from projects.models.documents import document_storage
from tests.factories import log

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

# A script that uploads is told 401 where a page is sent to sign in. Who may
# upload where, and reach whose upload, is tests/projects/test_uploads.py: it is asked for with headers.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
projects:documents_of_lead           GET    login 200    404      200    200      404       200   404     200
projects:documents_of_lead           POST   login 422    404      422    422      404       422   404     403
projects:documents_of_company        GET    login 200    200      200    200      200       200   200     200
projects:documents_of_company        POST   login 422    422      422    422      422       422   403     403
projects:document                    GET    login 200    404      200    200      404       200   404     200
projects:document                    POST   login 422    404      422    422      404       422   404     403
projects:document_edit               GET    login 200    404      200    200      404       200   404     403
projects:document_edit               POST   login 422    404      422    422      404       422   404     403
projects:document_delete             GET    login 200    404      200    200      404       200   404     403
projects:document_delete             POST   login 204    404      204    204      404       204   404     403
projects:document_file               GET    login 200    404      200    200      404       200   404     200
projects:document_version_file       GET    login 200    404      200    200      404       200   404     200
projects:dispatch_add                GET    login 200    404      200    200      404       200   404     403
projects:dispatch_add                POST   login 422    404      422    422      404       422   404     403
projects:dispatch_take_back          POST   login 302    404      302    302      404       302   404     403
projects:upload                      HEAD   401   412    412      412    412      412       412   412     412
projects:upload_begin                POST   401   412    412      412    412      412       412   412     412
visits:attachments                   GET    login 200    404      200    200      404       200   404     200
visits:attachments                   POST   login 422    404      422    422      404       422   404     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A document of the lead with a version, a note of sending, an upload on its way, an interaction."""
    document = Document.objects.create(zone=centre.zone, lead=lead, title="方案", created_by=centre.wang)
    version = DocumentVersion.objects.create(
        document=document,
        number=1,
        name="a.pdf",
        file=document_storage().save(str(document.pk), ContentFile(b"%PDF-")),
        size=5,
        sha256="0" * 64,
        content_type="application/pdf",
        uploaded_by=centre.wang,
    )
    document.current = version
    document.save()
    return {
        "document": document,
        "version": version,
        "dispatch": DocumentDispatch.objects.create(
            version_sent=version, recipient="总部", way="email", sent_on=centre.zone.today(), sent_by=centre.wang
        ),
        "upload": Upload.objects.create(user=centre.wang, zone=centre.zone, lead=lead, name="b.pdf", size=5),
        "row": log(centre.wang, lead),
    }
