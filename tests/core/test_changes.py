"""The sequencer: whatever the order in which transactions end, no change is skipped and none comes before its time."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from investcrm.core.changes import give_positions, position_at
from investcrm.core.models import ChangeRow, FeedMark
from projects.models import Lead
from projects.services.leads import update_lead
from tests.factories import make_lead

pytestmark = pytest.mark.django_db(transaction=True)


class Slow:
    """A transaction in a thread of its own that has done its work and waits for the word."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.done, self.go = threading.Event(), threading.Event()
        self.commits = True
        self.thread = threading.Thread(target=self._run, args=[work])
        self.thread.start()
        assert self.done.wait(timeout=30)

    def _run(self, work: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                work()
                self.done.set()
                self.go.wait(timeout=30)
                if not self.commits:
                    transaction.set_rollback(True)
        finally:
            self.done.set()
            connection.close()

    def end(self, *, commits: bool = True) -> None:
        """Let it commit, or roll back."""
        self.commits = commits
        self.go.set()
        self.thread.join(timeout=30)


def positions() -> list[int]:
    return list(ChangeRow.objects.exclude(position=None).order_by("position").values_list("position", flat=True))


def test_a_slow_transaction_is_not_skipped_and_comes_after_those_that_were_faster(centre: SimpleNamespace) -> None:
    slow_lead, fast_lead = make_lead(centre.chen, centre.zone), make_lead(centre.chen, centre.zone)
    give_positions()
    slow = Slow(lambda: update_lead(actor=centre.chen, lead_id=slow_lead.id, changes={"name": "慢"}))
    update_lead(actor=centre.chen, lead_id=fast_lead.id, changes={"name": "快"})
    first = give_positions()
    moment = timezone.now()
    known = position_at(moment)
    assert known == first
    slow.end()
    assert position_at(moment) == known
    last = give_positions()
    assert last > first
    assert set(ChangeRow.objects.filter(position__gt=first).values_list("row_id", flat=True)) == {slow_lead.id}
    assert not ChangeRow.objects.filter(position=None).exists()
    assert position_at(moment) == known < position_at(timezone.now())


def test_a_transaction_that_was_rolled_back_leaves_no_hole(centre: SimpleNamespace) -> None:
    lead, other = make_lead(centre.chen, centre.zone), make_lead(centre.chen, centre.zone)
    slow = Slow(lambda: update_lead(actor=centre.chen, lead_id=lead.id, changes={"name": "不要"}))
    update_lead(actor=centre.chen, lead_id=other.id, changes={"name": "要"})
    slow.end(commits=False)
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"name": "后来"})
    last = give_positions()
    assert positions() == list(range(1, last + 1))
    assert give_positions() == last


def test_of_many_writers_and_sequencers_at_once_no_change_is_lost_or_out_of_order(centre: SimpleNamespace) -> None:
    leads = [make_lead(centre.chen, centre.zone, name=f"项目{number}") for number in range(3)]
    writing, read, asked, problems = threading.Event(), [], [], []
    writing.set()

    def write(number: int) -> None:
        for turn in range(8):
            lead = leads[(number + turn) % 3]
            with transaction.atomic():
                update_lead(actor=centre.chen, lead_id=lead.id, changes={"summary": f"{number} {turn}"})
                if turn % 4 == 3:
                    transaction.set_rollback(True)

    def give(_number: int) -> None:
        while writing.is_set():
            give_positions()

    def follow(_number: int) -> None:
        last = 0
        while writing.is_set() or last < give_positions():
            for row in ChangeRow.objects.filter(position__gt=last).order_by("position"):
                read.append(row.pk)
                last = row.position
            moment = timezone.now()
            asked.append((moment, position_at(moment)))

    def run(work: Callable[[int], None], number: int) -> None:
        try:
            work(number)
        except Exception as error:  # told below, in the thread of the test
            problems.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=run, args=[write, number]) for number in range(4)]
    others = [threading.Thread(target=run, args=[work, 0]) for work in (give, give, follow)]
    for thread in [*others, *writers]:
        thread.start()
    for thread in writers:
        thread.join(timeout=120)
    writing.clear()
    for thread in others:
        thread.join(timeout=60)
    assert problems == []
    last = give_positions()
    assert positions() == list(range(1, last + 1))
    assert not ChangeRow.objects.filter(position=None).exists()
    # who read on from the last position that they saw has read each change once
    assert read == list(ChangeRow.objects.order_by("position").values_list("pk", flat=True))
    for lead in leads:
        rows = ChangeRow.objects.filter(row_id=lead.pk).order_by("pk").values_list("position", flat=True)
        assert all(earlier < later for earlier, later in pairwise(rows))
    assert [position_at(moment) for moment, _position in asked[:20]] == [position for _moment, position in asked[:20]]
    assert all(earlier.at <= later.at for earlier, later in pairwise(FeedMark.objects.order_by("position")))


def test_nothing_is_known_at_a_moment_that_has_not_come(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        position_at(timezone.now() + datetime.timedelta(minutes=5))
    make_lead(centre.chen, centre.zone)
    before = timezone.now() - datetime.timedelta(days=1)
    assert position_at(before) == 0
    assert Lead.objects.exists()


def test_a_clock_that_runs_ahead_of_the_databases_is_no_way_into_the_future(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = timezone.now() + datetime.timedelta(seconds=30)
    monkeypatch.setattr("investcrm.core.changes.timezone.now", lambda: ahead)
    with pytest.raises(ValidationError):
        position_at(ahead)
