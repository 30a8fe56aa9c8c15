"""External ids: found, claimed by one of many, moved when rows are merged."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from investcrm.core.external_ids import (
    claim,
    is_external_id,
    is_system,
    move_external_ids,
    point_to,
    release,
    remember,
    row_ids_of,
    rows_behind,
)
from investcrm.core.models import ExternalId


@pytest.mark.parametrize("text", ["erp", "SAP-1.2_x", "a" * 40])
def test_a_source_system_is_a_step_of_an_address(text: str) -> None:
    assert is_system(text)


@pytest.mark.parametrize("text", ["", "a" * 41, "a b", "a/b", "系统", "..", ".", "a\n"])
def test_what_no_source_system_is_called(text: str) -> None:
    assert not is_system(text)


@pytest.mark.parametrize("text", ["1", "A 1", "项目-7", "x" * 200, "a?b#c%", "..."])
def test_an_external_id_is_nearly_any_text(text: str) -> None:
    assert is_external_id(text)


@pytest.mark.parametrize("text", ["", "x" * 201, "a/b", "a\tb", "a\n", "\x7f", "\x85", ".", ".."])
def test_what_no_external_id_is(text: str) -> None:
    assert not is_external_id(text)


@pytest.mark.django_db
def test_claimed_ids_are_found_again_and_given_back() -> None:
    first = claim("lead", "erp", ["a", "b"])
    assert first.new == {"a", "b"}
    second = claim("lead", "erp", ["b", "c"])
    assert (second.new, second.rows["b"]) == ({"c"}, first.rows["b"])
    release("lead", "erp", ["c"])
    assert row_ids_of("lead", "erp", ["a", "c"]) == {"a": first.rows["a"]}
    assert rows_behind("lead", [("erp", "a"), ("other", "a")]) == {("erp", "a"): first.rows["a"]}
    assert rows_behind("company", [("erp", "a")]) == {}


@pytest.mark.django_db
def test_a_row_has_one_id_of_each_system() -> None:
    row, other = uuid.uuid4(), uuid.uuid4()
    assert remember("team", row, "erp", "1")
    assert not remember("team", row, "erp", "1")
    assert remember("team", row, "erp", "2")
    assert row_ids_of("team", "erp", ["1", "2"]) == {"2": row}
    with pytest.raises(ValidationError) as refused:
        remember("team", other, "erp", "2")
    assert refused.value.error_dict["external_id"][0].code == "taken"
    claim("team", "erp", ["3"])
    with pytest.raises(ValidationError) as refused:
        point_to("team", "erp", "3", row)
    assert refused.value.error_dict["external_id"][0].code == "other_external_id"


@pytest.mark.django_db
def test_a_merged_rows_ids_mean_the_kept_row_which_keeps_its_own() -> None:
    gone, kept = uuid.uuid4(), uuid.uuid4()
    remember("lead", gone, "erp", "g")
    remember("lead", gone, "crm", "g")
    remember("lead", kept, "erp", "k")
    assert move_external_ids("lead", gone, kept) == 1
    found = set(ExternalId.objects.values_list("source_system", "external_id", "row_id"))
    assert found == {("erp", "g", gone), ("crm", "g", kept), ("erp", "k", kept)}


@pytest.mark.django_db(transaction=True)
def test_who_claims_the_same_ids_meanwhile_waits_and_finds_them() -> None:
    claimed, done = threading.Event(), threading.Event()
    found: list[dict[str, uuid.UUID]] = []

    def second() -> None:
        try:
            claimed.wait(30)
            with transaction.atomic():
                theirs = claim("lead", "erp", ["b", "a", "c"])
            found.append({"new": theirs.new, **theirs.rows})  # type: ignore[dict-item]
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        mine = claim("lead", "erp", ["a", "b"])
        claimed.set()
        # it waits for the end of this transaction
        assert not done.wait(0.2)
        assert not found
    thread.join(30)
    assert found[0]["new"] == {"c"}
    assert (found[0]["a"], found[0]["b"]) == (mine.rows["a"], mine.rows["b"])


@pytest.mark.django_db(transaction=True)
def test_an_id_that_was_claimed_in_vain_is_free() -> None:
    with transaction.atomic():
        claim("lead", "erp", ["a"])
        transaction.set_rollback(True)
    assert claim("lead", "erp", ["a"]).new == {"a"}
