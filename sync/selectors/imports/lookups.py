"""What the words of a sheet name: industries, teams, people, stages, and the fixed lists of the field."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import override

from investcrm.core.countries import country_choices
from investcrm.core.money import CURRENCIES
from investcrm.core.spreadsheets.values import folded
from projects.choices import AcquisitionMode, CapitalOrigin, Listing, SiteNeed
from projects.models import Industry, Stage
from sync.selectors.imports.words import Reason, reason
from teams.models import Team, User, Zone

# How sheets call what our lists have a word for; what contains the word is meant as well.
_ALSO: dict[str, dict[str, tuple[str, ...]]] = {
    "acquisition_mode": {
        AcquisitionMode.CHAIN: ("产业链", "链式招商", "补链", "chain"),
        AcquisitionMode.REFERRAL: ("以商招商", "以商引商", "以企引企", "referral"),
        AcquisitionMode.FUND: ("基金", "资本招商", "fund"),
        AcquisitionMode.AMBASSADOR: ("大使", "顾问", "ambassador"),
        AcquisitionMode.CHAMBER: ("商会", "协会", "chamber"),
        AcquisitionMode.EVENT: ("展会", "推介会", "活动招商", "会展", "fair", "event"),
        AcquisitionMode.INTERMEDIARY: ("委托", "代理", "中介", "第三方", "联合招商", "intermediary", "agency"),
        AcquisitionMode.ENQUIRY: ("自主", "来访", "主动", "自行", "上门", "enquiry", "inquiry"),
        AcquisitionMode.OTHER: ("其他", "其它", "other"),
    },
    "capital_origin": {
        CapitalOrigin.DOMESTIC: ("内资", "境内", "国内", "民资", "民营", "国资", "domestic"),
        CapitalOrigin.FOREIGN: ("外资", "境外", "国外", "港资", "台资", "外商", "foreign"),
    },
    "listing": {
        Listing.NATION: ("国家", "nation"),
        Listing.PROVINCE: ("省", "provinc"),
        Listing.CITY: ("市", "city"),
        Listing.NONE: ("否", "未列入", "no"),
    },
    "site_need": {
        SiteNeed.LAND: ("供地", "用地", "土地", "land"),
        SiteNeed.HALL: ("厂房", "载体", "租赁", "hall"),
        SiteNeed.OFFICE: ("办公", "楼宇", "office"),
        SiteNeed.NONE: ("不需要", "无需", "none"),
    },
}
_LISTS: dict[str, type[models.TextChoices]] = {
    "acquisition_mode": AcquisitionMode, "capital_origin": CapitalOrigin, "listing": Listing, "site_need": SiteNeed,
}  # fmt: skip
_STAGES: dict[str, tuple[str, ...]] = {
    "enquiry": ("意向", "接洽", "初步接洽", "储备", "线索", "初洽"),
    "in_talks": ("洽谈", "洽谈中", "在谈", "跟进", "跟踪", "对接中", "对接", "在跟"),
    "key_talks": ("重点", "深入洽谈", "重点洽谈", "深谈"),
    "to_sign": ("拟签约", "待签约", "即将签约", "拟签"),
    "signed": ("已签约", "签约", "签约未落地", "正式签约", "已签"),
    "landed": ("已落地", "落地", "开工", "已开工", "投产", "已投产", "在建", "建设中", "已注册", "已落户", "落户"),
    "closed": ("终止", "暂停", "流失", "放弃", "无需再跟进", "不再跟进", "搁置", "已终止"),
}


@cache
def _labels(field: str) -> dict[str, str]:
    """The words of a fixed list in both languages, and its values themselves."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for value, label in _LISTS[field].choices:
                found[folded(label)] = found[folded(value)] = value
    return found


def choice_of(field: str, text: str) -> str | None:
    """The value of a fixed list that the text means."""
    word = folded(text)
    if word in _labels(field):
        return _labels(field)[word]
    return next((value for value, signs in _ALSO[field].items() if any(sign in word for sign in signs)), None)


