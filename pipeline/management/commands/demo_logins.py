"""`manage.py demo_logins`: the demonstration logins as a table."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from pipeline.demo.accounts import PASSWORD, logins
from teams.access import Role


def _width(text: str) -> int:
    """Columns that the text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class Command(BaseCommand):
    """Prints the demonstration logins, or that there are none."""

    help = "Print the demonstration logins with their password, roles and zones."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one row a login."""
        found = logins()
        if not found:
            self.stdout.write("There are no demonstration logins here.")
            return
        with translation.override("en"):
            rows = [("Login", "Password", "Role", "Zone")]
            rows += [
                (login.username, PASSWORD, f"{Role(login.role).label} {login.team or ''}".strip(), zone.name)
                for login, zone in found
            ]
        widths = [max(_width(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
