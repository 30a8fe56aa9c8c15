"""Throw-away servers for the tests, started before Django's settings are read.

Loaded by `-p` in pyproject.toml. Parallel workers share the servers of the process that started them: pytest-django
gives each its own database, and each gets a Valkey database of its own here.
"""

import os
from contextlib import ExitStack

import pytest

from investcrm.local.binaries import LocalError
from investcrm.local.servers import needed, throwaway

stack = ExitStack()


def worker_number() -> int:
    """0 when tests run in one process, 1, 2, … in the parallel workers."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1


def start() -> None:
    """Start what DATABASE_URL and REDIS_URL do not name, and name it there for settings, workers and subprocesses."""
    wanted = needed()
    if wanted:
        try:
            servers = stack.enter_context(throwaway(needs=wanted))
        except LocalError as error:
            raise pytest.UsageError(str(error)) from error
        if "postgres" in wanted:
            os.environ["DATABASE_URL"] = servers.where.database_url
        if "valkey" in wanted:
            os.environ["REDIS_URL"] = servers.where.redis_url
    number = worker_number()
    if number and os.environ["REDIS_URL"].endswith("db=0"):
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("0") + str(number)
    elif number:
        os.environ["CACHE_PREFIX"] = os.environ["CELERY_PREFIX"] = f"test{number}:"
    # Whoever waits for a lock or a statement for ever fails instead: the run goes on and says where.
    os.environ.setdefault("PGOPTIONS", "-c lock_timeout=60s -c statement_timeout=240s")
    os.environ.setdefault("SECRET_KEY", "for tests only, in no installation")
    os.environ.setdefault("API_RATE", "1000000")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers when the run is over."""
    stack.close()


start()
