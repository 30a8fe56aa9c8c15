"""Industries, stages, limits, rates: who changes them, what is refused, and that two editors lose nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from investcrm.core.errors import Stale
from investcrm.core.models import ExchangeRate
from projects.models import Stage, StageLimit
from projects.services.exchange import add_rate
from projects.services.industries import add_industry, update_industry
from projects.services.limits import Limit, limits_of, update_limits
from projects.services.stages import add_stage, retire_stage, update_stage
from teams.access import Role
from teams.models import User
from tests.factories import join, make_industry, make_lead
from visits.models import DossierItem
from visits.services.dossier_items import Item, items_by_code, update_dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(centre: SimpleNamespace) -> User:
    """Gu, who administers every zone."""
    join(centre.gu, Role.ADMINISTRATOR, centre.other_zone)
    return User.objects.get(pk=centre.gu.pk)


def codes(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return {name: [one.code for one in errors] for name, errors in error.value.error_dict.items()}


def test_the_tree_of_industries_stays_a_tree(centre: SimpleNamespace) -> None:
    top = add_industry(actor=centre.gu, zone=centre.zone, code="cars", name_zh="汽车", gb_code="c36")
    assert top.gb_code == "C36"
    part = add_industry(actor=centre.gu, zone=centre.zone, code="parts", name_zh="零部件", parent=top)
    for industry_id, parent, code in ((top.pk, part, "ring"), (top.pk, top, "ring")):
        with pytest.raises(ValidationError) as error:
            update_industry(actor=centre.gu, industry_id=industry_id, changes={"parent": parent})
        assert codes(error) == {"parent": [code]}
    elsewhere = make_industry(centre.other_zone, "light")
    with pytest.raises(ValidationError) as error:
        update_industry(actor=centre.gu, industry_id=part.pk, changes={"parent": elsewhere})
    assert codes(error) == {"parent": ["other_zone"]}
    with pytest.raises(ValidationError) as error:
        add_industry(actor=centre.gu, zone=centre.zone, code="x", name_zh="某", gb_code="36")
    assert list(error.value.error_dict) == ["gb_code"]
    with pytest.raises(PermissionDenied):
        add_industry(actor=centre.chen, zone=centre.zone, code="y", name_zh="某")


def test_stages_are_changed_by_who_administers_every_zone(centre: SimpleNamespace, keeper: User) -> None:
    stage = Stage.objects.get(code="in_talks")
    other = User.objects.get(pk=centre.chen.pk)
    for actor in (other, centre.li):
        with pytest.raises(PermissionDenied):
            update_stage(actor=actor, stage_id=stage.pk, changes={"name_en": "Talking"})
    update_stage(
        actor=keeper, stage_id=stage.pk, changes={"name_en": "Talking", "silence_limit_days": 21},
        requirements=["team", "industry", "place"], requirements_seen=["team", "owner", "industry", "interaction"],
    )  # fmt: skip
    stage.refresh_from_db()
    assert (stage.name_en, stage.silence_limit_days, stage.kind) == ("Talking", 21, "open")
    assert set(stage.requirements.values_list("requirement", flat=True)) == {"team", "industry", "place"}
    with pytest.raises(ValidationError) as error:
        update_stage(actor=keeper, stage_id=stage.pk, changes={}, requirements=["magic"], requirements_seen=[])
    assert codes(error) == {"requirements": ["unknown"]}


def test_requirements_that_another_added_meanwhile_stay(centre: SimpleNamespace, keeper: User) -> None:
    stage = Stage.objects.get(code="in_talks")
    seen = ["team", "owner", "industry", "interaction"]
    update_stage(actor=keeper, stage_id=stage.pk, changes={}, requirements=[*seen, "place"], requirements_seen=seen)
    update_stage(actor=keeper, stage_id=stage.pk, changes={}, requirements=seen[1:], requirements_seen=seen)
    assert set(stage.requirements.values_list("requirement", flat=True)) == {*seen[1:], "place"}


def test_a_stage_is_added_and_retired_only_when_empty(centre: SimpleNamespace, keeper: User) -> None:
    stage = add_stage(actor=keeper, code="review", name_zh="评审", name_en="Review", kind="open")
    assert stage.position > Stage.objects.get(code="closed").position - 1
    make_lead(centre.chen, centre.zone, stage="review")
    for code, refused in (("review", "has_leads"), ("enquiry", "born_in"), ("signed", "last_of_kind")):
        with pytest.raises(ValidationError) as error:
            retire_stage(actor=keeper, stage_id=Stage.objects.get(code=code).pk)
        assert codes(error) == {"__all__": [refused]}
    free = add_stage(actor=keeper, code="on_hold", name_zh="暂缓", name_en="On hold", kind="open")
    retire_stage(actor=keeper, stage_id=free.pk)
    assert not Stage.objects.visible_to(keeper).filter(pk=free.pk).exists()


def test_a_zones_limit_is_its_own_a_number_none_or_the_stages(centre: SimpleNamespace) -> None:
    def write(wanted: dict[str, Limit], seen: dict[str, Limit] | None = None) -> None:
        update_limits(actor=centre.gu, zone_id=centre.zone.pk, wanted=wanted, seen=seen or {})

    write({"in_talks": Limit(True, 5), "signed": Limit(True, None), "closed": Limit()})
    assert limits_of(centre.zone) == {"in_talks": Limit(True, 5), "signed": Limit(True, None)}
    with pytest.raises(Stale) as stale:
        write({"in_talks": Limit(True, 9)})
    assert stale.value.current == {"in_talks": Limit(True, 5)}
    write({"in_talks": Limit()}, {"in_talks": Limit(True, 5)})
    assert StageLimit.objects.get().stage_id == "signed"
    with pytest.raises(ValidationError) as error:
        write({"in_talks": Limit(True, 99_999)})
    assert codes(error) == {"in_talks": ["absurd"]}
    with pytest.raises(PermissionDenied):
        update_limits(actor=centre.chen, zone_id=centre.zone.pk, wanted={}, seen={})


def test_the_page_of_limits_keeps_what_was_typed_when_another_was_faster(
    client: Client, centre: SimpleNamespace
) -> None:
    client.force_login(centre.gu)
    address = reverse("projects:stage_limits")
    form = client.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    update_limits(actor=centre.gu, zone_id=centre.zone.pk, wanted={"in_talks": Limit(True, 5)}, seen={})
    typed = {**values, "mode-in_talks": "days", "days-in_talks": "9"}
    answer = client.post(address, typed)
    assert answer.status_code == 409
    kept = answer.context["form"]
    assert kept["days-in_talks"].value() == "9"
    assert client.post(address, {**typed, "seen": kept["seen"].value()}).status_code == 302
    assert limits_of(centre.zone) == {"in_talks": Limit(True, 9)}


def test_rates_are_entered_once_a_day_and_are_above_zero(centre: SimpleNamespace, keeper: User) -> None:
    day = datetime.date(2026, 1, 5)
    add_rate(actor=keeper, currency="USD", valid_from=day, cny=Decimal("7.1"))
    for fields, field in (
        ({"cny": Decimal("7.2")}, "valid_from"),
        ({"currency": "XXX"}, "currency"),
        ({"valid_from": datetime.date(2199, 1, 1)}, "valid_from"),
        ({"valid_from": datetime.date(2026, 1, 6), "cny": Decimal(0)}, "cny"),
    ):
        with pytest.raises(ValidationError) as error:
            add_rate(**{"actor": keeper, "currency": "USD", "valid_from": day, "cny": Decimal("7.1"), **fields})
        assert field in error.value.error_dict
    with pytest.raises(PermissionDenied):
        add_rate(actor=centre.chen, currency="EUR", valid_from=day, cny=Decimal("7.9"))
    assert ExchangeRate.objects.filter(valid_from=day).count() == 1


def test_a_zones_dossier_begins_as_a_copy_and_two_editors_lose_nothing(centre: SimpleNamespace) -> None:
    seen = items_by_code(centre.zone)
    changed = {**seen, "market": Item("市场与竞争", "Market", 20), "needs": None}
    update_dossier(actor=centre.gu, zone_id=centre.zone.pk, wanted=changed, seen=seen, added=[Item("环评", "")])
    now = items_by_code(centre.zone)
    assert [item.name_zh for item in now.values()] == [
        "企业概况",
        "市场与竞争",
        "项目可行性",
        "产业定位契合度",
        "环评",
    ]
    assert DossierItem.objects.filter(zone=None).count() == 5
    assert list(items_by_code(centre.other_zone)) == list(seen)
    with pytest.raises(Stale) as stale:
        update_dossier(
            actor=centre.gu, zone_id=centre.zone.pk, wanted={**seen, "market": Item("行情", "", 20)}, seen=seen
        )
    assert stale.value.current == {"market": Item("市场与竞争", "Market", 20)}
    with pytest.raises(ValidationError):
        update_dossier(actor=centre.gu, zone_id=centre.zone.pk, wanted=dict.fromkeys(now), seen=now)
    with pytest.raises(PermissionDenied):
        update_dossier(actor=centre.chen, zone_id=centre.zone.pk, wanted={}, seen={})


def test_the_pages_save(client: Client, centre: SimpleNamespace, keeper: User) -> None:
    client.force_login(keeper)
    zone = "?zone=guangling"
    added = client.post(reverse("projects:industry_add") + zone, {"code": "bio", "name_zh": "生物", "gb_code": "c27"})
    assert added.status_code == 302
    address = reverse("visits:dossier_items") + zone
    form = client.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields if not name.startswith("drop-")}
    assert client.post(address, {**values, "name_zh-new": "环评"}).status_code == 302
    assert "环评" in [item.name_zh for item in items_by_code(centre.zone).values()]
    stage = Stage.objects.get(code="signed")
    address = reverse("projects:stage_edit", args=[stage.pk])
    form = client.get(address).context["form"]
    values = {
        "name_zh": "已签约", "name_en": "Signed", "position": "50", "silence_limit_days": "30",
        "requirements": ["signed_on"], "requirements_seen": form.initial["requirements_seen"],
        "base": form.initial["base"],
    }  # fmt: skip
    assert client.post(address, values).status_code == 302
    assert list(stage.requirements.values_list("requirement", flat=True)) == ["signed_on"]
    rate = {"currency": "EUR", "valid_from": "2026-01-05", "cny": "7.9"}
    assert client.post(reverse("projects:rate_list"), rate).status_code == 302
