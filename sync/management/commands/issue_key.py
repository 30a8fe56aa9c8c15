"""`manage.py issue_key ACCOUNT --role director --zone CODE --scopes read,write`: a key to the REST API."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from sync.models import Scope
from sync.services.keys import issue_key
from teams.access import Role
from teams.models import Team, Zone


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class Command(BaseCommand):
    """Makes the service account if needed, and prints the key alone on the last line. It is shown this once."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The account, what it may do and where, and what the key may be used for."""
        parser.add_argument("account", metavar="ACCOUNT", help="user name of the service account (or of a person)")
        parser.add_argument("--role", choices=Role.values, help="role of the account; a new account needs one")
        parser.add_argument("--zone", metavar="CODE", help="zone of the role; without it the team's, or the first")
        parser.add_argument("--team", metavar="CODE", help="team of the role")
        parser.add_argument("--scopes", default="read", help=f"any of {','.join(Scope.values)} (default: read)")
        parser.add_argument(
            "--systems", default="", help="source systems whose external ids it reads and writes (default: all)"
        )
        parser.add_argument("--days", type=int, help="days until the key expires (default: never)")
        parser.add_argument("--label", default="", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the key; a refusal is a plain sentence."""
        days = options["days"]
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError(_("A key is valid for 1 to 36500 days."))
        team = self.find_team(options["team"], options["zone"])
        zone = team.zone if team else self.find_zone(options["zone"])
        try:
            issued = issue_key(
                actor=None,
                account=options["account"],
                role=options["role"],
                zone=zone,
                team=team,
                scopes=_words(options["scopes"]),
                systems=_words(options["systems"]),
                label=options["label"][:100],
                valid_for=datetime.timedelta(days=days) if days else None,
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        made = _("Service account made.") if issued.account_is_new else _("The account was there already.")
        self.stdout.write(f"{made} {_('The key is shown this once:')}")
        self.stdout.write(issued.secret)

    def find_zone(self, code: str | None) -> Zone:
        """The zone of that code; without a code the one entered first. Raises CommandError."""
        zones = Zone.objects.filter(deleted_at=None).order_by("created_at", "id")
        zone = (zones.filter(code=code) if code else zones).first()
        if zone is None:
            raise CommandError(_("There is no such zone.") if code else _("There is no zone yet."))
        return zone

    def find_team(self, code: str | None, zone: str | None) -> Team | None:
        """The team of that code, in the zone if one is named. Raises CommandError."""
        if not code:
            return None
        teams = Team.objects.filter(code=code, deleted_at=None, zone__deleted_at=None).select_related("zone")
        found = list(teams.filter(zone__code=zone) if zone else teams)
        if not found:
            raise CommandError(_("There is no such team."))
        if len(found) > 1:
            codes = ", ".join(team.zone.code for team in found)
            raise CommandError(_("Several zones have this team; add --zone: %(codes)s") % {"codes": codes})
        return found[0]
