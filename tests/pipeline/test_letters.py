"""Target letters: who sees and sets them, what is refused, tiers, overlaps."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import translation

from investcrm.core.errors import Stale
from pipeline.models import Target, TargetLetter
from pipeline.selectors.rule_words import rule_sentence
from pipeline.services.targets import (
    add_target,
    create_letter,
    delete_letter,
    delete_target,
    update_letter,
    update_target,
)
from pipeline.services.tiers import add_tier_item, apply_tier, create_tier
from tests.factories import make_industry

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
LANDED: dict[str, Any] = {
    "metric": "landed_count", "minimum": Decimal(5), "total_investment_cny": Decimal(1_000_000_000),
    "total_investment_usd": Decimal(100_000_000), "starts_on": FIRST, "ends_on": LAST,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def entered(centre: SimpleNamespace, *targets: dict[str, Any], **changes: Any) -> TargetLetter:
    """A letter of the year 2026, of team G4 unless said otherwise, entered by the director."""
    options = {name: changes.pop(name) for name in ("confirm_overlap", "letter_id") if name in changes}
    actor = changes.pop("actor", centre.chen)
    values = {"team": centre.g4, "title": "2026年责任状", "begins_on": FIRST, "ends_on": LAST, **changes}
    return create_letter(actor=actor, zone_id=centre.zone.pk, values=values, targets=targets, **options)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, str]:
    """The code of what was refused, by field."""
    if not hasattr(error.value, "error_dict"):
        return {"": error.value.code}
    return {field: errors[0].code for field, errors in error.value.error_dict.items()}


def test_a_letter_is_entered_with_its_targets_in_their_order(centre: SimpleNamespace) -> None:
    letter = entered(
        centre, LANDED, {**LANDED, "metric": "listed_count", "listing": "province", "minimum": Decimal(1)}
    )
    assert [one.metric for one in letter.targets.order_by("position")] == ["landed_count", "listed_count"]
    assert letter.created_by == centre.chen


def test_the_rule_of_a_target_is_a_sentence_in_both_languages(centre: SimpleNamespace) -> None:
    target = entered(centre, LANDED).targets.get()
    assert rule_sentence(target) == (
        "2026: at least 5 landed projects with total investment of CNY 1 billion (USD 100 million) or more"
    )
    one = Target(metric="visits", minimum=Decimal(1), starts_on=FIRST, ends_on=datetime.date(2026, 3, 31))
    assert rule_sentence(one) == "Q1 2026: at least 1 outbound visit"


@pytest.mark.parametrize("who", ["wang", "li", "sun"])
def test_who_may_not_set_targets_enters_none(centre: SimpleNamespace, who: str) -> None:
    with pytest.raises(PermissionDenied):
        entered(centre, LANDED, actor=getattr(centre, who))
    assert not TargetLetter.objects.exists()


def test_a_director_of_another_zone_does_not_find_the_zone(centre: SimpleNamespace) -> None:
    with pytest.raises(Http404):
        entered(centre, LANDED, actor=centre.qian)
    assert not TargetLetter.objects.exists()


def test_everybody_sees_the_letters_of_the_centre_of_their_team_and_their_own(centre: SimpleNamespace) -> None:
    letters = {
        "centre": entered(centre, team=None),
        "g4": entered(centre),
        "g1": entered(centre, team=centre.g1),
        "wang": entered(centre, team=None, person=centre.wang),
        "zhao": entered(centre, team=None, person=centre.zhao),
    }
    names = {letter.pk: name for name, letter in letters.items()}

    def seen(who: str) -> set[str]:
        rows = TargetLetter.objects.visible_to(getattr(centre, who))
        return {names[row.pk] for row in rows}

    assert seen("wang") == {"centre", "g4", "wang"}
    assert seen("zhao") == {"centre", "g1", "zhao"}
    assert seen("li") == {"centre", "g4", "wang"}  # a leader sees those of the team's people
    assert seen("chen") == seen("gu") == seen("sun") == set(letters)
    assert seen("qian") == seen("bao") == set()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"starts_on": None}, "0-starts_on", "required"),
        ({"ends_on": None}, "0-ends_on", "required"),
        ({"minimum": Decimal(0)}, "0-minimum", "not_positive"),
        ({"minimum": Decimal(-1)}, "0-minimum", "not_positive"),
        ({"minimum": None}, "0-minimum", "required"),
        ({"minimum": Decimal("1.5")}, "0-minimum", "not_whole"),
        ({"starts_on": datetime.date(2025, 12, 31)}, "0-starts_on", "outside_letter"),
        ({"ends_on": datetime.date(2027, 1, 1)}, "0-ends_on", "outside_letter"),
        ({"starts_on": LAST, "ends_on": FIRST}, "0-ends_on", "order"),
        ({"total_investment_usd": Decimal(0)}, "0-total_investment_usd", "not_positive"),
        ({"registered_capital_cny": Decimal(20_000_000)}, "0-registered_capital_usd", "pair"),
        ({"metric": "visits"}, "0-total_investment_cny", "not_for_activity"),
        ({"metric": "listed_count"}, "0-listing", "required"),
        ({"metric": "nonsense"}, "0-metric", "invalid_choice"),
        ({"metric": "plan_kept", "total_investment_cny": None, "total_investment_usd": None,
          "minimum": Decimal(101)}, "0-minimum", "beyond_whole"),
        ({"metric": "fdi_paid_in", "origin": "domestic"}, "0-origin", "not_foreign"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_is_refused_beside_its_field(
    centre: SimpleNamespace, change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as error:
        entered(centre, {**LANDED, **change})
    assert refused(error)[field] == code
    assert not TargetLetter.objects.exists()
    assert not Target.objects.exists()


def test_the_industry_of_another_zone_is_refused(centre: SimpleNamespace) -> None:
    other = make_industry(centre.other_zone, "steel")
    with pytest.raises(ValidationError) as error:
        entered(centre, {**LANDED, "industry": other})
    assert refused(error) == {"0-industry": "other_zone"}


def test_the_other_side_of_a_published_size_class_is_filled_in(centre: SimpleNamespace) -> None:
    target = entered(centre, {**LANDED, "total_investment_usd": None}).targets.get()
    assert target.total_investment_usd == Decimal(100_000_000)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"begins_on": None}, "begins_on", "null"),
        ({"ends_on": datetime.date(2025, 1, 1)}, "ends_on", "order"),
        ({"signed_on": datetime.date(2099, 1, 1)}, "signed_on", "too_late"),
        ({"title": ""}, "title", "blank"),
    ],
)
def test_a_letter_that_cannot_be_is_refused(
    centre: SimpleNamespace, change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as error:
        entered(centre, **change)
    assert refused(error)[field] == code


def test_a_letter_is_a_teams_or_a_persons_and_of_the_zone(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError) as error:
        entered(centre, person=centre.wang)
    assert refused(error) == {"person": "two_owners"}
    with pytest.raises(ValidationError) as error:
        entered(centre, team=None, person=centre.qian)
    assert refused(error) == {"person": "not_of_zone"}


def test_overlapping_letters_are_said_and_kept_only_when_confirmed(centre: SimpleNamespace) -> None:
    entered(centre, LANDED)
    half = {**LANDED, "starts_on": datetime.date(2026, 6, 1)}
    with pytest.raises(ValidationError) as error:
        entered(centre, half, title="补充责任状")
    assert refused(error) == {"confirm_overlap": "overlap"}
    assert "“2026年责任状”" in error.value.messages[0]
    assert TargetLetter.objects.count() == 1
    entered(centre, half, title="补充责任状", confirm_overlap=True)
    assert TargetLetter.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"minimum": Decimal(7), "metric": "signed_count"},
        {"total_investment_cny": Decimal(500_000_000), "total_investment_usd": Decimal(30_000_000)},
    ],
)
def test_what_counts_otherwise_is_no_overlap(centre: SimpleNamespace, change: dict[str, Any]) -> None:
    entered(centre, LANDED)
    entered(centre, {**LANDED, **change})
    entered(centre, LANDED, team=centre.g1)
    assert TargetLetter.objects.count() == 3


def test_a_letter_may_ask_for_a_year_and_for_its_first_half_but_not_twice_the_same(centre: SimpleNamespace) -> None:
    half = {**LANDED, "ends_on": datetime.date(2026, 6, 30)}
    entered(centre, LANDED, half)
    assert Target.objects.count() == 2
    with pytest.raises(ValidationError) as error:
        entered(centre, LANDED, LANDED, team=centre.g1)
    assert refused(error) == {"confirm_overlap": "overlap"}


def test_letters_that_follow_each_other_are_no_overlap(centre: SimpleNamespace) -> None:
    june = datetime.date(2026, 6, 30)
    entered(centre, {**LANDED, "ends_on": june})
    entered(centre, {**LANDED, "starts_on": june + datetime.timedelta(days=1)})
    assert TargetLetter.objects.count() == 2


def test_a_form_sent_twice_makes_one_letter(centre: SimpleNamespace) -> None:
    first = entered(centre, LANDED)
    again = entered(centre, LANDED, letter_id=first.pk)
    assert (again.pk, Target.objects.count()) == (first.pk, 1)
    with pytest.raises(ValidationError) as error:
        entered(centre, LANDED, letter_id=first.pk, actor=centre.gu)
    assert refused(error) == {"": "id_taken"}


def test_a_part_counts_the_same_within_the_window_of_the_letter_above(centre: SimpleNamespace) -> None:
    above = entered(centre, LANDED, team=None)
    whole = above.targets.get()
    below = entered(centre, {**LANDED, "minimum": Decimal(2), "parent": whole}, parent=above)
    assert below.targets.get().parent == whole
    with pytest.raises(ValidationError) as error:
        entered(centre, {**LANDED, "metric": "signed_count", "parent": whole}, parent=above, team=centre.g1)
    assert refused(error) == {"0-parent": "other_rule"}
    with pytest.raises(ValidationError) as error:
        entered(centre, {**LANDED, "parent": whole}, team=centre.g1)
    assert refused(error) == {"0-parent": "other_letter"}
    with pytest.raises(ValidationError) as error:
        update_target(actor=centre.chen, target_id=whole.pk, changes={"ends_on": datetime.date(2026, 6, 30)})
    assert refused(error) == {"__all__": "part_outside"}


def test_letters_make_no_circle(centre: SimpleNamespace) -> None:
    above = entered(centre, team=None)
    below = entered(centre, parent=above)
    with pytest.raises(ValidationError) as error:
        update_letter(actor=centre.chen, letter_id=above.pk, changes={"parent": below})
    assert refused(error) == {"parent": "circle"}
    with pytest.raises(ValidationError) as error:
        delete_letter(actor=centre.chen, letter_id=above.pk)
    assert refused(error) == {"": "has_children"}
    delete_letter(actor=centre.chen, letter_id=below.pk)
    delete_letter(actor=centre.chen, letter_id=above.pk)
    assert not TargetLetter.objects.visible_to(centre.chen).exists()


def test_the_time_of_a_letter_keeps_its_targets_inside(centre: SimpleNamespace) -> None:
    letter = entered(centre, LANDED)
    with pytest.raises(ValidationError) as error:
        update_letter(actor=centre.chen, letter_id=letter.pk, changes={"ends_on": datetime.date(2026, 11, 30)})
    assert refused(error) == {"ends_on": "target_outside"}
    letter.refresh_from_db()
    assert letter.ends_on == LAST


def test_two_editors_lose_nothing(centre: SimpleNamespace) -> None:
    target = entered(centre, LANDED).targets.get()
    base = {"minimum": Decimal(5), "name_zh": ""}
    update_target(actor=centre.chen, target_id=target.pk, changes={"minimum": Decimal(6)}, base=base)
    update_target(actor=centre.gu, target_id=target.pk, changes={"name_zh": "大项目"}, base=base)
    with pytest.raises(Stale) as stale:
        update_target(actor=centre.gu, target_id=target.pk, changes={"minimum": Decimal(7)}, base=base)
    assert stale.value.current == {"minimum": Decimal(6)}
    target.refresh_from_db()
    assert (target.minimum, target.name_zh) == (Decimal(6), "大项目")


@pytest.mark.parametrize("who", ["wang", "li", "sun"])
def test_who_reads_a_letter_only_changes_nothing(centre: SimpleNamespace, who: str) -> None:
    letter = entered(centre, LANDED)
    target, actor = letter.targets.get(), getattr(centre, who)
    for act in (
        lambda: update_letter(actor=actor, letter_id=letter.pk, changes={"title": "x"}),
        lambda: delete_letter(actor=actor, letter_id=letter.pk),
        lambda: add_target(actor=actor, letter_id=letter.pk, values=LANDED),
        lambda: update_target(actor=actor, target_id=target.pk, changes={"minimum": Decimal(1)}),
        lambda: delete_target(actor=actor, target_id=target.pk),
    ):
        with pytest.raises(PermissionDenied):
            act()
    letter.refresh_from_db()
    target.refresh_from_db()
    assert (letter.title, letter.deleted_at, target.minimum, target.deleted_at) == (
        "2026年责任状",
        None,
        Decimal(5),
        None,
    )


def test_a_letter_takes_over_the_targets_of_a_tier_once(centre: SimpleNamespace) -> None:
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档", "name_en": "First tier"})
    rule = {name: LANDED[name] for name in ("metric", "minimum", "total_investment_cny", "total_investment_usd")}
    add_tier_item(actor=centre.chen, tier_id=tier.pk, values=rule)
    add_tier_item(actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(10), "months": 3})
    letter = entered(centre)
    apply_tier(actor=centre.chen, letter_id=letter.pk, tier_id=tier.pk)
    assert apply_tier(actor=centre.chen, letter_id=letter.pk, tier_id=tier.pk) == []
    whole, months = letter.targets.filter(deleted_at=None).order_by("position")
    assert (whole.starts_on, whole.ends_on, whole.tier["minimum"]) == (FIRST, LAST, "5")
    assert (months.starts_on, months.ends_on) == (FIRST, datetime.date(2026, 3, 31))


def test_a_tier_asks_for_something(centre: SimpleNamespace) -> None:
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档"})
    with pytest.raises(ValidationError) as error:
        add_tier_item(actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(0)})
    assert refused(error) == {"minimum": "not_positive"}
    with pytest.raises(ValidationError) as error:
        create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档"})
    assert refused(error) == {"name_zh": "target_template_name_once"}
