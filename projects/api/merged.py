"""Rows that were merged into others, as clients still name them."""

from __future__ import annotations

import uuid
from typing import Any

from investcrm.core.external_ids import kind_of
from projects.models import Merge


class FollowsMerges:
    """A resource whose rows may have been merged into others."""

    def kept(self: Any, pk: uuid.UUID) -> uuid.UUID:
        """The row that stands for this one now."""
        kept_by = Merge.objects.filter(kind=kind_of(self.model))
        seen: set[uuid.UUID] = set()
        while pk not in seen and (kept := kept_by.filter(gone_id=pk).values_list("kept_id", flat=True).first()):
            seen.add(pk)
            pk = kept
        return pk
