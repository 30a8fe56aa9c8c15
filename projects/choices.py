"""Fixed lists of the field: kinds that counting rests on, and the words shown for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class DocumentKind(models.TextChoices):
    """What a document is."""

    AGREEMENT = "agreement", _("Agreement")
    DRAFT = "draft", _("Draft agreement")
    PITCH = "pitch", _("Pitch material")
    PLAN = "plan", _("Business plan or feasibility study")
    LICENCE = "licence", _("Licence or certificate")
    EVIDENCE = "evidence", _("Evidence")
    MINUTES = "minutes", _("Minutes")
    OTHER = "other", pgettext_lazy("document", "Other")


class DispatchWay(models.TextChoices):
    """How a document was sent to somebody outside."""

    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    WECHAT = "wechat", _("WeChat")
    LINK = "link", _("Link to a cloud drive")
    PAPER = "paper", _("On paper")
    OTHER = "other", _("Other way")


class FundKind(models.TextChoices):
    """Which arrival it counts as (DOMAIN section 3)."""

    FUNDS_IN_PLACE = "funds_in_place", _("Funds in place")
    FDI = "fdi", _("FDI paid in")


class FundStatus(models.TextChoices):
    """Whether a second person has looked at it."""

    ENTERED = "entered", _("To be verified")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Rejected")


class NotificationKind(models.TextChoices):
    """What people are told of."""

    ASSIGNED = "assigned", _("Something was given to me")
    MENTIONED = "mentioned", _("Somebody mentioned me")
    COMMENTED = "commented", _("A comment on a lead of mine")
    MOVED = "moved", _("A lead of mine was moved")
    PROTECTION_ENDING = "protection_ending", _("The protection of a lead of mine ends")
    ANSWER_DUE = "answer_due", _("A service request is due")
    FUNDS_CHECKED = "funds_checked", _("Funds that I entered were verified or rejected")
    MERGED = "merged", _("A lead of mine, or its company, was merged with another")


class ListPage(models.TextChoices):
    """The lists that have views of one's own."""

    LEADS = "leads", _("Leads")
    COMPANIES = "companies", _("Companies")
    INTERACTIONS = "interactions", _("Calls and visits")


class ExportedList(models.TextChoices):
    """What can be taken out as a file."""

    LEADS = "leads", _("Leads")
    COMPANIES = "companies", _("Companies")
    CONTACTS = "contacts", _("Contacts")
    INTERACTIONS = "interactions", _("Calls and visits")
    FOLLOW_UPS = "follow_ups", _("Follow-ups")
    PLANNED_VISITS = "planned_visits", _("Planned visits")
    SERVICE_REQUESTS = "service_requests", _("Service requests")
    FUNDS = "funds", _("Arrivals of funds")
    FIGURE = "figure", _("List behind a number")
    IMPORT = "import", _("Result of an import")


class ExportFormat(models.TextChoices):
    """The files that a list can be taken out as."""

    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
    JSONL = "jsonl", "JSON Lines"


class MergeKind(models.TextChoices):
    """What can be merged."""

    LEAD = "lead", _("Lead")
    COMPANY = "company", _("Company")
    CONTACT = "contact", _("Contact")
