"""Fixed lists of the field: kinds that counting rests on, and the words shown for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StageKind(models.TextChoices):
    """What a stage means for counting, whatever it is called."""

    OPEN = "open", _("Open")
    SIGNED = "signed", _("Signed")
    LANDED = "landed", _("Landed")
    CLOSED = "closed", _("Closed")


# Milestones follow signing.
AFTER_SIGNING = frozenset({StageKind.SIGNED, StageKind.LANDED})


class EntryKind(models.TextChoices):
    """What happened to a lead."""

    OPENED = "opened", _("Opened")
    MOVED = "moved", _("Moved")
    CORRECTED = "corrected", _("Move corrected")
    TRANSFERRED = "transferred", _("Transferred")
    REVALUED = "revalued", _("Amounts changed")
    RECLASSIFIED = "reclassified", _("Classification changed")
    INCREASED = "increased", _("Capital increased")
    MERGED = "merged", _("Merged")
    DELETED = "deleted", _("Deleted")


class AcquisitionMode(models.TextChoices):
    """How a lead was won (招商方式)."""

    CHAIN = "chain", _("Value chain")
    REFERRAL = "referral", _("Referral by a settled investor")
    FUND = "fund", _("Fund")
    AMBASSADOR = "ambassador", _("Ambassador")
    CHAMBER = "chamber", _("Chamber of commerce")
    EVENT = "event", _("Fair or event")
    INTERMEDIARY = "intermediary", _("Intermediary")
    ENQUIRY = "enquiry", _("Own enquiry")
    OTHER = "other", _("Other way")


class CapitalOrigin(models.TextChoices):
    """Where the capital comes from."""

    DOMESTIC = "domestic", _("Domestic capital")
    FOREIGN = "foreign", _("Foreign capital")


class Listing(models.TextChoices):
    """On which list of major projects a lead stands (列省重大项目)."""

    NONE = "none", _("Not listed")
    CITY = "city", _("City major project")
    PROVINCE = "province", _("Provincial major project")
    NATION = "nation", _("National major project")


class SiteNeed(models.TextChoices):
    """What the project needs to stand on; the measures are fields of their own."""

    NONE = "none", _("No site needed")
    LAND = "land", _("Land")
    HALL = "hall", _("Hall")
    OFFICE = "office", _("Office floor")
    UNDECIDED = "undecided", _("Site needed, kind open")


class CompanyKind(models.TextChoices):
    """What a company is to the centre."""

    COMPANY = "company", _("Company")
    CHAMBER = "chamber", _("Chamber or association")
    FUND = "fund", _("Investment fund")
    PARK = "park", _("Industrial community")
    AGENCY = "agency", _("Agency")


class MilestoneKind(models.TextChoices):
    """Milestones after signing, each on its own (DOMAIN section 2)."""

    REGISTERED = "registered", _("Registered")
    FUNDS_IN_PLACE = "funds_in_place", _("Funds in place")
    CONSTRUCTION_STARTED = "construction_started", _("Construction started")
    COMPLETED = "completed", _("Completed")
    IN_PRODUCTION = "in_production", _("In production")
    FULL_CAPACITY = "full_capacity", _("Full capacity")
