"""Keyset paging: every row once, forwards and backwards, whatever the values; and by the index."""

import base64
import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Length
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investcrm.core.paging import Ordering, keyset_page

pytestmark = pytest.mark.django_db

registry = Apps()


class Owner(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "paging"
        apps = registry
        db_table = "test_paging_owner"

    def __str__(self) -> str:
        return self.name


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=20, default="")
    day = models.DateField(null=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    at = models.DateTimeField(default=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    number = models.IntegerField(default=0)
    owner = models.ForeignKey(Owner, models.CASCADE, null=True)

    class Meta:
        app_label = "paging"
        apps = registry
        db_table = "test_paging_row"

    def __str__(self) -> str:
        return self.name


ALLOWED: dict[str, Ordering | str] = {
    "at": "at",
    "name": "name",
    "number": "number",
    "day": Ordering("day", nullable=True),
    "age": Ordering("day", nullable=True, reverse=True),
    "amount": Ordering("amount", nullable=True),
    "number_name": Ordering("number", "name"),
    "owner": Ordering("owner__name", nullable=True),
    "length": "length",
}


@pytest.fixture(autouse=True)
def tables(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Owner)
        editor.create_model(Row)


def walk(queryset: Any, ordering: str, size: int, *, keys_first: bool = False) -> tuple[list[Any], list[Any]]:
    """All rows page by page to the end, and all rows page by page back to the start."""
    options: Any = {"ordering": ordering, "allowed": ALLOWED, "page_size": size, "keys_first": keys_first}
    forward: list[Any] = []
    cursor: str | None = None
    while True:
        page = keyset_page(queryset, cursor=cursor, **options)
        assert len(page.rows) <= size
        forward += page.rows
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    backward = list(page.rows)
    while page.previous_cursor is not None:
        page = keyset_page(queryset, cursor=page.previous_cursor, **options)
        backward = page.rows + backward
    return forward, backward


def expected(rows: list[Any], key: str, descending: bool) -> list[Any]:
    filled = [row for row in rows if row[key] is not None]
    empty = [row for row in rows if row[key] is None]
    filled.sort(key=lambda row: (row[key], row["id"]), reverse=descending)
    empty.sort(key=lambda row: row["id"], reverse=descending)
    return filled + empty


rows_strategy = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
            "amount": st.none() | st.decimals(0, 1, places=2),
            "number": st.integers(0, 2),
            "name": st.sampled_from(["", "苏州", "𠮷", "a", "B"]),
        }
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=rows_strategy,
    key=st.sampled_from(["day", "amount", "number", "name"]),
    sign=st.sampled_from(["", "-"]),
    size=st.integers(1, 7),
    keys_first=st.booleans(),
)
def test_walking_forward_and_back_loses_and_doubles_no_row(
    values: list[dict[str, Any]], key: str, sign: str, size: int, keys_first: bool
) -> None:
    Row.objects.all().delete()
    Row.objects.bulk_create(Row(**value) for value in values)
    queryset = Row.objects.values("id", key)
    forward, backward = walk(queryset, sign + key, size, keys_first=keys_first)
    assert forward == expected(list(queryset), key, sign == "-")
    assert backward == forward


@pytest.mark.parametrize("keys_first", [True, False])
@pytest.mark.parametrize("ordering", ["day", "-day"])
def test_a_page_is_cut_after_the_empty_values_were_put_last(ordering: str, keys_first: bool) -> None:
    Row.objects.bulk_create([Row(day=None), Row(day=dt.date(2026, 1, 1))])
    forward, backward = walk(Row.objects.values("day"), ordering, 1, keys_first=keys_first)
    assert forward == backward == [{"day": dt.date(2026, 1, 1)}, {"day": None}]


def make(count: int = 30) -> None:
    owners = Owner.objects.bulk_create(Owner(name=f"owner {number}") for number in range(3))
    Row.objects.bulk_create(
        Row(
            name="n" * (number % 4),
            number=number % 5,
            day=dt.date(2026, 1, 1 + number % 7) if number % 3 else None,
            amount=Decimal(number % 4) / 3 if number % 2 else None,
            at=dt.datetime(2026, 1, 1, 0, 0, number % 6, number, tzinfo=dt.UTC),
            owner=owners[number % 3] if number % 4 else None,
        )
        for number in range(count)
    )


@pytest.mark.parametrize("ordering", [sign + name for name in ALLOWED for sign in ("", "-")])
def test_models_and_values_walk_the_same_way_in_every_ordering(ordering: str) -> None:
    make()
    annotated = Row.objects.annotate(length=Length("name"))
    found, found_back = walk(annotated.select_related("owner"), ordering, 4)
    plain, plain_back = walk(annotated.values("id"), ordering, 4)
    assert len({row.pk for row in found}) == len(found) == 30
    assert [row.pk for row in found] == [row.pk for row in found_back]
    assert plain == plain_back == [{"id": row.pk} for row in found]


