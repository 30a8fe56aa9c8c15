"""Reports as files, read back by other programs: PDF by pypdf, spreadsheets by openpyxl and LibreOffice."""

from __future__ import annotations

import datetime
import gzip
import io
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
import typst
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext

from investcrm.core.fonts import FAMILY, FOLDER, folders
from pipeline.charts import themes
from pipeline.charts.drawing import NotDrawnError
from pipeline.exports import pdf as pdf_module
from pipeline.exports.columns import widths
from pipeline.exports.pdf import NotSetError, report_pdf
from pipeline.exports.project_sheet import COLUMNS, FIRST_ROW, HEAD_ROW
from pipeline.exports.sheet_file import read_sheet, write_sheet
from pipeline.exports.xlsx import report_xlsx
from pipeline.models.reports import Report, ReportStatus
from pipeline.papers.blocks import Cell, Column, Paper, Section, Table
from pipeline.papers.writing import paper_of
from pipeline.selectors.reports.sheet_row import SheetRow
from tests.pipeline import report_samples as samples

LANGUAGES = ("zh-hans", "en")
MADE_AT = datetime.datetime(2026, 11, 20, 2, 0, tzinfo=datetime.UTC)
ODD = [
    "=1+1",
    "<script>alert(1)</script>",
    "#set page(width: 1pt)",
    "*bold* _x_ $y$ @z",
    "\\n `a` // b",
    "-2+3",
    "@SUM(A1)",
]


def a_report(kind: str = "weekly", told: Any = None, rows: list[SheetRow] | None = None, **changes: Any) -> Report:
    """A sample that was made at a known time, with a project sheet of these rows."""
    report = samples.report(kind, told, made_at=MADE_AT, **changes)
    if rows is not None:
        with write_sheet(rows) as file:
            report.sheet = ContentFile(file.read(), name="sheet")
    return report


def a_row(place: int = 1, **changes: Any) -> SheetRow:
    row = SheetRow(
        id=f"0190-{place}", number=f"GL-2026-{place:04}", project=f"动力电池结构件项目{place}",
        investor="浙江华朔科技股份有限公司", investor_profile="汽车零部件上市公司", currency="CNY",
        fixed_asset="120000000.00", total="234567890.12",
        agreed="", cny="234567890.12", content="建设两条压铸生产线。\n分两期。",
        site={"site_need": "land", "land_mu": "50.5", "floor_area_m2": "12000", "clear_height_m": "8"},
        contact="王磊", phone="013800000000", team=samples.team_of(0), owner="李娜", stage=samples.stage_of(4),
        progress="约定下周考察", last_contact="2026-11-18", industry=samples.name("汽车零部件", "Automotive parts"),
        assessment="符合产业方向", signed_on="2026-11-19", landed_on="",
    )  # fmt: skip
    return row | changes  # type: ignore[return-value]


def pages(report: Report, language: str = "zh-hans", paper: Paper | None = None) -> list[str]:
    """The text of each page, as a reader of PDF finds it."""
    return [page.extract_text() for page in reader(report, language, paper).pages]


def reader(report: Report, language: str = "zh-hans", paper: Paper | None = None) -> pypdf.PdfReader:
    with translation.override(language):
        return pypdf.PdfReader(io.BytesIO(report_pdf(report, paper or paper_of(report, links=False))))


def plain(text: str) -> str:
    """Without what setting in type changes: line ends, blanks, compatible forms of characters."""
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))


def book(report: Report, language: str = "zh-hans", **options: Any) -> Any:
    with translation.override(language), report_xlsx(report, paper_of(report, links=False)) as file:
        return openpyxl.load_workbook(io.BytesIO(file.read()), **options)


def column_of(key: str) -> int:
    return next(place for place, column in enumerate(COLUMNS, 1) if column.key == key)


