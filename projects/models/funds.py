"""Money after signing: what has arrived, and what an investor adds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from investcrm.core.history import tracked
from investcrm.core.models import MoneyField, Row
from projects.choices import FundKind, FundStatus
from projects.models.documents import Document
from projects.models.leads import Lead, LedgerEntry
from teams.models import User


class OfLeadQuerySet(models.QuerySet[Any]):
    """Rows that are seen with their lead."""

    def visible_to(self, user: Any) -> OfLeadQuerySet:
        """Those of visible leads; anonymous gets none."""
        return self.filter(deleted_at=None, lead__in=Lead.objects.visible_to(user))


@tracked()
class FundArrival(Row):
    """Money proved to have arrived (到位资金), entered by one person and verified by another.

    Never agreed investment x progress. Once checked it is not edited: it is rejected, and entered again.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="fund_arrivals")
    kind = models.CharField(_("Kind"), max_length=20, choices=FundKind.choices, default=FundKind.FUNDS_IN_PLACE)
    amount = MoneyField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    value_on = models.DateField(_("Value date"))
    evidence = models.CharField(_("Evidence"), max_length=500)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Document")
    )
    status = models.CharField(
        _("Status"), max_length=10, choices=FundStatus.choices, default=FundStatus.ENTERED, editable=False
    )
    entered_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    checked_at = models.DateTimeField(null=True, editable=False)
    check_note = models.CharField(_("Remark of the check"), max_length=500, blank=True)

    objects = OfLeadQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Arrival of funds")
        verbose_name_plural = _("Arrivals of funds")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="fund_amount_positive",
                violation_error_message=_("An amount that arrived is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(status=FundStatus.ENTERED, checked_by=None, checked_at=None)
                | (~Q(status=FundStatus.ENTERED) & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="fund_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("entered_by")),
                name="fund_checked_by_another",
                violation_error_message=_("Somebody else must verify what you entered."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lead", "value_on"], condition=Q(deleted_at=None), name="fund_of_lead"),
            # what waits for a second pair of eyes
            models.Index(fields=["created_at"], condition=Q(deleted_at=None, status="entered"), name="fund_to_verify"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.value_on}"


@tracked()
class CapitalIncrease(Row):
    """A settled investor adds capital (增资): it adds its amount, and is not one more project."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="capital_increases")
    amount = MoneyField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    agreed_on = models.DateField(_("Agreed on"))
    evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Document")
    )
    note = models.CharField(_("Note"), max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, editable=False, related_name="+")

    objects = OfLeadQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("Capital increase")
        verbose_name_plural = _("Capital increases")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="increase_amount_positive",
                violation_error_message=_("An increase is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.agreed_on}"