def test_the_values_rows_carry_only_what_was_asked_for() -> None:
    make(3)
    page = keyset_page(Row.objects.values("name"), ordering="-owner", allowed=ALLOWED, cursor=None, page_size=2)
    assert [set(row) for row in page.rows] == [{"name"}, {"name"}]


def test_a_reversed_name_grows_while_the_stored_date_falls_and_keeps_the_empty_last() -> None:
    make(9)
    ages = [row.day for row in walk(Row.objects.all(), "age", 4)[0]]
    filled = [day for day in ages if day]
    assert filled == sorted(filled, reverse=True)
    assert ages[len(filled) :] == [None] * 3


def test_a_computed_decimal_with_more_places_than_its_field_loses_no_row() -> None:
    make()
    third = Row.objects.annotate(
        length=Coalesce(
            F("amount") / Value(Decimal(7)),
            Value(Decimal(0)),
            output_field=models.DecimalField(max_digits=20, decimal_places=2),
        )
    )
    forward, backward = walk(third.values("id"), "-length", 4)
    assert len({row["id"] for row in forward}) == 30
    assert backward == forward


def test_deferred_fields_and_prefetching_cost_no_query_per_row() -> None:
    make()
    queryset = Row.objects.only("name", "owner").prefetch_related("owner")
    with CaptureQueriesContext(connection) as queries:
        keyset_page(queryset, ordering="day", allowed=ALLOWED, cursor=None, page_size=25)
    assert len(queries) == 2


@pytest.mark.parametrize("ordering", ["-at", "day", "-amount"])
@pytest.mark.parametrize("size", [1, 10, 100])
def test_every_page_is_one_query_without_count_or_offset(ordering: str, size: int) -> None:
    make()
    cursor: str | None = None
    for _turn in range(3):
        with CaptureQueriesContext(connection) as queries:
            page = keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=cursor, page_size=size)
        assert len(queries) == 1
        assert "OFFSET" not in queries[0]["sql"]
        assert "COUNT(" not in queries[0]["sql"]
        cursor = page.next_cursor or page.previous_cursor


@pytest.fixture
def many_rows() -> None:
    with connection.cursor() as db:
        db.execute("create index on test_paging_row (at, id)")
        db.execute("create index on test_paging_row (day, id)")
        db.execute(
            "insert into test_paging_row (id, name, day, at, number) select gen_random_uuid(), '', "
            "case when n % 4 = 0 then null else date '2020-01-01' + n / 10 end, "
            "timestamptz '2020-01-01' + n * interval '1 minute', 0 from generate_series(1, 20000) n"
        )
        db.execute("analyze test_paging_row")


def plan_of_page(ordering: str, cursor: str | None) -> str:
    with CaptureQueriesContext(connection) as queries:
        page = keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=cursor, page_size=50)
    assert len(page.rows) == 50
    with connection.cursor() as db:
        db.execute("explain (analyze, costs off, timing off, summary off) " + queries[0]["sql"])
        plan = "\n".join(line for (line,) in db.fetchall())
    assert "Filter: " not in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    return plan


@pytest.mark.parametrize("ordering", ["at", "-at", "day", "-day"])
@pytest.mark.parametrize("direction", ["n", "p"])
def test_a_deep_page_is_found_by_an_index_condition_alone(many_rows: None, ordering: str, direction: str) -> None:
    field = ordering.removeprefix("-")
    start = Row.objects.exclude(**{field: None}).order_by(field, "id")[9000]
    value = start.at.astimezone(dt.UTC).isoformat() if field == "at" else start.day.isoformat()
    plan = plan_of_page(ordering, pack([ordering, direction, [value], str(start.pk)]))
    assert "Index Cond: " in plan
    assert "ROW(" in plan


@pytest.mark.parametrize("ordering", ["day", "-day"])
@pytest.mark.parametrize("direction", ["n", "p"])
def test_a_page_among_the_empty_values_is_found_by_an_index_condition_alone(
    many_rows: None, ordering: str, direction: str
) -> None:
    start = Row.objects.filter(day=None).order_by("id")[2500]
    plan = plan_of_page(ordering, pack([ordering, direction, None, str(start.pk)]))
    assert "Index Cond: ((day IS NULL) AND (id " in plan


@pytest.mark.parametrize("ordering", ["at", "-at", "day", "-day"])
def test_the_first_page_reads_no_more_of_the_index_than_it_shows(many_rows: None, ordering: str) -> None:
    plan = plan_of_page(ordering, None)
    assert ("(never executed)" in plan) == ("day" in ordering)


