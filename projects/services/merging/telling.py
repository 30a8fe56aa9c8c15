"""Telling those who have a lead that it, or its company, is one with another now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from projects.choices import NotificationKind
from projects.models import Company, Lead, Merge, Settlement
from projects.services.merging.pairs import Pair
from projects.services.notifications import notify
from teams.models import User

Names = dict[str, dict[str, str]]


def names_before(pair: Pair[Any]) -> Names:
    """What the two are called before the kept one takes values of the other; leads with their numbers."""
    found = {}
    for place, row in (("gone", pair.gone), ("kept", pair.kept)):
        zh, en = row.name, row.name_en or row.name
        number = getattr(row, "number", "")
        found[place] = {"zh": f"{zh}（{number}）", "en": f"{en} ({number})"} if number else {"zh": zh, "en": en}
    return found


def tell_of_leads(pair: Pair[Lead], keepers: Iterable[User], merge: Merge, names: Names) -> None:
    """Tell whoever had one of the two; who does not see the kept one learns that theirs is gone, and to whom."""
    people = {user.pk: user for user in keepers}
    data: dict[str, Any] = {"what": "lead", **names}
    event: dict[str, Any] = {"kind": NotificationKind.MERGED, "key": f"merged:{merge.pk}", "actor": merge.actor}
    notify(to=people.values(), lead=pair.kept, data=data, **event)
    blind = [user for user in people.values() if not Lead.objects.visible_to(user).filter(pk=pair.kept.pk).exists()]
    other = pair.kept.team or pair.kept.zone
    where = {"zh": other.name_zh, "en": other.name_en or other.name_zh}
    notify(to=blind, data={"what": "lead", "gone": data["gone"], "team": where}, **event)


def people_of_company(company: Company) -> list[User]:
    """The owners of its leads, and who looks after it."""
    leads = Lead.objects.filter(company=company, deleted_at=None).exclude(owner=None)
    settled = Settlement.objects.filter(company=company).exclude(owner=None)
    owners = Q(pk__in=leads.values("owner_id")) | Q(pk__in=settled.values("owner_id"))
    return list(User.objects.filter(owners).order_by("pk"))


def tell_of_companies(pair: Pair[Company], people: Iterable[User], merge: Merge, names: Names) -> None:
    """Tell whoever works with the company that goes."""
    notify(
        to=people, kind=NotificationKind.MERGED, key=f"merged:{merge.pk}", actor=merge.actor,
        data={"what": "company", "id": str(pair.kept.pk), **names},
    )  # fmt: skip
