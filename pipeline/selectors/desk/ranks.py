"""Industries, acquisition modes and referrers: what came and what was signed in the period, and what there is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pipeline.selectors.answers import NOTHING
from pipeline.selectors.desk.keys import Told
from pipeline.selectors.figure_words import names_of
from pipeline.selectors.figures import answers_to
from pipeline.selectors.periods import Period
from pipeline.selectors.questions import NEW, SIGNED, STOCK, Question
from pipeline.selectors.scopes import Scope
from projects.choices import StageKind

RANKED = {
    "industry": _("Industries"),
    "mode": _("Acquisition modes"),
    "referrer": _("Referrers"),
}
SHOWN = 10


@dataclass(frozen=True)
class Rank:
    """One value of the column: new and signed in the period, and the open leads there are."""

    name: str
    new: Told
    signed: Told
    stock: Told


def ranks(scope: Scope, period: Period, as_of: datetime.date, by: str) -> list[Rank]:
    """The values with most, at most `SHOWN`; without a referrer is no referrer. Two or three queries."""
    asked = [
        Question(NEW, scope, as_of, period),
        Question(SIGNED, scope, as_of, period),
        Question(STOCK, scope, as_of, stage_kind=(StageKind.OPEN,)),
    ]
    answers = answers_to([(question, (by,)) for question in asked])
    keys = {key for found in answers for (key,) in found if key or by != "referrer"}

    def weight(key: str) -> tuple[int, ...]:
        new, signed, stock = (found.get((key,), NOTHING).count for found in answers)
        return new + signed, signed, stock

    first = sorted(keys, key=lambda key: (*(-one for one in weight(key)), key))[:SHOWN]
    names = names_of(by, first)
    return [
        Rank(
            names[key],
            *(
                Told(question.limited(**{by: key}), found.get((key,), NOTHING))
                for question, found in zip(asked, answers, strict=True)
            ),
        )
        for key in first
    ]
