"""What a figure answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Answer:
    """How many, what they are worth in CNY, and how many are left out of the sums.

    `without_total` and `without_agreed` have no such amount; `without_rate` are in a currency without a rate then.
    """

    count: int = 0
    total_cny: Decimal = Decimal(0)
    agreed_cny: Decimal = Decimal(0)
    without_total: int = 0
    without_agreed: int = 0
    without_rate: int = 0

    def __add__(self, other: Answer) -> Answer:
        return Answer(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


NOTHING = Answer()
