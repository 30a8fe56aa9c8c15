"""`manage.py load_demo`: the demonstration data, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pipeline.demo.facts import load_centre
from pipeline.demo.generated import load_generated
from pipeline.demo.reports import load_reports

CENTRES = ("guangling", "qingbaijiang")


class Command(BaseCommand):
    """Loads what is not there yet; a second run changes nothing."""

    help = "Load the two real centres of the facts, and a generated zone. Works in demonstration mode only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each zone in a transaction of its own."""
        if not settings.DEMO:
            raise CommandError(
                "Demonstration data is loaded in demonstration mode only: INVESTCRM_DEMO=True, and no DATABASE_URL."
            )
        for code in CENTRES:
            with transaction.atomic():
                self._say(code, load_centre(code))
        with transaction.atomic():
            self._say("demo", load_generated())
        with transaction.atomic():
            self._say("reports", load_reports())

    def _say(self, code: str, loaded: bool) -> None:
        self.stdout.write(f"Demonstration, {code}: {'loaded' if loaded else 'there already'}.")
