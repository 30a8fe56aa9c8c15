"""`manage.py revoke_keys ACCOUNT`: all keys of the account stop working at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from sync.services.keys import revoke_keys
from teams.models import User


class Command(BaseCommand):
    """For a key that has leaked, or an account that is no longer used."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The account."""
        parser.add_argument("account", metavar="ACCOUNT", help="user name of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Revoke, and say how many keys there were."""
        account = User.objects.filter(username__iexact=options["account"]).first()
        if account is None:
            raise CommandError(_("There is no such account."))
        count = revoke_keys(actor=None, account=account)
        self.stdout.write(_("Keys revoked: %(count)s") % {"count": count})
