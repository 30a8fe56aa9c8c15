"""What somebody takes out of use while somebody else begins to use it: one of the two waits, and is told.

Each over a connection of its own. The first one has not committed yet when the second one begins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from pipeline.services.moves import correct_move, move_lead
from projects.models import Lead, LeadTag, Notification, Stage, Tag
from projects.services.leads import update_lead
from projects.services.stages import add_stage, retire_stage
from projects.services.tags import change_tags, delete_tag, merge_tag
from teams.models import Membership, User
from teams.services.teams import add_team, update_team
from tests.factories import make_lead, make_user
from tests.visits.test_parallel import at_once
from visits.services.interactions import log_interaction
from visits.services.parties import Party
from visits.services.planning import plan_visit, update_planned_visit

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def first(work: Callable[[], object], then: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Do `work`, let `then` run into it on another connection, commit; what `then` raised is in the list."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            then()
        except BaseException as error:  # the test looks at it
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        work()
        thread.start()
        until = time.monotonic() + 20
        waiting = False
        while not waiting and thread.is_alive() and time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            waiting = bool(cursor.fetchone()[0])
    thread.join(timeout=30)
    yield raised


def codes(raised: list[BaseException]) -> list[str | None]:
    """The codes of what was refused; whatever is no refusal is raised here."""
    for one in raised:
        if not isinstance(one, ValidationError):
            raise one
    return [error.code for one in raised if isinstance(one, ValidationError) for error in all_of(one)]


def all_of(error: ValidationError) -> list[ValidationError]:
    return [one for errors in error.error_dict.values() for one in errors] if hasattr(error, "error_dict") else [error]


@pytest.fixture
def keeper(centre: SimpleNamespace) -> User:
    """Who keeps the installation."""
    return make_user("keeper", is_superuser=True)


@pytest.fixture
def stage(keeper: User) -> Stage:
    """A stage of the centre's own, that requires nothing."""
    return add_stage(actor=keeper, code="second-talks", name_zh="二次洽谈", name_en="Second talks", kind="open")


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)


def test_a_stage_into_which_a_lead_moves_is_not_retired(
    centre: SimpleNamespace, keeper: User, stage: Stage, lead: Lead
) -> None:
    with first(
        lambda: move_lead(actor=centre.wang, lead_id=lead.pk, to_stage=stage.code),
        lambda: retire_stage(actor=keeper, stage_id=stage.pk),
    ) as raised:
        assert codes(raised) == ["has_leads"]
    stage.refresh_from_db()
    assert stage.deleted_at is None


def test_a_lead_does_not_move_into_a_stage_that_is_being_retired(
    centre: SimpleNamespace, keeper: User, stage: Stage, lead: Lead
) -> None:
    with first(
        lambda: retire_stage(actor=keeper, stage_id=stage.pk),
        lambda: move_lead(actor=centre.wang, lead_id=lead.pk, to_stage=stage.code),
    ) as raised:
        assert codes(raised) == ["unknown_stage"]
    lead.refresh_from_db()
    assert lead.stage_id == "enquiry"


def test_a_correction_does_not_lead_back_into_a_retired_stage(
    centre: SimpleNamespace, keeper: User, stage: Stage, lead: Lead
) -> None:
    move_lead(actor=centre.wang, lead_id=lead.pk, to_stage=stage.code)
    entry = move_lead(actor=centre.wang, lead_id=lead.pk, to_stage="enquiry", note="回到线索")
    retire_stage(actor=keeper, stage_id=stage.pk)
    with pytest.raises(ValidationError) as raised:
        correct_move(actor=centre.li, lead_id=lead.pk, entry_id=entry.pk, note="点错了")
    assert codes([raised.value]) == ["retired"]
    lead.refresh_from_db()
    assert lead.stage_id == "enquiry"