def pack(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


ID = "0198a000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "....",
        "é",
        "A" * 5000,
        base64.b64encode(b"\xff\xfe").decode(),
        pack(None),
        pack(5),
        pack({}),
        pack([]),
        pack(["number", "n", [1]]),
        pack(["number", "n", [1], ID, 1]),
        pack(["number", "n", [], ID]),
        pack(["number", "n", [1, 1], ID]),
        pack(["number", "n", None, ID]),
        pack(["number", "n", 1, ID]),
        pack(["number", "x", [1], ID]),
        pack(["number", ["n"], [1], ID]),
        pack(["number", {}, [1], ID]),
        pack(["-number", "n", [1], ID]),
        pack(["number", "n", ["1"], ID]),
        pack(["number", "n", [True], ID]),
        pack(["number", "n", [1.5], ID]),
        pack(["number", "n", [None], ID]),
        pack(["number", "n", [10**30], ID]),
        pack(["number", "n", [1], "nonsense"]),
        pack(["number", "n", [1], 5]),
        pack(["number", "n", [1], None]),
    ],
)
def test_a_made_up_or_cut_or_foreign_cursor_is_refused(cursor: str) -> None:
    refused(cursor, "number")


@pytest.mark.parametrize(
    ("ordering", "value"),
    [
        ("name", "a\x00b"),
        ("name", 5),
        ("name", ["a"]),
        ("name", {"a": "b"}),
        ("day", "2026-02-30"),
        ("day", "26-1-1"),
        ("day", "2026-01-01T00:00:00"),
        ("day", 5),
        ("at", "2026-01-01"),
        ("at", "2026-01-01T00:00:00"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("amount", "1E+500000"),
        ("amount", "1E-500000"),
        ("amount", "one"),
        ("amount", 1.5),
    ],
)
def test_a_cursor_whose_value_the_field_does_not_know_is_refused(ordering: str, value: Any) -> None:
    refused(pack([ordering, "n", [value], ID]), ordering)


def refused(cursor: str, ordering: str) -> None:
    make(2)
    with pytest.raises(ValidationError) as caught:
        keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=cursor, page_size=5)
    assert caught.value.code == "invalid_cursor"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cursor=st.text(max_size=30)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=6,
    ).map(lambda value: pack(["name", "n", [value], ID])),
)
def test_no_cursor_whatever_ends_in_anything_but_a_page_or_a_refusal(cursor: str) -> None:
    def outcome() -> str | None:
        try:
            keyset_page(Row.objects.all(), ordering="name", allowed=ALLOWED, cursor=cursor, page_size=5)
        except ValidationError as error:
            return error.code
        return "page"

    assert outcome() in {"invalid_cursor", "page"}


def test_an_ordering_that_is_not_offered_is_refused() -> None:
    for ordering in ("id", "--at", "", "-", "at,name", "owner__name"):
        with pytest.raises(ValidationError) as caught:
            keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=None, page_size=5)
        assert caught.value.code == "invalid_ordering"


def test_rows_added_and_removed_between_two_pages_hide_no_other_row() -> None:
    make(10)
    first = keyset_page(Row.objects.all(), ordering="number", allowed=ALLOWED, cursor=None, page_size=4)
    Row.objects.create(number=0)
    Row.objects.filter(pk=first.rows[-1].pk).delete()
    second = keyset_page(
        Row.objects.all(), ordering="number", allowed=ALLOWED, cursor=first.next_cursor, page_size=100
    )
    assert len(second.rows) == 6
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


@pytest.mark.parametrize("ordering", ["number", "-day"])
def test_when_nothing_is_left_after_a_page_the_way_back_misses_no_row(ordering: str) -> None:
    make(10)
    first = keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=None, page_size=4)
    Row.objects.exclude(pk__in=[row.pk for row in first.rows]).delete()
    second = keyset_page(Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=first.next_cursor, page_size=4)
    assert (second.rows, second.next_cursor) == ([], None)
    back = keyset_page(
        Row.objects.all(), ordering=ordering, allowed=ALLOWED, cursor=second.previous_cursor, page_size=4
    )
    assert [row.pk for row in back.rows] == [row.pk for row in first.rows]


def test_lists_of_tuples_and_pages_of_nothing_are_refused_as_mistakes_of_the_caller() -> None:
    with pytest.raises(TypeError):
        keyset_page(Row.objects.values_list("id"), ordering="at", allowed=ALLOWED, cursor=None, page_size=5)
    with pytest.raises(ValueError, match="page_size"):
        keyset_page(Row.objects.all(), ordering="at", allowed=ALLOWED, cursor=None, page_size=0)
    with pytest.raises(ValueError, match="several"):
        Ordering("day", "name", nullable=True)
