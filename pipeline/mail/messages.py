"""A report as a mail: plain text, HTML with inlined styles, pictures inside, PDF and spreadsheet attached."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from functools import cache
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, make_msgid
from django.core.mail.utils import DNS_NAME
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pipeline.charts import LIGHT, Chart
from pipeline.charts.drawing import NotDrawnError
from pipeline.charts.rendering import render_png
from pipeline.exports.pdf import report_pdf
from pipeline.exports.xlsx import report_xlsx
from pipeline.mail.plain import block_lines, wrapped
from pipeline.mail.short import Short, shortened
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Block, Paper, Picture, Section
from pipeline.papers.writing import paper_of, whose
from teams.access import Capability
from teams.models import User

logger = logging.getLogger(__name__)

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A larger file is linked: many servers take no mail of more than 10 MB, and files grow by a third on their way.
MOST_BYTES = 5 * 1024 * 1024
NAMES = {PDF: "PDF", XLSX: "XLSX"}
TILES_A_ROW = 3
PREHEADER = 140
MOST_SUBJECT = 200
# Files that are kept: fifty recipients of one report get what was made once.
MOST_KEPT = 8


@dataclass(frozen=True)
class Image:
    """A picture of the mail: its Content-ID, its bytes (none: it could not be drawn)."""

    cid: str
    content: bytes


@dataclass(frozen=True)
class File:
    """An attachment."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Shown:
    """A block as the template shows it, with its picture."""

    block: Block
    image: Image | None = None


