"""What OPTIONS says: the methods, in the header Allow. The API document describes the rest."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import BaseMetadata


class MethodsOnly(BaseMetadata):
    """An answer without a body."""

    def determine_metadata(self, request: Any, view: Any) -> None:
        """Nothing beside the headers."""
