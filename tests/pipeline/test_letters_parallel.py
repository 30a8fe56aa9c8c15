"""Directors who enter letters at once, each over a connection of their own: nothing overlaps unseen, nothing twice."""

import datetime
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from pipeline.models import ScoringScheme, Target, TargetLetter
from pipeline.services.scoring import create_scheme
from pipeline.services.targets import create_letter
from tests.visits.test_parallel import at_once

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)

pytestmark = pytest.mark.django_db(transaction=True)


def enter(centre: SimpleNamespace, letter_id: uuid.UUID | None = None) -> str:
    """What came of entering a letter that asks G4 for 5 landed projects: its id, or the code of the refusal."""
    rule = {"metric": "landed_count", "minimum": Decimal(5), "starts_on": FIRST, "ends_on": LAST}
    values = {"team": centre.g4, "title": "责任状", "begins_on": FIRST, "ends_on": LAST}
    try:
        made = create_letter(
            actor=centre.chen, zone_id=centre.zone.pk, values=values, targets=[rule], letter_id=letter_id
        )
    except ValidationError as error:
        return str(error.error_dict["confirm_overlap"][0].code)
    return str(made.pk)


def test_of_letters_that_overlap_only_one_is_entered_unseen(transactional_db: None, centre: SimpleNamespace) -> None:
    results = at_once(4, lambda _number: enter(centre))
    assert sorted(results)[-3:] == ["overlap"] * 3
    assert (TargetLetter.objects.count(), Target.objects.count()) == (1, 1)


def test_one_form_sent_over_several_connections_makes_one_letter(
    transactional_db: None, centre: SimpleNamespace
) -> None:
    letter_id = uuid.uuid4()
    assert set(at_once(4, lambda _number: enter(centre, letter_id))) == {str(letter_id)}
    assert (TargetLetter.objects.count(), Target.objects.count()) == (1, 1)


def test_of_schemes_for_the_same_time_one_is_entered(transactional_db: None, centre: SimpleNamespace) -> None:
    def enter_scheme(number: int) -> str:
        values = {"name_zh": f"办法{number}", "valid_from": FIRST}
        try:
            create_scheme(actor=centre.chen, zone_id=centre.zone.pk, values=values)
        except ValidationError as error:
            return str(error.error_dict["valid_from"][0].code)
        return "made"

    assert sorted(at_once(3, enter_scheme)) == ["made", "overlap", "overlap"]
    assert ScoringScheme.objects.count() == 1
