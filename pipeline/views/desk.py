"""What the dashboard's pages share: whose it is, of which period and day, and how addresses carry that along."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from pipeline.selectors.periods import WEEK, YEAR, Period, period_of
from pipeline.selectors.scopes import Scope, read_scope, scopes_of
from pipeline.views.asked import Asked, asked_of
from teams.models import User
from teams.requests import user_of

# What moved is shown of the week of the as-of day, or of the chosen period.
MOVED_PERIOD = "period"


@dataclass(frozen=True)
class Desk:
    """A dashboard as it was asked for."""

    user: User
    scope: Scope
    scopes: list[Scope]
    asked: Asked
    moved: Period

    @property
    def period(self) -> Period:
        """The period."""
        return self.asked.period

    @property
    def as_of(self) -> datetime.date:
        """The as-of day."""
        return self.asked.as_of

    @property
    def query(self) -> str:
        """The parameters that lead to the same dashboard."""
        pairs = [("scope", self.scope.code), ("period", self.period.code)]
        if self.as_of != self.asked.today:
            pairs.append(("as_of", self.as_of.isoformat()))
        if self.moved == self.period != period_of(WEEK, self.as_of):
            pairs.append(("moved", MOVED_PERIOD))
        return urlencode(pairs)

    def url(self, view: str, **arguments: Any) -> str:
        """The address of a part of the same dashboard."""
        address = reverse(f"pipeline:{view}", kwargs=arguments or None)
        return f"{address}?{self.query}"


def desk_of(request: HttpRequest) -> Desk:
    """Read the address; raises Http404 for a scope that is not the reader's, and for readers who have none."""
    user = user_of(request)
    scopes = scopes_of(user)
    scope = read_scope(user, request.GET.get("scope", ""), scopes)
    asked = asked_of(request, scope.zone, kind=YEAR)
    moved = asked.period if request.GET.get("moved") == MOVED_PERIOD else period_of(WEEK, asked.as_of)
    choices = scopes if any(one.code == scope.code for one in scopes) else [scope, *scopes]
    return Desk(user, scope, choices, asked, moved)
