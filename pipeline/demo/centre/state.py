"""A lead in the making: where it stands and what it holds, as COPY writes it. The twin of `ledger.Standing`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.demo.centre.tables import NULL
from projects.choices import StageKind

CODES = ("enquiry", "in_talks", "key_talks", "to_sign", "signed", "landed", "closed")
KINDS = (
    StageKind.OPEN.value, StageKind.OPEN.value, StageKind.OPEN.value, StageKind.OPEN.value, StageKind.SIGNED.value,
    StageKind.LANDED.value, StageKind.CLOSED.value,
)  # fmt: skip


class Standing(NamedTuple):
    """A stage and its days; None where no day is known."""

    stage: int
    entered: int | None
    signed: int | None = None
    landed: int | None = None
    closed: int | None = None

    def enter(self, stage: int, day: int | None) -> Standing:
        """Days of stages that are left behind backwards are dropped, days once set stay."""
        kind = KINDS[stage]
        if kind == StageKind.OPEN:
            return Standing(stage, day)
        if kind == StageKind.SIGNED:
            return Standing(stage, day, day if self.signed is None else self.signed)
        if kind == StageKind.LANDED:
            return Standing(stage, day, self.signed, day if self.landed is None else self.landed)
        return Standing(stage, day, self.signed, self.landed, day)


@dataclass(slots=True)
class Amounts:
    """What the project is worth, in units of its currency; None: not yet known."""

    currency: str = "CNY"
    total: int | None = None
    fixed: int | None = None
    registered: int | None = None
    agreed: int | None = None

    def texts(self) -> tuple[str, ...]:
        """The currency and the four amounts."""
        amounts = (self.total, self.fixed, self.registered, self.agreed)
        return (self.currency, *(NULL if amount is None else str(amount) for amount in amounts))


@dataclass(slots=True)
class Making:
    """The lead as it is after the entries so far."""

    lead: str
    company: str
    zone: str
    standing: Standing
    amounts: Amounts
    mode: str
    origin: str
    team: str = NULL
    owner: str = NULL
    industry: str = NULL
    listing: str = "none"
    # what the stages ask for: COPY's text by column
    facts: dict[str, str] = field(default_factory=dict)
    seq: int = 0
    # the standings before each move that holds, with the move's entry
    moves: list[tuple[Standing, str]] = field(default_factory=list)
    recorded: str = ""
    deleted: str = NULL

    def snapshot(self) -> tuple[str, ...]:
        """What each entry keeps of the lead."""
        return (
            CODES[self.standing.stage], self.zone, self.team, self.owner, self.industry, self.mode, self.origin,
            self.listing, *self.amounts.texts(),
        )  # fmt: skip
