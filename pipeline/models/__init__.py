"""What figures are made of, the nightly check, target letters, scoring schemes, reports."""

from pipeline.models.figures import LeadSpan, LedgerCheck, Tally, TallyDelta
from pipeline.models.reports import (
    Report,
    ReportDelivery,
    ReportKind,
    ReportQuerySet,
    ReportStatus,
    ReportSubscription,
    TeamStatement,
)
from pipeline.models.scoring import ScoreItem, ScoringScheme
from pipeline.models.targets import LetterScan, Target, TargetLetter, TargetTemplate, TemplateItem

__all__ = [
    "LeadSpan",
    "LedgerCheck",
    "LetterScan",
    "Report",
    "ReportDelivery",
    "ReportKind",
    "ReportQuerySet",
    "ReportStatus",
    "ReportSubscription",
    "ScoreItem",
    "ScoringScheme",
    "Tally",
    "TallyDelta",
    "Target",
    "TargetLetter",
    "TargetTemplate",
    "TeamStatement",
    "TemplateItem",
]
