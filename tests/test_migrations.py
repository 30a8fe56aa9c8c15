"""Migrations are complete and agree. That they work from nothing is shown by the tests' database."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = ("core", "teams", "projects", "visits", "pipeline", "sync")


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", *OURS, check=True, dry_run=True, verbosity=1)


def test_no_two_migrations_of_an_app_go_different_ways() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}


@pytest.mark.django_db
def test_the_tests_database_has_every_migration() -> None:
    loader = MigrationLoader(connection)
    assert set(loader.graph.nodes) <= set(loader.applied_migrations)


@pytest.mark.django_db
def test_the_checks_before_production_find_no_error() -> None:
    call_command("check", fail_level="ERROR", verbosity=0)
