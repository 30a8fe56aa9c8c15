"""Reports for tests, without a database: a full week, month, quarter and year, one of zeros, and hostile names."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from pipeline.models.reports import Report, ReportStatus
from pipeline.selectors.flow import CLOSING, MOVES, OPENING
from pipeline.selectors.periods import MONTH, QUARTER, WEEK, YEAR, period_of
from pipeline.selectors.reports.shape import (
    FORMAT,
    LeadList,
    LeadRow,
    Line,
    Name,
    Number,
    ReportFigures,
    TargetRow,
    TeamRow,
)
from teams.models import User, Zone

KINDS = {"weekly": WEEK, "monthly": MONTH, "quarterly": QUARTER, "yearly": YEAR}
AS_OF = {
    "weekly": datetime.date(2026, 11, 20),
    "monthly": datetime.date(2026, 10, 31),
    "quarterly": datetime.date(2026, 9, 30),
    "yearly": datetime.date(2025, 12, 31),
}
KEYS = (
    "new", "signed", "landed", "closed", "increased", "milestones", "funds", "visits", "receptions", "calls",
    "requests",
)  # fmt: skip
PAID = frozenset({"new", "signed", "landed", "closed", "increased", "funds"})
MET = frozenset({"visits", "receptions"})
TEAMS = [
    ("G1", "招商一组（新能源汽车）", "Team 1 (new-energy vehicles)"),
    ("G2", "招商二组（高端装备）", "Team 2 (advanced equipment)"),
    ("G3", "招商三组（新一代信息技术）", "Team 3 (information technology)"),
    ("G4", "招商四组（生物医药）", "Team 4 (life sciences)"),
    ("G5", "招商五组（现代服务业）", "Team 5 (modern services)"),
]
LEADS = [
    ("粉末冶金汽车零部件项目", "苏州精工粉末冶金有限公司"),
    ("动力电池结构件生产基地", "浙江华朔科技股份有限公司"),
    ("Industrial laser head assembly plant", "Helios Photonics GmbH"),
    ("高端数控机床研发及产业化项目", "大连科德数控股份有限公司"),
    ("生物医药冷链物流中心", "上海康德乐供应链管理有限公司"),
    ("车规级功率半导体封装测试项目", "无锡华润安盛科技有限公司"),
]
STAGES = [
    ("enquiry", "线索", "Enquiry"),
    ("in_talks", "在谈", "In talks"),
    ("key_talks", "重点在谈", "Key talks"),
    ("to_sign", "拟签约", "To be signed"),
    ("signed", "签约", "Signed"),
    ("landed", "落地", "Landed"),
    ("closed", "无需再跟进", "Closed"),
]
NOBODY = Name(zh="", en="")


def name(zh: str, en: str = "") -> Name:
    """A name in both languages."""
    return Name(zh=zh, en=en)


def number(n: int = 0, cny: str = "", *, of: str = "figure", q: str = "", **more: int) -> Number:
    """A figure with its list."""
    query = q or f"what=new&scope=z&n={n}"
    rest = {"without": 0, "rateless": 0, "people": 0, "companies": 0} | more
    return Number(n=n, cny=cny, of=of, q=query, **rest)  # type: ignore[typeddict-item]


def team_of(place: int) -> Name:
    """One of the teams."""
    _code, zh, en = TEAMS[place % len(TEAMS)]
    return name(zh, en)


def stage_of(place: int) -> Name:
    """One of the stages."""
    _code, zh, en = STAGES[place % len(STAGES)]
    return name(zh, en)


def lead(place: int, *, day: str = "2026-11-18", days: int = 0, stage: int = 4, **changes: Any) -> LeadRow:
    """A lead in a list."""
    title, company = LEADS[place % len(LEADS)]
    row = LeadRow(
        id=str(uuid.UUID(int=place + 1)),
        name=title,
        company=company,
        team=team_of(place),
        owner=("王建国", "李敏", "Anna Schmidt")[place % 3],
        stage=stage_of(stage),
        what="",
        day=day,
        days=days,
        currency="USD" if place % 6 == 2 else "CNY",
        amount="30000000.00" if place % 6 == 2 else f"{(place % 6 + 1) * 205_000_000}.00",
        cny="213000000.00" if place % 6 == 2 else f"{(place % 6 + 1) * 205_000_000}.00",
        note=("设备已进场，预计12月试生产", "", "Board decision expected in January")[place % 3],
    )
    row.update(changes)  # type: ignore[typeddict-item]
    return row


def leads(n: int, *, rows: int | None = None, **changes: Any) -> LeadList:
    """So many leads, and the first of them."""
    return LeadList(n=n, rows=[lead(place, **changes) for place in range(min(n if rows is None else rows, 200))])


def line(key: str, now: int, before: int, year_before: int, year: int, *, unit: int = 0) -> Line:
    """A main figure; each of it is worth `unit`."""

    def one(n: int) -> Number:
        cny = f"{n * unit}.00" if key in PAID else ""
        met = {"people": n * 3, "companies": n + n // 4} if key in MET else {}
        return number(n, cny, of="figure" if key in PAID else "activity", **met)

    return Line(key=key, now=one(now), before=one(before), year_before=one(year_before), year=one(year))


def lines(times: int) -> list[Line]:
    """All main figures; a longer period has a multiple of a week's."""
    week = {
        "new": (7, 5, 4, 182, 86_000_000),
        "signed": (2, 3, 1, 21, 615_000_000),
        "landed": (1, 1, 0, 14, 320_000_000),
        "closed": (3, 1, 2, 40, 0),
        "increased": (1, 0, 0, 4, 50_000_000),
        "milestones": (4, 2, 3, 66, 0),
        "funds": (2, 1, 1, 30, 48_500_000),
        "visits": (12, 10, 9, 410, 0),
        "receptions": (5, 5, 6, 190, 0),
        "calls": (86, 91, 70, 3605, 0),
        "requests": (6, 4, 5, 133, 0),
    }
    return [
        line(key, *(n * times if place < 3 else n for place, n in enumerate(told[:4])), unit=told[4])  # type: ignore[misc]
        for key, told in week.items()
    ]


