"""Comments on a lead: who may write, what a mention does, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investcrm.core.errors import Stale
from projects.models import Comment, Lead, Notification
from projects.selectors import people_who_see
from projects.services.comments import delete_comment, edit_comment, restore_comment, write_comment
from projects.services.leads import update_lead
from projects.templatetags.talk import comment_text
from teams.models import User
from tests.factories import join, make_lead, make_user
from tests.projects.pages import signed_in


@pytest.fixture
def lead(centre: SimpleNamespace) -> Lead:
    """A lead of team G4, owned by Wang, entered by Chen."""
    return make_lead(centre.chen, centre.zone, team=centre.g4, owner=centre.wang)


@pytest.fixture(autouse=True)
def names(centre: SimpleNamespace) -> None:
    """The people have the names that one types."""
    for who, name in (("wang", "王芳"), ("li", "李明"), ("zhao", "赵磊"), ("chen", "Chen Jie"), ("gu", "顾问")):
        user = getattr(centre, who)
        user.display_name = name
        user.save(update_fields=["display_name"])


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("created_at").values_list("kind", flat=True))


def codes(refused: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return {
        field: [str(error.code) for error in errors] for field, errors in refused.value.error_dict.items()
    }  # fmt: skip


def sees(user: User, lead: Lead) -> bool:
    return Lead.objects.visible_to(user).filter(id=lead.id).exists()


@pytest.mark.parametrize("given_to", ["team", "nobody", "reporter"])
def test_people_who_see_a_lead_are_those_to_whom_it_is_visible(centre: SimpleNamespace, given_to: str) -> None:
    enters = {"team": centre.chen, "nobody": centre.wang, "reporter": centre.bao}[given_to]
    lead = make_lead(enters, centre.zone, team=centre.g4 if given_to == "team" else None)
    make_user("keeper", is_superuser=True)
    people = [user for user in User.objects.filter(is_active=True) if sees(user, lead)]
    assert set(people_who_see(lead)) == set(people)
    assert people


def test_whoever_has_the_lead_is_told_of_a_comment(centre: SimpleNamespace, lead: Lead) -> None:
    write_comment(actor=centre.li, lead_id=lead.id, text="价格谈得怎么样了？")
    assert told(centre.wang)[-1:] == ["commented"]
    assert told(centre.li) == []


def test_a_mention_is_told_instead_and_not_twice(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@王芳 请看，@chen jie 也看一下；@王芳")
    assert set(comment.mentions.all()) == {centre.wang, centre.chen}
    assert told(centre.wang).count("mentioned") == 1
    assert "commented" not in told(centre.wang)
    assert told(centre.chen) == ["mentioned"]


@pytest.mark.parametrize(
    "text",
    ["写信给 a@li 就行", "@", "@ 李明", "@没有这个人", "@Chenjier 是另一个人", "wang@example.org"],
)
def test_what_names_nobody_is_plain_text(centre: SimpleNamespace, lead: Lead, text: str) -> None:
    assert not write_comment(actor=centre.wang, lead_id=lead.id, text=text).mentions.exists()


def test_the_longest_name_counts(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_user("wangfangfang", display_name="王芳芳")
    join(other, "member", centre.zone, centre.g4)
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@王芳芳请看")
    assert list(comment.mentions.all()) == [other]


def test_of_two_with_one_name_those_are_meant_who_see_the_lead(centre: SimpleNamespace, lead: Lead) -> None:
    other = make_user("wangfang1", display_name="王芳")
    join(other, "member", centre.zone, centre.g1)
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@王芳")
    assert list(comment.mentions.all()) == [centre.wang]


def test_a_mention_of_somebody_who_may_not_see_the_lead_is_refused(centre: SimpleNamespace, lead: Lead) -> None:
    with pytest.raises(ValidationError) as refused:
        write_comment(actor=centre.li, lead_id=lead.id, text="@赵磊 @王芳 看看")
    assert codes(refused) == {"text": ["cannot_see"]}
    assert "赵磊" in str(refused.value.messages)
    assert "王芳" not in str(refused.value.messages)
    assert not Comment.objects.exists()
    assert "mentioned" not in told(centre.wang)


def test_a_person_of_another_zone_is_nobody(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@qian 你好")
    assert not comment.mentions.exists()


@pytest.mark.parametrize(("text", "code"), [("", "required"), (" \r\n ", "required"), ("字" * 5001, "too_long")])
def test_empty_and_endless_comments_are_refused(centre: SimpleNamespace, lead: Lead, text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        write_comment(actor=centre.wang, lead_id=lead.id, text=text)
    assert codes(refused) == {"text": [code]}
    assert not Comment.objects.exists()


def test_five_thousand_characters_and_many_ats_are_taken_or_refused_at_once(
    centre: SimpleNamespace, lead: Lead
) -> None:
    assert len(write_comment(actor=centre.wang, lead_id=lead.id, text="字" * 5000).text) == 5000
    with pytest.raises(ValidationError) as refused:
        write_comment(actor=centre.wang, lead_id=lead.id, text=" ".join(f"@{n}" for n in range(900)))
    assert codes(refused) == {"text": ["too_many_mentions"]}


def test_sending_twice_makes_one_comment(centre: SimpleNamespace, lead: Lead) -> None:
    token = uuid.uuid4()
    first = write_comment(actor=centre.li, lead_id=lead.id, text="一次", comment_id=token)
    second = write_comment(actor=centre.li, lead_id=lead.id, text="一次", comment_id=token)
    assert first == second
    assert Comment.objects.count() == 1
    assert told(centre.wang).count("commented") == 1


def test_the_id_of_a_colleagues_comment_is_refused(centre: SimpleNamespace, lead: Lead) -> None:
    theirs = write_comment(actor=centre.li, lead_id=lead.id, text="李的话")
    with pytest.raises(ValidationError):
        write_comment(actor=centre.wang, lead_id=lead.id, text="王的话", comment_id=theirs.id)
    theirs.refresh_from_db()
    assert theirs.text == "李的话"


@pytest.mark.parametrize(
    ("who", "refusal"), [("zhao", Http404), ("qian", Http404), ("sun", PermissionDenied), ("bao", Http404)]
)
def test_others_say_nothing(centre: SimpleNamespace, lead: Lead, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        write_comment(actor=getattr(centre, who), lead_id=lead.id, text="我也说一句")
    assert not Comment.objects.exists()


def test_only_the_author_changes_and_deletes(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.wang, lead_id=lead.id, text="我的话")
    for change in (
        lambda: edit_comment(actor=centre.chen, comment_id=comment.id, text="改了"),
        lambda: delete_comment(actor=centre.chen, comment_id=comment.id),
    ):
        with pytest.raises(PermissionDenied):
            change()
    comment.refresh_from_db()
    assert (comment.text, comment.deleted_at) == ("我的话", None)


def test_a_lead_that_went_out_of_sight_takes_its_comments_along(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.wang, lead_id=lead.id, text="我的话")
    update_lead(actor=centre.chen, lead_id=lead.id, changes={"team": centre.g1, "owner": None})
    for change in (
        lambda: edit_comment(actor=centre.wang, comment_id=comment.id, text="改了"),
        lambda: delete_comment(actor=centre.wang, comment_id=comment.id),
        lambda: write_comment(actor=centre.wang, lead_id=lead.id, text="再说一句"),
    ):
        with pytest.raises(Http404):
            change()
    assert Comment.objects.get().text == "我的话"


def test_an_edit_tells_only_who_is_new_in_it_and_what_was_told_follows(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@王芳 旧话")
    edit_comment(actor=centre.li, comment_id=comment.id, text="@王芳 @顾问 新话", base={"text": "@王芳 旧话"})
    assert told(centre.wang).count("mentioned") == 1
    assert told(centre.gu) == ["mentioned"]
    assert Notification.objects.get(user=centre.wang, kind="mentioned").data["excerpt"] == "@王芳 @顾问 新话"


def test_an_edit_over_another_edit_is_stale(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="一")
    edit_comment(actor=centre.li, comment_id=comment.id, text="二", base={"text": "一"})
    with pytest.raises(Stale) as stale:
        edit_comment(actor=centre.li, comment_id=comment.id, text="三", base={"text": "一"})
    assert stale.value.current == {"text": "二"}


def test_deleted_words_are_shown_nowhere_until_they_are_back(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="@王芳 说错了")
    delete_comment(actor=centre.li, comment_id=comment.id)
    page = signed_in(centre.wang)
    assert "说错了" not in page.get(f"/leads/{lead.id}/comments/").content.decode()
    assert "说错了" not in page.get("/notifications/").content.decode()
    restore_comment(actor=centre.li, comment_id=comment.id)
    assert "说错了" in page.get(f"/leads/{lead.id}/comments/").content.decode()
    assert "说错了" in page.get("/notifications/").content.decode()
    assert told(centre.wang).count("mentioned") == 1


# -- shown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("看https://a.cn/x?b=1&c=2。好", 'href="https://a.cn/x?b=1&amp;c=2"'),
        ("(https://a.cn/(x))", 'href="https://a.cn/(x)"'),
        ('https://a.cn/"onclick="x', 'href="https://a.cn/"'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://.,", "https:"),
        ("@王芳 好", '<span class="mention">@王芳</span> 好'),
        ("@<b>", "@&lt;b&gt;"),
    ],
)
def test_words_are_escaped_and_only_addresses_become_links(
    centre: SimpleNamespace, lead: Lead, text: str, shown: str
) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text=text)
    html = comment_text(comment)
    assert shown in html
    assert "<script" not in html
    assert "<b>" not in html
    assert 'onclick="' not in html


# -- pages ------------------------------------------------------------------------------------------------------------


def address(lead: Lead) -> str:
    return f"/leads/{lead.id}/comments/"


def send(client: Client, lead: Lead, text: str, **data: str) -> tuple[int, str]:
    answer = client.post(address(lead), {"text": text, **data}, headers={"hx-request": "true"})
    return answer.status_code, answer.content.decode()


def test_a_comment_is_written_from_the_leads_page(centre: SimpleNamespace, lead: Lead) -> None:
    status, html = send(signed_in(centre.li), lead, "第一行\r\n第二行", comment_id=str(uuid.uuid4()))
    assert status == 200
    assert "第一行\n第二行" in html
    assert Comment.objects.get().text == "第一行\n第二行"


def test_a_refused_comment_comes_back_with_what_was_typed(centre: SimpleNamespace, lead: Lead) -> None:
    token = str(uuid.uuid4())
    status, html = send(signed_in(centre.li), lead, "@赵磊 这里有很多字", comment_id=token)
    assert status == 422
    assert "@赵磊 这里有很多字</textarea>" in html
    assert "id_text_errors" in html
    assert "赵磊" in html.partition('id="id_text_errors"')[2]
    assert token in html


def test_without_script_the_page_comes_back_to_the_lead(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.li)
    answer = client.post(address(lead), {"text": "没有脚本"})
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.id}/#comments")
    page = client.post(address(lead), {"text": ""})
    assert page.status_code == 422
    assert b"<html" in page.content


def test_who_only_looks_gets_no_box(centre: SimpleNamespace, lead: Lead) -> None:
    write_comment(actor=centre.li, lead_id=lead.id, text="看得见")
    html = signed_in(centre.sun).get(address(lead)).content.decode()
    assert "看得见" in html
    assert "comment-write" not in html
    assert "/edit/" not in html


def test_colleagues_are_offered_by_name_pinyin_and_initials(centre: SimpleNamespace, lead: Lead) -> None:
    centre.wang.name_key = "wang fang"
    centre.wang.save(update_fields=["name_key"])
    client = signed_in(centre.li)

    def offered(query: str) -> list[str]:
        results = client.get(f"{address(lead)}people/", {"q": query}).json()["results"]
        return [row["insert"] for row in results]

    for query in ("王", "wangf", "wf", "WANG"):
        assert offered(query) == ["王芳"]
    assert "赵磊" not in offered("")
    assert "李明" not in offered("")


def test_an_edit_dialog_keeps_both_texts(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="一")
    client = signed_in(centre.li)
    form = client.get(f"/comments/{comment.id}/edit/").context["form"]
    edit_comment(actor=centre.li, comment_id=comment.id, text="二")
    answer = client.post(f"/comments/{comment.id}/edit/", {"text": "三", "base": form["base"].value()})
    assert answer.status_code == 409
    assert {"二", "三"} <= {answer.context["form"].conflicts[0].mine, answer.context["form"].conflicts[0].theirs}


def test_deleting_offers_undo(centre: SimpleNamespace, lead: Lead) -> None:
    comment = write_comment(actor=centre.li, lead_id=lead.id, text="一")
    client = signed_in(centre.li)
    answer = client.post(f"/comments/{comment.id}/delete/", headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert f"/comments/{comment.id}/restore/" in answer["HX-Trigger"]
    answer = client.post(f"/comments/{comment.id}/restore/", {"next": f"/leads/{lead.id}/"})
    assert answer["Location"] == f"/leads/{lead.id}/"
    assert Comment.objects.get().deleted_at is None


def test_older_comments_come_by_pages(centre: SimpleNamespace, lead: Lead) -> None:
    for number in range(25):
        write_comment(actor=centre.li, lead_id=lead.id, text=f"第{number:02}条")
    client = signed_in(centre.li)
    page = client.get(address(lead))
    assert "第24条" in page.content.decode()
    assert "第04条" not in page.content.decode()
    older = client.get(f"{address(lead)}?{page.context['older']}").content.decode()
    assert "第04条" in older
    assert "comment-write" not in older


def queries(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len(seen)


def test_more_comments_cost_no_more_queries(centre: SimpleNamespace, lead: Lead) -> None:
    client = signed_in(centre.li)
    for _number in range(3):
        write_comment(actor=centre.li, lead_id=lead.id, text="@王芳 好")
    few = queries(client, address(lead))
    for _number in range(15):
        write_comment(actor=centre.wang, lead_id=lead.id, text="@李明 @chen jie 好")
    assert queries(client, address(lead)) == few
