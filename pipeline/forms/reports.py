"""Forms of reports: a director's comment, why there is a new edition, a team's statement."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.merging import MergeForm
from pipeline.models.reports import Report, TeamStatement
from projects.forms.fields import of


class CommentForm(MergeForm):
    """What a director says before a report goes out."""

    comment = of(
        Report, "comment",
        label=_("Comment of the management"),
        help_text=_("Stands at the top of the report, in the words and the language that you write."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 5000}),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Report, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.begin()


class EditionForm(forms.Form):
    """Why a report is drawn once more after its release; its comment is taken along."""

    reason = of(Report, "reason", widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}))
    comment = of(
        Report, "comment", label=_("Comment of the management"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
    )  # fmt: skip

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["comment"] = report.comment
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("Stands on the new edition: what was corrected, and why.")


class StatementForm(forms.Form):
    """What cannot be counted: problems, plans. `seen` is the statement that its writer had before them."""

    problems = of(TeamStatement, "problems", widget=forms.Textarea(attrs={"rows": 5, "maxlength": 3000}))
    plans = of(TeamStatement, "plans", widget=forms.Textarea(attrs={"rows": 5, "maxlength": 3000}))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, last: TeamStatement | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last is not None:
            self.initial = {"seen": str(last.pk), "problems": last.problems, "plans": last.plans}
        self.last = last
        self.is_overtaken = False

    def clean(self) -> dict[str, Any] | None:
        """Somebody else may have reported for the team meanwhile: their words are shown first."""
        super().clean()
        present = str(self.last.pk) if self.last else ""
        if self.last is not None and self.cleaned_data.get("seen", "") != present:
            self.is_overtaken = True
            data = cast(Any, self.data).copy()
            data[self.add_prefix("seen")] = present
            self.data = data
            raise ValidationError(
                _(
                    "%(who)s has reported for this team meanwhile; what they wrote stands below. "
                    "Send again to put yours in its place."
                ),
                code="overtaken", params={"who": self.last.created_by},
            )  # fmt: skip
        return None
