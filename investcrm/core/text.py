"""Text for matching, searching and sorting: what was typed is kept elsewhere, here is only what is compared.

A search column holds `search_text(...)`; a query is cut by `search_terms`. Longer words are found by
trigram, words of two characters by the index over `crm_bigrams(column)`, whose SQL is `BIGRAM_FUNCTION_SQL`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from investcrm.core.regions import region_names

HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAS_HAN = re.compile(f"[{HAN}]")
_SPACES = re.compile(r"\s+")
_SPACE_IN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")

# -- folding ----------------------------------------------------------------------------------------------------------

# Controls and invisible marks: a database text cannot hold NUL, the others make equal names look different.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff]"
)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters as simplified ones; other text unchanged."""
    return _simplifier().convert(text) if _HAS_HAN.search(text) else text


def fold(text: str) -> str:
    """Text as comparisons see it: half width, lower case, simplified characters, single spaces, nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        text = simplify(text)
    return _SPACES.sub(" ", _INVISIBLE.sub("", text).lower()).strip()


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.{0,500}?-->", re.DOTALL)
_ENTITY = re.compile(r"&(nbsp|ensp|emsp|thinsp|amp|lt|gt|quot|apos|zwnj|zwj|#x?[0-9a-fA-F]{1,6});")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "zwnj": "", "zwj": ""}
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_TONED = re.compile(f"[{_TONES}]|[a-zü][1-5]$")
_PINYIN_IN_BRACKETS = re.compile(f"(?<=[{HAN}])\\s?[(（]\\s?([a-zü{_TONES}]{{1,6}}[1-5]?)\\s?[)）]", re.IGNORECASE)


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return _ENTITIES.get(name, " ")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:]) if name[1:].isdigit() else -1
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF else " "


def clean_pasted(text: str) -> str:
    """Text without what a copy from a web page drags along: tags, entities, invisible marks, pinyin in brackets.

    `苏(sū)州(zhōu)` gives `苏州`. A bracket without tone marks goes only if it is that very character's reading, so
    that `北京(bj)` stays. Keep what was pasted; compare what this returns.
    """
    text = _INVISIBLE.sub("", _ENTITY.sub(_entity, _TAG.sub("", text)))

    def without_pinyin(match: re.Match[str]) -> str:
        inside = unicodedata.normalize("NFC", match[1]).lower()
        character = match.string[match.start() - 1]
        if _TONED.search(inside) or _toneless(inside) in _readings(character):
            return ""
        return match[0]

    text = _PINYIN_IN_BRACKETS.sub(without_pinyin, unicodedata.normalize("NFC", text))
    return re.sub(r"[^\S\n]+", " ", text).strip()


# -- company names ----------------------------------------------------------------------------------------------------

_BRACKETS = re.compile(r"[()\[\]{}<>【】〔〕〈〉《》「」『』“”\"'‘’]")
_BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]{1,20})[)\]】〕]")
_LEGAL_ZH = re.compile(
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|股份公司|有限公司|总公司|集团公司|控股集团|公司|集团|企业集团"
    r"|有限合伙企业|普通合伙企业|合伙企业|有限合伙|普通合伙|特殊普通合伙|株式会社|有限会社|株式會社|㈱)$"
)
_LEGAL_EN = re.compile(
    r"(?:^|[\s,])(?:co\.?,?\s?ltd|company\s+limited|corporation|incorporated|limited|company|holdings?|group|corp|inc|ltd|llc|llp|plc|gmbh"
    r"(?:\s?&\s?co\.?\s?kg)?|ag|kgaa|kg|se|s\.?a\.?s|s\.?a|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|a/s|aps|oyj?|ab|pty|pte|pvt|sdn|bhd"
    r"|k\.?k|co)\.?,?$"
)
_REGION_END = (
    "维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|"
    "[\u4e00-\u9fff]{1,8}族自治州|[\u4e00-\u9fff]{1,3}自治州|自治州|地区|新区|省|市|盟|州"
)
_INNER_REGION = re.compile(
    "^(?:工业园区|高新技术产业开发区|高新区|经济技术开发区|经济开发区|经开区|开发区"
    "|[\u4e00-\u9fff]{2,3}(?<!园)区|[\u4e00-\u9fff]{1,3}县|[\u4e00-\u9fff]{2}市)"
)


@cache
def _region_prefix() -> re.Pattern[str]:
    names = "|".join(sorted(region_names(), key=len, reverse=True))
    return re.compile(f"^(?:{names})({_REGION_END})?")


def _without_regions(name: str) -> str:
    """The name without leading provinces and cities, as long as two characters remain."""
    marked = False
    for _ in range(3):
        match = _region_prefix().match(name)
        if not match or len(name) - match.end() < 2:
            break
        marked = marked or match[1] in {"市", "省"}
        name = name[match.end() :]
    # A county is only recognisable after a spelt-out city ("苏州市吴江区…"); elsewhere it may be the trade name.
    if marked and (inner := _INNER_REGION.match(name)) and len(name) - inner.end() >= 2:
        name = name[inner.end() :]
    return name


def _without_legal_form(name: str) -> str:
    while True:
        shorter = _LEGAL_ZH.sub("", name).rstrip(" ,.，、·-")
        if not _HAS_HAN.search(shorter):
            shorter = _LEGAL_EN.sub("", shorter).rstrip(" ,.-&")
        if shorter == name or not shorter:
            return name
        name = shorter


def normalise_company_name(name: str) -> str:
    """The distinctive part of a company's name, for comparing: no brackets, legal form, region or spaces.

    Two companies may share it ("上海远景科技有限公司" and "苏州远景科技有限公司"): it suggests, it never decides.
    Never empty for a name with a visible character.
    """
    folded = fold(clean_pasted(name)) or fold(name)

    def bracket(match: re.Match[str]) -> str:
        inside = match[1].strip()
        prefix = _region_prefix().fullmatch(inside)
        return "" if prefix or inside in {"中国", "china", "集团"} or _LEGAL_ZH.fullmatch(inside) else inside

    short = _BRACKETED.sub(bracket, folded)
    short = _BRACKETS.sub("", short)
    short = _without_legal_form(short.strip())
    short = _without_regions(short)
    short = _squeezed(short)
    return short or _squeezed(folded) or folded or name.strip()


# -- pinyin -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _toneless(syllable: str) -> str:
    """`lǜ` → `lv`, `zhōng` → `zhong` (ü is typed as v on Chinese keyboards)."""
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _readings(character: str) -> set[str]:
    return {_toneless(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading}


@cache
def _phrases() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Readings of phrases, and for each first character the lengths of its phrases, longest first."""
    phrases = {}
    lengths: dict[str, set[int]] = {}
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == len(readings):
            phrases[phrase] = tuple(_toneless(reading[0]) for reading in readings)
            lengths.setdefault(phrase[0], set()).add(len(phrase))
    return phrases, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}


