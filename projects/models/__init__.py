from projects.models.companies import Company, CompanyQuerySet, Contact, Settlement
from projects.models.leads import Lead, LeadQuerySet, LedgerEntry, Milestone
from projects.models.reference import Industry, Stage, StageRequirement

__all__ = [
    "Company",
    "CompanyQuerySet",
    "Contact",
    "Industry",
    "Lead",
    "LeadQuerySet",
    "LedgerEntry",
    "Milestone",
    "Settlement",
    "Stage",
    "StageRequirement",
]
