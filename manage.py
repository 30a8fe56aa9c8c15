#!/usr/bin/env python
"""Django's commands, beside `make run` or without it: the private servers are started for the command if need be."""

import os
import signal
import sys
from types import FrameType

try:
    from django.core.management import execute_from_command_line
except ImportError:
    sys.exit("Django is not installed for this Python. Run `make run` once, then use .venv/bin/python manage.py …")

from investcrm.local.binaries import LocalError
from investcrm.local.servers import running

WITHOUT_SERVERS = frozenset(
    {"help", "version", "collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages", "startapp"}
)


def needs_servers(arguments: list[str]) -> bool:
    """Commands that only read or write files, and questions for help, start nothing."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_SERVERS


def end(_number: int, _frame: FrameType | None) -> None:
    """Leave in order when asked to end, so that servers started for this command are stopped."""
    sys.exit(143)


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")
    if not needs_servers(sys.argv[1:]):
        execute_from_command_line(sys.argv)
        return
    signal.signal(signal.SIGTERM, end)
    try:
        with running():
            execute_from_command_line(sys.argv)
    except LocalError as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
