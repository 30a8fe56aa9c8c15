"""The rows of the generated zone while they are made: kept in memory, written together."""

from __future__ import annotations

import datetime
import random
import uuid
import zoneinfo
from collections import Counter
from typing import Any

from django.db import models

from pipeline.demo import words
from projects.models import Stage
from teams.models import User, Zone

CODE = "demo"


class Gathering:
    """The zone, its days and its chance, and the rows made so far."""

    director: User

    def __init__(self, today: datetime.date | None) -> None:
        self.zone = Zone(
            code=CODE,
            name_zh="演示开发区（生成数据）",
            name_en="Demo Zone (generated data)",
            centre_zh="演示招商服务中心",
            centre_en="Demo Investment Promotion Centre",
            city="演示市 Demo City",
            is_generated=True,
        )
        self.today = today or self.zone.today()
        self.last = self.today - datetime.timedelta(days=1)
        self.time_zone = zoneinfo.ZoneInfo(self.zone.time_zone)
        self.chance = random.Random(2022)  # noqa: S311 - repeatable on purpose
        self.stages = {stage.code: stage for stage in Stage.objects.all()}
        self.rows: dict[type[models.Model], list[Any]] = {}
        self.numbers: list[int] = []
        self.names: set[str] = set()
        self.phones: set[int] = set()
        self.steps: Counter[uuid.UUID] = Counter()

    def add(self, row: Any) -> Any:
        """Keep a row for writing."""
        self.rows.setdefault(type(row), []).append(row)
        return row

    def at(self, day: datetime.date, hour: int = 9, minute: int = 0) -> datetime.datetime:
        """A time of the zone's day."""
        return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=self.time_zone)

    def next_number(self, day: datetime.date) -> str:
        """The lead number, in the year it came in."""
        return f"{day.year}-{self.numbers.pop(0):06d}"

    def human(self) -> str:
        """A person's name."""
        return self.chance.choice(words.SURNAMES) + self.chance.choice(words.GIVEN)