@cache
def _reading(character: str) -> str:
    """The usual reading of one character; the character itself when it has none."""
    readings = PINYIN_DICT.get(ord(character), "")
    return _toneless(readings.partition(",")[0]) or character


def _syllables(text: str) -> list[str]:
    """Readings of Chinese characters by the longest known phrase (重庆 is chong qing); other characters one by one."""
    phrases, lengths = _phrases()
    out: list[str] = []
    position, end = 0, len(text)
    while position < end:
        character = text[position]
        if character > "\u3006":
            for length in lengths.get(character, ()):
                found = phrases.get(text[position : position + length])
                if found:
                    out.extend(found)
                    position += length
                    break
            else:
                out.append(_reading(character))
                position += 1
        else:
            out.append(character)
            position += 1
    return out


def _words(text: str) -> list[str]:
    """Syllables and runs of other characters, in order."""
    out: list[str] = []
    joined = False
    for original, syllable in zip(text, _syllables(text), strict=True):
        plain = original <= "\u3006"
        if plain and original == " ":
            joined = False
        elif plain and joined:
            out[-1] += syllable
        else:
            out.append(syllable)
            joined = plain
    return out


def pinyin_key(text: str) -> str:
    """Sort key for Chinese and Latin names alike: pinyin without tones, lower case, one space between syllables."""
    folded = fold(text)
    return " ".join(_words(folded.translate(_SEARCHED))) or folded


