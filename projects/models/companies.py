"""Companies (shared between zones) and the people to talk to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.language import pick
from investcrm.core.models import Row
from projects.choices import CompanyKind
from teams.access import Capability
from teams.models import Zone, seen_by


class Bigrams(Func):
    """The distinct pairs of neighbouring characters, for two-character search (the SQL twin of core.text.bigrams)."""

    function = "crm_bigrams"
    # Without it `contains` would compare text, and two characters would find nothing.
    output_field = ArrayField(models.TextField())


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies; their names are seen by all who are signed in."""

    def visible_to(self, user: Any) -> CompanyQuerySet:
        """All live companies; anonymous gets none."""
        live = self.filter(deleted_at=None)
        return live if user.is_authenticated and user.is_active and (user.is_superuser or user.grants) else live.none()


@tracked("search_text", "normalised_name", "name_key")
class Company(Row):
    """A company, chamber or fund: investor, referrer or settled company. Shared between zones, not copied."""

    name = models.CharField(_("Name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=CompanyKind.choices, default=CompanyKind.COMPANY)
    credit_code = models.CharField(
        _("Unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": _("Another company has this credit code.")},
    )
    country = models.CharField(_("Country"), max_length=2, default="CN")
    region_code = models.CharField(_("Region (GB/T 2260)"), max_length=6, blank=True)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    website = models.URLField(_("Website"), blank=True)
    profile = models.TextField(_("Profile"), blank=True, max_length=5000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # What matching, search and sorting compare; written by projects.services.companies alone.
    normalised_name = models.CharField(max_length=300, editable=False)
    name_key = models.CharField(max_length=600, editable=False)
    search_text = models.TextField(editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Company")
        verbose_name_plural = _("Companies")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="company_country_code"),
            models.CheckConstraint(
                condition=Q(region_code="") | Q(region_code__regex=r"^\d{6}$"),
                name="company_region_code",
                violation_error_message=_("A region code has 6 digits."),
            ),
        ]
        indexes: ClassVar = [
            # similar names at entry
            GinIndex(OpClass("normalised_name", name="gin_trgm_ops"), name="company_name_similar"),
            # search of three characters and more, and of two
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="company_search"),
            GinIndex(Bigrams("search_text"), name="company_search_two"),
            # the list in the order of names, and of creation
            models.Index(fields=["name_key", "id"], condition=Q(deleted_at=None), name="company_by_name"),
            models.Index(fields=["created_at", "id"], condition=Q(deleted_at=None), name="company_by_creation"),
        ]

    def __str__(self) -> str:
        return pick(self.name, self.name_en)


class SettlementQuerySet(models.QuerySet["Settlement"]):
    """Settled companies; whoever works in the zone sees them, whatever team they are in."""

    def visible_to(self, user: Any) -> SettlementQuerySet:
        """Those of the zones in which the user may read, be it a team's leads only; anonymous gets none."""
        live = self.filter(company__deleted_at=None)
        return seen_by(live, user, lambda: Q(zone_id__in=user.zone_ids_with(Capability.VIEW)))


@tracked("last_visited_at", "due_on")
class Settlement(Row):
    """A company that is settled in a zone (已落户企业), and who looks after it how often (走访).

    `last_visited_at` and `due_on` are kept by the database (visits/migrations/0005): whatever writes an interaction,
    a lead's companies or a zone's limits need not know of them.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    company = models.ForeignKey(Company, models.CASCADE, related_name="settlements")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="settlements")
    since = models.DateField(_("Since"), null=True, blank=True)
    visit_every_days = models.PositiveSmallIntegerField(
        _("Visit every (days)"), null=True, blank=True, help_text=_("Empty: as often as the zone's limits say.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Looked after by"),
    )
    remarks = models.CharField(_("Remarks"), max_length=500, blank=True)
    last_visited_at = models.DateTimeField(null=True, editable=False)
    due_on = models.DateField(null=True, editable=False)

    objects = SettlementQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Settled company")
        verbose_name_plural = _("Settled companies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "zone"], name="settled_once_a_zone"),
            models.CheckConstraint(
                condition=Q(visit_every_days=None) | Q(visit_every_days__gte=1, visit_every_days__lte=1000),
                name="settlement_cadence_sane",
                violation_error_message=_("Between 1 and 1,000 days."),
            ),
        ]
        indexes: ClassVar = [
            # who waits for a visit, the longest overdue first
            models.Index(fields=["zone", "due_on", "id"], condition=Q(deleted_at=None), name="settlement_due"),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.zone}"


def leads_of_company(leads: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of the leads in which the outer row's company stands, in the outer row's zone: for an Exists."""
    return leads.filter(zone_id=OuterRef("zone_id")).filter(
        Q(company_id=OuterRef("company_id"))
        | Q(referrer_company_id=OuterRef("company_id"))
        | Q(registered_company_id=OuterRef("company_id"))
    )


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts: seen through the leads that one may see, and by whoever entered them while they work in the zone."""

    def visible_to(self, user: Any) -> ContactQuerySet:
        """Contacts of companies that stand in a visible lead of the same zone; anonymous gets none."""
        live = self.filter(deleted_at=None)
        if not user.is_authenticated or not user.is_active:
            return live.none()
        leads = self.model._meta.apps.get_model("projects", "Lead").objects.visible_to(user)
        own = Q(created_by=user, zone_id__in=user.role_zone_ids)
        return live.filter(Exists(leads_of_company(leads)) | own | Q(zone_id__in=user.zone_ids(Capability.VIEW)))


@tracked("search_text")
class Contact(Row):
    """A person to talk to at a company (客商、联系人), known to one zone."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts", verbose_name=_("Company"))
    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    position = models.CharField(_("Position"), max_length=100, blank=True)
    phone = models.CharField(_("Phone"), max_length=50, blank=True)
    phone_e164 = models.CharField(max_length=20, blank=True, editable=False)
    wechat = models.CharField(_("WeChat"), max_length=100, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    remarks = models.TextField(_("Remarks"), blank=True, max_length=2000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    search_text = models.TextField(editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [
            # search of three characters and more, and of two
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="contact_search"),
            GinIndex(Bigrams("search_text"), name="contact_search_two"),
        ]

    def __str__(self) -> str:
        return pick(self.name, self.name_en)
