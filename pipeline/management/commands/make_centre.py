"""`manage.py make_centre`: a centre of any size, to look at and to measure."""

from __future__ import annotations

import argparse
import datetime
import resource
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline.demo.accounts import PASSWORD
from pipeline.demo.centre.building import build_centre
from pipeline.demo.centre.progress import Progress
from teams.models import Zone

CODE = "generated"
MOST = 5_000_000


def count(text: str) -> int:
    """A number of leads."""
    try:
        found = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no number") from None
    if not 1 <= found <= MOST:
        raise argparse.ArgumentTypeError(f"between 1 and {MOST:,}")
    return found


def day(text: str) -> datetime.date:
    """A day as YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day (YYYY-MM-DD)") from None


class Command(BaseCommand):
    """Writes a zone of its own with three years of leads; the same seed gives the same data."""

    help = (
        "Make a centre with three years of leads, in a zone of its own: by COPY, in one transaction, without history"
        " of the rows. Works in demonstration mode only. With many leads others wait until it is done."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many, which, and on which day."""
        parser.add_argument("--leads", type=count, required=True, help="how many leads")
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other data")
        parser.add_argument("--zone", default=CODE, help=f"code of the zone to make (default: {CODE})")
        parser.add_argument("--today", type=day, help="the day it is told on (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, unless the zone is there."""
        if not settings.DEMO:
            raise CommandError(
                "A centre is generated in demonstration mode only: INVESTCRM_DEMO=True, and no DATABASE_URL."
            )
        code: str = options["zone"]
        if not code.replace("-", "").isalnum() or not code.isascii() or len(code) > 20:
            raise CommandError("The code of a zone is up to 20 letters, digits and hyphens.")
        if Zone.objects.filter(code=code).exists():
            raise CommandError(f"There is a zone {code} already. Name another one: --zone=…")
        today = options["today"] or timezone.localdate()
        if today > timezone.localdate():
            raise CommandError(f"{today} has not come yet.")
        began = time.monotonic()
        made = build_centre(
            code=code, leads=options["leads"], seed=options["seed"], today=today, progress=Progress(sys.stderr)
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rows = sum(made.rows.values())
        self.stdout.write(
            f"Zone {code}: {options['leads']:,} leads, {rows:,} rows, in {time.monotonic() - began:.0f} s"
            f" with {peak:,} MB."
        )
        self.stdout.write(f"Sign in as {', '.join(made.logins)}. Password of all: {PASSWORD}")