def team_row(place: int, *, reported: bool = True, times: int = 1) -> TeamRow:
    """A team with its numbers."""
    code, zh, en = TEAMS[place]
    counts = {key: (place + index) % 4 * times for index, key in enumerate(KEYS)}
    numbers = {
        key: number(n, f"{n * 205_000_000}.00" if key in PAID else "", people=n * 3, companies=n)
        for key, n in counts.items()
    }
    return TeamRow(
        id=str(uuid.UUID(int=900 + place)),
        name=name(zh, en),
        dissolved_on="2026-11-18" if code == "G5" else "",
        reported_at="2026-11-20T09:12:00+08:00" if reported else "",
        reported_by="李敏" if reported else "",
        problems="1. 标准厂房层高不足，企业要求10米。\n2. 用地指标尚未落实，请协调自然资源部门。"
        if place == 0
        else "",
        plans="赴苏州拜访3家企业，力争签约1个。" if place < 2 else "",
        numbers=numbers,
    )


def stages_rows() -> list[dict[str, Any]]:
    """A flow that balances: opening, what came and went, closing."""
    moved = {
        "enquiry": (38, 7, 0, -4), "in_talks": (51, 0, 4, -3), "key_talks": (22, 0, 3, -2), "to_sign": (9, 0, 2, -2),
        "signed": (17, 0, 2, -1), "landed": (13, 0, 1, 0), "closed": (60, 0, 3, -3),
    }  # fmt: skip
    rows = []
    total = {OPENING: 0, "new": 0, "moved_in": 0, "moved_out": 0, CLOSING: 0}
    for code, zh, en in STAGES:
        opening, new, came, went = moved[code]
        told = {
            OPENING: opening,
            "new": new,
            "moved_in": came,
            "moved_out": went,
            CLOSING: opening + new + came + went,
        }
        total = {key: total[key] + n for key, n in told.items()}
        rows.append(_stage(code, name(zh, en), told))
    return [_stage("", NOBODY, total), *rows]


def _stage(code: str, words: Name, told: dict[str, int]) -> dict[str, Any]:
    every = {key: number(told.get(key, 0)) for key in (OPENING, *MOVES, CLOSING)}
    return {"code": code, "name": words, "columns": every}


