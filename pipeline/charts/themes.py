"""Colours of charts: blue against vermilion (Okabe and Ito), which people who see no red or green tell apart.

No chart rests on colour alone: the second series is outlined, signs stand before steps, numbers beside bars.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

# The first that a machine has draws the letters; the page's own stack stands in the style sheet.
FONTS = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """What each part of a chart is painted with. `ages` go from young to old, `on_ages` is the writing on them."""

    name: str
    panel: str
    ink: str
    soft: str
    line: str
    first: str
    second: str
    before: str
    total: str
    ages: tuple[str, str, str, str]
    on_ages: tuple[str, str, str, str]


LIGHT = Theme(
    name="light",
    panel="#ffffff",
    ink="#1e2426",
    soft="#566064",
    line="#dadedd",
    first="#0072b2",
    second="#c25400",
    before="#7c898f",
    total="#566064",
    ages=("#4a96bf", "#2a6b99", "#1d4363", "#b34700"),
    on_ages=("#10181c", "#ffffff", "#ffffff", "#ffffff"),
)
DARK = Theme(
    name="dark",
    panel="#1d2326",
    ink="#e4e8e9",
    soft="#a3aeb2",
    line="#333c41",
    first="#56b4e9",
    second="#f0a050",
    before="#8b989e",
    total="#a3aeb2",
    ages=("#4d84a6", "#7fb6d6", "#cfe6f3", "#f0a050"),
    on_ages=("#0c1418", "#0c1e26", "#0c1e26", "#1f1206"),
)
# Ink on white paper: darker greys, so that thin lines survive a copier.
PRINT = replace(LIGHT, name="print", ink="#000000", soft="#333333", line="#bbbbbb", before="#666666", total="#444444")

COLOURS = tuple(field.name for field in fields(Theme) if field.name not in ("name", "ages", "on_ages"))


def variables(theme: Theme) -> dict[str, str]:
    """The theme as custom properties of the style sheet; css/charts.css holds exactly these."""
    plain = {f"--chart-{name}": str(getattr(theme, name)) for name in COLOURS}
    ages = {f"--chart-age-{number}": colour for number, colour in enumerate(theme.ages, 1)}
    on_ages = {f"--chart-on-age-{number}": colour for number, colour in enumerate(theme.on_ages, 1)}
    return plain | ages | on_ages


def _of_the_page() -> Theme:
    """A theme whose colours are the style sheet's, so that one picture serves light, dark and paper."""
    names = {name: f"var(--chart-{name})" for name in COLOURS}
    one, two, three, four = (f"var(--chart-age-{number})" for number in range(1, 5))
    on = (f"var(--chart-on-age-{number})" for number in range(1, 5))
    on_one, on_two, on_three, on_four = on
    return Theme(name="page", **names, ages=(one, two, three, four), on_ages=(on_one, on_two, on_three, on_four))


PAGE = _of_the_page()
