"""Forms of the import: the file, the columns and what holds for all rows, a corrected cell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from investcrm.core.money import CURRENCY_CHOICES
from projects.models import Lead, Stage
from sync.choices import ImportTarget
from sync.models.imports import ImportRun
from sync.selectors.imports.fields import GROUPS, fields_for
from sync.services.imports.beginning import SOURCE_LENGTH
from sync.services.imports.fixing import CELL_LENGTH
from sync.services.imports.layout import YEARS, may_record_history
from teams.access import Capability
from teams.models import Team

UNITS: list[tuple[str, Any]] = [("0", _("Yuan (single units)")), ("4", _("10,000 (万)")), ("8", _("100 million (亿)"))]


class UploadForm(forms.Form):
    """The file, what its rows are, and where it comes from."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("XLSX, XLS or CSV, at most 50 MB and 200,000 rows."),
    )
    target = forms.ChoiceField(
        label=_("Rows are"), choices=ImportTarget.choices, initial=ImportTarget.LEADS, widget=forms.RadioSelect
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=SOURCE_LENGTH,
        help_text=_("Who keeps this sheet, such as “District bureau”. Its columns are remembered under this name."),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )


class TableForm(forms.Form):
    """Which sheet, and where its headings stand."""

    sheet = forms.TypedChoiceField(label=_("Sheet"), coerce=int)
    first = forms.IntegerField(label=_("Headings from row"), min_value=1, max_value=1000)
    last = forms.IntegerField(label=_("to row"), min_value=1, max_value=1000)

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        layout = run.layout
        initial = {"sheet": layout["sheet"], "first": layout["head"][0] + 1, "last": layout["head"][1] + 1}
        super().__init__(data, initial=initial)
        names = [(index, one["name"] or run.file_name) for index, one in enumerate(layout["sheets"])]
        self.fields["sheet"].choices = names  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """What each column means, and what holds for all rows."""

    source = forms.CharField(label=_("Source"), required=False, max_length=SOURCE_LENGTH)
    unit = forms.TypedChoiceField(
        label=_("Amounts without a unit are in"),
        choices=UNITS,
        coerce=int,
        help_text=_("A unit in a heading or cell counts first."),
    )
    currency = forms.ChoiceField(label=_("Currency, where none is named"), choices=CURRENCY_CHOICES)
    year = forms.IntegerField(
        label=_("Year of dates without one"), required=False, min_value=YEARS[0], max_value=YEARS[1],
        help_text=_("For “3月5日”. Empty: such dates are errors."),
    )  # fmt: skip
    team = forms.ChoiceField(label=_("Team of new leads without one"), required=False)
    stage = forms.ChoiceField(label=_("Stage of new leads without one"), required=False)
    updates = forms.BooleanField(label=_("Change what is there already"), required=False)
    lenient = forms.BooleanField(
        label=_("Leave empty what is not known here (industry, team, person, stage)"), required=False
    )

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        history = may_record_history(run)
        super().__init__(data, initial=self._initial(run))
        teams = [team for team in Team.objects.filter(zone=run.zone).in_use(run.zone.today()) if _may_fill(run, team)]
        self._choices("team", [("", _("None")), *((str(team.pk), team.name) for team in teams)])
        stages = Stage.objects.filter(deleted_at=None) if history else Stage.objects.none()
        self._choices("stage", [("", _("Enquiry, entered today")), *((stage.code, stage.name) for stage in stages)])
        leads = run.target == ImportTarget.LEADS
        for name in () if leads else ("unit", "currency", "year", "team", "stage"):
            self.fields[name].required = False
        fields = fields_for(run.target, may_record_history=history)
        grouped: list[tuple[Any, Any]] = [("", _("Not imported"))]
        for group, label in GROUPS:
            rows = [(field.key, field.label) for field in fields if field.group == group]
            grouped += [(label, rows)] if rows else []
        for column, heading in enumerate(run.layout["headings"]):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=heading or letters(column), required=False, choices=grouped,
                initial=run.mapping.get(str(column), ""),
            )  # fmt: skip
        self.offered = ["unit", "currency", "year", "team", *(["stage"] if history else [])] if leads else []

    def _choices(self, name: str, choices: list[tuple[str, str | Promise]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _initial(run: ImportRun) -> dict[str, Any]:
        usual = {"unit": 0, "currency": "CNY", "year": run.zone.today().year, "updates": True}
        return {
            **usual,
            **{key: value for key, value in run.options.items() if value is not None},
            "source": run.source,
        }

    def mapping(self) -> dict[int, str]:
        """Column -> field of those that are imported."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("column_") and value}
        return {int(name.removeprefix("column_")): value for name, value in chosen.items()}

    def options(self) -> dict[str, Any]:
        """What holds for all rows."""
        names = ("unit", "currency", "year", "team", "stage", "updates", "lenient")
        found = {name: self.cleaned_data.get(name) for name in names}
        return found | {"unit": found["unit"] or 0, "currency": found["currency"] or "CNY"}


def _may_fill(run: ImportRun, team: Team) -> bool:
    """Whether the importer enters leads of this team."""
    lead = Lead(zone=run.zone, team=team, created_by=run.actor)
    return run.actor.can(Capability.EDIT_LEAD, on=lead)


class CellForm(forms.Form):
    """What a cell should say."""

    text = forms.CharField(label=_("Cell"), required=False, max_length=CELL_LENGTH)
    everywhere = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, others: int = 0, said: str = "", **rest: Any) -> None:
        super().__init__(data, **rest)
        self.others = others
        words = ngettext_lazy(
            "In %(number)d other row that says “%(said)s”, too", "In %(number)d other rows that say “%(said)s”, too",
            "number",
        )  # fmt: skip
        self.fields["everywhere"].label = words % {"number": others, "said": said[:40]}


def letters(column: int) -> str:
    """The name of a column, as spreadsheets count: A, B … AA."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
