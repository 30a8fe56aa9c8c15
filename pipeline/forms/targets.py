"""Forms of target letters, their targets and tiers."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import AmountField, DayField
from investcrm.core.merging import MergeForm
from pipeline.models.targets import (
    CountingRule,
    Metric,
    Target,
    TargetLetter,
    TargetTemplate,
    TemplateItem,
)
from pipeline.selectors.rule_words import target_name
from pipeline.services.counting_rules import complete_pairs
from projects.forms.fields import NOT_SET, label_of, of
from projects.models import Industry
from teams.models import Team, User, Zone

ANY = _("Any")
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip
QUARTERS = (_("1st quarter"), _("2nd quarter"), _("3rd quarter"), _("4th quarter"))
# What a window may be called; quarters and months are those of the year in which the letter begins.
WINDOWS = [
    ("", _("Choose")),
    ("letter", _("The letter's whole time")),
    *((f"q{number}", label) for number, label in enumerate(QUARTERS, 1)),
    *((f"m{number}", label) for number, label in enumerate(MONTHS, 1)),
    ("dates", _("The dates given here")),
]


def window_named(
    name: str, begins_on: datetime.date, ends_on: datetime.date
) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a window by its name, within a letter of that time; None for dates given."""
    if name == "letter":
        return begins_on, ends_on
    if name[:1] not in ("q", "m") or not name[1:].isdigit():
        return None
    number, year = int(name[1:]), begins_on.year
    first, last = (number * 3 - 2, number * 3) if name[0] == "q" else (number, number)
    return datetime.date(year, first, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])


class RuleForm(MergeForm):
    """A counting rule and how much is asked for."""

    fields: dict[str, Any]
    model: type[CountingRule] = Target

    metric = forms.ChoiceField(label=_("What is counted"), choices=[("", _("Choose")), *Metric.choices], required=True)
    minimum = AmountField(
        label=_("At least"), required=False,
        help_text=_("Pieces, an amount in CNY (1.5亿, 20 million), or per cent."),
    )  # fmt: skip
    total_investment_cny = AmountField(label=_("Total investment from (CNY)"), required=False, currency="CNY")
    total_investment_usd = AmountField(label=_("or in USD"), required=False, currency="USD")
    registered_capital_cny = AmountField(label=_("Registered capital from (CNY)"), required=False, currency="CNY")
    registered_capital_usd = AmountField(label=_("or in USD"), required=False, currency="USD")
    listing = of(Target, "listing", required=False)
    origin = of(Target, "origin", required=False)
    industry = forms.ModelChoiceField(
        Industry.objects.none(), label=_("Industry"), required=False, empty_label=ANY,
        help_text=_("Its branches count, too."),
    )  # fmt: skip

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        industries = Industry.objects.filter(zone=zone).in_use(zone.today())
        if self.row is not None and getattr(self.row, "industry_id", None):
            industries = industries | Industry.objects.filter(pk=self.row.industry_id)  # type: ignore[attr-defined]
        self.fields["industry"].queryset = industries.order_by("code")
        for name in ("listing", "origin"):
            self.fields[name].choices = [
                (value, words if value else ANY) for value, words in self.fields[name].choices
            ]


