"""Scoring schemes as data: what is refused at entry, and that a scheme in use never changes."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from pipeline.models import ScoreItem, ScoringScheme
from pipeline.services.scoring import (
    add_score_item,
    continue_scheme,
    create_scheme,
    delete_scheme,
    delete_score_item,
    end_scheme,
    update_scheme,
    update_score_item,
)

D = Decimal
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def scheme_of(centre: SimpleNamespace, valid_from: datetime.date, **changes: Any) -> ScoringScheme:
    """A scheme entered by the director."""
    actor = changes.pop("actor", centre.chen)
    values = {"name_zh": "季度考核办法", "valid_from": valid_from, **changes}
    return create_scheme(actor=actor, zone_id=centre.zone.pk, values=values)


def item_of(centre: SimpleNamespace, scheme: ScoringScheme, **changes: Any) -> ScoreItem:
    """An item of a scheme that has not begun."""
    values: dict[str, Any] = {
        "name_zh": "落地项目", "metric": "landed_count", "formula": "ratio", "weight": D(20), **changes,
    }  # fmt: skip
    return add_score_item(actor=centre.chen, scheme_id=scheme.pk, values=values)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, str]:
    """The code of what was refused, by field."""
    if not hasattr(error.value, "error_dict"):
        return {"": error.value.code}
    return {field: errors[0].code for field, errors in error.value.error_dict.items()}


@pytest.fixture
def coming(centre: SimpleNamespace) -> ScoringScheme:
    """A scheme that begins in 30 days."""
    return scheme_of(centre, centre.zone.today() + 30 * DAY)


@pytest.mark.parametrize(
    ("item", "field", "code"),
    [
        ({"formula": "ratio", "minimum": D(0)}, "minimum", "not_positive"),
        ({"formula": "average", "second_metric": "agreed_investment", "second_minimum": D(0)}, "second_minimum",
         "not_positive"),
        ({"formula": "efficacy", "floor_value": D(5), "ceiling_value": D(5)}, "ceiling_value", "divides_by_zero"),
        ({"formula": "efficacy", "floor_value": D(5), "ceiling_value": D(3)}, "ceiling_value", "divides_by_zero"),
        ({"formula": "efficacy", "floor_value": D(5)}, "ceiling_value", "pair"),
        ({"formula": "ratio", "weight": D(0)}, "weight", "not_positive"),
        ({"formula": "ratio", "weight": None}, "weight", "required"),
        ({"formula": "ratio", "cap_percent": D(0)}, "cap_percent", "not_positive"),
        ({"formula": "average"}, "second_metric", "required"),
        ({"formula": "average", "second_metric": "landed_count"}, "second_metric", "same"),
        ({"formula": "steps"}, "steps", "required"),
        ({"formula": "steps", "steps": [{"from": "1", "points": "5"}, {"from": "1", "points": "6"}]}, "steps",
         "twice"),
        ({"formula": "steps", "steps": [{"from": "one", "points": "5"}]}, "steps", "unreadable"),
        ({"formula": "steps", "steps": [{"from": "1", "points": "NaN"}]}, "steps", "points"),
        ({"formula": "steps", "steps": ["x"]}, "steps", "mixed"),
        ({"formula": "bonus", "steps": [{"listing": "city", "points": "1"}, {"from": "1", "points": "1"}]}, "steps",
         "mixed"),
        ({"formula": "penalty"}, "each", "required"),
        ({"formula": "deduction", "metric": "plan_kept", "each": D(1)}, "metric", "no_pieces"),
    ],
)  # fmt: skip
def test_an_item_that_cannot_be_counted_is_refused_at_entry(
    centre: SimpleNamespace, coming: ScoringScheme, item: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as error:
        item_of(centre, coming, **item)
    assert refused(error)[field] == code
    assert not ScoreItem.objects.exists()


def test_steps_stand_in_their_order(centre: SimpleNamespace, coming: ScoringScheme) -> None:
    item = item_of(
        centre, coming, formula="bonus",
        steps=[{"listing": "nation", "points": "5"}, {"listing": "city", "points": "1"}],
    )  # fmt: skip
    assert [step["listing"] for step in item.steps] == ["city", "nation"]


def test_a_scheme_that_has_begun_is_not_edited(centre: SimpleNamespace) -> None:
    scheme = scheme_of(centre, centre.zone.today() + DAY)
    item = item_of(centre, scheme)
    ScoringScheme.objects.filter(pk=scheme.pk).update(valid_from=centre.zone.today())
    for act in (
        lambda: update_scheme(actor=centre.chen, scheme_id=scheme.pk, changes={"name_zh": "x"}),
        lambda: delete_scheme(actor=centre.chen, scheme_id=scheme.pk),
        lambda: item_of(centre, scheme),
        lambda: update_score_item(actor=centre.chen, item_id=item.pk, changes={"weight": D(1)}),
        lambda: delete_score_item(actor=centre.chen, item_id=item.pk),
    ):
        with pytest.raises(ValidationError) as error:
            act()
        assert refused(error) == {"": "begun"}
    item.refresh_from_db()
    assert (item.weight, item.deleted_at, ScoreItem.objects.count()) == (D(20), None, 1)


def test_a_copy_continues_a_scheme_and_may_be_changed_until_it_begins(centre: SimpleNamespace) -> None:
    today = centre.zone.today()
    old = scheme_of(centre, today - 100 * DAY)
    ScoreItem.objects.create(scheme=old, name_zh="落地", metric="landed_count", formula="ratio", weight=D(20))
    with pytest.raises(ValidationError) as error:
        continue_scheme(actor=centre.chen, scheme_id=old.pk, valid_from=today)
    assert refused(error) == {"valid_from": "too_early"}
    copy = continue_scheme(actor=centre.chen, scheme_id=old.pk, valid_from=today + 10 * DAY)
    old.refresh_from_db()
    assert (old.valid_to, copy.continues) == (today + 9 * DAY, old)
    item = copy.items.get()
    update_score_item(actor=centre.chen, item_id=item.pk, changes={"weight": D(30)})
    assert old.items.get().weight == D(20)
    delete_scheme(actor=centre.chen, scheme_id=copy.pk)
    old.refresh_from_db()
    assert old.valid_to is None


def test_one_scheme_is_valid_at_a_time(centre: SimpleNamespace, coming: ScoringScheme) -> None:
    with pytest.raises(ValidationError) as error:
        scheme_of(centre, coming.valid_from + DAY)
    assert refused(error) == {"valid_from": "overlap"}
    end_scheme(actor=centre.chen, scheme_id=coming.pk, valid_to=coming.valid_from)
    scheme_of(centre, coming.valid_from + DAY)


def test_the_past_of_a_scheme_is_not_cut_off(centre: SimpleNamespace) -> None:
    scheme = scheme_of(centre, centre.zone.today() - 100 * DAY)
    with pytest.raises(ValidationError) as error:
        end_scheme(actor=centre.chen, scheme_id=scheme.pk, valid_to=centre.zone.today() - 50 * DAY)
    assert refused(error) == {"valid_to": "past"}


@pytest.mark.parametrize("who", ["wang", "li", "sun"])
def test_who_reads_schemes_only_changes_none(centre: SimpleNamespace, coming: ScoringScheme, who: str) -> None:
    actor = getattr(centre, who)
    with pytest.raises(PermissionDenied):
        update_scheme(actor=actor, scheme_id=coming.pk, changes={"name_zh": "x"})
    with pytest.raises(PermissionDenied):
        scheme_of(centre, centre.zone.today(), actor=actor)
    assert ScoringScheme.objects.get().name_zh == "季度考核办法"
