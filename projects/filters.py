"""The filters of leads and companies: one set for page, API and export."""

from __future__ import annotations

import datetime

import django_filters
from django import forms
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field

from investcrm.core.external_ids import kind_of, known_as
from investcrm.core.ids import is_id
from investcrm.core.paging import Ordering
from projects.choices import AcquisitionMode, CapitalOrigin, FundKind, FundStatus, Listing, StageKind
from projects.models import CapitalIncrease, Company, Contact, FundArrival, Industry, Lead, LeadTag
from projects.rates import in_cny
from projects.selectors import search

# More days than any lead is old; a century.
MAX_DAYS = 36_500
SOON_DAYS = 7
MINE = [("true", _("Mine alone"))]
FOLLOW_UPS = [("overdue", _("Overdue")), ("soon", _("Within 7 days")), ("none", _("None planned"))]


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Any of several choices, given as repeated parameters."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("distinct", False)
        super().__init__(**kwargs)


class WholeNumberFilter(django_filters.NumberFilter):
    """A whole number: half a day is refused."""

    field_class = forms.IntegerField

    def __init__(self, *args: object, min_value: int, max_value: int, **kwargs: object) -> None:
        super().__init__(*args, min_value=min_value, max_value=max_value, **kwargs)
        set_override(self, "field", {"type": "integer", "minimum": min_value, "maximum": max_value})


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^[0-9]{1,16}(\.[0-9]{1,2})?$"})
class AmountFilter(django_filters.NumberFilter):
    """An amount of money."""


class CodesFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """Any of several codes, comma-separated."""


class RefFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """Rows that point to one of several others, named by id or by code (comma-separated); `none` is nobody."""

    def __init__(self, *args: object, code: str | None = None, **kwargs: object) -> None:
        self.code = code
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet, value: list[str] | None) -> QuerySet:
        """Limit the rows; an id or code that nobody has finds nothing."""
        if not value:
            return qs
        wanted = Q(**{f"{self.field_name}_id__in": [part for part in value if is_id(part)]})
        codes = [part for part in value if part != "none" and not is_id(part)]
        if "none" in value:
            wanted |= Q(**{f"{self.field_name}_id__isnull": True})
        if codes and self.code:
            wanted |= Q(**{f"{self.field_name}__{self.code}__in": codes})
        return qs.filter(wanted)


class TagFilter(django_filters.BaseInFilter, django_filters.CharFilter):
    """Leads that carry one of several tags, named by id or by word (comma-separated); `none` is without any."""

    def filter(self, qs: QuerySet, value: list[str] | None) -> QuerySet:
        """Limit the rows; a tag that nobody has finds nothing."""
        if not value:
            return qs
        links = LeadTag.objects.filter(lead=OuterRef("pk"), tag__deleted_at=None)
        untagged = Q(~Exists(links)) if "none" in value else Q(pk__in=[])
        named = Q(tag__in=[part for part in value if is_id(part)])
        for word in value:
            if word != "none" and not is_id(word):
                named |= Q(tag__name__iexact=word)
        return qs.filter(untagged | Q(Exists(links.filter(named))))


