"""Stages in another order: what is kept of how far leads came is counted anew."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.services.checking.zones import compare_zone
from pipeline.services.moves import move_lead
from pipeline.tasks import rebuild_tallies
from projects.models import Stage
from projects.services.stages import add_stage, update_stage
from teams.access import Role
from teams.models import User
from tests.factories import join, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(centre: SimpleNamespace) -> User:
    """Gu, who administers every zone."""
    join(centre.gu, Role.ADMINISTRATOR, centre.other_zone)
    return User.objects.get(pk=centre.gu.pk)


def queued_by(callbacks: Any, change: Any) -> list[str]:
    """The names of the tasks that a change queues once it is committed."""
    with patch("investcrm.core.background.current_app") as celery, callbacks(execute=True):
        change()
    return [call.args[0] for call in celery.send_task.call_args_list]


def test_another_order_of_the_stages_has_the_tallies_counted_anew(
    centre: SimpleNamespace, keeper: User, django_capture_on_commit_callbacks: Any
) -> None:
    today = centre.zone.today()
    lead = make_lead(centre.chen, centre.zone, stage="to_sign", on=today - datetime.timedelta(days=9))
    move_lead(actor=centre.chen, lead_id=lead.id, to_stage="enquiry", note="back")
    to_sign = Stage.objects.get(code="to_sign")

    def put_first() -> None:
        update_stage(actor=keeper, stage_id=to_sign.pk, changes={"position": 1})

    assert queued_by(django_capture_on_commit_callbacks, put_first) == ["pipeline.rebuild_tallies"]
    _leads, found = compare_zone(centre.zone, today)
    assert found.count
    assert {difference["code"] for difference in found.kept} == {"tally"}
    rebuild_tallies()
    assert compare_zone(centre.zone, today)[1].count == 0


def test_other_changes_of_stages_change_no_tally(
    centre: SimpleNamespace, keeper: User, django_capture_on_commit_callbacks: Any
) -> None:
    make_lead(centre.chen, centre.zone)
    to_sign = Stage.objects.get(code="to_sign")

    def rename_and_add() -> None:
        update_stage(actor=keeper, stage_id=to_sign.pk, changes={"name_en": "Nearly there"})
        add_stage(actor=keeper, code="review", name_zh="评审", name_en="Review", kind="open", position=45)

    assert queued_by(django_capture_on_commit_callbacks, rename_and_add) == []
    assert compare_zone(centre.zone, centre.zone.today())[1].count == 0


def test_the_kind_of_a_stage_is_fixed(centre: SimpleNamespace, keeper: User) -> None:
    signed = Stage.objects.get(code="signed")
    for change in ({"kind": "open"}, {"code": "other"}):
        with pytest.raises(KeyError):
            update_stage(actor=keeper, stage_id=signed.pk, changes=change)
    signed.refresh_from_db()
    assert (signed.code, signed.kind) == ("signed", "signed")


def test_the_administration_site_has_the_tallies_counted_anew_too_and_changes_no_kind(
    centre: SimpleNamespace, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    centre.gu.is_superuser = centre.gu.is_staff = True
    centre.gu.save()
    client.force_login(centre.gu)
    signed = Stage.objects.get(code="signed")
    data = {
        "name_zh": signed.name_zh, "name_en": signed.name_en, "position": 5, "silence_limit_days": 30, "kind": "open",
        "requirements-TOTAL_FORMS": 0, "requirements-INITIAL_FORMS": 0,
    }  # fmt: skip

    def save() -> None:
        response = client.post(reverse("admin:projects_stage_change", args=[signed.pk]), data)
        assert response.status_code == 302

    with patch("investcrm.core.admin.SuperuserAdmin.has_change_permission", return_value=True):
        assert queued_by(django_capture_on_commit_callbacks, save)[:1] == ["pipeline.rebuild_tallies"]
    signed.refresh_from_db()
    assert (signed.position, signed.kind) == (5, "signed")
