"""The pages of reports: the list, a report, releasing, editions, delivery, files, subscriptions, stopping by link."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from investcrm.core.models import OutboxMessage
from pipeline.models import Report, ReportDelivery, ReportSubscription
from pipeline.services.reports.subscriptions import stop_token
from projects.models import ExportRecord
from teams.access import Role
from teams.models import Schedule, User
from teams.services.schedules import ensure_schedules
from tests.factories import join, make_team
from tests.pipeline.report_pages_help import MONDAY, saved_report, signed_in

REPORTS = "/reports/"
HTMX = {"HX-Request": "true"}
WEEK = datetime.timedelta(weeks=1)


def page(report: Report, name: str = "report") -> str:
    return reverse(f"pipeline:{name}", args=[report.pk])


def names(client: Client, query: str = "") -> list[tuple[str, str]]:
    rows = client.get(f"{REPORTS}{query}").context["rows"]
    return [(str(row["whose"]), row["period"]) for row in rows]


# ---- the list ----


def test_each_reads_the_reports_of_what_they_see(centre: SimpleNamespace) -> None:
    saved_report(centre)
    saved_report(centre, centre.g4)
    saved_report(centre, centre.g1)
    week = "Week 10, 2026 (2 Mar–8 Mar)"
    zone = "Guangling Economic Development Zone"
    assert sorted(names(signed_in(centre.chen))) == [(zone, week), ("Team G1", week), ("Team G4", week)]
    assert names(signed_in(centre.wang)) == [("Team G4", week)]
    assert names(signed_in(centre.qian)) == []
    assert signed_in(centre.bao).get(REPORTS).status_code == 403


def test_kind_and_scope_filter_and_odd_addresses_show_all(centre: SimpleNamespace) -> None:
    saved_report(centre)
    saved_report(centre, centre.g4, kind="monthly")
    client = signed_in(centre.chen)
    assert len(names(client, "?kind=monthly")) == 1
    assert len(names(client, "?scope=centre")) == 1
    assert len(names(client, f"?scope={centre.g4.pk}")) == 1
    assert names(client, f"?scope={centre.g4.pk}&kind=weekly") == []
    for odd in ("?kind=hourly", "?scope=nobody", "?cursor=broken", "?zone=nowhere", "?scope=00000000"):
        assert len(names(client, odd)) == 2


def test_a_later_edition_takes_the_place_of_the_earlier_one(centre: SimpleNamespace) -> None:
    saved_report(centre)
    saved_report(centre, edition=2, reason="late signing")
    saved_report(centre, centre.g4)
    client = signed_in(centre.chen)
    assert [row["report"].edition for row in client.get(f"{REPORTS}?scope=centre").context["rows"]] == [2]
    assert len(names(client)) == 2


def test_drafts_stand_on_top_for_who_releases_and_for_nobody_else(centre: SimpleNamespace) -> None:
    saved_report(centre, released=False)
    saved_report(centre, centre.g4, released=False)
    groups = signed_in(centre.chen).get(REPORTS).context["drafts"]
    assert [[str(line["whose"]) for line in group["lines"]] for group in groups] == [
        ["Guangling Economic Development Zone", "Team G4"]
    ]
    for other in (centre.li, centre.sun, centre.qian):
        answer = signed_in(other).get(REPORTS)
        assert answer.context["drafts"] == []
        assert "Waits for release" not in answer.content.decode()


def test_an_empty_list_says_when_the_first_one_comes(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    assert "None is planned" in client.get(REPORTS).content.decode()
    ensure_schedules(centre.zone)
    assert "The next one is drafted" in client.get(REPORTS).content.decode()


def test_pages_of_the_list_follow_each_other(centre: SimpleNamespace) -> None:
    for number in range(35):
        saved_report(centre, first=MONDAY - WEEK * number)
    client = signed_in(centre.chen)
    first = client.get(REPORTS)
    second = client.get(REPORTS + first.context["next_url"])
    shown = [row["report"].first_day for row in (*first.context["rows"], *second.context["rows"])]
    assert shown == [MONDAY - WEEK * number for number in range(35)]


def queries(client: Client, address: str, **more: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, **more).status_code == 200
    return len(captured)


def test_queries_of_the_list_do_not_grow(centre: SimpleNamespace) -> None:
    ensure_schedules(centre.zone)
    client = signed_in(centre.chen)
    for number in range(3):
        saved_report(centre, first=MONDAY - WEEK * number)
        saved_report(centre, centre.g4, first=MONDAY - WEEK * number, released=False)
    few = queries(client, REPORTS)
    for number in range(3, 30):
        saved_report(centre, first=MONDAY - WEEK * number)
        saved_report(centre, centre.g4, first=MONDAY - WEEK * number, released=False)
        make_team(centre.zone, f"X{number}")
    assert queries(client, REPORTS) == few


# ---- a report ----


def test_a_report_is_read_in_ones_own_language_with_links_for_who_may_ask(centre: SimpleNamespace) -> None:
    report = saved_report(centre, centre.g4)
    english = signed_in(centre.chen).get(page(report))
    assert "Team G4" in english.content.decode()
    assert english.context["paper"].title.startswith("Weekly bulletin")
    chinese = signed_in(centre.wang, "zh-hans").get(page(report))
    assert "招商G4组" in chinese.content.decode()
    assert english.context["paper"].sections


def test_a_draft_is_hidden_from_its_readers(centre: SimpleNamespace) -> None:
    draft = saved_report(centre, centre.g4, released=False)
    for other in (centre.wang, centre.li, centre.sun, centre.qian):
        client = signed_in(other)
        assert client.get(page(draft)).status_code == 404
        assert client.get(page(draft, "report_pdf")).status_code == 404
        assert client.post(page(draft, "report_release")).status_code == 404
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_comment_is_written_in_its_place(centre: SimpleNamespace) -> None:
    draft = saved_report(centre, released=False)
    client = signed_in(centre.chen)
    base = client.get(page(draft)).context["form"].initial["base"]
    sent = {"base": base, "comment": "抓紧 <b>落地</b>"}
    answer = client.post(page(draft, "report_comment"), sent, headers=HTMX)
    assert answer.status_code == 200
    assert "report-changed" in answer.headers["HX-Trigger"]
    draft.refresh_from_db()
    assert (draft.comment, draft.commented_by) == ("抓紧 <b>落地</b>", centre.chen)
    assert "<b>落地</b>" not in client.get(page(draft)).content.decode()


def test_two_directors_who_comment_lose_nothing(centre: SimpleNamespace) -> None:
    draft = saved_report(centre, released=False)
    client = signed_in(centre.chen)
    base = client.get(page(draft)).context["form"].initial["base"]
    Report.objects.filter(pk=draft.pk).update(comment="what Gu wrote")
    sent = {"base": base, "comment": "what Chen wrote"}
    answer = client.post(page(draft, "report_comment"), sent, headers=HTMX)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "what Gu wrote" in text
    assert "what Chen wrote" in text
    again = dict(re.findall(r'<textarea name="(base|conflicting)"[^>]*>([^<]*)</textarea>', text))
    sent = {name: value.replace("&quot;", '"').strip() for name, value in again.items()}
    sent |= {"comment": "what Chen wrote", "keep-comment": "mine"}
    assert client.post(page(draft, "report_comment"), sent, headers=HTMX).status_code == 200
    draft.refresh_from_db()
    assert draft.comment == "what Chen wrote"


@pytest.mark.parametrize("comment", ["长" * 5001, "null\x00byte"])
def test_a_comment_that_cannot_be_comes_back_as_typed(centre: SimpleNamespace, comment: str) -> None:
    draft = saved_report(centre, released=False)
    client = signed_in(centre.chen)
    base = client.get(page(draft)).context["form"].initial["base"]
    answer = client.post(page(draft, "report_comment"), {"base": base, "comment": comment}, headers=HTMX)
    assert answer.status_code == 422
    assert "comment" in answer.context["form"].errors
    assert comment[:40] in answer.content.decode()
    draft.refresh_from_db()
    assert draft.comment == ""


# ---- releasing ----


def test_the_dialog_says_who_receives_it_and_releases(centre: SimpleNamespace) -> None:
    draft = saved_report(centre, released=False)
    User.objects.filter(pk=centre.sun.pk).update(email=None)
    ReportSubscription.objects.create(user=centre.sun, zone=centre.zone, kind="weekly", is_on=True)
    ReportSubscription.objects.create(user=centre.gu, zone=centre.zone, kind="weekly", is_on=True, language="zh-hans")
    client = signed_in(centre.chen)
    told = client.get(page(draft, "report_release")).context["told"]
    assert told["number"] == 2
    assert sorted(number for _name, number in told["languages"]) == [1, 1]
    assert [str(one) for one in told["without"]] == ["Sun"]
    answer = client.post(page(draft, "report_release"), headers=HTMX)
    assert answer.headers["HX-Redirect"] == page(draft)
    draft.refresh_from_db()
    assert (draft.status, draft.released_by) == ("released", centre.chen)
    assert ReportDelivery.objects.filter(report=draft).count() == 3
    assert client.post(page(draft, "report_release")).status_code == 302
    assert ReportDelivery.objects.filter(report=draft).count() == 3


def test_all_of_a_period_are_released_together_but_only_those_shown(centre: SimpleNamespace) -> None:
    first, second = saved_report(centre, released=False), saved_report(centre, centre.g4, released=False)
    other_week = saved_report(centre, first=MONDAY - WEEK, released=False)
    client = signed_in(centre.chen)
    address = reverse("pipeline:reports_release", args=["weekly", MONDAY.isoformat()])
    shown = [str(line["report"].pk) for line in client.get(address).context["lines"]]
    assert sorted(shown) == sorted([str(first.pk), str(second.pk)])
    came_later = saved_report(centre, centre.g1, released=False)
    client.post(address, {"report": [*shown, str(other_week.pk), "nonsense"]})
    states = {report.pk: report.status for report in Report.objects.all()}
    assert states == {
        first.pk: "released", second.pk: "released", other_week.pk: "draft", came_later.pk: "draft",
    }  # fmt: skip
    for odd in (("hourly", "2026-03-02"), ("weekly", "2026-03-03"), ("weekly", "today"), ("monthly", "2026-03-02")):
        assert client.get(reverse("pipeline:reports_release", args=odd)).status_code == 404


def test_a_draft_is_drawn_again_and_a_refusal_is_said(centre: SimpleNamespace) -> None:
    draft, released = saved_report(centre, released=False), saved_report(centre, centre.g4)
    client = signed_in(centre.chen)
    with patch("pipeline.views.report_changes.draw_again", return_value=draft) as drawn:
        assert client.post(page(draft, "report_draw")).status_code == 302
    assert drawn.called
    answer = client.post(page(released, "report_draw"), follow=True)
    assert "Make a new edition instead" in answer.content.decode()


def test_a_new_edition_needs_a_reason_and_keeps_what_was_typed(centre: SimpleNamespace) -> None:
    report = saved_report(centre, comment="as released")
    client = signed_in(centre.chen)
    address = page(report, "report_edition")
    assert "as released" in client.get(address).content.decode()
    answer = client.post(address, {"reason": " ", "comment": "typed"}, headers=HTMX)
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert "typed" in answer.content.decode()
    assert client.post(address, {"reason": "长" * 501, "comment": ""}, headers=HTMX).status_code == 422
    assert Report.objects.count() == 1
    made = saved_report(centre, edition=2, released=False)
    with patch("pipeline.views.report_changes.new_edition", return_value=made) as drafted:
        answer = client.post(address, {"reason": "late", "comment": "typed"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == page(made)
    assert drafted.call_args.kwargs["reason"] == "late"


def test_editions_switch_and_an_old_one_says_so(centre: SimpleNamespace) -> None:
    first, second = saved_report(centre), saved_report(centre, edition=2, reason="late signing")
    client = signed_in(centre.chen)
    old = client.get(page(first))
    assert [one.edition for one in old.context["editions"]] == [2, 1]
    assert page(second) in old.content.decode()
    assert "A later edition has taken the place" in old.content.decode()
    assert "A later edition" not in client.get(page(second)).content.decode()


def test_queries_of_the_other_pages_do_not_grow(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    client = signed_in(centre.chen)
    addresses = [
        page(report), "/reports/subscriptions/", "/reports/notices/",
        reverse("pipeline:reports_release", args=["weekly", MONDAY.isoformat()]),
    ]  # fmt: skip

    def fill(first: int, number: int) -> None:
        for count in range(first, first + number):
            saved_report(centre, edition=count, reason="again")
            saved_report(centre, make_team(centre.zone, f"X{count}"), released=False)

    fill(2, 3)
    few = [queries(client, address) for address in addresses]
    fill(5, 27)
    assert [queries(client, address) for address in addresses] == few


# ---- delivery ----


def delivered(report: Report, user: User, **fields: Any) -> ReportDelivery:
    return ReportDelivery.objects.create(
        report=report, user=user, language="en", address=user.email or "",
        created_at=timezone.now() - datetime.timedelta(hours=1), **fields,
    )  # fmt: skip


def mail_to(user: User, number: int = 1, **fields: Any) -> OutboxMessage:
    return OutboxMessage.objects.create(
        message_id=f"<{user.username}.{number}@example.org>", recipients=[user.email], subject="t", body=b"", **fields
    )


def test_the_log_says_what_became_of_each_mail(centre: SimpleNamespace) -> None:
    join(centre.li, Role.OBSERVER, centre.zone)
    report = saved_report(centre)
    states = ReportDelivery.State
    delivered(report, centre.chen, state=states.WRITTEN, mail=mail_to(centre.chen, sent_at=timezone.now(), attempts=1))
    refused = mail_to(centre.gu, failed_at=timezone.now(), attempts=1, error="550 no <such> person")
    delivered(report, centre.gu, state=states.WRITTEN, mail=refused)
    delivered(report, centre.sun, state=states.NO_ADDRESS)
    delivered(report, centre.li, state=states.FAILED, error="TemplateSyntaxError: broken", attempts=2)
    client = signed_in(centre.chen)
    answer = client.get(page(report, "report_mails"))
    text = answer.content.decode()
    for words in ("550 no &lt;such&gt; person", "&lt;chen.1@example.org&gt;", "No address", "TemplateSyntaxError"):
        assert words in text
    assert answer.context["unsent"] == 3
    with patch("pipeline.views.report_mails.send_again", return_value=3) as sent:
        client.post(page(report, "report_send"), {"to": "unsent"})
        assert set(sent.call_args.kwargs["user_ids"]) == {centre.gu.pk, centre.sun.pk, centre.li.pk}
        client.post(page(report, "report_send"), {"to": str(centre.gu.pk)})
        assert sent.call_args.kwargs["user_ids"] == [centre.gu.pk]
        client.post(page(report, "report_send"), {"to": "all"})
        assert sent.call_args.kwargs["user_ids"] is None
    for odd in ("", "everybody", str(centre.qian.pk)):
        assert client.post(page(report, "report_send"), {"to": odd}).status_code == 404


def test_sending_again_makes_a_new_turn(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    delivered(report, centre.chen, state="no_address")
    assert signed_in(centre.chen).post(page(report, "report_send"), {"to": "unsent"}).status_code == 302
    assert sorted(ReportDelivery.objects.values_list("turn", flat=True)) == [1, 2]


def test_the_log_and_its_buttons_are_for_who_releases(centre: SimpleNamespace) -> None:
    report = saved_report(centre, centre.g4)
    delivered(report, centre.li, state="no_address")
    client = signed_in(centre.li)
    assert client.get(page(report, "report_mails")).status_code == 403
    assert client.post(page(report, "report_send"), {"to": "all"}).status_code == 403
    assert client.post(page(report, "report_test_mail")).status_code == 403
    assert ReportDelivery.objects.count() == 1
    assert not OutboxMessage.objects.exists()


def test_queries_of_the_log_do_not_grow(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    client = signed_in(centre.chen)
    for turn in range(1, 4):
        delivered(report, centre.chen, turn=turn, state="written", mail=mail_to(centre.chen, turn))
    few = queries(client, page(report, "report_mails"))
    for turn in range(4, 31):
        delivered(report, centre.chen, turn=turn, state="written", mail=mail_to(centre.chen, turn))
    assert queries(client, page(report, "report_mails")) == few


def test_a_test_mail_goes_to_oneself_alone(centre: SimpleNamespace) -> None:
    draft = saved_report(centre, released=False)
    client = signed_in(centre.chen)
    assert client.post(page(draft, "report_test_mail")).status_code == 302
    mail = OutboxMessage.objects.get()
    assert mail.recipients == [centre.chen.email]
    assert not ReportDelivery.objects.exists()
    User.objects.filter(pk=centre.chen.pk).update(email=None)
    answer = client.post(page(draft, "report_test_mail"), follow=True)
    assert "no e-mail address" in answer.content.decode()


# ---- files ----


def test_files_come_in_the_readers_language_with_a_chinese_name(centre: SimpleNamespace) -> None:
    report = saved_report(centre, centre.g4)
    client = signed_in(centre.li, "zh-hans")
    pdf = client.get(page(report, "report_pdf"))
    assert pdf.content.startswith(b"%PDF")
    assert re.search(r"[\u4e00-\u9fff]", unquote(pdf.headers["Content-Disposition"]))
    english = client.get(page(report, "report_pdf"), {"language": "en"})
    assert not re.search(r"周通报", unquote(english.headers["Content-Disposition"]))
    assert client.get(page(report, "report_pdf"), {"language": "klingon"}).status_code == 200
    sheet: Any = client.get(page(report, "report_xlsx"))
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert unquote(sheet.headers["Content-Disposition"]).endswith(".xlsx")


def test_taking_the_spreadsheet_is_noted_and_needs_the_right_to_export(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    assert signed_in(centre.sun).get(page(report, "report_xlsx")).status_code == 403
    assert "XLSX" not in signed_in(centre.sun).get(page(report)).content.decode()
    assert not ExportRecord.objects.exists()
    signed_in(centre.chen).get(page(report, "report_xlsx"))
    note = ExportRecord.objects.get()
    assert (note.user, note.query, note.format) == (centre.chen, f"report={report.pk}", "xlsx")


def test_a_preview_is_marked_and_keeps_nothing(centre: SimpleNamespace) -> None:
    client = signed_in(centre.li)
    answer = client.get("/reports/preview/", {"kind": "weekly"})
    assert "Nothing of it is kept" in answer.content.decode()
    assert not Report.objects.exists()
    for odd in ("?kind=hourly", "?zone=nowhere"):
        assert client.get(f"/reports/preview/{odd}").status_code == 200
    for odd in (f"?scope=team-{centre.g1.pk}", "?first_day=tomorrow", "?first_day=2199-01-01", "?scope=x"):
        assert client.get(f"/reports/preview/{odd}").status_code == 404


# ---- subscriptions ----


def test_one_chooses_what_one_gets(centre: SimpleNamespace) -> None:
    client = signed_in(centre.li)
    form = client.get("/reports/subscriptions/").context["form"]
    row = form.groups[0]["rows"][0]
    assert row["on"].value() is True
    sent = {"sent": "on", row["language"].html_name: "en"}
    assert client.post("/reports/subscriptions/", sent).status_code == 302
    kept = ReportSubscription.objects.get()
    assert (kept.user, kept.team, kept.kind, kept.is_on, kept.language) == (
        centre.li, centre.g4, "weekly", False, "en",
    )  # fmt: skip
    answer = client.post("/reports/subscriptions/", {"sent": "on", row["language"].html_name: "klingon"})
    assert answer.status_code == 422
    assert client.post("/reports/subscriptions/", {}).status_code == 422
    assert ReportSubscription.objects.get().language == "en"


def test_without_an_address_nothing_is_subscribed(centre: SimpleNamespace) -> None:
    User.objects.filter(pk=centre.wang.pk).update(email=None)
    client = signed_in(centre.wang)
    row = client.get("/reports/subscriptions/").context["form"].groups[0]["rows"][0]
    sent = {"sent": "on", row["on"].html_name: "on", row["language"].html_name: ""}
    answer = client.post("/reports/subscriptions/", sent)
    assert answer.status_code == 422
    assert "no e-mail address" in answer.content.decode()
    assert not ReportSubscription.objects.exists()


def test_the_link_of_a_mail_asks_first_and_stops_by_a_button(centre: SimpleNamespace) -> None:
    report = saved_report(centre)
    User.objects.filter(pk=centre.chen.pk).update(language="en")
    address = reverse("pipeline:subscription_stop", args=[stop_token(centre.chen, report)])
    nobody = Client(enforce_csrf_checks=True)
    asked = nobody.get(address)
    assert asked.status_code == 200
    assert "Shall this report no longer come by mail" in asked.content.decode()
    assert not ReportSubscription.objects.exists()
    done = nobody.post(address, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    kept = ReportSubscription.objects.get()
    assert (kept.user, kept.kind, kept.team, kept.is_on) == (centre.chen, "weekly", None, False)
    assert nobody.post(address).status_code == 200


@pytest.mark.parametrize("token", ["made-up", "a" * 500, "WyJhIl0:1:x", "%00"])
def test_a_link_that_was_cut_says_so_and_changes_nothing(centre: SimpleNamespace, token: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/reports/stop/{token}/")
        assert answer.status_code == 404
    assert not ReportSubscription.objects.exists()
    assert "链接" in answer.content.decode() or "link" in answer.content.decode()


# ---- notices ----


def test_who_releases_is_told_of_drafts_and_trouble(centre: SimpleNamespace) -> None:
    saved_report(centre, released=False)
    Schedule.objects.all().delete()
    text = signed_in(centre.chen).get("/reports/notices/").content.decode()
    assert "1 drafted report waits for release" in text
    assert "waits" not in signed_in(centre.li).get("/reports/notices/").content.decode()
    mail_to(centre.wang, failed_at=timezone.now(), error="550", attempts=1)
    assert "1 mail was refused for good" in signed_in(centre.gu).get("/reports/notices/").content.decode()
