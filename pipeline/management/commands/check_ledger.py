"""`manage.py check_ledger`: recount the ledger by other code, and say where the figures differ."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.selectors.checking import sentences
from pipeline.services.checking.zones import check_zone
from teams.models import Zone


class Command(BaseCommand):
    """Checks one zone or all, and says what differs."""

    help = "Recompute everything from the ledger by other code and compare; exits with 1 where something differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One zone alone, if asked."""
        parser.add_argument("--zone", metavar="CODE", help="only the zone of this code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and exit with 1 where something differs."""
        zones = Zone.objects.filter(deleted_at=None).order_by("code")
        if options["zone"]:
            zones = zones.filter(code=options["zone"])
            if not zones:
                raise CommandError(f"There is no zone {options['zone']}.")
        differ = 0
        for zone in zones:
            check = check_zone(zone)
            differ += check.difference_count
            self.stdout.write(
                f"{zone.code}: {_many(check.leads, 'lead')}, {_many(check.difference_count, 'difference')}"
            )
            for sentence in sentences(check):
                self.stdout.write(f"  {sentence.words}")
            left_out = check.difference_count - len(check.differences)
            if left_out:
                self.stdout.write(f"  … and {left_out:,} more")
        if differ:
            sys.exit(1)


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
