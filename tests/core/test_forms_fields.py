"""Form fields read what staff type and show it again."""

import datetime as dt
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from investcrm.core.forms import AmountField, CreditCodeField, DayField, PhoneField, add_problems


class Sheet(forms.Form):
    amount = AmountField(required=False, min_value=0)
    signed = DayField(required=False, future_years=0)
    code = CreditCodeField(required=False)
    phone = PhoneField(required=False)
    fax = PhoneField(required=False, strict=True)


def codes(form: forms.Form, field: str) -> list[str]:
    return [error["code"] for error in form.errors.get_json_data().get(field, [])]


def test_what_is_typed_is_read():
    form = Sheet({"amount": " 1.5亿 ", "signed": "2022年3月5日", "code": "91440300708461136t", "phone": "０512-6"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "amount": Decimal(150_000_000),
        "signed": dt.date(2022, 3, 5),
        "code": "91440300708461136T",
        "phone": "０512-6",
        "fax": "",
    }


def test_empty_boxes_are_allowed_when_not_required():
    form = Sheet({})
    assert form.is_valid()
    assert form.cleaned_data["amount"] is None
    assert form.cleaned_data["signed"] is None
    assert not AmountField().has_changed(None, "")


def test_bad_values_are_refused_beside_their_field():
    form = Sheet({"amount": "-5", "signed": "2199-01-01", "code": "123", "fax": "reception"})
    assert codes(form, "amount") == ["min_value"]
    assert codes(form, "signed") == ["too_late"]
    assert codes(form, "code") == ["length"]
    assert codes(form, "fax") == ["invalid_phone"]
    assert codes(Sheet({"amount": "lots"}), "amount") == ["invalid_amount"]


def test_a_stored_amount_is_shown_plain_and_a_rejected_one_as_typed():
    assert 'value="150000000"' in str(Sheet(initial={"amount": Decimal("1.5E+8")})["amount"])
    assert 'value="0.50"' in str(Sheet(initial={"amount": Decimal("0.50")})["amount"])
    assert 'value="2000 wan"' in str(Sheet({"amount": "2000 wan"})["amount"])
    assert not AmountField().has_changed(Decimal("20000000.00"), "2000万")
    assert AmountField().has_changed(Decimal(1), "lots")


def test_the_day_picker_gets_iso_values_and_bounds():
    html = str(Sheet(initial={"signed": dt.date(2022, 3, 5)})["signed"])
    assert 'type="date"' in html
    assert 'value="2022-03-05"' in html
    assert 'min="1990-01-01"' in html


def test_a_services_refusal_stands_beside_its_field_and_one_of_no_field_above_the_form():
    form = Sheet({})
    assert form.is_valid()
    add_problems(form, ValidationError("nothing to see", code="whole"))
    add_problems(form, ValidationError([ValidationError("one", code="one"), ValidationError("two", code="two")]))
    add_problems(
        form,
        ValidationError({"tax_id": ValidationError("x", code="beside"), "other": ValidationError("y", code="above")}),
        {"tax_id": "code"},
    )
    assert codes(form, "code") == ["beside"]
    assert codes(form, "__all__") == ["whole", "one", "two", "above"]
