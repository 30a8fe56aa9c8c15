"""Money after signing: entering what arrived, checking it, increases of capital."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from investcrm.core.forms import AmountField, DayField
from investcrm.core.merging import MergeForm
from investcrm.core.money import CURRENCY_CHOICES
from projects.choices import CapitalOrigin, FundKind
from projects.forms.fields import NOT_SET, label_of, of
from projects.models import CapitalIncrease, Document, FundArrival, Lead
from teams.models import User


def documents_of(user: User, lead: Lead) -> Any:
    """The lead's own documents, the latest first."""
    return Document.objects.visible_to(user).filter(lead=lead).order_by("-created_at")


def _currency(model: type[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label_of(model, "currency"), choices=CURRENCY_CHOICES, initial="CNY")


def _document(model: type[Any]) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Document.objects.none(), label=label_of(model, "document"), required=False, empty_label=NOT_SET
    )


class _MoneyForm(MergeForm):
    """The amount is read with its currency: `200万美元` needs USD."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, user: User, lead: Lead, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["document"].queryset = documents_of(user, lead)
        if self.is_bound:
            self.fields["amount"].currency = self.data.get(self.add_prefix("currency")) or None
        elif row is None:
            self.initial.setdefault("currency", lead.currency)


class FundsForm(_MoneyForm):
    """Money that arrived."""

    kind = of(FundArrival, "kind")
    amount = AmountField(label=label_of(FundArrival, "amount"), help_text=_("For example 2000万 or 20 million."))
    currency = _currency(FundArrival)
    value_on = DayField(label=label_of(FundArrival, "value_on"), future_years=0)
    evidence = of(FundArrival, "evidence", help_text=_("Bank receipt, capital verification report: number and day."))
    document = _document(FundArrival)

    def __init__(self, *args: Any, lead: Lead, row: FundArrival | None = None, **kwargs: Any) -> None:
        super().__init__(*args, lead=lead, row=row, **kwargs)
        if lead.capital_origin != CapitalOrigin.FOREIGN:
            self.fields["kind"].help_text = _("FDI is for leads of foreign capital only.")
        self.initial.setdefault("kind", FundKind.FUNDS_IN_PLACE)
        self.begin()


class CheckForm(forms.Form):
    """The remark of whoever verifies or rejects, and the version that they have seen."""

    check_note = of(FundArrival, "check_note", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Why an entry is taken out."""

    check_note = of(FundArrival, "check_note", required=False, label=_("Why"))


class IncreaseForm(_MoneyForm):
    """Capital that an investor adds."""

    amount = AmountField(label=label_of(CapitalIncrease, "amount"), help_text=_("For example 2000万 or 20 million."))
    currency = _currency(CapitalIncrease)
    agreed_on = DayField(label=label_of(CapitalIncrease, "agreed_on"), future_years=0)
    evidence = of(CapitalIncrease, "evidence")
    document = _document(CapitalIncrease)
    note = of(CapitalIncrease, "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()


class TakeBackForm(forms.Form):
    """Why an increase is taken back."""

    note = forms.CharField(label=_("Why is it taken back?"), required=False, max_length=500)
