"""Who took a file, and when."""

from __future__ import annotations

import datetime

from django.utils import timezone

from projects.models import DocumentDownload, DocumentVersion
from teams.models import User

# A part of a file that is asked for so long after its beginning belongs to the same download.
SAME_DOWNLOAD = datetime.timedelta(days=1)


def record_download(*, actor: User, version: DocumentVersion, is_rest: bool = False) -> None:
    """Write down a download; the rest of one that broke off is no second one.

    Whoever asks for a later part alone has taken something too, so it counts where no beginning was taken.
    """
    since = timezone.now() - SAME_DOWNLOAD
    if is_rest and DocumentDownload.objects.filter(version=version, user=actor, at__gte=since).exists():
        return
    DocumentDownload.objects.create(version=version, user=actor)
