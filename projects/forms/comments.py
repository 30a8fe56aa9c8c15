"""The forms of comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.merging import MergeForm


def _text() -> forms.CharField:
    # Emptiness and length are the service's to refuse, so that there is one rule for all doors.
    return forms.CharField(
        label=_("Comment"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class CommentForm(forms.Form):
    """A new comment; `comment_id` is its id, so that sending twice makes one."""

    comment_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = _text()


class CommentEditForm(MergeForm):
    """One's own comment, changed."""

    text = _text()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()