def long_paper(rows: int, report: Report, name: str = "项目") -> Paper:
    """A paper of one table."""
    columns = [Column("编号", width=10), Column("项目名称", width=40), Column("Agreed", "money", 15)]
    body = [[Cell(f"N{place}"), Cell(f"{name}{place}"), Cell("CNY 1", Decimal(1))] for place in range(rows)]
    section = Section("s", "长表", [Table("t", columns, body, [Cell("合计"), Cell(""), Cell("CNY 9", Decimal(9))])])
    return Paper("通报", "", [], "", [], [section])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["weekly", "monthly", "quarterly", "yearly"])
def test_a_pdf_says_what_the_paper_says(kind: str, language: str) -> None:
    report = a_report(kind)
    with translation.override(language):
        paper = paper_of(report, links=False)
    found = plain("".join(pages(report, language, paper)))
    assert plain(paper.title) in found
    for section in paper.sections:
        assert plain(section.title) in found
    assert "粉末冶金汽车零部件项目" in found


def test_pages_are_numbered_in_the_readers_language() -> None:
    for language in LANGUAGES:
        texts = pages(a_report("monthly"), language)
        with translation.override(language):
            words = gettext("Page {page} of {pages}")
        assert len(texts) > 1
        for number, text in enumerate(texts, 1):
            assert plain(words.format(page=number, pages=len(texts))) in plain(text)


def test_the_centre_and_the_title_stand_on_every_page() -> None:
    texts = pages(a_report("monthly"), "en")
    assert all("Guangling Investment Promotion Centre" in text for text in texts)
    assert all("Monthly scheduling" in text for text in texts)


def test_a_long_tables_head_stands_on_each_of_its_pages() -> None:
    report = a_report()
    texts = pages(report, paper=long_paper(120, report))
    assert len(texts) > 2
    assert all("项目名称" in text for text in texts)
    assert "N119" in texts[-1]


def test_no_row_is_broken_between_pages() -> None:
    report = a_report()
    found = pages(report, paper=long_paper(90, report, "一个需要两行以上才能写完的很长很长的项目名称" * 4))
    for text in found:
        assert plain(text).count("一个需要") == 4 * len(re.findall(r"N\d+", text))


def test_a_table_without_end_is_cut_and_says_so() -> None:
    report = a_report()
    text = pages(report, "en", long_paper(pdf_module.MOST_ROWS + 2, report))[-1]
    assert "and 2 more" in text


def test_of_idle_leads_a_pdf_has_the_longest_and_says_how_many_more_there_are() -> None:
    report = a_report()
    table = long_paper(60, report).sections[0].blocks[0]
    assert isinstance(table, Table)
    of = replace(table, key="idle", every=75)
    text = "".join(pages(report, "en", replace(long_paper(1, report), sections=[Section("idle", "Idle", [of])])))
    assert "N19" in text
    assert "N20" not in text
    assert "and 55 more" in text


def test_fonts_are_embedded_as_far_as_they_are_used() -> None:
    fonts: dict[str, Any] = {}
    for page in reader(a_report()).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(descendant["/BaseFont"])] = descendant["/FontDescriptor"].get_object()
    assert fonts
    assert all(re.fullmatch(r"/[A-Z]{6}\+NotoSansSC-(Regular|Bold)(-Identity-H)?", name) for name in fonts)
    assert all("/FontFile3" in one for one in fonts.values())


def test_a_pdf_tells_its_title_language_author_and_time() -> None:
    found = reader(a_report(), "en")
    assert found.metadata is not None
    assert found.metadata.title is not None
    assert found.metadata.title.startswith("Weekly bulletin")
    assert found.metadata.author == "Guangling Investment Promotion Centre"
    assert str(found.trailer["/Root"]["/Lang"]).startswith("en")  # type: ignore[index]
    assert "/StructTreeRoot" in found.trailer["/Root"]  # type: ignore[operator]
    assert str(reader(a_report()).trailer["/Root"]["/Lang"]) == "zh-CN"  # type: ignore[index]