class ReportMessage(EmailMultiAlternatives):
    """A mail whose pictures belong to its HTML part (multipart/related), so that they are no attachments."""

    def __init__(self, *args: Any, pictures: Sequence[Image] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.pictures = pictures

    def message(self, *args: Any, **options: Any) -> Any:
        """The mail as it is written to the outbox."""
        written = super().message(*args, **options)
        if self.pictures:
            self._put_pictures(written)
        return written

    def _put_pictures(self, written: Message) -> None:
        for part in written.walk():
            parts: Any = part.get_payload() if part.is_multipart() else []
            place = next((n for n, one in enumerate(parts) if one.get_content_type() == "text/html"), None)
            if place is None:
                continue
            related = MIMEMultipart("related", type="text/html")
            related.attach(parts[place])
            for number, image in enumerate(self.pictures, 1):
                inline = MIMEImage(image.content, "png")
                inline.add_header("Content-ID", f"<{image.cid}>")
                inline.add_header("Content-Disposition", "inline", filename=f"chart-{number}.png")
                related.attach(inline)
            parts[place] = related
            return


def report_message(
    report: Report, *, user: User, language: str, stop_url: str, message_id: str = ""
) -> EmailMultiAlternatives:
    """The report for one reader in a language. An error of a template or of a file is raised: nobody gets half of it.

    `stop_url` ends the subscription ("": none, as for a test mail).
    """
    with translation.override(language):
        paper = paper_of(report, links=False)
        short = shortened(paper)
        sections, images = _shown(report, short)
        files, linked = _attachable(report, paper, user, language)
        context = {
            "paper": paper,
            "sections": sections,
            "others": short.others,
            "tile_rows": [paper.tiles[n : n + TILES_A_ROW] for n in range(0, len(paper.tiles), TILES_A_ROW)],
            "is_draft": report.status != ReportStatus.RELEASED,
            "preheader": paper.summary.split("\n")[0][:PREHEADER],
            "link": _address(reverse("pipeline:report", args=[report.pk])),
            "choices_link": _address(reverse("pipeline:subscriptions")),
            "stop_url": _address(stop_url),
            "linked": linked,
            "attached": [NAMES[file.kind] for file in files],
        }
        subject = " ".join(render_to_string("mail/report_subject.txt", context | {"whose": whose(report)}).split())
        message = ReportMessage(
            subject[:MOST_SUBJECT],
            _text(context, short),
            to=[user.email or ""],
            headers=_headers(context["stop_url"], message_id),
            pictures=images,
        )
        message.attach_alternative(inliner().inline(render_to_string("mail/report.html", context)), "text/html")
    for file in files:
        message.attach(file.name, file.content, file.kind)
    return message


def _headers(stop_url: Any, message_id: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id or make_msgid(domain=str(DNS_NAME)),
        "Auto-Submitted": "auto-generated",
    }
    if stop_url:
        headers |= {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


@cache
def inliner() -> CSSInliner:
    """Styles go to their elements; rules for dark mode stay, for the programs that know them. Nothing is loaded."""
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _address(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path if path.startswith("/") else path


def _text(context: dict[str, Any], short: Short) -> str:
    """The plain text: what the HTML says, with tables that stand in columns."""
    parts = [(section.title, [line for block in section.blocks for line in (*block_lines(block), "")])
             for section in short.sections]  # fmt: skip
    more = {
        "parts": parts,
        "summary": wrapped(context["paper"].summary),
        "comment": wrapped(context["paper"].comment),
        "others": wrapped(short.others),
        "changes": [line for one in context["paper"].changes for line in wrapped(one, "  ", "- ")],
    }
    return render_to_string("mail/report.txt", context | more)


def _shown(report: Report, short: Short) -> tuple[list[tuple[Section, list[Shown]]], list[Image]]:
    """The parts with their pictures."""
    found: list[tuple[Section, list[Shown]]] = []
    images: list[Image] = []
    for section in short.sections:
        blocks = []
        for block in section.blocks:
            image = None
            if isinstance(block, Picture) and (content := _drawn(block.chart)):
                image = Image(f"chart-{len(images) + 1}.{report.pk}@{DNS_NAME}", content)
                images.append(image)
            blocks.append(Shown(block, image))
        found.append((section, blocks))
    return found, images


def _drawn(chart: Chart) -> bytes:
    """The picture; nothing where there is nothing to draw or it cannot be drawn: its words stand there then."""
    try:
        return b"" if chart.is_empty else render_png(chart, theme=LIGHT)
    except NotDrawnError:
        logger.exception("A chart could not be drawn for a mail: %s", chart.kind)
        return b""


_kept: dict[tuple[str, str], File] = {}


def _pdf(report: Report, paper: Paper) -> File:
    return File(f"{paper.file_name}.pdf", PDF, report_pdf(report, paper))


def _xlsx(report: Report, paper: Paper) -> File:
    with report_xlsx(report, paper) as file:
        return File(f"{paper.file_name}.xlsx", XLSX, file.read())


MAKERS = {PDF: _pdf, XLSX: _xlsx}
PAGES = {PDF: "pipeline:report_pdf", XLSX: "pipeline:report_xlsx"}


def _files(report: Report, paper: Paper, language: str, kinds: Sequence[str]) -> list[File]:
    """PDF and spreadsheet; the same paper in the same language makes them once."""
    told = repr((report.pk, report.known, report.made_at, report.sheet.name, language, paper))
    key = hashlib.sha256(told.encode()).hexdigest()
    found = []
    for kind in kinds:
        file = _kept.get((key, kind)) or MAKERS[kind](report, paper)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key, kind] = file
        found.append(file)
    return found


def _attachable(report: Report, paper: Paper, user: User, language: str) -> tuple[list[File], list[dict[str, str]]]:
    """What is attached, and what is too large for that, with the address where one gets it.

    The spreadsheet has the project sheet in it: it goes to those who may take rows out.
    """
    attached, linked = [], []
    kinds = [PDF, XLSX] if user.can(Capability.EXPORT, on=report) else [PDF]
    for file in _files(report, paper, language, kinds):
        if len(file.content) <= MOST_BYTES:
            attached.append(file)
        else:
            words = _("Download the spreadsheet") if file.kind == XLSX else _("Download the PDF")
            linked.append({"words": words, "url": _address(reverse(PAGES[file.kind], args=[report.pk]))})
    return attached, linked
