"""Forms of scoring schemes; the steps of an item are typed a line each."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.amounts import parse_amount
from investcrm.core.forms import AmountField, DayField
from investcrm.core.merging import MergeForm
from pipeline.forms.targets import RuleForm
from pipeline.models.scoring import ScoreItem, ScoringScheme
from pipeline.models.targets import Metric
from projects.choices import Listing
from projects.forms.fields import label_of, of

# A class of projects by list, as people write it.
LIST_WORDS = {
    "city": Listing.CITY, "市": Listing.CITY, "市重大": Listing.CITY, "province": Listing.PROVINCE,
    "省": Listing.PROVINCE, "省重大": Listing.PROVINCE, "nation": Listing.NATION, "国家": Listing.NATION,
    "国家重大": Listing.NATION,
}  # fmt: skip
_LINE = re.compile(r"(?P<from>[^=]+)=\s*(?P<points>[0-9.]+)\s*(?:分|points?)?")


class StepsField(forms.Field):
    """Lines such as `3 = 10` (from 3 on: 10 points), `省 = 3` or `10亿 / 1亿 = 3` (CNY / USD)."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[dict[str, str]]:
        """The lines as data."""
        if isinstance(value, list):
            return value
        lines = [line.strip() for line in unicodedata.normalize("NFKC", str(value or "")).splitlines()]
        return [self._step(line) for line in lines if line]

    def _step(self, line: str) -> dict[str, str]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValidationError(_("This line cannot be read: %(line)s"), code="line", params={"line": line})
        first, points = match["from"].strip(), match["points"]
        if (listing := LIST_WORDS.get(first.lower())) is not None:
            return {"listing": listing.value, "points": points}
        try:
            if "/" in first:
                cny, usd = (parse_amount(part) for part in first.split("/", 1))
                return {"cny": format(cny, "f"), "usd": format(usd, "f"), "points": points}
            return {"from": format(parse_amount(first), "f"), "points": points}
        except ValidationError:
            raise ValidationError(
                _("This line cannot be read: %(line)s"), code="line", params={"line": line}
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """The lines as they are typed."""
        if not isinstance(value, list):
            return value
        lines = []
        for step in value:
            first = step.get("from") or step.get("listing") or f"{step.get('cny')} / {step.get('usd')}"
            lines.append(f"{first} = {step.get('points')}")
        return "\n".join(lines)


class SchemeForm(MergeForm):
    """A scheme's names and its first day."""

    fields: dict[str, Any]

    name_zh = of(ScoringScheme, "name_zh")
    name_en = of(ScoringScheme, "name_en", required=False)
    valid_from = DayField(label=label_of(ScoringScheme, "valid_from"))
    note = of(ScoringScheme, "note", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()


class EndForm(forms.Form):
    """The last day of a scheme."""

    valid_to = DayField(label=label_of(ScoringScheme, "valid_to"))


class ContinueForm(forms.Form):
    """The first day of the copy that continues a scheme."""

    valid_from = DayField(
        label=_("The copy begins on"), help_text=_("The present scheme is valid until the day before.")
    )


class ScoreItemForm(RuleForm):
    """An item: its rule, and how it becomes points."""

    name_zh = of(ScoreItem, "name_zh")
    name_en = of(ScoreItem, "name_en", required=False)
    formula = of(ScoreItem, "formula")
    weight = of(ScoreItem, "weight", required=False)
    cap_percent = of(ScoreItem, "cap_percent", required=False)
    second_metric = forms.ChoiceField(
        label=label_of(ScoreItem, "second_metric"), choices=[("", _("(none)")), *Metric.choices], required=False
    )
    second_minimum = AmountField(
        label=label_of(ScoreItem, "second_minimum"),
        required=False,
        help_text=_("Empty: what the team's letters ask for."),
    )
    floor_value = AmountField(label=label_of(ScoreItem, "floor_value"), required=False,
                              help_text=_("Empty: the lowest of the teams."))  # fmt: skip
    ceiling_value = AmountField(label=label_of(ScoreItem, "ceiling_value"), required=False,
                                help_text=_("Empty: the highest of the teams."))  # fmt: skip
    each = of(ScoreItem, "each", required=False)
    steps = StepsField(
        label=label_of(ScoreItem, "steps"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each: 3 = 10 (10 from 3 on), 省 = 3 or city = 1 (lists), 10亿 / 1亿 = 3 (CNY / USD)."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minimum"].label = _("Goal of a team for a year")
        self.fields["minimum"].help_text = _("Empty: what the team's letters ask for.")
        self.begin()
