"""Files in an ordinary form: they go to disk, beside the parts of uploads, and never through memory as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from projects.services import parts

View = Callable[..., HttpResponse]
# The form's other fields, and the lines between them.
FORM_BYTES = 1024 * 1024


class ReceivedFile(TemporaryUploadedFile):
    """A file that lies where the storage can take it over."""

    def __init__(self, name: str, content_type: str, size: int, charset: str | None, extra: Any = None) -> None:
        file = tempfile.NamedTemporaryFile(dir=parts.root(), suffix=parts.SUFFIX)  # noqa: SIM115 - closed by its owner
        super(TemporaryUploadedFile, self).__init__(file, name, content_type, size, charset, extra)


class PartHandler(TemporaryFileUploadHandler):
    """Writes each file to disk as it comes."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file = ReceivedFile(self.file_name or "", self.content_type or "", 0, self.charset)


def takes_files(view: View) -> View:
    """A decorator for views whose form sends files; it asks for a login before anything is read.

    The handler must be set before the body is read, and the check of the token reads it: so that check comes after.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method == "POST":
            if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DOCUMENT_MAX_MB * 1024 * 1024 + FORM_BYTES:
                message = _("The file is larger than %(limit)d MB.") % {"limit": settings.DOCUMENT_MAX_MB}
                return render(request, "projects/file_problem.html", {"message": message}, status=413)
            request.upload_handlers = [PartHandler(request)]
        return protected(request, *args, **kwargs)

    return received