@cache
def _countries() -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, name in country_choices():
                found[folded(name)] = found[folded(code)] = str(code)
    return found


def country_of(text: str) -> str | None:
    """The ISO 3166 code of a country's name or code."""
    return _countries().get(folded(text))


@cache
def _currencies() -> dict[str, str]:
    found = {"人民币": "CNY", "rmb": "CNY", "元": "CNY", "美金": "USD"}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, currency in CURRENCIES.items():
                found[folded(currency.name)] = found[folded(code)] = found[folded(currency.unit_zh)] = code
    found["元"] = "CNY"
    return found


def currency_of(text: str) -> str | None:
    """The ISO 4217 code of a currency's name or code."""
    return _currencies().get(folded(text))


class Lookups:
    """The zone's own rows by the words that a sheet may use for them. Four queries."""

    def __init__(self, zone: Zone, today: datetime.date) -> None:
        self.industries = _by_words(Industry.objects.filter(zone=zone).in_use(today))
        self.teams = _by_words(Team.objects.filter(zone=zone).in_use(today))
        self.stages = _by_words(Stage.objects.filter(deleted_at=None))
        codes = {stage.code: stage for stage in self.stages.values()}
        for code, words in _STAGES.items():
            if code in codes:
                for word in words:
                    self.stages.setdefault(word, codes[code])
        self.people: dict[str, list[User]] = {}
        for person in User.objects.working_in(zone, today):
            for word in {folded(person.display_name), folded(person.username)} - {""}:
                self.people.setdefault(word, []).append(person)

    def industry(self, text: str) -> Industry | Reason:
        """The industry; the reason where there is none."""
        return _only(self.industries, folded(text)) or reason("unknown_industry", value=text[:100])

    def team(self, text: str) -> Team | Reason:
        """The team, also by the end of its name (四组 for 招商四组)."""
        word = folded(text)
        found = self.teams.get(word) or _single(
            {team.pk: team for name, team in self.teams.items() if len(word) > 1 and name.endswith(word)}.values()
        )
        return found or reason("unknown_team", value=text[:100])

    def stage(self, text: str) -> Stage | Reason:
        """The stage."""
        return self.stages.get(folded(text)) or reason("unknown_stage", value=text[:100])

    def person(self, text: str) -> User | Reason:
        """Somebody who works in the zone; of "张三、李四" the first one."""
        word = folded(text)
        for sign in ("、", "/", ",", ";", " "):
            word = word if word in self.people else word.partition(sign)[0].strip()
        found = self.people.get(word, [])
        if len(found) > 1:
            return reason("several_people", value=text[:100])
        return found[0] if found else reason("unknown_person", value=text[:100])

    def is_stage(self, value: Any) -> bool:
        """Whether the text names a stage."""
        return folded(value) in self.stages

    def words(self, kind: str) -> list[str]:
        """What may be written in a field of the kind, for whoever corrects a cell."""
        rows: dict[str, Iterable[Any]] = {
            "industry": self.industries.values(), "team": self.teams.values(), "stage": self.stages.values(),
            "person": [person for people in self.people.values() for person in people],
        }  # fmt: skip
        if kind in rows:
            return sorted({str(row) for row in rows[kind]})
        return [force_str(label) for _value, label in _LISTS[kind].choices] if kind in _LISTS else []


def _by_words(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        for word in (row.code, row.name_zh, row.name_en):
            if word:
                found[folded(word)] = row
    return found


def _only(rows: dict[str, Any], word: str) -> Any:
    """The row of that word, else the only one whose words begin with it or that it begins with."""
    if word in rows or len(word) < 2:
        return rows.get(word)
    near = {
        row.pk: row for name, row in rows.items() if len(name) > 1 and (name.startswith(word) or word.startswith(name))
    }
    return _single(near.values())


def _single(rows: Iterable[Any]) -> Any:
    found = list(rows)
    return found[0] if len(found) == 1 else None
