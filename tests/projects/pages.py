"""What the tests of this app's pages share: posting a form as the page would."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.forms import BoundField
from django.http import HttpResponse
from django.test import Client

from projects.models import Lead
from teams.models import User


def signed_in(user: User) -> Client:
    """A browser of the user, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _sent(field: BoundField) -> Any:
    value = field.value()
    widget_value = field.field.widget.format_value(value)
    if isinstance(widget_value, list):
        widget_value = widget_value[0] if widget_value else ""
    return "" if widget_value is None else widget_value


def filled(response: HttpResponse, **changes: Any) -> dict[str, Any]:
    """What the browser would send back of the page's form, with some fields typed in."""
    form = response.context["form"]
    data = {name: _sent(form[name]) for name in form.fields}
    data = {name: value for name, value in data.items() if value not in ("", False)}
    if response.context.get("token"):
        data["token"] = str(response.context["token"])
    return {**data, **changes}


def enter(client: Client, **changes: Any) -> HttpResponse:
    """Open the form of a new lead, fill it in and send it."""
    page = client.get("/leads/new/")
    return client.post("/leads/new/", filled(page, **changes))


def edit(client: Client, lead: Lead, **changes: Any) -> HttpResponse:
    """Open a lead's form, fill it in and send it."""
    address = f"/leads/{lead.pk}/edit/"
    return client.post(address, filled(client.get(address), **changes))


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """The codes of the form's errors, by field."""
    found = response.context["form"].errors.as_data()
    return {field: [error.code for error in of_field] for field, of_field in found.items()}


def standing(lead: Lead) -> SimpleNamespace:
    """What the tests compare before and after a refusal."""
    lead.refresh_from_db()
    return SimpleNamespace(version=lead.version, name=lead.name, entries=lead.entries.count())
