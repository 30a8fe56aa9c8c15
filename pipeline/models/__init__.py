"""What figures are made of, the nightly check, target letters and scoring schemes."""

from pipeline.models.figures import LeadSpan, LedgerCheck, Tally, TallyDelta
from pipeline.models.scoring import ScoreItem, ScoringScheme
from pipeline.models.targets import LetterScan, Target, TargetLetter, TargetTemplate, TemplateItem

__all__ = [
    "LeadSpan",
    "LedgerCheck",
    "LetterScan",
    "ScoreItem",
    "ScoringScheme",
    "Tally",
    "TallyDelta",
    "Target",
    "TargetLetter",
    "TargetTemplate",
    "TemplateItem",
]
