"""The default items of a dossier (前期调研; DOMAIN section 1, row 6), as data. A centre may have items of its own."""

from __future__ import annotations

from typing import Any

DEFAULT_ITEMS: tuple[tuple[str, str, str], ...] = (
    ("company", "企业概况", "Company situation"),
    ("market", "市场前景", "Market"),
    ("feasibility", "项目可行性", "Feasibility"),
    ("positioning", "产业定位契合度", "Fit with our industries"),
    ("needs", "企业诉求", "What they need"),
)


def seed_dossier(item_model: Any) -> None:
    """Add the default items that are missing; changes nothing that is there. The model is given, for migrations."""
    for position, (code, name_zh, name_en) in enumerate(DEFAULT_ITEMS, 1):
        item_model.objects.get_or_create(
            zone=None,
            code=code,
            deleted_at=None,
            defaults={"name_zh": name_zh, "name_en": name_en, "position": position * 10},
        )
