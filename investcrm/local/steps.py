"""What comes between the servers and the web, in one process so that a second start takes seconds."""

import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError


def main() -> None:
    """Bring the database to this version, gather the static files, and in demonstration mode load the example data."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=1)
        call_command("collectstatic", interactive=False, verbosity=0)
        if "demo" in sys.argv[1:]:
            call_command("load_demo")
    except CommandError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database of DATABASE_URL cannot be used: {error}")


if __name__ == "__main__":
    main()