def _joined_and_initials(folded: str) -> tuple[str, str]:
    """The pinyin, and its first letters; Latin letters and digits stay whole (`3D打印` → `3ddy`)."""
    syllables = _syllables(folded)
    initials = [s[0] if c > "\u3006" and s.isascii() else s for c, s in zip(folded, syllables, strict=True)]
    return "".join(syllables).replace(" ", ""), "".join(initials).replace(" ", "")


# -- search -----------------------------------------------------------------------------------------------------------


class _Squeeze(dict[int, str | None]):
    """Translation that drops punctuation, turns other spaces into plain ones, and remembers each character it met."""

    def __missing__(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        dropped = category[0] == "P" or category in {"Cc", "Cf", "Cs"}
        kept = None if dropped else " " if category[0] == "Z" else chr(code)
        self[code] = kept
        return kept


_SEARCHED = _Squeeze({9: " ", 10: " ", 13: " "})
_COMPARED = _Squeeze({32: None})
# What nearly every company carries would match every row. 股份 stays: "XX股份" is how listed companies are called.
_EVERYWHERE = re.compile("有限责任公司|有限公司|公司")
_HALF_TYPED = re.compile("有限(?:责任?|公)?$")
_EN_FORM = re.compile(
    r"(?:(?<=\s)|^)(?:(?:co|ltd|limited|inc|llc|gmbh|corp|corporation|company|coltd|plc)(?:\s+|$))+$"
)
_PINYIN_FORM = re.compile("(?<=[a-z])(?:youxian(?:zeren)?)?gongsi$")


def _squeezed(text: str) -> str:
    return text.translate(_COMPARED).replace(" ", "")


def _searchable(text: str) -> str:
    """Folded, without punctuation and without the words nearly every company carries."""
    folded = fold(clean_pasted(text) if not text.isascii() or "<" in text or "&" in text else text)
    folded = _EVERYWHERE.sub("", folded.translate(_SEARCHED))
    folded = _EN_FORM.sub("", folded)
    return _SPACES.sub(" ", folded).strip()


def search_text(*parts: str) -> str:
    """What a row is found by: for each part its folded characters, its joined pinyin and its initials, one per line.

    Empty and repeated segments are left out. The result holds no character that PostgreSQL refuses.
    """
    segments: dict[str, None] = {}
    for part in parts:
        if not part:
            continue
        folded = _SPACE_IN_HAN.sub("", _searchable(part))
        if not folded:
            continue
        segments[folded] = None
        if _HAS_HAN.search(folded):
            joined, initials = _joined_and_initials(folded)
            segments[joined] = None
            segments[initials] = None
    return "\n".join(segments)


def search_terms(query: str) -> list[str]:
    """The words of a query, folded as `search_text` folds; every one has to be found.

    Words of one character are left out (they would match nearly every row). An empty list: nothing to search for.
    """
    terms: dict[str, None] = {}
    for word in _searchable(query).split(" "):
        word = _PINYIN_FORM.sub("", _HALF_TYPED.sub("", word))
        if len(word) >= 2:
            terms[word] = None
    return list(terms)


def bigrams(text: str) -> list[str]:
    """Distinct pairs of neighbouring characters, in order of appearance; no pair crosses a space or a line break."""
    return list(dict.fromkeys(a + b for a, b in pairwise(text) if a not in " \n" and b not in " \n"))


# The same set as bigrams() (pairs may repeat) for text without control characters, which search_text() never holds.
# Only built-in functions, so that it is safe in an index expression. The text is cut into pairs twice, from its first
# and from its second character, then pairs that hold a space are taken out: a third of the time that unnest takes.
BIGRAM_FUNCTION_SQL = r"""
CREATE OR REPLACE FUNCTION crm_bigrams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT string_to_array(
        rtrim(
            regexp_replace(
                rtrim(regexp_replace(value || ' ', '(..)', E'\\1\x01', 'g'), ' ')
                    || rtrim(regexp_replace(substr(value, 2) || ' ', '(..)', E'\\1\x01', 'g'), ' '),
                E'[^\x01]?[ \n][^\x01]?\x01', '', 'g'
            ),
            E'\x01'
        ),
        E'\x01'
    )
$$;
"""
