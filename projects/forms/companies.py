"""Entering and editing companies and contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from investcrm.core.countries import country_choices
from investcrm.core.forms import CreditCodeField, PhoneField
from investcrm.core.merging import MergeForm
from projects.forms.fields import LongText, label_of, of
from projects.models import Company, Contact
from teams.models import Zone


class CompanyForm(MergeForm):
    """What is known about a company."""

    name = of(Company, "name", help_text=_("As on the business licence."))
    name_en = of(Company, "name_en")
    credit_code = CreditCodeField(
        label=label_of(Company, "credit_code"),
        required=False,
        help_text=_("18 characters, if known. Companies abroad have none."),
    )
    kind = of(Company, "kind")
    country = forms.ChoiceField(
        label=label_of(Company, "country"), initial="CN", widget=forms.Select(attrs={"data-select": "1"})
    )
    region_code = of(Company, "region_code", help_text=_("6 digits"))
    address = of(Company, "address")
    website = forms.URLField(label=label_of(Company, "website"), required=False, max_length=200, assume_scheme="https")
    profile = LongText(label=label_of(Company, "profile"), required=False, max_length=5000)

    def __init__(self, *args: Any, row: Company | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["country"].choices = lazy(country_choices, list)()  # type: ignore[attr-defined]
        self.begin()


class ContactForm(MergeForm):
    """A person to talk to; the zone is asked for where the user works in several."""

    beside = frozenset({"zone"})

    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Zone"), to_field_name="code", empty_label=None)
    name = of(Contact, "name")
    position = of(Contact, "position")
    phone = PhoneField(label=label_of(Contact, "phone"), required=False, max_length=50)
    wechat = of(Contact, "wechat")
    email = of(Contact, "email")
    name_en = of(Contact, "name_en")
    remarks = LongText(label=label_of(Contact, "remarks"), required=False, rows=2, max_length=2000)

    def __init__(self, *args: Any, zones: list[Zone], row: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if len(zones) > 1 and row is None:
            field = self.fields["zone"]
            field.queryset = Zone.objects.filter(pk__in=[zone.pk for zone in zones])  # type: ignore[attr-defined]
        else:
            del self.fields["zone"]
        self.begin()


class SettledForm(forms.Form):
    """Whether a company is settled in the zone, and since when."""

    zone = forms.SlugField()
    settled = forms.BooleanField(required=False)
