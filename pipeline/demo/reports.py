"""Reports of the demonstration: the week and month of the facts' calls and visits, the generated zone's last weeks."""

from __future__ import annotations

import datetime
import zoneinfo

from django.utils import timezone

from pipeline.models import Report, ReportKind
from pipeline.services.reports.drafting import make_due_reports
from pipeline.services.reports.releasing import comment_report, release_reports
from pipeline.services.reports.statements import state_for_team
from teams.access import Role
from teams.models import Job, Membership, Schedule, Team, User, Zone
from teams.selectors import overrides_of
from teams.selectors.schedules import due_spans
from teams.services.schedules import ensure_schedules

# The facts tell of calls and visits from 4 to 6 March 2022: the cut-offs of that week and month, from day to day.
FACTS = {
    ReportKind.WEEKLY: (datetime.date(2022, 3, 1), datetime.date(2022, 3, 5)),
    ReportKind.MONTHLY: (datetime.date(2022, 4, 1), datetime.date(2022, 4, 8)),
}
WEEKS = 3
PROBLEMS = (
    "两家企业反映用工缺口，需人社部门协调。",
    "标准厂房层高不足，一个项目选址未定。",
    "",
)
PLANS = ("下周赴苏州、无锡拜访4家企业。", "接待深圳考察团一批。", "推进合同文本会签。")
COMMENT = "请各组对照责任状，抓紧推进拟签约项目；静默线索本周内全部回访。"


def load_facts_reports(zone: Zone, director: User) -> None:
    """The centre's week and month of the facts, released."""
    for kind, (since, until) in FACTS.items():
        schedule = next(one for one in ensure_schedules(zone) if one.job == kind)
        starts_on = schedule.starts_on
        Schedule.objects.filter(pk=schedule.pk).update(starts_on=since)
        make_due_reports(zone.pk, _noon(zone, until), job=kind)
        Schedule.objects.filter(pk=schedule.pk).update(starts_on=starts_on)
    release_reports(actor=director, report_ids=list(Report.objects.filter(zone=zone).values_list("pk", flat=True)))


def load_generated_reports(zone: Zone, director: User) -> None:
    """The last weeks and month, released but for the last one: a draft that some teams have not reported for."""
    ensure_schedules(zone)
    Schedule.objects.filter(zone=zone).update(starts_on=zone.today() - datetime.timedelta(weeks=WEEKS))
    weekly = Schedule.objects.get(zone=zone, job=Job.WEEKLY)
    weeks_due = [first for first, _last, _moment in due_spans(weekly, timezone.now(), overrides_of(zone))]
    for team in Team.objects.filter(zone=zone).order_by("code"):
        for first_day in weeks_due:
            _state(team, first_day, is_last=first_day == weeks_due[-1])
    make_due_reports(zone.pk, timezone.now())
    reports = Report.objects.filter(zone=zone).order_by("first_day")
    weeks = reports.filter(kind=ReportKind.WEEKLY)
    last = weeks.last()
    if last is None:
        return
    centre = reports.get(kind=ReportKind.WEEKLY, first_day=last.first_day, team=None)
    comment_report(actor=director, report_id=centre.pk, comment=COMMENT)
    drafts = weeks.filter(first_day=last.first_day)
    release_reports(actor=director, report_ids=list(reports.exclude(pk__in=drafts).values_list("pk", flat=True)))


def _state(team: Team, first_day: datetime.date, *, is_last: bool) -> None:
    """What a team says of a week; only the first two have said anything of the last one."""
    place = int(team.code[1:])
    if is_last and place > 2:
        return
    leader = Membership.objects.filter(team=team, role=Role.LEADER).order_by("starts_on").first()
    if leader is not None:
        state_for_team(
            actor=leader.user, team_id=team.pk, kind=ReportKind.WEEKLY, first_day=first_day,
            problems=PROBLEMS[place % 3], plans=PLANS[place % 3],
        )  # fmt: skip


def _noon(zone: Zone, day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=zoneinfo.ZoneInfo(zone.time_zone))


def load_reports() -> bool:
    """The reports of both; False where there are some already."""
    zones = {zone.code: zone for zone in Zone.objects.filter(code__in=["guangling", "demo"])}
    if Report.objects.filter(zone__in=zones.values()).exists():
        return False
    load_facts_reports(zones["guangling"], User.objects.get(username="gl-director"))
    load_generated_reports(zones["demo"], User.objects.get(username="demo-director"))
    return True
