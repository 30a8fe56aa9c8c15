"""Make the fonts that PDF and the charts in mails are set in: parts of Noto Sans SC, into investcrm/core/fonts.

They are in the repository, so nobody needs to run this to use them. It needs, on Debian, the packages fonts-noto-cjk
(the whole fonts) and unicode-data (which characters stand in 通用规范汉字表), and `pip install fonttools==4.68.0`
in a folder of its own (`--target`, named in PYTHONPATH). The same versions of the three give the same bytes.
"""

import bz2
import os
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "investcrm" / "core" / "fonts"
STYLES = ("Regular", "Bold")
WHOLE = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode")
MOST_BYTES = 4_000_000
# 2026-01-01: files do not tell when they were made.
MADE_AT = "1767225600"

# Latin with its accents and those of Vietnamese, Greek, Cyrillic; punctuation, super- and subscripts, currencies,
# letter-like signs, number forms, arrows, mathematics, circled numbers, frames, blocks, shapes, signs, dingbats;
# CJK punctuation and kana; bracketed and circled characters, square units; full-width forms.
RANGES = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2DD), (0x1E00, 0x1EFF), (0x370, 0x3FF), (0x400, 0x45F),
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF),
    (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x26FF), (0x2700, 0x27BF),
    (0x3000, 0x30FF), (0x3220, 0x3229), (0x3280, 0x3289), (0x338E, 0x33A6), (0xFE30, 0xFE4F), (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
)  # fmt: skip
# How letters stand together, and quotes as English sets them. Left out: upright writing, half widths, the shapes of
# other countries.
FEATURES = ("kern", "liga", "ccmp", "mark", "mkmk", "pwid")
VERTICAL = ("VORG", "vhea", "vmtx")
# Copyright, family, style, identifier, whole name, version, PostScript name, licence and its address.
NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17)


def encoded(encoding: str, firsts: range) -> set[int]:
    """The characters of an encoding of two bytes whose first byte is one of these."""
    pairs = (bytes((first, second)) for first in firsts for second in range(0x40, 0xFF))
    return {ord(text) for pair in pairs if len(text := pair.decode(encoding, errors="ignore")) == 1}


def standard_table() -> set[int]:
    """The 8,105 characters of 通用规范汉字表, among them the rare ones of personal and place names."""
    found = set(unihan("OtherMappings", "kTGH"))
    if len(found) != 8105:
        raise SystemExit(f"{UNIHAN}: {len(found)} characters instead of 8,105")
    return found


def traditional(characters: set[int]) -> set[int]:
    """How characters are written traditionally: names keep what was simplified elsewhere (頔)."""
    told = unihan("Variants", "kTraditionalVariant")
    return {int(one[2:], 16) for character in characters for one in told.get(character, "").split()}


def unihan(part: str, field: str) -> dict[int, str]:
    """What a part of Unihan tells in a field, by character."""
    with bz2.open(UNIHAN / f"Unihan_{part}.txt.bz2", "rt", encoding="utf-8") as lines:
        told = (line.rstrip("\n").split("\t") for line in lines if line.startswith("U+"))
        return {int(code[2:], 16): value for code, name, value in told if name == field}


def wanted() -> set[int]:
    """Signs, GB 2312, the standard table; what companies of Taiwan, Hong Kong and Japan commonly write with.

    The last are level 1 of Big5 and of JIS X 0208.
    """
    signs = {code for first, last in RANGES for code in range(first, last + 1)}
    here = encoded("gb2312", range(0xA1, 0xF8)) | standard_table()
    abroad = encoded("big5", range(0xA4, 0xC7)) | encoded("shift_jis", range(0x88, 0x98))
    return signs | here | traditional(here) | abroad


def whole(style: str) -> TTFont:
    """The simplified Chinese face of the system's collection."""
    collection = TTCollection(WHOLE / f"NotoSansCJK-{style}.ttc", lazy=True)
    return next(font for font in collection.fonts if font["name"].getDebugName(6) == f"NotoSansCJKsc-{style}")


def rename(font: TTFont, style: str) -> None:
    """Give it the name that the part for China has everywhere, so that charts and style sheets find it."""
    for record in font["name"].names:
        told = record.toUnicode().replace("Sans CJK SC", "Sans SC").replace("SansCJKsc", "SansSC")
        font["name"].setName(told, record.nameID, record.platformID, record.platEncID, record.langID)
    font["CFF "].cff.fontNames[0] = f"NotoSansSC-{style}"


def make(style: str) -> Path:
    """Write one style."""
    options = subset.Options(
        layout_features=list(FEATURES),
        hinting=False,
        notdef_outline=True,
        name_IDs=list(NAMES),
        name_languages=[0x409],
        recalc_timestamp=True,
    )
    options.drop_tables += VERTICAL
    font = whole(style)
    part = subset.Subsetter(options)
    part.populate(unicodes=wanted())
    part.subset(font)
    rename(font, style)
    path = FONTS / f"NotoSansSC-{style}.otf"
    font.save(path)
    return path


def main() -> None:
    """Write all, and say how large they are."""
    os.environ["SOURCE_DATE_EPOCH"] = MADE_AT
    FONTS.mkdir(exist_ok=True)
    paths = [make(style) for style in STYLES]
    for path in paths:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    if any(path.stat().st_size > MOST_BYTES for path in paths):
        sys.exit(f"More than {MOST_BYTES:,} bytes in one file")


if __name__ == "__main__":
    main()
