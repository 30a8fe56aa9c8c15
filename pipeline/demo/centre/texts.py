"""What rows are found and sorted by, put together from parts whose reading is looked up once.

The same as `pinyin_key` and `search_text` give for the whole, since no word reaches across two parts; a test holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from investcrm.core.text import pinyin_key, search_text

# COPY's way to write the line breaks between the segments.
BREAK = "\\n"


@lru_cache(maxsize=100_000)
def _key(part: str) -> str:
    return pinyin_key(part)


def sorted_by(*parts: str) -> str:
    """pinyin_key of a Chinese name that is made of these parts."""
    return " ".join([_key(part) for part in parts])


def found_by_name(*parts: str) -> tuple[str, str, str]:
    """The segments that search_text gives for a Chinese name of these parts: characters, pinyin, initials."""
    key = sorted_by(*parts)
    return "".join(parts), key.replace(" ", ""), "".join([syllable[0] for syllable in key.split(" ")])


@lru_cache(maxsize=100_000)
def found_by(text: str) -> tuple[str, ...]:
    """The segments that search_text gives for any text."""
    return tuple(search_text(text).split("\n"))


def joined(segments: Sequence[str]) -> str:
    """Segments as COPY takes them, each once."""
    return BREAK.join(dict.fromkeys(segments))