class KnownAsFilter(django_filters.FilterSet):
    """What other systems call the rows; a key that is limited to some systems finds nothing of others."""

    source_system = django_filters.CharFilter(method="by_system", label=_("Source system"), max_length=40)
    external_id = django_filters.CharFilter(method="by_external_id", label=_("External id"), max_length=200)

    def by_system(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Rows that the system knows; with an external id as well, the one that it calls so."""
        if self.form.cleaned_data.get("external_id"):
            return rows
        return self._known_as(rows, [value], "")

    def by_external_id(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Rows that some system calls so, or the named one."""
        system = self.form.cleaned_data.get("source_system")
        return self._known_as(rows, [system] if system else [], value)

    def _known_as(self, rows: QuerySet, systems: list[str], external_id: str) -> QuerySet:
        allowed = getattr(getattr(self.request, "auth", None), "source_systems", None)
        if allowed:
            systems = [system for system in systems or allowed if system in allowed]
            if not systems:
                return rows.none()
        return known_as(rows, kind_of(rows.model), systems=systems, external_id=external_id)


class LeadFilter(KnownAsFilter):
    """Filters of leads, as REST clients and pages name them (API section 2)."""

    search = django_filters.CharFilter(method="by_search", label=_("Search"))
    zone = RefFilter(field_name="zone", code="code", label=_("Zone"))
    stage = CodesFilter(field_name="stage_id", label=_("Stage"))
    stage_kind = ChoicesFilter(choices=StageKind.choices, label=_("Kind of stage"))
    team = RefFilter(field_name="team", code="code", label=_("Team"))
    owner = RefFilter(field_name="owner", code="username", label=_("Owner"))
    industry = RefFilter(field_name="industry", code="code", label=_("Industry"))
    acquisition_mode = ChoicesFilter(choices=AcquisitionMode.choices, label=_("Acquisition mode"))
    capital_origin = ChoicesFilter(choices=CapitalOrigin.choices, label=_("Origin of capital"))
    listing = ChoicesFilter(choices=Listing.choices, label=_("Major project list"))
    company = django_filters.UUIDFilter(field_name="company_id", label=_("Company"))
    tag = TagFilter(label=_("Tag"))
    mine = django_filters.ChoiceFilter(method="by_reader", label=_("Mine"), choices=MINE)
    follow_up = django_filters.ChoiceFilter(method="by_follow_up", label=_("Next follow-up"), choices=FOLLOW_UPS)
    silent_days_min = WholeNumberFilter(
        method="by_silence", label=_("Silent for at least (days)"), min_value=0, max_value=MAX_DAYS
    )
    expected_signing_after = django_filters.DateFilter("expected_signing_on", "gte", label=_("Signing expected from"))
    expected_signing_before = django_filters.DateFilter(
        "expected_signing_on", "lte", label=_("Signing expected up to")
    )
    total_investment_min = AmountFilter(method="by_minimum", label=_("Total investment from (CNY)"))
    total_investment_max = AmountFilter(method="by_maximum", label=_("Total investment up to (CNY)"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte", label=_("Entered from"))
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt", label=_("Entered before"))
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte", label=_("Changed from"))
    updated_before = django_filters.IsoDateTimeFilter("updated_at", "lt", label=_("Changed before"))
    signed_after = django_filters.DateFilter("signed_on", "gte", label=_("Signed from"))
    signed_before = django_filters.DateFilter("signed_on", "lte", label=_("Signed up to"))
    landed_after = django_filters.DateFilter("landed_on", "gte", label=_("Landed from"))
    landed_before = django_filters.DateFilter("landed_on", "lte", label=_("Landed up to"))
    idle_days_min = WholeNumberFilter(
        method="by_idle", label=_("Idle for at least (days)"), min_value=0, max_value=MAX_DAYS
    )
    light = django_filters.ChoiceFilter(
        method="by_light", label=_("Light"), choices=[("yellow", _("Yellow")), ("red", _("Red"))]
    )

    class Meta:
        model = Lead
        fields: list[str] = []

    def by_search(self, rows: QuerySet[Lead], _name: str, value: str) -> QuerySet[Lead]:
        """Characters, pinyin or initials, two and more."""
        return search(rows, value)

    def by_minimum(self, rows: QuerySet[Lead], _name: str, value: object) -> QuerySet[Lead]:
        """At least so many CNY at today's rates."""
        return rows.alias(cny=in_cny("total_investment", timezone.localdate())).filter(cny__gte=value)

    def by_maximum(self, rows: QuerySet[Lead], _name: str, value: object) -> QuerySet[Lead]:
        """At most so many CNY at today's rates."""
        return rows.alias(cny=in_cny("total_investment", timezone.localdate())).filter(cny__lte=value)

    def by_idle(self, rows: QuerySet[Lead], _name: str, value: int) -> QuerySet[Lead]:
        """No move and no milestone for so many days."""
        return rows.filter(last_progress_on__lte=timezone.localdate() - datetime.timedelta(days=value))

    def by_silence(self, rows: QuerySet[Lead], _name: str, value: int) -> QuerySet[Lead]:
        """No interaction for so many days; without one, since the lead was entered."""
        last = timezone.localdate() - datetime.timedelta(days=value)
        end = timezone.make_aware(datetime.datetime.combine(last, datetime.time.max))
        return rows.alias(last_contact=Coalesce("last_interaction_at", "created_at")).filter(last_contact__lte=end)

    def by_follow_up(self, rows: QuerySet[Lead], _name: str, value: str) -> QuerySet[Lead]:
        """By the day of the next follow-up."""
        today = timezone.localdate()
        if value == "none":
            return rows.filter(next_follow_up_on=None)
        if value == "overdue":
            return rows.filter(next_follow_up_on__lt=today)
        return rows.filter(next_follow_up_on__range=(today, today + datetime.timedelta(days=SOON_DAYS)))

    def by_reader(self, rows: QuerySet[Lead], _name: str, value: str) -> QuerySet[Lead]:
        """The reader's own, so that a view shared with others shows each of them theirs."""
        return rows.filter(owner=self.request.user)

    def by_light(self, rows: QuerySet[Lead], _name: str, value: str) -> QuerySet[Lead]:
        """The same rule as projects.clocks.light, over rows."""
        idle = ExpressionWrapper(Value(timezone.localdate()) - F("last_progress_on"), DurationField())
        rows = rows.exclude(stage_kind__in=[StageKind.LANDED, StageKind.CLOSED])
        day = datetime.timedelta(days=1)
        if value == "red":
            return rows.alias(idle=idle).filter(idle__gte=F("zone__idle_red_days") * day)
        return rows.alias(idle=idle).filter(
            idle__gte=F("zone__idle_yellow_days") * day, idle__lt=F("zone__idle_red_days") * day
        )


class CompanyFilter(KnownAsFilter):
    """Filters of companies."""

    search = django_filters.CharFilter(method="by_search", label=_("Search"))
    country = django_filters.CharFilter(label=_("Country"))
    credit_code = django_filters.CharFilter(label=_("Unified social credit code"))
    settled_in = django_filters.CharFilter(field_name="settlements__zone__code", label=_("Settled in"))

    class Meta:
        model = Company
        fields: list[str] = []

    def by_search(self, rows: QuerySet[Company], _name: str, value: str) -> QuerySet[Company]:
        """Characters, pinyin or initials, two and more."""
        return search(rows, value)


class IndustryFilter(django_filters.FilterSet):
    """Filters of industries."""

    zone = django_filters.CharFilter("zone__code", label=_("Zone"))
    code = django_filters.CharFilter("code", label=_("Code"))

    class Meta:
        model = Industry
        fields: list[str] = []


class ContactFilter(KnownAsFilter):
    """Filters of contacts."""

    company = django_filters.UUIDFilter(field_name="company_id", label=_("Company"))
    zone = django_filters.CharFilter("zone__code", label=_("Zone"))
    search = django_filters.CharFilter(method="by_search", label=_("Search"))

    class Meta:
        model = Contact
        fields: list[str] = []

    def by_search(self, rows: QuerySet[Contact], _name: str, value: str) -> QuerySet[Contact]:
        """Characters, pinyin or initials, two and more."""
        return search(rows, value)


# The orders that lists offer, by their public names.
LEAD_ORDERINGS: dict[str, Ordering] = {
    "created_at": Ordering("created_at"),
    "updated_at": Ordering("updated_at"),
    "name": Ordering("name_key"),
    "number": Ordering("number"),
    "total_investment": Ordering("total_investment", nullable=True),
    "stage_entered_on": Ordering("stage_entered_on", nullable=True),
    "expected_signing_on": Ordering("expected_signing_on", nullable=True),
    "last_interaction_at": Ordering("last_interaction_at", nullable=True),
    "next_follow_up_on": Ordering("next_follow_up_on", nullable=True),
}
COMPANY_ORDERINGS: dict[str, Ordering] = {"created_at": Ordering("created_at"), "name": Ordering("name_key")}


class ChangedFilter(django_filters.FilterSet):
    """When a row was entered and last changed."""

    created_after = django_filters.IsoDateTimeFilter("created_at", "gte", label=_("Entered from"))
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt", label=_("Entered before"))
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte", label=_("Changed from"))
    updated_before = django_filters.IsoDateTimeFilter("updated_at", "lt", label=_("Changed before"))


class OfLeadFilter(ChangedFilter):
    """Filters of what hangs on a lead."""

    lead = django_filters.UUIDFilter("lead_id", label=_("Lead"))
    zone = RefFilter(field_name="lead__zone", code="code", label=_("Zone"))
    team = RefFilter(field_name="lead__team", code="code", label=_("Team"))


class FundArrivalFilter(OfLeadFilter):
    """Filters of arrivals of funds."""

    kind = ChoicesFilter(choices=FundKind.choices, label=_("Kind"))
    status = ChoicesFilter(choices=FundStatus.choices, label=_("Status"))
    value_after = django_filters.DateFilter("value_on", "gte", label=_("Arrived from"))
    value_before = django_filters.DateFilter("value_on", "lte", label=_("Arrived up to"))

    class Meta:
        model = FundArrival
        fields: list[str] = []


class CapitalIncreaseFilter(OfLeadFilter):
    """Filters of capital increases."""

    agreed_after = django_filters.DateFilter("agreed_on", "gte", label=_("Agreed from"))
    agreed_before = django_filters.DateFilter("agreed_on", "lte", label=_("Agreed up to"))

    class Meta:
        model = CapitalIncrease
        fields: list[str] = []


CHANGED_ORDERINGS: dict[str, Ordering] = {
    "created_at": Ordering("created_at"),
    "updated_at": Ordering("updated_at"),
}
FUND_ORDERINGS: dict[str, Ordering] = {**CHANGED_ORDERINGS, "value_on": Ordering("value_on")}
INCREASE_ORDERINGS: dict[str, Ordering] = {**CHANGED_ORDERINGS, "agreed_on": Ordering("agreed_on")}