def target(place: int) -> TargetRow:
    """A target: done, behind, far behind."""
    percent, words, light = [
        (100, name("已完成", "reached"), "green"),
        (62, name("落后27个百分点", "27 points behind"), "yellow"),
        (20, name("落后69个百分点", "69 points behind"), "red"),
    ][place % 3]
    return TargetRow(
        id=str(uuid.UUID(int=700 + place)),
        team=team_of(place),
        letter=name("2026年度目标责任状", "Target letter 2026"),
        name=name("落地10亿元以上项目5个", "5 landed projects of CNY 1 billion or more"),
        window=name("2026年", "2026"),
        actual=name(str(percent // 20), str(percent // 20)),
        minimum=name("5", "5"),
        missing=name(str(5 - percent // 20), str(5 - percent // 20)),
        words=words,
        percent=percent,
        pace_percent=89,
        light=light,
        state="running",
        carried=name("上月未完成1个", "1 from the month before") if place == 2 else NOBODY,
    )


def figures(kind: str = "weekly", *, team: Name | None = None) -> ReportFigures:
    """A full report of the kind, of the centre or a team."""
    times = {"weekly": 1, "monthly": 4, "quarterly": 12, "yearly": 50}[kind]
    told = zeros(kind, team=team)
    told["lines"] = lines(times)
    told["teams"] = [team_row(place, reported=place not in (2, 4), times=times) for place in range(len(TEAMS))]
    told["stages"] = stages_rows()  # type: ignore[typeddict-item]
    whats = ("signed", "landed", "closed")
    told["moves"] = {"n": 6, "rows": [lead(one, stage=4 + one % 3, what=whats[one % 3]) for one in range(6)]}
    told["milestones"] = [
        {
            "lead": LEADS[place][0],
            "lead_id": str(uuid.UUID(int=place + 1)),
            "team": team_of(place),
            "kind": ("registered", "funds_in_place", "construction_started", "in_production")[place],
            "day": "2026-11-17",
        }
        for place in range(4)
    ]
    told["yellow"] = leads(4, day="2026-09-02", days=79, stage=1)
    told["red"] = leads(2, day="2026-07-15", days=128, stage=2)
    told["silent"] = leads(3, day="2026-10-20", days=31, stage=1, what="14")
    told["requests"] = {
        "raised": 6,
        "answered": 5,
        "settled": 3,
        "reported": 2,
        "open": 5,
        "overdue": 1,
        "rows": [
            {
                "id": str(uuid.UUID(int=500 + place)),
                "title": ("双回路供电接入", "外籍专家工作许可")[place % 2],
                "company": LEADS[place][1],
                "team": team_of(place),
                "handler": "赵磊",
                "step": ("to_answer", "to_settle", "to_report")[place % 3],
                "due_on": "2026-11-25",
                "is_overdue": place == 0,
            }
            for place in range(5)
        ],
    }
    told["plan"] |= {  # type: ignore[operator]
        "planned": 14,
        "kept": 9,
        "late": 1,
        "missed": 2,
        "cancelled": 1,
        "open": 1,
        "q": "what=plans",
        "next_n": 8,
        "by_team": [
            {
                "name": team_of(place),
                "planned": 4,
                "kept": 2,
                "late": 1,
                "missed": 1,
                "cancelled": 0,
                "open": 0,
                "q": "x=1",
            }
            for place in range(3)
        ],
        "rows": [
            {
                "id": str(uuid.UUID(int=400 + place)),
                "day": "2026-11-24",
                "channel": ("visit", "reception")[place % 2],
                "with_whom": LEADS[place % 6][1],
                "team": team_of(place),
                "owner": "王建国",
                "purpose": "洽谈投资协议条款",
                "expected": "确定用地面积与开工时间",
            }
            for place in range(8)
        ],
    }
    told["league"] = [
        {
            "name": team_of(place),
            "values": {
                "new": str(7 - place),
                "signed": str(place % 2),
                "breaches": str(place),
                "follow_ups": f"{96 - place * 7}",
                "answers": "" if place == 4 else "0.5",
                "visits": str(4 + place),
                "receptions": "2",
                "funds": f"{48_500_000 * place}.00",
            },
            "ranks": {
                "new": place + 1,
                "signed": 1 if place % 2 else 3,
                "breaches": place + 1,
                "follow_ups": place + 1,
                "answers": 0 if place == 4 else 1,
                "visits": 5 - place,
                "receptions": 1,
                "funds": 5 - place,
            },
        }
        for place in range(5)
    ]
    told["targets"] = [target(place) for place in range(5)]
    told["key_leads"] = leads(6, stage=2)
    told["to_sign"] = leads(3, day="2026-12-10", stage=3)
    told["scheme"] = name("2026年招商考核办法", "Scoring scheme 2026")
    told["scores"] = [
        {
            "name": team_of(place),
            "total": f"{92 - place * 8}.5",
            "rank": place + 1,
            "steps": [
                {
                    "name": name("签约项目数", "Signed projects"),
                    "words": name("4 ÷ 5 × 40 = 32", "4 ÷ 5 × 40 = 32"),
                    "points": "32",
                },
                {
                    "name": name("到位资金", "Funds in place"),
                    "words": name("1.2亿元 ÷ 2亿元 × 30\n= 18", "CNY 120 million ÷ CNY 200 million\n× 30 = 18"),
                    "points": "18",
                },
            ],
        }
        for place in range(5)
    ]
    told["trend"] = [
        {
            "code": f"2026-{month:02d}",
            "new": 12 + month,
            "signed": month % 4,
            "signed_cny": f"{month * 210_000_000}.00",
            "landed": month % 3,
            "landed_cny": f"{month * 90_000_000}.00",
        }
        for month in range(1, 11)
    ]
    told["missing"] = {
        "teams": [team_of(2), team_of(4)],
        "without_amount": leads(2, stage=1, amount="", cny=""),
        "undated": 3,
        "rateless": ["KRW", "THB"],
        "differs": True,
        "late": [
            {"key": "new", "reported": 5, "reported_cny": "", "now": 6, "now_cny": ""},
            {"key": "signed", "reported": 3, "reported_cny": "1845000000.00", "now": 4, "now_cny": "2460000000.00"},
        ],
    }
    return told


def zeros(kind: str = "weekly", *, team: Name | None = None) -> ReportFigures:
    """A report of a period in which nothing happened."""
    period = period_of(KINDS[kind], AS_OF[kind])
    nothing = number(0, "0.00")
    return ReportFigures(
        head={
            "format": FORMAT,
            "kind": kind,
            "period": period.code,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "as_of": AS_OF[kind].isoformat(),
            "cutoff_at": "2026-11-20T10:00:00+08:00",
            "known": 4711,
            "time_zone": "Asia/Shanghai",
            "scope": "z",
            "zone": name("广陵经济开发区", "Guangling Economic Development Zone"),
            "centre": name("广陵经济开发区招商服务中心", "Guangling Investment Promotion Centre"),
            "team": team,
            "dissolved_on": "",
        },
        lines=[Line(key=key, now=nothing, before=nothing, year_before=nothing, year=nothing) for key in KEYS],
        teams=[],
        stages=[_stage(code, name(zh, en), {}) for code, zh, en in [("", "", ""), *STAGES]],  # type: ignore[list-item]
        moves=leads(0),
        milestones=[],
        yellow=leads(0),
        red=leads(0),
        silent=leads(0),
        requests={"raised": 0, "answered": 0, "settled": 0, "reported": 0, "open": 0, "overdue": 0, "rows": []},
        plan={
            "planned": 0,
            "kept": 0,
            "late": 0,
            "missed": 0,
            "cancelled": 0,
            "open": 0,
            "by_team": [],
            "q": "",
            "next_n": 0,
            "next_q": "",
            "rows": [],
        },
        league=[],
        targets=[],
        key_leads=leads(0),
        to_sign=leads(0),
        scores=[],
        scheme=None,
        trend=[],
        missing={"teams": [], "without_amount": leads(0), "undated": 0, "rateless": [], "differs": False, "late": []},
    )


def report(kind: str = "weekly", told: Any = None, **changes: Any) -> Report:
    """An unsaved released report; `told` are its figures."""
    period = period_of(KINDS[kind], AS_OF[kind])
    zone = changes.pop("zone", None) or Zone(
        code="guangling",
        name_zh="广陵经济开发区",
        name_en="Guangling Economic Development Zone",
        time_zone="Asia/Shanghai",
    )
    fields: dict[str, Any] = {
        "zone": zone,
        "kind": kind,
        "first_day": period.first,
        "last_day": period.last,
        "cutoff_at": datetime.datetime(2026, 11, 20, 2, 0, tzinfo=datetime.UTC),
        "as_of": AS_OF[kind],
        "known": 4711,
        "figures": figures(kind) if told is None else told,
        "status": ReportStatus.RELEASED,
        "released_at": datetime.datetime(2026, 11, 20, 3, 30, tzinfo=datetime.UTC),
        "released_by": User(username="chen", display_name="陈伟"),
    }
    return Report(**(fields | changes))


def hostile(kind: str = "weekly") -> ReportFigures:
    """A report whose names are markup, formulas, several lines, signs that turn the writing around."""
    told = figures(kind)
    names = [
        "<script>alert(1)</script>",
        "=1+1",
        'a" onmouseover="x',
        "Two\r\nBcc: all@example.org",
        "{{ 7|add:7 }}",
        "\u202egnp.exe",
    ]
    for part in ("moves", "yellow", "red", "silent", "key_leads", "to_sign"):
        for place, row in enumerate(told[part]["rows"]):  # type: ignore[literal-required]
            row["name"] = names[place % len(names)]
    told["teams"][0]["problems"] = "<img src=x onerror=alert(1)>\n=cmd|' /C calc'!A0"
    return told


def many(n: int = 5000) -> ReportFigures:
    """A report with lists of thousands, cut as the builder cuts them."""
    told = figures("monthly")
    for part in ("moves", "yellow", "red", "silent", "key_leads", "to_sign"):
        told[part] = leads(n, stage=1)  # type: ignore[literal-required]
    return told
