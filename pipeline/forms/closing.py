"""The form that closes many leads."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.choices import StageKind
from projects.models import Stage
from teams.models import User


class CloseForm(forms.Form):
    """Why, and (where a centre has several ways of closing) into which stage."""

    stage = forms.ChoiceField(label=_("Stage"))
    reason = forms.CharField(label=_("Reason for closing"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, user: User) -> None:
        stages = [(stage.code, stage.name) for stage in Stage.objects.visible_to(user).filter(kind=StageKind.CLOSED)]
        super().__init__(data, initial={"stage": stages[0][0] if stages else ""}, auto_id="dialog_%s")
        field = cast(forms.ChoiceField, self.fields["stage"])
        field.choices = stages
        if len(stages) == 1:
            field.widget = forms.HiddenInput()
