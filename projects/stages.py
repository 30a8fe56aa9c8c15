"""The default stages and what each requires (DOMAIN section 2), as data. A centre may rename and add."""

from __future__ import annotations

from typing import Any, NamedTuple

from projects.choices import StageKind


class DefaultStage(NamedTuple):
    """One stage as it is first installed."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    silence_limit_days: int | None
    requirements: tuple[str, ...]


DEFAULT_STAGES: tuple[DefaultStage, ...] = (
    DefaultStage("enquiry", "线索", "Enquiry", StageKind.OPEN, 14, ("name", "company")),
    DefaultStage("in_talks", "在谈", "In talks", StageKind.OPEN, 14, ("team", "owner", "industry", "interaction")),
    DefaultStage(
        "key_talks",
        "重点在谈",
        "Key talks",
        StageKind.OPEN,
        7,
        ("total_investment", "site_need", "expected_signing_on"),
    ),
    DefaultStage("to_sign", "拟签约", "To sign", StageKind.OPEN, 7, ("review_conclusion", "draft_agreement_on")),
    DefaultStage(
        "signed", "签约", "Signed", StageKind.SIGNED, 30, ("signed_on", "agreed_investment", "agreement_number")
    ),
    DefaultStage(
        "landed",
        "落地",
        "Landed",
        StageKind.LANDED,
        60,
        ("landed_on", "registered_company", "registered_credit_code", "place"),
    ),
    DefaultStage("closed", "无需再跟进", "Closed", StageKind.CLOSED, None, ("close_reason",)),
)


def seed_stages(stage_model: Any, requirement_model: Any) -> None:
    """Add the default stages and requirements that are missing; changes nothing that is there.

    The models are given, since a migration has its own.
    """
    for position, default in enumerate(DEFAULT_STAGES, 1):
        _stage, created = stage_model.objects.get_or_create(
            code=default.code,
            defaults={
                "name_zh": default.name_zh,
                "name_en": default.name_en,
                "kind": default.kind,
                "position": position * 10,
                "silence_limit_days": default.silence_limit_days,
            },
        )
        if created:
            requirement_model.objects.bulk_create(
                requirement_model(stage_id=default.code, requirement=requirement, position=number)
                for number, requirement in enumerate(default.requirements, 1)
            )