def test_the_same_report_gives_the_same_bytes() -> None:
    report = a_report("monthly", rows=[a_row()])
    with translation.override("zh-hans"):
        paper = paper_of(report, links=False)
        assert report_pdf(report, paper) == report_pdf(report, paper)
        with report_xlsx(report, paper) as one, report_xlsx(report, paper) as other:
            assert one.read() == other.read()


def test_names_with_markup_are_printed_as_they_are() -> None:
    report = a_report()
    found = plain("".join(pages(report, paper=long_paper(1, report, " ".join(ODD)))))
    for name in ODD:
        assert plain(name) in found


def test_hostile_figures_make_a_pdf() -> None:
    assert "<script>alert(1)</script>" in plain("".join(pages(a_report(told=samples.hostile()))))


def test_a_character_that_no_font_has_breaks_nothing() -> None:
    report = a_report()
    assert "项目" in "".join(pages(report, paper=long_paper(1, report, "\U0002a6a5\U0001f600項目")))


def test_an_endless_word_stays_in_its_column() -> None:
    table = long_paper(1, a_report(), "x" * 3000).sections[0].blocks[0]
    assert isinstance(table, Table)
    assert sum(widths(table, 500, 8, 9)) == pytest.approx(500)
    assert all(width > 30 for width in widths(table, 500, 8, 9))
    report = a_report()
    assert len(pages(report, paper=long_paper(2, report, "x" * 3000))) >= 1


def test_a_report_of_nothing_prints_zeros() -> None:
    assert "0" in pages(a_report(told=samples.zeros()), "en")[0]


def test_a_draft_says_on_every_page_that_it_is_one() -> None:
    with translation.override("en"):
        assert all("Draft" in text for text in pages(a_report(status=ReportStatus.DRAFT, released_at=None), "en"))
    assert "Draft" not in "".join(pages(a_report(), "en"))


def test_comment_and_changes_are_printed() -> None:
    report = a_report(comment="请各组抓紧。\n#下周复查", edition=2, reason="更正金额")
    found = plain("".join(pages(report)))
    assert "请各组抓紧。#下周复查" in found
    assert "更正金额" in found


def test_without_its_charts_a_pdf_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_options: Any) -> str:
        raise NotDrawnError

    monkeypatch.setattr(pdf_module, "render_svg", broken)
    assert len(pages(a_report("monthly"))) > 1


def test_a_document_that_cannot_be_set_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text("#nothing-of-this-name()")
    monkeypatch.setattr(pdf_module, "TEMPLATE", template)
    with translation.override("en"), pytest.raises(NotSetError):
        report_pdf(a_report(), paper_of(a_report(), links=False))


def test_our_fonts_are_found_without_any_of_the_machine() -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
    assert fonts.families() == [FAMILY]
    assert sorted(one.weight for one in fonts.fonts()) == [400, 700]
    assert themes.FONTS.split(",")[0] == FAMILY


def test_a_folder_of_the_installation_is_added_to_ours(settings: Any) -> None:
    assert folders() == (str(FOLDER),)
    settings.CHART_FONT_DIR = "/usr/share/more"
    assert folders() == (str(FOLDER), "/usr/share/more")


def test_rare_characters_of_names_are_in_the_fonts() -> None:
    # Of level 3 of the standard table, of place names, and of companies of Taiwan, Hong Kong and Japan.
    names = "犇 翀 昇 堃 喆 淄 亳 泖 祎 頔 翯 偲 赟 鴻 臺 積 電 龍 廣 澳 門 沢 駅 〇 № ㎡ ² ³ € ￥ → ■ ▲ ● ①"
    source = f'#set page(width: 900pt)\n#set text(font: "{FAMILY}", fallback: false)\n{names}'.encode()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
    found = pypdf.PdfReader(io.BytesIO(typst.compile(source, font_paths=fonts))).pages[0].extract_text()
    assert plain(found) == plain(names)


def test_the_stored_sheet_gives_back_its_rows() -> None:
    rows = [a_row(place, project=name) for place, name in enumerate(ODD)]
    with write_sheet(iter(rows)) as file:
        assert list(read_sheet(file)) == rows
    with write_sheet(rows) as one, write_sheet(rows) as other:
        assert one.read() == other.read()


