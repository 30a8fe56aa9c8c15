"""Forms of what a zone and the installation set up: industries, stages, limits of silent days, exchange rates."""

from __future__ import annotations

from typing import Any, cast

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import DayField
from investcrm.core.merging import MergeForm
from investcrm.core.models import ExchangeRate
from investcrm.core.money import CURRENCY_CHOICES
from projects.choices import StageKind
from projects.forms.fields import MeasureField, of
from projects.models import Industry, Stage
from projects.requirements import REQUIREMENTS
from projects.services.industries import YEARS_AHEAD
from projects.services.limits import Limit
from projects.services.stages import MOST_DAYS
from teams.models import Zone


class IndustryForm(MergeForm):
    """An industry; the code is fixed once made."""

    code = of(Industry, "code", help_text=_("Small Latin letters, digits and hyphens; fixed."))
    name_zh = of(Industry, "name_zh")
    name_en = of(Industry, "name_en")
    parent = of(Industry, "parent", empty_label=_("(none)"), widget=forms.Select(attrs={"data-select": "1"}))
    gb_code = of(Industry, "gb_code", help_text=_("A letter and 2 to 4 digits, such as C367."))
    disabled_on = DayField(
        label=_("Not used since"), required=False, future_years=YEARS_AHEAD,
        help_text=_("From this day on no lead gets it; leads that have it keep it."),
    )  # fmt: skip

    def __init__(self, *args: Any, zone: Zone, row: Industry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        parents = Industry.objects.filter(zone=zone, deleted_at=None).order_by("code")
        if row is not None:
            del self.fields["code"]
            parents = parents.exclude(pk=row.pk)
        else:
            del self.fields["disabled_on"]
        cast(forms.ModelChoiceField, self.fields["parent"]).queryset = parents
        self.begin()

    def clean_gb_code(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["gb_code"]).strip().upper()


class StageForm(MergeForm):
    """A stage; code and kind are fixed once made."""

    beside = frozenset({"requirements", "requirements_seen"})

    code = of(Stage, "code", help_text=_("Small Latin letters, digits and hyphens; fixed."))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=StageKind.choices, help_text=_("What it counts as, whatever it is called; fixed.")
    )
    name_zh = of(Stage, "name_zh")
    name_en = of(Stage, "name_en")
    position = forms.IntegerField(
        label=_("Order"), min_value=1, max_value=10_000, required=False, help_text=_("Small numbers come first.")
    )
    silence_limit_days = of(Stage, "silence_limit_days")
    requirements = forms.MultipleChoiceField(
        label=_("What a lead needs to enter it"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, one.label) for code, one in REQUIREMENTS.items()],
    )  # fmt: skip
    requirements_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Stage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is None:
            del self.fields["requirements"], self.fields["requirements_seen"]
        else:
            del self.fields["code"], self.fields["kind"]
            self.fields["position"].required = True
            codes = [one.requirement for one in row.requirements.all()]
            self.initial.update({"requirements": codes, "requirements_seen": " ".join(codes)})
        self.begin()


class LimitsForm(forms.Form):
    """For each stage: the stage's own limit, a number of days, or none."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stages: list[Stage], present: dict[str, Limit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = stages
        for stage in stages:
            limit = present.get(stage.code, Limit())
            mode = "own" if not limit.own else "none" if limit.days is None else "days"
            self.fields[f"mode-{stage.code}"] = forms.ChoiceField(
                label=stage.name, initial=mode,
                choices=[("own", _("As the stage")), ("days", _("Own limit")), ("none", _("No limit"))],
            )  # fmt: skip
            self.fields[f"days-{stage.code}"] = forms.IntegerField(
                label=_("Days"), required=False, min_value=1, max_value=MOST_DAYS, initial=limit.days
            )
        self.initial["seen"] = orjson.dumps({code: [one.own, one.days] for code, one in present.items()}).decode()

    def clean(self) -> dict[str, Any] | None:
        """An own limit needs its days."""
        super().clean()
        for stage in self.stages:
            name = f"days-{stage.code}"
            own = self.cleaned_data.get(f"mode-{stage.code}") == "days"
            if own and self.cleaned_data.get(name) is None and name not in self.errors:
                self.add_error(name, ValidationError(_("Give the days."), code="required"))
        return None

    @property
    def wanted(self) -> dict[str, Limit]:
        """The limits as chosen."""
        found = {}
        for stage in self.stages:
            mode = self.cleaned_data[f"mode-{stage.code}"]
            days = self.cleaned_data[f"days-{stage.code}"] if mode == "days" else None
            found[stage.code] = Limit(own=mode != "own", days=days)
        return found

    @property
    def seen_limits(self) -> dict[str, Limit]:
        """The limits that the page showed."""
        try:
            found = orjson.loads(self.cleaned_data["seen"] or "{}")
            return {str(code): Limit(bool(own), days) for code, (own, days) in found.items()}
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
            return {}

    def show_theirs(self, theirs: dict[str, Limit]) -> None:
        """Come back with what another has set meanwhile beside what was typed; saving again keeps the latter."""
        seen = self.seen_limits | theirs
        for code, limit in theirs.items():
            words = _("No limit") if limit.own else _("As the stage")
            value = limit.days if limit.days is not None else words
            self.add_error(
                f"mode-{code}",
                ValidationError(
                    _("Somebody else has set this meanwhile: %(value)s. Save again to keep yours."),
                    code="conflict", params={"value": value},
                ),
            )  # fmt: skip
        data = cast(Any, self.data).copy()
        data["seen"] = orjson.dumps({code: [one.own, one.days] for code, one in seen.items()}).decode()
        self.data = data

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each stage."""
        return [
            {"stage": stage, "mode": self[f"mode-{stage.code}"], "days": self[f"days-{stage.code}"]}
            for stage in self.stages
        ]


class RateForm(forms.Form):
    """What a unit of a currency is worth from a day on."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[choice for choice in CURRENCY_CHOICES if choice[0] != "CNY"]
    )
    valid_from = DayField(label=_("Valid from"), future_years=0)
    cny = MeasureField(label=_("CNY for one unit"), max_digits=14, decimal_places=6)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=ExchangeRate._meta.get_field("source").max_length,
        help_text=_("Such as the central parity rate of the day."),
    )  # fmt: skip