class TargetForm(RuleForm):
    """A target: its rule, window, and what it is part of."""

    beside = frozenset({"window", "confirm_overlap", "tier_item"})

    name_zh = of(Target, "name_zh", required=False)
    name_en = of(Target, "name_en", required=False)
    window = forms.ChoiceField(label=_("Window"), choices=WINDOWS, required=False)
    starts_on = DayField(label=_("From"), required=False)
    ends_on = DayField(label=_("Until"), required=False)
    parent = forms.ModelChoiceField(
        Target.objects.none(), label=label_of(Target, "parent"), required=False, empty_label=_("(stands alone)"),
        help_text=_("What is reached here counts there, too."),
    )  # fmt: skip
    confirm_overlap = forms.BooleanField(label=_("Keep both"), required=False)
    tier_item = forms.ModelChoiceField(TemplateItem.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, zone: Zone, letter: TargetLetter | None = None, row: Target | None = None,
        dates: tuple[datetime.date | None, datetime.date | None] = (None, None), above: TargetLetter | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, zone=zone, row=row, **kwargs)
        self.dates = (letter.begins_on, letter.ends_on) if letter is not None else dates
        letters = [one for one in (letter and letter.parent_id, letter and letter.pk, above and above.pk) if one]
        parents = Target.objects.filter(letter_id__in=letters, deleted_at=None, letter__deleted_at=None)
        if row is not None:
            parents = parents.exclude(pk=row.pk).exclude(parent=row)
        self.fields["parent"].queryset = parents.select_related("letter", "industry").order_by("letter", "position")
        self.fields["parent"].label_from_instance = parent_label
        self.has_parents = bool(letters)
        self.fields["tier_item"].queryset = TemplateItem.objects.filter(template__zone=zone, deleted_at=None)
        if row is not None:
            whole = (row.starts_on, row.ends_on) == self.dates
            self.initial.setdefault("window", "letter" if whole else "dates")
        self.begin()

    def clean(self) -> dict[str, Any] | None:
        """Turns the window's name into its days; a target without a window is refused beside it."""
        super().clean()
        name = self.cleaned_data.get("window") or ""
        begins_on, ends_on = self.dates
        given = [self.cleaned_data.get(one) for one in ("starts_on", "ends_on")]
        wrong = {"starts_on", "ends_on", "window"} & set(self.errors)
        if name in ("", "dates"):
            if not name and not any(given) and not wrong:
                message = _("A target needs a window: from which day to which it counts.")
                self.add_error("window", ValidationError(message, code="required"))
        elif begins_on and ends_on:
            window = window_named(name, begins_on, ends_on)
            if window is not None:
                self.cleaned_data["starts_on"], self.cleaned_data["ends_on"] = window
        elif not wrong:
            self.add_error("window", ValidationError(_("Give the letter's time first."), code="no_letter_time"))
        return None

    @property
    def draft(self) -> Target | None:
        """The target as typed so far, for the sentence under it; None where nothing can be said yet."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        if not data.get("metric"):
            return None
        names = (*CountingRule.RULE, "minimum", "starts_on", "ends_on")
        values = {name: data.get(name) if name not in TEXTS else data.get(name) or "" for name in names}
        target = Target(**values)
        complete_pairs(target)
        return target


TEXTS = frozenset({"metric", "listing", "origin"})


def parent_label(target: Target) -> str:
    """A target in a list of choices: its letter and its rule."""
    return f"{target.letter.title} · {target_name(target)}"


class TierItemForm(RuleForm):
    """A target of a tier."""

    model = TemplateItem

    name_zh = of(TemplateItem, "name_zh", required=False)
    name_en = of(TemplateItem, "name_en", required=False)
    months = of(TemplateItem, "months", required=False, min_value=1, max_value=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()


class TierForm(MergeForm):
    """A tier's names."""

    fields: dict[str, Any]

    name_zh = of(TargetTemplate, "name_zh")
    name_en = of(TargetTemplate, "name_en", required=False)
    note = of(TargetTemplate, "note", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()


class LetterForm(MergeForm):
    """A letter's own fields."""

    fields: dict[str, Any]
    beside = frozenset({"confirm_overlap", "file"})

    title = of(TargetLetter, "title")
    team = forms.ModelChoiceField(
        Team.objects.none(), label=label_of(TargetLetter, "team"), required=False, empty_label=NOT_SET,
        help_text=_("Neither a team nor a person: the letter is the whole centre's."),
    )  # fmt: skip
    person = forms.ModelChoiceField(
        User.objects.none(), label=label_of(TargetLetter, "person"), required=False, empty_label=NOT_SET
    )
    begins_on = DayField(label=label_of(TargetLetter, "begins_on"))
    ends_on = DayField(label=label_of(TargetLetter, "ends_on"))
    signed_on = DayField(label=label_of(TargetLetter, "signed_on"), required=False, future_years=0)
    signatories = of(TargetLetter, "signatories", required=False)
    parent = forms.ModelChoiceField(
        TargetLetter.objects.none(), label=label_of(TargetLetter, "parent"), required=False,
        empty_label=_("(stands alone)"),
    )  # fmt: skip
    note = of(TargetLetter, "note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    file = forms.FileField(label=_("Scan of the signed letter"), required=False, help_text=_("PDF, OFD or a picture."))
    confirm_overlap = forms.BooleanField(label=_("Keep both"), required=False)

    def __init__(self, *args: Any, user: User, zone: Zone, row: TargetLetter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        today = zone.today()
        teams = Team.objects.filter(zone=zone).in_use(today)
        people = User.objects.working_in(zone, today)
        letters = TargetLetter.objects.visible_to(user).filter(zone=zone)
        if row is not None:
            teams = teams | Team.objects.filter(pk=row.team_id or row.pk)
            people = people | User.objects.filter(pk=row.person_id or row.pk)
            letters = letters.exclude(pk=row.pk).exclude(parent=row)
            del self.fields["file"]
        else:
            self.initial.setdefault("begins_on", datetime.date(today.year, 1, 1))
            self.initial.setdefault("ends_on", datetime.date(today.year, 12, 31))
        self.fields["team"].queryset = teams.order_by("code")
        self.fields["person"].queryset = people.order_by("name_key")
        self.fields["parent"].queryset = letters.order_by("-begins_on", "id")
        self.begin()


class ApplyTierForm(forms.Form):
    """Which tier's targets a letter takes over."""

    fields: dict[str, Any]

    template = forms.ModelChoiceField(TargetTemplate.objects.none(), label=_("Tier"), empty_label=_("Choose"))
    confirm_overlap = forms.BooleanField(label=_("Keep both"), required=False)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = TargetTemplate.objects.filter(zone=zone, deleted_at=None).order_by(
            "name_zh"
        )


class ScanForm(forms.Form):
    """A scan of a signed letter."""

    file = forms.FileField(label=_("Scan of the signed letter"), help_text=_("PDF, OFD or a picture."))