def test_the_stored_sheet_is_written_and_read_row_by_row() -> None:
    asked: list[int] = []

    def rows() -> Iterator[SheetRow]:
        for place in range(2000):
            asked.append(place)
            yield a_row(place)

    with write_sheet(rows()) as file:
        packed = file.read()
        assert gzip.decompress(packed).count(b"\n") == 2000
        file.seek(0)
        assert next(read_sheet(file))["number"] == "GL-2026-0000"
        # One buffer of the file is read for the first row, not all of it.
        assert file.tell() < len(packed)


def test_the_project_sheet_has_the_usual_columns_first() -> None:
    keys = [column.key for column in COLUMNS if column.usual]
    assert keys == [
        "position", "project", "investor", "fixed_asset", "currency", "investor_profile", "content", "site", "contact",
        "phone", "team", "progress", "industry", "assessment",
    ]  # fmt: skip
    sheet = book(a_report(rows=[a_row()]), "en").worksheets[1]
    heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
    assert heads[:4] == ["No.", "Project", "Investor", "Fixed-asset investment (million)"]
    assert len(heads) == len(COLUMNS)


def test_cells_of_the_project_sheet_are_typed() -> None:
    sheet = book(a_report(rows=[a_row()]), "en").worksheets[1]
    told = {column.key: sheet.cell(FIRST_ROW + 1, place) for place, column in enumerate(COLUMNS, 1)}
    assert told["position"].value == 1
    assert told["fixed_asset"].value == 120
    assert told["total"].value == pytest.approx(234.56789012)
    assert told["agreed"].value is None
    assert told["signed_on"].value.date() == datetime.date(2026, 11, 19)
    assert told["signed_on"].is_date
    assert told["phone"].value == "013800000000"
    assert told["content"].alignment.wrap_text
    assert told["team"].value == "Team 1 (new-energy vehicles)"
    assert told["site"].value == "Land, 50.5 mu of land, 12,000 m² of floor, clear height 8 m"


def test_amounts_stand_in_ten_thousands_for_chinese_readers() -> None:
    sheet = book(a_report(rows=[a_row()])).worksheets[1]
    assert sheet.cell(FIRST_ROW + 1, column_of("fixed_asset")).value == 12000
    assert sheet.cell(FIRST_ROW + 1, column_of("team")).value == "招商一组（新能源汽车）"


def test_sums_are_formulas_with_their_values() -> None:
    report = a_report(rows=[a_row(1), a_row(2, fixed_asset="1000000.50"), a_row(3, fixed_asset="")])
    cell = (FIRST_ROW + 4, column_of("fixed_asset"))
    assert book(report, "en").worksheets[1].cell(*cell).value == "=SUM(D4:D6)"
    assert book(report, "en", data_only=True).worksheets[1].cell(*cell).value == pytest.approx(121.0000005)


def test_amounts_of_several_currencies_are_not_added_up() -> None:
    rows = [a_row(1), a_row(2, currency="USD", fixed_asset="5000000.00", cny="35000000.00")]
    formulas = book(a_report(rows=rows), "en").worksheets[1]
    values = book(a_report(rows=rows), "en", data_only=True).worksheets[1]
    first, second = FIRST_ROW + 3, FIRST_ROW + 4
    fixed, cny, currency = column_of("fixed_asset"), column_of("cny"), column_of("currency")
    assert formulas.cell(second, fixed).value == '=SUMIF(E4:E5,"USD",D4:D5)'
    assert [values.cell(row, currency).value for row in (first, second)] == ["CNY", "USD"]
    assert [values.cell(row, fixed).value for row in (first, second)] == [120, 5]
    assert formulas.cell(first, cny).value.startswith("=SUM(")
    assert values.cell(first, cny).value == pytest.approx(269.56789012)
    assert values.cell(second, cny).value is None


