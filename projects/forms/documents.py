"""Forms of documents: uploading without script, what a document is called, to whom it was sent."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from projects.choices import DocumentKind
from projects.forms.fields import label_of, of
from projects.models import Contact, Document, DocumentDispatch, DocumentVersion
from projects.services.dispatches import contacts_for
from projects.services.documents import NewFile, Place, add_file
from projects.services.files import clean_name
from projects.services.storing import StorageFailed
from teams.models import User


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files that were sent, one or several; what may be sent is the service's to say."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """A list; raises ValidationError where nothing was chosen."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if not chosen:
            raise ValidationError(_("Choose a file first."), code="required")
        return list(chosen)


class UploadForm(forms.Form):
    """Files in one request, for browsers without script. `token` makes sending twice harmless."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = of(Document, "kind")
    file = FilesField(label=_("Files"), widget=FilesInput(attrs={"multiple": True}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid.uuid4())
        self.initial.setdefault("kind", DocumentKind.OTHER)
        self.fields["kind"].required = False

    def save(self, *, actor: User, place: Place, document: Document | None = None) -> list[Document]:
        """Store each file; what was refused stands beside the field with its file's name."""
        made = []
        files: list[Any] = self.cleaned_data["file"][:1] if document else self.cleaned_data["file"]
        for number, file in enumerate(files):
            new = NewFile(
                path=Path(cast(TemporaryUploadedFile, file).temporary_file_path()),
                name=file.name,
                size=file.size,
                kind=self.cleaned_data["kind"] or DocumentKind.OTHER,
                document=document,
                version_id=uuid.uuid5(self.cleaned_data["token"], f"{number} {actor.pk} {file.name}"),
            )
            try:
                made.append(add_file(actor=actor, place=place, file=new))
            except ValidationError as error:
                for message in error.messages:
                    self.add_error("file", f"{clean_name(file.name)}: {message}")
            except StorageFailed as failed:
                self.add_error("file", f"{clean_name(file.name)}: {failed.message}")
        return made


class DocumentForm(MergeForm):
    """What a document is and is called."""

    title = of(Document, "title")
    kind = of(Document, "kind")
    note = of(Document, "note", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, row: Document, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.begin()


class DispatchForm(forms.Form):
    """Which version was sent to whom, how and when. `token` is the new note's id."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.ModelChoiceField(DocumentVersion.objects.none(), label=_("Version"), empty_label=None)
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=label_of(DocumentDispatch, "contact"),
        required=False,
        empty_label=_("(somebody else)"),
    )
    recipient = forms.CharField(
        label=label_of(DocumentDispatch, "recipient"),
        required=False,
        max_length=200,
        help_text=_("Needed where no contact is chosen."),
    )
    way = of(DocumentDispatch, "way")
    sent_on = DayField(label=label_of(DocumentDispatch, "sent_on"), future_years=0)
    note = forms.CharField(label=label_of(DocumentDispatch, "note"), required=False, max_length=500)

    def __init__(self, *args: Any, actor: User, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid.uuid4())
        self.initial.setdefault("sent_on", document.zone.today())
        self.initial.setdefault("version", document.current_id)
        versions = cast(forms.ModelChoiceField, self.fields["version"])
        versions.queryset = document.versions.order_by("-number")
        contacts = [contact.pk for contact in contacts_for(actor, document)]
        cast(forms.ModelChoiceField, self.fields["contact"]).queryset = Contact.objects.filter(
            pk__in=contacts
        ).order_by("name")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "version_id": data["version"].pk,
            "dispatch_id": data["token"],
            **{name: data[name] for name in ("contact", "recipient", "way", "sent_on", "note")},
        }