def test_a_team_that_gets_a_lead_is_not_dissolved(centre: SimpleNamespace, lead: Lead) -> None:
    team = add_team(actor=centre.gu, zone=centre.zone, code="G9", name_zh="招商九组")
    today = centre.zone.today()
    with first(
        lambda: update_lead(actor=centre.chen, lead_id=lead.pk, changes={"team": team}),
        lambda: update_team(actor=centre.gu, team_id=team.pk, changes={"dissolved_on": today}),
    ) as raised:
        assert codes(raised) == ["has_leads"]


def test_a_team_that_is_being_dissolved_gets_no_lead(centre: SimpleNamespace, lead: Lead) -> None:
    team = add_team(actor=centre.gu, zone=centre.zone, code="G9", name_zh="招商九组")
    today = centre.zone.today()
    with first(
        lambda: update_team(actor=centre.gu, team_id=team.pk, changes={"dissolved_on": today}),
        lambda: update_lead(actor=centre.chen, lead_id=lead.pk, changes={"team": team}),
    ) as raised:
        assert codes(raised) == ["dissolved"]
    lead.refresh_from_db()
    assert lead.team_id == centre.g4.pk
    assert not Membership.objects.filter(team=team).exists()


def test_a_lead_that_is_tagged_while_the_tag_is_merged_carries_the_other_one(
    centre: SimpleNamespace, lead: Lead
) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4)
    change_tags(actor=centre.wang, lead_id=other.pk, add=["汽车", "汽配"])
    tag, into = Tag.objects.get(name="汽车"), Tag.objects.get(name="汽配")
    with first(
        lambda: change_tags(actor=centre.wang, lead_id=lead.pk, add=["汽车"]),
        lambda: merge_tag(actor=centre.gu, tag_id=tag.pk, into_id=into.pk),
    ) as raised:
        assert raised == []
    assert list(lead.tag_links.values_list("tag__name", flat=True)) == ["汽配"]


def test_a_tag_that_is_deleted_while_a_lead_is_tagged_is_made_anew(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_lead(centre.chen, centre.zone, team=centre.g4)
    change_tags(actor=centre.wang, lead_id=other.pk, add=["汽车"])
    tag = Tag.objects.get(name="汽车")
    with first(
        lambda: delete_tag(actor=centre.gu, tag_id=tag.pk),
        lambda: change_tags(actor=centre.wang, lead_id=lead.pk, add=["汽车"]),
    ) as raised:
        assert raised == []
    link = LeadTag.objects.select_related("tag").get(lead=lead)
    assert (link.tag.name, link.tag.deleted_at) == ("汽车", None)


def test_many_who_add_the_same_new_words_in_another_order_do_not_deadlock(centre: SimpleNamespace) -> None:
    leads = [make_lead(centre.chen, centre.zone, team=centre.g4) for _ in range(4)]
    words = [f"词{number}" for number in range(20)]

    def tag(number: int) -> object:
        added = words if number % 2 else list(reversed(words))
        return change_tags(actor=centre.wang, lead_id=leads[number].pk, add=added)

    at_once(4, tag)
    assert Tag.objects.filter(deleted_at=None).count() == 20
    assert LeadTag.objects.count() == 80


def test_giving_a_plan_away_while_it_is_logged_does_not_deadlock(centre: SimpleNamespace, lead: Lead) -> None:
    """The notification points to the lead, which the one who logs has locked; the plan is locked by the giver."""
    visit, _new = plan_visit(
        actor=centre.wang, zone=centre.zone, lead=lead, channel="visit", planned_on=centre.zone.today(),
        expected_result="谈定用地",
    )  # fmt: skip

    def give() -> None:
        with transaction.atomic():
            update_planned_visit(actor=centre.wang, planned_visit_id=visit.pk, changes={"owner": centre.li})

    def write() -> None:
        log_interaction(
            actor=centre.wang, zone=centre.zone, channel="visit", parties=[Party(lead=lead)],
            done_planned_visits=[visit.pk],
        )  # fmt: skip

    with first(give, write) as raised:
        assert raised == []
    visit.refresh_from_db()
    assert (visit.status, visit.owner_id) == ("done", centre.li.pk)
    assert Notification.objects.filter(user=centre.li, kind="assigned").exists()
