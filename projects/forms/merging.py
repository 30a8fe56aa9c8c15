"""Forms over a row that others may change meanwhile; they live on the ground floor."""

from investcrm.core.merging import Conflict, MergeForm

__all__ = ["Conflict", "MergeForm"]
