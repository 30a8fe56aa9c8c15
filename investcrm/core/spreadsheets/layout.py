"""Where the table of a sheet begins, what its headings are, and which rows are none of its data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

# Heads of more rows than this are not looked for.
TALLEST = 3
# The head stands among the first rows: above it are titles and notes.
SEARCHED = 40
_LONGEST_HEADING = 60
_SPACES = re.compile(r"\s+")
_TOTAL = re.compile(
    r"(?:合计|总计|小计|累计|共计|汇总|本页合计|本页小计|(?:grand|sub)?\s?-?total|sum)(?:$|[:：(（\s].*|[0-9].*)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|填表人|填报人|填报单位|填报时间|制表人?|审核人?|审批|签字|联系人及电话|数据来源"
    r"|单位负责人|note|notes|remark|remarks|source|prepared by|checked by)\s*[0-9]*\s*[:：.、].*",
    re.IGNORECASE | re.DOTALL,
)

_SECTION = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]")


@dataclass(frozen=True)
class Head:
    """The rows of the head (counted from 0, the last one inside) and the heading of each column."""

    first: int
    last: int
    headings: list[str]


def words_of(value: Any) -> str:
    """A cell's text in half width, on one line."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", str(value if value is not None else ""))).strip()


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def headings_of(rows: Sequence[Sequence[Any]], merged: Sequence[Sequence[int]], first: int, last: int) -> list[str]:
    """The headings of a head of one row or more: what stands one above the other is joined, "投资额 / 总投资"."""
    width = max((len(row) for row in rows[first : last + 1]), default=0)
    for top, _left, _bottom, right in merged:
        if first <= top <= last:
            width = max(width, right + 1)
    found: list[list[str]] = [[] for _column in range(width)]
    for number in range(first, last + 1):
        row = rows[number] if number < len(rows) else []
        texts = [words_of(row[column]) if column < len(row) else "" for column in range(width)]
        for top, left, bottom, right in merged:
            if top <= number <= bottom and right > left and left < len(texts):
                texts[left : right + 1] = [texts[left]] * (min(right + 1, width) - left)
        if not merged and number < last:
            texts = _carried(texts, rows[number + 1])
        for column, text in enumerate(texts):
            if text and text not in found[column]:
                found[column].append(text)
    return [" / ".join(parts) for parts in found]


def _carried(texts: list[str], below: Sequence[Any]) -> list[str]:
    """A text file knows no merged cells: a heading stands for the empty ones at its right that have one below."""
    carried, held = [], ""
    for column, text in enumerate(texts):
        has_below = column < len(below) and not is_empty(below[column])
        held = text if text else held if has_below else ""
        carried.append(held)
    return carried


def find_head(
    rows: Sequence[Sequence[Any]], merged: Sequence[Sequence[int]], known: Callable[[str], bool]
) -> Head | None:
    """The head with the most headings that are known; without any, the first row that looks like one."""
    best, best_score = None, 0.0
    for first in range(min(len(rows), SEARCHED)):
        for last in range(first, min(first + TALLEST, len(rows))):
            if last > first and not _goes_on(rows, merged, first, last):
                break
            score = _score(rows, headings_of(rows, merged, first, last), first, last, known)
            if score > best_score:
                best, best_score = (first, last), score
    if best is None:
        return None
    return Head(best[0], best[1], headings_of(rows, merged, *best))


def _goes_on(rows: Sequence[Sequence[Any]], merged: Sequence[Sequence[int]], first: int, last: int) -> bool:
    """Whether the row belongs to the head that began above: merged with it, or filling what it left empty."""
    if any(first <= top < last <= bottom for top, _left, bottom, _right in merged):
        return True
    if any(first <= top < last and right > left for top, left, _bottom, right in merged):
        return all(isinstance(value, str) for value in rows[last] if not is_empty(value))
    above, here = rows[last - 1], rows[last]
    filled = [column for column, value in enumerate(here) if not is_empty(value)]
    gaps = [column for column in filled if column >= len(above) or is_empty(above[column])]
    return bool(filled) and len(filled) < sum(not is_empty(value) for value in above) + len(gaps) and bool(gaps)


def _score(
    rows: Sequence[Sequence[Any]], headings: list[str], first: int, last: int, known: Callable[[str], bool]
) -> float:
    texts = [heading for heading in headings if heading]
    if not texts or any(len(text) > _LONGEST_HEADING for text in texts):
        return 0
    cells = [value for row in rows[first : last + 1] for value in row if not is_empty(value)]
    if any(not isinstance(value, str) or words_of(value).replace(".", "").isdigit() for value in cells):
        return 0
    recognised = sum(known(text) for text in set(texts))
    width = len(set(texts)) / max(len(texts), 1) * min(len(texts), 20)
    below = any(not is_empty(value) for row in rows[last + 1 : last + 4] for value in row)
    if len(texts) < 2 and not recognised:
        return 0
    return recognised * 4 + width * 0.5 + (1 if below else 0) - (last - first) * 0.6 - first * 0.05


def row_kind(cells: Sequence[Any], headings: Sequence[str], columns: int, sufficient: int | None = None) -> str:
    """What a row below the head is: "" data, or total_row, note_row, repeated_heading.

    `columns` is how many columns of the table have a heading; `sufficient` the one that makes a row by itself, such as
    the names of a list of companies: a cell that stands there alone is no note, unless it is numbered as a section.
    """
    texts = [words_of(value) for value in cells]
    filled = [text for text in texts if text]
    if not filled:
        return "empty"
    first = filled[0].replace(" ", "")
    if _TOTAL.fullmatch(first):
        return "total_row"
    # the number of the row may stand before the word
    if len(filled) > 1 and first.isdigit() and _TOTAL.fullmatch(filled[1].replace(" ", "")):
        return "total_row"
    if _NOTE.fullmatch(filled[0]) and len(filled) <= max(3, columns // 2):
        return "note_row"
    same = sum(1 for text, heading in zip(texts, headings, strict=False) if text and text in heading.split(" / "))
    if same >= 2 and same >= len(filled) - 1:
        return "repeated_heading"
    alone = sufficient is not None and sufficient < len(texts) and bool(texts[sufficient])
    if alone and not _SECTION.match(filled[0]):
        return ""
    if len(filled) == 1 and columns >= 4 and not first.replace(".", "").isdigit():
        return "note_row"
    return ""
