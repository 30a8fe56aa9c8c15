"""The lists that can be taken out besides the leads: for each its columns, and what must be read for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from investcrm.core.countries import country_name
from projects.choices import ExportedList
from projects.columns import Column, Value
from projects.models import Company, Contact, FundArrival
from teams.models import User


def _same(rows: Any, _user: User) -> Any:
    return rows


@dataclass(frozen=True)
class Table:
    """A list as a file: which one it is, its columns, and how its rows are read."""

    page: str
    # in the name of the file
    name: str | Promise
    columns: tuple[Column, ...]
    # the rows with what the columns read, as far as the user sees it
    read: Callable[[Any, User], Any] = _same

    def chosen(self, keys: Sequence[str]) -> list[Column]:
        """The columns of these keys in the list's order; all of them for none. The first one is always there."""
        return [one for number, one in enumerate(self.columns) if not keys or number == 0 or one.key in keys]


def column(model: type[Model], name: str, *, label: Any = None, kind: str = "text", width: int = 16) -> Column:
    """A field as it is; a choice in its words, a row by its name."""
    field = cast(Any, model._meta.get_field(name))
    label = label or field.verbose_name

    def value(row: Any) -> Value:
        if field.choices:
            return str(getattr(row, f"get_{name}_display")())
        found = getattr(row, name)
        return str(found) if field.is_relation and found is not None else found

    return Column(name, label, value, kind=kind, width=width)


def computed(key: str, label: Any, value: Callable[[Any], Value], kind: str = "text", width: int = 16) -> Column:
    """A column that no field holds."""
    return Column(key, label, value, kind=kind, width=width)


def _with(*names: str) -> Callable[[QuerySet[Any], User], QuerySet[Any]]:
    return lambda rows, _user: rows.select_related(*names)


COMPANIES = Table(
    ExportedList.COMPANIES,
    pgettext_lazy("name of a file", "companies"),
    (
        column(Company, "name", width=36),
        column(Company, "name_en", width=30),
        column(Company, "kind"),
        column(Company, "credit_code", width=22),
        computed("country", _("Country"), lambda row: country_name(row.country)),
        column(Company, "region_code"),
        column(Company, "address", width=36),
        column(Company, "website", width=24),
        column(Company, "profile", width=50),
        column(Company, "created_at", label=_("Entered"), kind="day"),
        column(Company, "created_by", label=_("Entered by")),
        column(Company, "updated_at", label=_("Changed"), kind="day"),
    ),
    _with("created_by"),
)
CONTACTS = Table(
    ExportedList.CONTACTS,
    pgettext_lazy("name of a file", "contacts"),
    (
        column(Contact, "name", width=18),
        column(Contact, "name_en"),
        column(Contact, "company", width=36),
        column(Contact, "position"),
        column(Contact, "phone", width=18),
        column(Contact, "wechat"),
        column(Contact, "email", width=24),
        column(Contact, "remarks", width=36),
        computed("zone", _("Zone"), lambda row: str(row.zone), width=24),
        column(Contact, "created_at", label=_("Entered"), kind="day"),
        column(Contact, "created_by", label=_("Entered by")),
    ),
    _with("company", "zone", "created_by"),
)
FUNDS = Table(
    ExportedList.FUNDS,
    pgettext_lazy("name of a file", "funds"),
    (
        computed("lead", _("Lead"), lambda row: str(row.lead), width=36),
        computed("number", _("Number"), lambda row: row.lead.number),
        computed("company", _("Company"), lambda row: str(row.lead.company), width=30),
        column(FundArrival, "kind"),
        column(FundArrival, "currency", width=9),
        column(FundArrival, "amount", kind="money", width=18),
        column(FundArrival, "value_on", kind="day"),
        column(FundArrival, "evidence", width=30),
        column(FundArrival, "status"),
        column(FundArrival, "entered_by", label=_("Entered by")),
        column(FundArrival, "created_at", label=_("Entered"), kind="day"),
        column(FundArrival, "checked_by", label=_("Checked by")),
        column(FundArrival, "checked_at", label=_("Checked"), kind="day"),
    ),
    _with("lead__company", "entered_by", "checked_by"),
)
