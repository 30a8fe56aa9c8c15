"""What figures are made of: the states of leads in time, their tallies, and what the nightly check found."""

from pipeline.models.figures import LeadSpan, LedgerCheck, Tally, TallyDelta

__all__ = ["LeadSpan", "LedgerCheck", "Tally", "TallyDelta"]
