"""A query that is put together once gives what Django's own would."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

from investcrm.core.fixed_queries import FixedQuery
from projects.models import Merge
from teams.models import Membership, Team, User, Zone

pytestmark = pytest.mark.django_db


def roles(user_id: object) -> object:
    return Membership.objects.filter(user_id=user_id, deleted_at=None).select_related("user").order_by("pk")


def test_rows_and_their_relations_are_those_of_the_query(centre: SimpleNamespace) -> None:
    query = FixedQuery(roles, uuid.UUID(int=1))
    for user in (centre.wang, centre.chen):
        found = query.first(user.pk, Membership, User)
        assert found is not None
        expected = Membership.objects.filter(user=user).select_related("user").order_by("pk")[0]
        assert [row.__dict__.keys() for row in found] == [expected.__dict__.keys(), expected.user.__dict__.keys()]
        for row, other in zip(found, (expected, expected.user), strict=True):
            names = [field.attname for field in row._meta.concrete_fields]
            assert [getattr(row, name) for name in names] == [getattr(other, name) for name in names]
    assert query.first(uuid.uuid4(), Membership, User) is None


def test_a_value_that_becomes_no_parameter_is_refused(centre: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="does not ask"):
        FixedQuery(lambda _value: Team.objects.all(), 1).rows(2)


def test_columns_that_need_a_converter_are_refused(centre: SimpleNamespace) -> None:
    query = FixedQuery(lambda code: Zone.objects.filter(code=code), "code")
    assert query.first(centre.zone.code, Zone) is not None
    with pytest.raises(TypeError, match="converter"):
        query.first(centre.zone.code, Merge)
