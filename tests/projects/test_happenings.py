"""The history of a lead tells what came and went around it: tags, funds, comments, documents; by whom."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.models import Lead, Tag
from projects.services.comments import delete_comment, write_comment
from projects.services.documents import delete_document
from projects.services.funds import enter_funds, reject_funds, verify_funds, withdraw_funds
from projects.services.tags import change_tags, merge_tag
from projects.views.history import history_of
from tests.documents_help import add_document, use_folders
from tests.factories import make_lead
from tests.projects.pages import signed_in

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, signed 100 days ago."""
    on = centre.zone.today() - 100 * DAY
    return make_lead(
        centre.chen, centre.zone, team=centre.g4, owner=centre.wang, stage="signed", on=on,
        agreed_investment=Decimal(300_000_000),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def english(centre: SimpleNamespace) -> None:
    """Everybody reads English, the test too."""
    type(centre.wang).objects.update(language="en")
    translation.activate("en")


def told(lead: Lead) -> list[tuple[str, str]]:
    """Titles and people, oldest first."""
    return [(change.title, change.who) for change in reversed(history_of(lead))]


def test_tags_that_come_are_merged_and_go_are_told_of(centre: SimpleNamespace, lead: Lead) -> None:
    change_tags(actor=centre.wang, lead_id=lead.pk, add=["汽车", "外资"])
    other = make_lead(centre.chen, centre.zone, team=centre.g4)
    change_tags(actor=centre.wang, lead_id=other.pk, add=["汽配"])
    page = signed_in(centre.li)
    page.post(f"/leads/{lead.pk}/tags/", {"tags": ["汽车"], "seen": ["汽车", "外资"]})
    tags = {tag.name: tag.pk for tag in Tag.objects.all()}
    merge_tag(actor=centre.gu, tag_id=tags["汽车"], into_id=tags["汽配"])
    found = [(title, who) for title, who in told(lead) if title.startswith("Tag")]
    wang, li = str(centre.wang), str(centre.li)
    assert sorted(found[:2]) == sorted([("Tag added: 汽车", wang), ("Tag added: 外资", wang)])
    assert found[2] == ("Tag taken off: 外资", li)
    assert [title for title, _who in found[3:]] == ["Tag “汽车” was merged into “汽配”"]


def test_each_step_of_funds_is_told_of(centre: SimpleNamespace, lead: Lead) -> None:
    def enter() -> Any:
        return enter_funds(
            actor=centre.wang, lead_id=lead.pk, kind="funds_in_place", amount=Decimal(1_000_000),
            value_on=centre.zone.today(), evidence="银行回单",
        )  # fmt: skip

    first, second = enter(), enter()
    verify_funds(actor=centre.li, fund_id=first.pk)
    reject_funds(actor=centre.li, fund_id=second.pk, note="金额不符")
    withdraw_funds(actor=centre.li, fund_id=first.pk, note="已退回")
    heads = [(title.partition(":")[0], who) for title, who in told(lead) if title.startswith("Funds")]
    wang, li = str(centre.wang), str(centre.li)
    assert heads[:4] == [
        ("Funds entered", wang), ("Funds entered", wang), ("Funds verified", li), ("Funds rejected", li),
    ]  # fmt: skip
    assert heads[4][0] == "Funds taken out"


def test_deleted_comments_and_documents_are_told_of(
    centre: SimpleNamespace, lead: Lead, tmp_path: Path, settings: Any
) -> None:
    use_folders(settings, tmp_path)
    comment = write_comment(actor=centre.wang, lead_id=lead.pk, text="请保密")
    delete_comment(actor=centre.wang, comment_id=comment.pk)
    document = add_document(centre.wang, lead, tmp_path)
    delete_document(actor=centre.wang, document_id=document.pk)
    changes = history_of(lead)
    titles = [change.title for change in changes]
    assert {"Comment deleted", f"Document added: {document.title}", f"Document deleted: {document.title}"} <= set(
        titles
    )
    assert "请保密" not in "".join(change.note for change in changes)
    assert signed_in(centre.wang).get(f"/leads/{lead.pk}/history/").status_code == 200


def test_the_number_of_queries_is_fixed(centre: SimpleNamespace, lead: Lead) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            history_of(lead)
        return len(captured)

    change_tags(actor=centre.wang, lead_id=lead.pk, add=["一"])
    before = queries()
    change_tags(actor=centre.wang, lead_id=lead.pk, add=[f"词{number}" for number in range(25)])
    assert queries() == before
