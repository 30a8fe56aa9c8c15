"""`python -m bench.one_size`: one size in a process of its own, on the servers that INVESTCRM_VAR names."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

import django

from investcrm.local.servers import running


def main() -> None:
    """Measure, and write what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--leads", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--only-reports", action="store_true")
    parser.add_argument("--without-reports", action="store_true")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    with running():
        django.setup()
        # The models are there only now.
        measuring = importlib.import_module("bench.measure")
        found = measuring.measure_size(
            options.leads,
            options.rounds,
            sys.stderr.write,
            only_reports=options.only_reports,
            without_reports=options.without_reports,
        )
    options.output.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
