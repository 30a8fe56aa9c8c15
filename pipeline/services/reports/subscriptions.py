"""Who gets which report by mail: what people chose, and where they chose nothing, what their role gets."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline.models import Report, ReportKind, ReportSubscription
from pipeline.selectors.scopes import scopes_of
from teams.access import GRANTS, Capability, Role
from teams.models import Membership, Team, User, UserQuerySet, Zone

# zone, team (None: the centre), kind, whether by mail, language ("": the person's own)
Choice = tuple[uuid.UUID, uuid.UUID | None, str, bool, str]
Key = tuple[uuid.UUID, uuid.UUID | None, str]
STOP_SALT = "pipeline.reports.stop"
READERS = sorted(role for role, capabilities in GRANTS.items() if Capability.VIEW in capabilities)


@dataclass(frozen=True)
class Offer:
    """A report that somebody may get by mail, and whether they do now."""

    zone: Zone
    team: Team | None
    kind: str
    is_on: bool
    language: str

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return self.zone.pk, self.team.pk if self.team else None, self.kind

    @property
    def kind_words(self) -> str:
        """The kind in the reader's language."""
        return str(ReportKind(self.kind).label)


@dataclass(frozen=True)
class Recipient:
    """Who gets a report, and in which language."""

    user: User
    language: str


@dataclass(frozen=True)
class Subscription:
    """What a signed link is about."""

    user: User
    zone: Zone
    team: Team | None
    kind: str


def offers(user: User) -> list[Offer]:
    """Every report that the user may read, by zone, team and kind, with what holds for it now. Four queries."""
    chosen = {(row.zone_id, row.team_id, row.kind): row for row in ReportSubscription.objects.filter(user=user)}
    found = []
    for scope in scopes_of(user):
        if scope.person is not None or (scope.team is not None and not scope.team.is_in_use(scope.zone.today())):
            continue
        for kind in ReportKind.values:
            row = chosen.get((scope.zone.pk, scope.team.pk if scope.team else None, kind))
            is_on = row.is_on if row else _gets_by_role(user, scope.zone, scope.team)
            found.append(Offer(scope.zone, scope.team, kind, is_on, row.language if row else ""))
    return found


def _gets_by_role(user: User, zone: Zone, team: Team | None) -> bool:
    """Directors get the centre's reports, leaders their team's."""
    return any(
        grant.zone_id == zone.pk
        and (grant.role == Role.DIRECTOR if team is None else (grant.role, grant.team_id) == (Role.LEADER, team.pk))
        for grant in user.grants
    )


@transaction.atomic
def choose_subscriptions(*, actor: User, choices: Iterable[Choice]) -> int:
    """Keep what somebody chose; what stays as it was is not written, so that their role goes on deciding it.

    Returns how many changed. Raises Http404 for a report that is not offered to them, ValidationError.
    """
    offered = {offer.key: offer for offer in offers(actor)}
    rows = []
    for zone_id, team_id, kind, is_on, language in choices:
        offer = offered.get((zone_id, team_id, kind))
        if offer is None:
            raise Http404
        if language and language not in dict(settings.LANGUAGES):
            raise ValidationError(_("There is no such language."), code="language")
        if (is_on, language) == (offer.is_on, offer.language):
            continue
        if is_on and not offer.is_on and not actor.email:
            raise ValidationError(
                _("Your account has no e-mail address. Enter one in your profile."), code="no_address"
            )
        rows.append(
            ReportSubscription(user=actor, zone_id=zone_id, team_id=team_id, kind=kind, is_on=is_on, language=language)
        )
    _keep(rows, ["is_on", "language"])
    return len(rows)


def _keep(rows: list[ReportSubscription], fields: list[str]) -> None:
    """Write the rows; who chose before has these fields changed."""
    ReportSubscription.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "zone", "team", "kind"], update_fields=fields
    )


def recipients_of(report: Report) -> list[Recipient]:
    """Who gets the report today: may read it, and chose it, or chose nothing and has the role that gets it."""
    day = report.zone.today()
    mine = ReportSubscription.objects.filter(
        user_id=OuterRef("pk"), zone=report.zone_id, team=report.team_id, kind=report.kind
    )
    gets = _held(day, report.zone_id, [Role.DIRECTOR if report.team_id is None else Role.LEADER], [report.team_id])
    rows = readers_of(report, day).filter(Exists(mine.filter(is_on=True)) | Exists(gets) & ~Exists(mine))
    languages = dict(
        ReportSubscription.objects.filter(
            zone=report.zone_id, team=report.team_id, kind=report.kind, is_on=True
        ).values_list("user_id", "language")
    )
    return [
        Recipient(user, languages.get(user.pk) or user.language or settings.LANGUAGE_CODE)
        for user in rows.order_by("pk")
    ]


def readers_of(report: Report, day: datetime.date) -> UserQuerySet:
    """The people who may read the report on the day; the same as Report.objects.visible_to, of all at once."""
    teams = [None] if report.team_id is None else [None, report.team_id]
    held = _held(day, report.zone_id, READERS, teams)
    people = User.objects.filter(is_active=True, is_service_account=False)
    return people.filter(Q(is_superuser=True) | Exists(held))


def _held(
    day: datetime.date, zone_id: uuid.UUID, roles: Iterable[str], teams: Iterable[uuid.UUID | None]
) -> models.QuerySet[Membership]:
    """Roles that a person holds on the day, in the whole zone (None) or in one of the teams."""
    named = [team for team in teams if team is not None]
    reach = Q(team__in=named) | Q(team=None) if None in teams else Q(team__in=named)
    return Membership.objects.filter(
        reach,
        Q(ends_on=None) | Q(ends_on__gte=day),
        user_id=OuterRef("pk"),
        zone=zone_id,
        zone__deleted_at=None,
        role__in=list(roles),
        starts_on__lte=day,
        deleted_at=None,
    ).filter(Q(team=None) | Q(team__deleted_at=None))


def stop_token(user: User, report: Report) -> str:
    """What a mail carries to stop its kind: signed, without an end, good for nothing else."""
    team = str(report.team_id) if report.team_id else ""
    return signing.dumps([str(user.pk), str(report.zone_id), team, report.kind], salt=STOP_SALT)


def stop_url(user: User, report: Report) -> str:
    """The address in the mail that stops its kind for the person, without signing in."""
    return settings.SITE_URL.rstrip("/") + reverse("pipeline:subscription_stop", args=[stop_token(user, report)])


def read_token(token: str) -> Subscription:
    """What a link of a mail is about; raises Http404 for one that was not made here."""
    try:
        user_id, zone_id, team_id, kind = signing.loads(token, salt=STOP_SALT)
        user, zone = User.objects.filter(pk=user_id).first(), Zone.objects.filter(pk=zone_id).first()
        team = Team.objects.filter(pk=team_id).first() if team_id else None
    except (signing.BadSignature, TypeError, ValueError, ValidationError) as error:
        raise Http404 from error
    if user is None or zone is None or (team_id and team is None) or kind not in ReportKind.values:
        raise Http404
    return Subscription(user, zone, team, kind)


@transaction.atomic
def stop(token: str) -> Subscription:
    """Stop what the link is about; done twice it is stopped all the same. Raises Http404."""
    found = read_token(token)
    row = ReportSubscription(user=found.user, zone=found.zone, team=found.team, kind=found.kind, is_on=False)
    _keep([row], ["is_on"])
    return found
