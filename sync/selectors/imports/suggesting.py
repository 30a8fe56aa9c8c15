"""Which field a heading means: as it was understood the last time, else by the headings that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from investcrm.core.spreadsheets.layout import is_empty
from investcrm.core.spreadsheets.values import folded, without_brackets
from sync.selectors.imports.fields import Field
from sync.selectors.imports.headings import HEADINGS

_SIGNS = re.compile(r"[\s*＊:：,，、.。\-—_·\"'“”‘’]+")
_UNIT_AFTER = re.compile(r"(?:/|:|,)?(?:亿元|万元|千元|元|亿美元|万美元|美元|亩|平方米|平米|㎡|m2|m²|米|人)$")
# In brackets this says more than a unit.
_IN_ENGLISH = re.compile(r"\((?:in )?(?:english|英文|英)\)")
# A column of texts as long as these says how a lead fares, and names no stage.
_LONG = 12


def heading_key(heading: str) -> str:
    """A heading for comparing: half width, small letters, without brackets, units and signs."""
    text = folded(heading)
    plain = _UNIT_AFTER.sub("", _SIGNS.sub(" ", folded(without_brackets(text))).strip())
    return _SIGNS.sub("", plain) + ("(en)" if _IN_ENGLISH.search(text) else "")


@cache
def _known() -> dict[str, str]:
    return {heading_key(heading): key for key, headings in HEADINGS.items() for heading in headings}


def _meaning(heading: str) -> str:
    """The field that a heading means, "" where it is not known; of a joined one its last part says most."""
    known = _known()
    parts = [part for part in heading.split(" / ") if part]
    for text in (heading, *reversed(parts)):
        if found := known.get(heading_key(text)):
            return found
    return ""


def is_known(heading: str) -> bool:
    """Whether a heading means a field."""
    return bool(_meaning(heading))


def suggest(
    headings: Sequence[str],
    samples: Sequence[Sequence[Any]],
    fields: Sequence[Field],
    remembered: Mapping[str, str],
    is_stage: Callable[[Any], bool],
) -> dict[int, str]:
    """A field for each column that seems to mean one; no field twice.

    `remembered` are headings and what they were taken for the last time; `samples` the first rows below the head.
    """
    allowed = {field.key for field in fields}
    found: dict[int, str] = {}
    for column, heading in enumerate(headings):
        if heading in remembered and remembered[heading] in allowed:
            _take(found, column, remembered[heading])
    for column, heading in enumerate(headings):
        if column in found or not heading or heading in remembered:
            continue
        key = _meaning(heading)
        if key == "stage" and not _names_stages(column, samples, is_stage):
            key = "note"
        if key in allowed:
            _take(found, column, key)
    return found


def _take(found: dict[int, str], column: int, key: str) -> None:
    if key not in found.values():
        found[column] = key


def _names_stages(column: int, samples: Sequence[Sequence[Any]], is_stage: Callable[[Any], bool]) -> bool:
    values = [row[column] for row in samples if column < len(row) and not is_empty(row[column])]
    named = sum(is_stage(value) for value in values)
    return not values or named * 2 >= len(values) or (all(len(str(value)) <= _LONG for value in values) and named > 0)
