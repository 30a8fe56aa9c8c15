"""Values of fields in words; they live on the ground floor."""

from investcrm.core.words import in_words, plain_number

__all__ = ["in_words", "plain_number"]
