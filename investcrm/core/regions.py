"""Names and codes of China's provinces and prefecture-level units (GB/T 2260)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data") / "regions.txt"


@cache
def regions() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Every province as (two-digit code, short name, short names of its prefecture-level units)."""
    rows = []
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, province, *cities = line.split()
            rows.append((code, province, tuple(cities)))
    return tuple(rows)


@cache
def province_codes() -> frozenset[str]:
    """The two-digit province codes of GB/T 2260."""
    return frozenset(code for code, _, _ in regions())


@cache
def region_names() -> frozenset[str]:
    """Short names of all provinces and prefecture-level units."""
    return frozenset(name for _, province, cities in regions() for name in (province, *cities))
