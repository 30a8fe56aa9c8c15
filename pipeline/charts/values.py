"""What charts are made of: numbers with the list behind them, tables, and how numbers are written beside marks."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from investcrm.core.money import NOTHING, format_money, is_chinese

Number = int | Decimal
# From here on an English axis is written in billions.
BILLIONS = 2e10


@dataclass(frozen=True, slots=True)
class Value:
    """A number, and the address of the list behind it; no number means: not known yet."""

    number: Number | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the axis of time: its short words below the axis, its full words elsewhere."""

    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a chart's table."""

    text: str
    href: str = ""
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart in words: the first cell of a row says what the row is about."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Tip:
    """What is said where one points at a chart: a heading, lines, and the list to open."""

    title: str
    lines: tuple[str, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """The unit that an axis of money is written in: 亿元, 万元, CNY million."""

    power: int
    name: str


_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_slot(first: datetime.date) -> Slot:
    """The place of a month on an axis; January's short words carry the year."""
    if is_chinese():
        short = f"{first.month}月"
        return Slot(f"{first.year % 100:02d}年{short}" if first.month == 1 else short, f"{first.year}年{short}")
    short = _MONTHS_EN[first.month - 1]
    return Slot(f"{short} {first.year % 100:02d}" if first.month == 1 else short, f"{short} {first.year}")


def words(number: Number | None, *, money: bool = False, sign: bool = False) -> str:
    """A number as it stands beside a mark; with `sign`, steps up carry a plus."""
    if number is None:
        return NOTHING
    size = -number if number < 0 else number
    text = format_money(size) if money else f"{size:,f}" if size % 1 else f"{int(size):,}"
    if number < 0:
        return f"−{text}"
    return f"+{text}" if sign and number > 0 else text


def share_words(part: Number, whole: Number) -> str:
    """`48%`; a dash where there is no whole."""
    if not whole:
        return NOTHING
    share = Decimal(part) * 100 / Decimal(whole)
    return f"{share:.1f}%" if 0 < abs(share) < 1 else f"{share:.0f}%"


def number_cell(value: Value, *, money: bool = False, sign: bool = False) -> Cell:
    """A number with its link as a cell."""
    return Cell(words(value.number, money=money, sign=sign), value.href)


def name_cell(text: str, href: str = "") -> Cell:
    """What a row is about."""
    return Cell(text, href, is_number=False)


def labelled(name: str, text: str) -> str:
    """`name: text`."""
    return f"{name}：{text}" if is_chinese() else f"{name}: {text}"


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after another, as the reader's language sets them."""
    return ("" if is_chinese() else " ").join(parts)


def total(values: Iterable[Value]) -> Number:
    """The sum of what is known."""
    return sum((value.number for value in values if value.number is not None), 0)


def ceiling(numbers: Iterable[Number | None]) -> float:
    """The largest of the numbers, at least 0."""
    return max((float(number) for number in numbers if number is not None), default=0.0)


def money_unit(largest: float) -> MoneyUnit:
    """The unit in which the numbers of an axis stay short."""
    if is_chinese():
        units = [MoneyUnit(8, "亿元"), MoneyUnit(4, "万元"), MoneyUnit(0, "元")]
    else:
        units = [MoneyUnit(6, "CNY million"), MoneyUnit(0, "CNY")]
        if largest >= BILLIONS:
            units.insert(0, MoneyUnit(9, "CNY billion"))
    if largest == 0:
        return units[0]
    return next((unit for unit in units if largest >= 10**unit.power), units[-1])


def floor(numbers: Iterable[Number | None]) -> float:
    """The smallest of the numbers, at most 0."""
    return min(0.0, min((float(number) for number in numbers if number is not None), default=0.0))


def ticks(largest: float, most: int, *, whole: bool, smallest: float = 0) -> list[float]:
    """Round numbers around 0, `smallest` and `largest`, in about `most` steps; a `whole` axis has integers only."""
    if largest <= 0 and smallest >= 0:
        return [0.0, 1.0]
    rough = (largest - smallest) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    if whole:
        step = max(step, 1.0)
    first, last = math.floor(smallest / step + 1e-9), math.ceil(largest / step - 1e-9)
    return [step * number for number in range(first, last + 1)]


def tick_words(tick: float, power: int = 0) -> str:
    """A number of an axis in its unit."""
    scaled = round(tick / 10**power, 2)
    text = f"{abs(scaled):,.0f}" if scaled == round(scaled) else f"{abs(scaled):,.2f}".rstrip("0")
    return f"−{text}" if scaled < 0 else text


def width_of(text: str, size: float) -> float:
    """About how wide a text is drawn. The machine's own fonts are not asked: pictures are the same everywhere."""
    ems = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF" or character == "·":
            ems += 1.0
        elif character.isupper() or character in "%+−mw":
            ems += 0.72
        else:
            ems += 0.3 if character in ".,:;'|il " else 0.57
    return ems * size


def cut(text: str, room: float, size: float) -> str:
    """The text, or its beginning with an ellipsis where it does not fit."""
    if width_of(text, size) <= room:
        return text
    short = text
    while short and width_of(short, size) + size > room:
        short = short[:-1]
    return short.rstrip() + "…"


def widest(texts: Sequence[str], size: float) -> float:
    """The width of the widest text."""
    return max((width_of(text, size) for text in texts), default=0.0)
