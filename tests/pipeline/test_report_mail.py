"""A report as a mail: its parts, its pictures, its headers; no name acts, and nothing is loaded from outside."""

from __future__ import annotations

import email
import email.policy
import io
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateSyntaxError
from django.utils import translation

from investcrm.core import outbox
from investcrm.core.models import OutboxMessage
from pipeline.charts.drawing import NotDrawnError
from pipeline.mail import messages, report_message
from pipeline.mail.plain import MOST, table_lines, width_of, wrapped
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Cell, Column, Table
from teams.models import User
from tests.pipeline import report_samples as samples

STOP = "/reports/stop/abc:def/"
PNG = b"\x89PNG\r\n\x1a\n"
# Gmail shows no more of a mail's HTML than this.
SHOWN_BYTES = 102_000


@pytest.fixture(autouse=True)
def quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and pictures have tests of their own."""
    messages._kept.clear()
    monkeypatch.setattr(messages, "report_pdf", lambda report, paper: b"%PDF-1.7 " + paper.title.encode())
    monkeypatch.setattr(messages, "report_xlsx", lambda report, paper: io.BytesIO(b"PK" + paper.title.encode()))
    monkeypatch.setattr(messages, "render_png", lambda chart, theme: PNG + chart.kind.encode())


def report_of(centre: SimpleNamespace, kind: str = "weekly", told: Any = None, **changes: Any) -> Report:
    return samples.report(kind, told, zone=centre.zone, **changes)


def sent(
    report: Report, user: User, language: str = "en", stop_url: str = STOP, **more: str
) -> EmailMultiAlternatives:
    return report_message(report, user=user, language=language, stop_url=stop_url, **more)


def parsed(message: EmailMultiAlternatives) -> EmailMessage:
    """The mail as a mail program reads it, from its bytes."""
    content: Any = message.message()
    return email.message_from_bytes(content.as_bytes(linesep="\r\n"), policy=email.policy.default)  # type: ignore[return-value]


def html_of(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


class Tags(HTMLParser):
    """The tags of a document with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in names]


def test_a_mail_has_text_html_with_its_pictures_and_files(centre: SimpleNamespace) -> None:
    mail = parsed(sent(report_of(centre, "quarterly"), centre.chen))
    assert mail.get_content_type() == "multipart/mixed"
    first, pdf, xlsx = mail.iter_parts()
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "multipart/related"]
    related = list(list(first.iter_parts())[1].iter_parts())
    assert related[0].get_content_type() == "text/html"
    assert {part.get_content_type() for part in related[1:]} == {"image/png"}
    assert {part.get_content_disposition() for part in related[1:]} == {"inline"}
    assert pdf.get_filename() == "Quarterly_assessment_Q3_2026_Guangling_Investment_Promotion_Centre.pdf"
    assert pdf.get_content().startswith(b"%PDF")
    assert xlsx.get_filename().endswith(".xlsx")


def test_a_chinese_file_name_arrives(centre: SimpleNamespace) -> None:
    mail = parsed(sent(report_of(centre), centre.chen, "zh-hans"))
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert "招商工作周通报（2026年第47周）_广陵经济开发区招商服务中心.pdf" in names


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["weekly", "monthly", "quarterly", "yearly"])
def test_every_picture_is_there_and_says_what_it_shows(centre: SimpleNamespace, kind: str, language: str) -> None:
    message = sent(report_of(centre, kind), centre.chen, language)
    images = Tags(html_of(message)).of("img")
    shown = {str(image["src"]).removeprefix("cid:") for image in images}
    inside = {str(part["Content-ID"]).strip("<>") for part in parsed(message).walk() if part["Content-ID"]}
    assert images
    assert shown == inside
    assert all(len(str(image["alt"])) > 10 for image in images)


def test_nothing_is_loaded_from_outside(centre: SimpleNamespace, settings: Any) -> None:
    settings.SITE_URL = "https://crm.example.org"
    html = html_of(sent(report_of(centre), centre.chen))
    tags = Tags(html)
    assert not tags.of("script", "link", "iframe", "object", "form", "video")
    assert all(str(image["src"]).startswith("cid:") for image in tags.of("img"))
    assert "url(" not in html
    assert "@import" not in html
    links = {str(link["href"]) for link in tags.of("a")}
    assert all(link.startswith("https://crm.example.org/") for link in links)


def test_styles_are_inlined_and_layout_is_by_tables(centre: SimpleNamespace) -> None:
    html = html_of(sent(report_of(centre), centre.chen))
    tags = Tags(html)
    assert all("style" in cell for cell in tags.of("td", "th", "p", "h1", "h2", "li"))
    # what is left in the style element are rules of dark mode and narrow screens: a mail can do without them
    left = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", html.split("<style>")[1].split("</style>")[0])
    assert left.strip() == ""
    assert not re.search(r"display:\s*(flex|grid)|position:|background-image", html)
    layout = [table for table in tags.of("table") if table.get("class") != "data"]
    assert {table.get("role") for table in layout} == {"presentation"}
    assert "max-width: 640px" in html or "max-width:640px" in html


