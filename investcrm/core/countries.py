"""Countries and territories of ISO 3166, named by the CLDR data of Babel."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

from investcrm.core.money import is_chinese
from investcrm.core.text import pinyin_key

# CLDR also names unions, groups and codes that ISO 3166 only reserves.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
# As China's investment statistics write them.
_NAMES_ZH = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}
_NAMES_EN = {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China"}


@cache
def _names(chinese: bool) -> dict[str, str]:
    territories = Locale("zh", "Hans").territories if chinese else Locale("en").territories
    retired = get_global("territory_aliases")
    names = {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES and code not in retired
    }
    return names | (_NAMES_ZH if chinese else _NAMES_EN)


def is_country(code: str) -> bool:
    """Whether the code is a two-letter country code of ISO 3166 in capitals."""
    return code in _names(False)


def country_name(code: str, language: str | None = None) -> str:
    """The country's name in the given or the active language; an unknown code as it is."""
    return _names(is_chinese(language)).get(code, code)


@cache
def _choices(chinese: bool) -> tuple[tuple[str, str], ...]:
    names = _names(chinese)
    first = ["CN", "HK", "MO", "TW"]
    rest = sorted(names.keys() - set(first), key=lambda code: pinyin_key(names[code]))
    return tuple((code, names[code]) for code in first + rest)


def country_choices(language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of every country, China first, the rest by name (by pinyin in Chinese)."""
    return list(_choices(is_chinese(language)))
