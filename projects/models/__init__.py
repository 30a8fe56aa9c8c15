from projects.models.companies import Company, CompanyQuerySet, Contact, Settlement
from projects.models.documents import (
    Document,
    DocumentDispatch,
    DocumentDownload,
    DocumentQuerySet,
    DocumentVersion,
    Upload,
)
from projects.models.funds import CapitalIncrease, FundArrival
from projects.models.leads import Lead, LeadQuerySet, LedgerEntry, Milestone
from projects.models.lists import DefaultView, ExportRecord, LeadTag, RecentItem, SavedView, Tag
from projects.models.merges import KeptApart, Merge
from projects.models.reference import Industry, Stage, StageLimit, StageRequirement
from projects.models.talk import Comment, Notification, NotificationChoice

__all__ = [
    "CapitalIncrease",
    "Comment",
    "Company",
    "CompanyQuerySet",
    "Contact",
    "DefaultView",
    "Document",
    "DocumentDispatch",
    "DocumentDownload",
    "DocumentQuerySet",
    "DocumentVersion",
    "ExportRecord",
    "FundArrival",
    "Industry",
    "KeptApart",
    "Lead",
    "LeadQuerySet",
    "LeadTag",
    "LedgerEntry",
    "Merge",
    "Milestone",
    "Notification",
    "NotificationChoice",
    "RecentItem",
    "SavedView",
    "Settlement",
    "Stage",
    "StageLimit",
    "StageRequirement",
    "Tag",
    "Upload",
]