def test_the_plain_text_says_it_all(centre: SimpleNamespace) -> None:
    report = report_of(centre, comment="Keep at it.", commented_by=centre.chen)
    message = sent(report, centre.chen)
    text = str(message.body)
    for words in (
        "Weekly bulletin, week 47 of 2026", "This week, until 20 Nov: 7 new leads", "2 teams have not reported",
        "Keep at it.", "== Main figures ==", "Team 3 (information technology)", "粉末冶金汽车零部件项目",
        "== Plan of next week ==", "/reports/stop/abc:def/", f"/reports/{report.pk}/", "League tables",
    ):  # fmt: skip
        assert re.sub(r"\s+", " ", words) in re.sub(r"\s+", " ", text)
    assert "<" not in text.replace("<http", "")
    assert "&" not in text.replace("&period", "")
    assert all(width_of(line) <= MOST or "http" in line for line in text.splitlines())


def test_tables_of_the_plain_text_stand_in_columns_also_in_chinese(centre: SimpleNamespace) -> None:
    body = str(sent(report_of(centre), centre.chen, "zh-hans").body)
    lines = body[body.index("== 主要指标 ==") :].splitlines()[2:12]
    assert len({width_of(line) for line in lines}) == 1
    assert lines[0].startswith("指标")
    assert lines[1].startswith("----")


def test_a_table_without_room_becomes_a_list() -> None:
    table = Table(
        "x", [Column("A"), Column("B"), Column("C", "number")], [[Cell("名" * 30), Cell("b" * 40), Cell("3")]]
    )
    with translation.override("en"):
        assert table_lines(table) == ["- " + "名" * 30, f"  B: {'b' * 40}; C: 3"]


def test_lines_end_between_words_and_chinese_marks_begin_none() -> None:
    assert all(width_of(line) <= 76 for line in wrapped("字" * 100 + "，" + "words " * 40))
    assert not any(line.startswith("，") for line in wrapped("字" * 38 + "，" + "字" * 40))


def test_markup_and_formulas_in_names_are_shown_as_text(centre: SimpleNamespace) -> None:
    report = report_of(centre, told=samples.hostile(), comment="<b>bold</b>\n<script>x()</script>")
    message = sent(report, centre.chen)
    html = html_of(message)
    tags = Tags(html)
    assert not tags.of("script")
    assert not [one for one in tags.found if "onerror" in one[1] or "onmouseover" in one[1]]
    assert "<script>alert(1)</script>" in tags.text.replace("\u200b", "")
    assert "=1+1" in tags.text
    assert "{{ 7|add:7 }}" in tags.text
    body = str(message.body)
    assert "<script>alert(1)</script>" in body
    assert "=1+1" in body
    assert "\nBcc:" not in body


def test_a_name_with_line_ends_adds_no_header(centre: SimpleNamespace) -> None:
    told = samples.figures()
    told["head"]["centre"] = samples.name("中心\r\nBcc: all@example.org", "Centre\nBcc: all@example.org\r\n\r\nhello")
    for language in ("zh-hans", "en"):
        message = sent(report_of(centre, told=told), centre.chen, language)
        mail = parsed(message)
        assert mail["Bcc"] is None
        assert message.recipients() == ["chen@example.org"]
        assert "Bcc: all@example.org" in str(mail["Subject"])


def test_headers_let_a_program_stop_the_mails(centre: SimpleNamespace, settings: Any) -> None:
    settings.SITE_URL = "https://crm.example.org/"
    mail = parsed(sent(report_of(centre), centre.chen))
    assert mail["List-Unsubscribe"] == "<https://crm.example.org/reports/stop/abc:def/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "https://crm.example.org/reports/stop/abc:def/" in html_of(sent(report_of(centre), centre.chen))
    test = sent(report_of(centre), centre.chen, stop_url="")
    assert parsed(test)["List-Unsubscribe"] is None
    assert "Stop these mails" not in html_of(test)


def test_the_message_id_is_the_one_that_was_given_and_stays(centre: SimpleNamespace) -> None:
    given = sent(report_of(centre), centre.chen, message_id="<report.1@example.org>")
    assert parsed(given)["Message-ID"] == "<report.1@example.org>"
    own = sent(report_of(centre), centre.chen)
    assert parsed(own)["Message-ID"] == parsed(own)["Message-ID"]


