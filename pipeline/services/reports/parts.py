"""The parts that reports are made of, each found when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def build(*args: Any, **kwargs: Any) -> Any:
    """The figures."""
    return import_module("pipeline.selectors.reports.building").build(*args, **kwargs)


def differences(*args: Any) -> Any:
    """What differs between two editions."""
    return import_module("pipeline.selectors.reports.differences").differences(*args)


def sheet_rows(*args: Any, **kwargs: Any) -> Any:
    """The project sheet."""
    return import_module("pipeline.selectors.reports.sheet").sheet_rows(*args, **kwargs)


def write_sheet(rows: Any) -> Any:
    """The project sheet's file."""
    return import_module("pipeline.exports.sheet_file").write_sheet(rows)


def report_message(*args: Any, **kwargs: Any) -> Any:
    """The mail."""
    return import_module("pipeline.mail").report_message(*args, **kwargs)
