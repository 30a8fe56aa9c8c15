"""psycopg2 is the driver: Django would switch to psycopg 3 by itself where that is installed."""

from __future__ import annotations

import importlib.util

import psycopg2
import pytest
from django.db import connection


def test_psycopg_3_is_not_installed() -> None:
    assert importlib.util.find_spec("psycopg") is None


@pytest.mark.django_db
def test_the_connection_is_one_of_psycopg2() -> None:
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg2.extensions.connection)
