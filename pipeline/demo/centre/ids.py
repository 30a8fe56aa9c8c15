"""Ids that grow with the rows, as real ones do, and are the same for the same seed."""

from __future__ import annotations

import random
import uuid

DAY = 86_400_000
COUNTER_BITS = 34
SALT_BITS = 62 - COUNTER_BITS


class Ids:
    """UUIDs of version 7: the time, then a counter, then what tells this seed and zone from another."""

    def __init__(self, chance: random.Random, milliseconds: int) -> None:
        self.middle = f"7{chance.getrandbits(12):03x}"
        self.salt = (2 << 62) | chance.getrandbits(SALT_BITS)
        self.counter = 0
        self.milliseconds = milliseconds
        self.head = ""
        self.day(0)

    def day(self, number: int) -> None:
        """From here on the ids are of this day."""
        self.head = f"{self.milliseconds + number * DAY:012x}{self.middle}"

    def text(self) -> str:
        """The next one, as COPY takes it."""
        self.counter += 1
        return f"{self.head}{self.salt | self.counter << SALT_BITS:016x}"

    def new(self) -> uuid.UUID:
        """The next one."""
        return uuid.UUID(self.text())