def test_the_outbox_keeps_it_as_it_is(centre: SimpleNamespace) -> None:
    row = outbox.write(sent(report_of(centre), centre.chen, "zh-hans"))
    kept = OutboxMessage.objects.get(pk=row.pk)
    mail: Any = email.message_from_bytes(bytes(kept.body), policy=email.policy.default)
    assert str(mail["Subject"]).strip() == "招商工作周通报（2026年第47周） · 广陵经济开发区招商服务中心"
    assert "本周（截至11月20日）" in mail.get_body(("plain",)).get_content()
    assert max(map(len, bytes(kept.body).split(b"\r\n"))) <= 998


def test_each_reader_gets_their_own_language(centre: SimpleNamespace) -> None:
    with translation.override("en"):
        chinese = sent(report_of(centre, "monthly"), centre.chen, "zh-hans")
    with translation.override("zh-hans"):
        english = sent(report_of(centre, "monthly"), centre.chen, "en")
    assert str(chinese.subject).startswith("招商工作月调度（2026年10月）")
    assert str(english.subject) == "Monthly scheduling, October 2026 · Guangling Investment Promotion Centre"
    assert 'lang="zh-hans"' in html_of(chinese)
    for words in ("Open the report", "Main figures", "More on the page"):
        assert words in html_of(english)
        assert words not in html_of(chinese)


def test_a_team_is_named_in_the_subject_and_a_draft_says_so(centre: SimpleNamespace) -> None:
    told = samples.figures(team=samples.name("招商四组", "Team 4"))
    draft = report_of(centre, told=told, team=centre.g4, status=ReportStatus.DRAFT, released_at=None, released_by=None)
    message = sent(draft, centre.chen, stop_url="")
    assert (
        message.subject == "Draft: Weekly bulletin, week 47 of 2026 · Guangling Investment Promotion Centre · Team 4"
    )
    assert "not released yet" in html_of(message)


def test_the_spreadsheet_goes_to_those_who_may_take_rows_out(centre: SimpleNamespace) -> None:
    report = report_of(centre)
    kinds = {
        user: [name for name, _content, _kind in sent(report, user).attachments] for user in (centre.chen, centre.sun)
    }
    assert len(kinds[centre.chen]) == 2
    assert [name.rsplit(".")[-1] for name in kinds[centre.sun]] == ["pdf"]


def test_a_large_file_is_linked_and_not_attached(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "report_xlsx", lambda report, paper: io.BytesIO(b"x" * (messages.MOST_BYTES + 1)))
    report = report_of(centre)
    message = sent(report, centre.chen)
    assert [kind for _name, _content, kind in message.attachments] == ["application/pdf"]
    assert f"/reports/{report.pk}/xlsx/" in html_of(message)
    assert f"/reports/{report.pk}/xlsx/" in str(message.body)


def test_files_are_made_once_for_all_readers_of_a_report(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(messages, "report_pdf", lambda report, paper: made.append(paper.title) or b"%PDF")
    report = report_of(centre)
    for user in (centre.chen, centre.li, centre.sun):
        sent(report, user)
    assert len(made) == 1
    sent(report, centre.chen, "zh-hans")
    report.comment = "Another word"
    sent(report, centre.chen)
    assert len(made) == 3


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_report_with_thousands_of_leads_is_still_a_mail(centre: SimpleNamespace, language: str) -> None:
    html = html_of(sent(report_of(centre, "monthly", samples.many()), centre.chen, language))
    assert len(html.encode()) < SHOWN_BYTES
    assert ("and 4,990 more" if language == "en" else "另有4,990条") in html


def test_zeros_are_a_mail_too(centre: SimpleNamespace) -> None:
    message = sent(report_of(centre, told=samples.zeros()), centre.chen)
    assert "0 new leads" in str(message.body)
    assert not Tags(html_of(message)).of("img")


def test_a_picture_that_cannot_be_drawn_leaves_its_words(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(chart: object, theme: object) -> bytes:
        raise NotDrawnError

    monkeypatch.setattr(messages, "render_png", broken)
    message = sent(report_of(centre), centre.chen)
    assert not Tags(html_of(message)).of("img")
    assert "most with Team 4 (life sciences)" in html_of(message)


def test_an_error_in_one_language_is_raised_and_leaves_the_other(
    centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = messages.render_to_string

    def broken(name: str, context: dict[str, Any]) -> str:
        if name == "mail/report.html" and translation.get_language() == "zh-hans":
            raise TemplateSyntaxError("a tag that is not closed")
        return real(name, context)

    monkeypatch.setattr(messages, "render_to_string", broken)
    with pytest.raises(TemplateSyntaxError):
        sent(report_of(centre), centre.chen, "zh-hans")
    assert sent(report_of(centre), centre.chen, "en").subject
    # an exception leaves the reader's language as it was
    assert translation.get_language() == "zh-hans"