def test_a_sheet_of_no_projects_is_one() -> None:
    sheet = book(a_report(rows=[]), "en", data_only=True).worksheets[1]
    assert sheet.cell(FIRST_ROW + 1, column_of("project")).value == "Total, 0 projects"
    assert sheet.cell(FIRST_ROW + 1, column_of("fixed_asset")).value == 0


def test_heads_stand_still_and_widths_fit() -> None:
    sheet = book(a_report(rows=[a_row(1), a_row(2)])).worksheets[1]
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:W5"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_area == "'" + sheet.title + "'!$A$1:$N$6"
    assert sheet.column_dimensions["G"].width > 30 > sheet.column_dimensions["A"].width
    assert "&P" in sheet.oddFooter.center.text


def test_a_text_is_never_a_formula() -> None:
    rows = [a_row(place, project=name, content=name, assessment=name) for place, name in enumerate(ODD)]
    for sheet in book(a_report(told=samples.hostile(), rows=rows)).worksheets:
        formulas = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        assert all(re.fullmatch(r"=SUM(IF)?\([A-Z0-9:,\"]+\)", str(cell.value)) for cell in formulas)
    sheet = book(a_report(rows=rows)).worksheets[1]
    assert sheet.cell(FIRST_ROW + 1, column_of("project")).value == "=1+1"


def test_control_characters_and_endless_texts_make_a_file_that_opens() -> None:
    rows = [a_row(1, content="x" * 40_000, project="a\x0bb _x0041_ \ud7ff")]
    sheet = book(a_report(rows=rows)).worksheets[1]
    assert len(str(sheet.cell(FIRST_ROW + 1, column_of("content")).value)) == 32_767
    assert "_x0041_" in sheet.cell(FIRST_ROW + 1, column_of("project")).value


def test_figures_are_typed_too() -> None:
    sheet = book(a_report("monthly"), "en").worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert cells[0].value.startswith("Monthly scheduling")
    amounts = [cell for cell in cells if '"CNY "' in cell.number_format]
    assert amounts
    assert all(isinstance(cell.value, int | float) for cell in amounts)
    assert any(cell.number_format == "0%" and isinstance(cell.value, int | float) for cell in cells)
    assert any(isinstance(cell.value, datetime.datetime) for cell in cells)


def test_long_tables_stand_on_sheets_of_their_own() -> None:
    report = a_report()
    with translation.override("en"), report_xlsx(report, long_paper(40, report)) as file:
        found = openpyxl.load_workbook(io.BytesIO(file.read()))
    assert found.sheetnames == ["Figures", "长表"]
    sheet = found["长表"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:C42"
    assert [cell.value for cell in sheet[3]] == ["N0", "项目0", 1]
    assert sheet["C3"].number_format == '"CNY "#,##0'
    assert found["Figures"].title in found.sheetnames


def test_names_of_sheets_are_allowed_and_unlike_one_another() -> None:
    report = a_report()
    table = long_paper(40, report).sections[0].blocks
    sections = [Section(str(place), "[a]/b: 'c' " + "长" * 40, table) for place in range(3)]
    paper = Paper(
        "t",
        "",
        [],
        "",
        [],
        [Section(one.key, one.title, [*long_paper(40, report).sections[0].blocks]) for one in sections],
    )
    with translation.override("en"), report_xlsx(report, paper) as file:
        names = openpyxl.load_workbook(io.BytesIO(file.read())).sheetnames
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_spreadsheet_and_counts_the_same(tmp_path: Path) -> None:
    rows = [a_row(1), a_row(2, currency="USD", fixed_asset="5000000.00")]
    report = a_report("monthly", rows=rows)
    with translation.override("en"), report_xlsx(report, paper_of(report, links=False)) as file:
        (tmp_path / "report.xlsx").write_bytes(file.read())
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "report.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    assert "动力电池结构件项目1" in text
    total = text.index('"Total, 2 projects",,120,CNY')
    assert ",,,5,USD" in text[total:]
