"""A report as a page that stands alone: styles and pictures are inside, nothing is loaded, nothing runs."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass

from django.template.loader import render_to_string

from pipeline.charts import LIGHT
from pipeline.charts.drawing import NotDrawnError
from pipeline.charts.rendering import render_svg
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Block, Paper, Picture

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """A block as the template shows it, with the address of its picture ("": it has none)."""

    block: Block
    picture: str = ""


def report_html(report: Report, paper: Paper) -> str:
    """The report in the active language."""
    context = {
        "paper": paper,
        "is_draft": report.status != ReportStatus.RELEASED,
        "sections": [
            (section, [Shown(block, _picture(report, block)) for block in section.blocks])
            for section in paper.sections
        ],
    }
    return render_to_string("pipeline/reports/standalone.html", context)


def _picture(report: Report, block: Block) -> str:
    if not isinstance(block, Picture):
        return ""
    try:
        svg = render_svg(block.chart, LIGHT)
    except NotDrawnError:
        logger.warning("A picture of report %s could not be drawn for its page", report.pk)
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
