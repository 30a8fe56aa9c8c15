"""How a body names a company."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field

from investcrm.core.api.serializers import EXTERNAL
from investcrm.core.credit_code import ALPHABET, LENGTH, normalise_credit_code
from teams.api.references import Key, KeyField

CREDIT_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "format": "uuid"},
            {"type": "string", "pattern": rf"^{CREDIT_CODE.pattern}$", "description": "Unified social credit code."},
            EXTERNAL,
        ]
    }
)
class CompanyKeyField(KeyField):
    """A company by its id, its credit code or an external id; the row is looked up later."""

    def to_internal_value(self, data: Any) -> Any:
        """The key. Raises a 400 for what is none of these."""
        if isinstance(data, str) and CREDIT_CODE.fullmatch(code := normalise_credit_code(data)):
            return Key(code=code)
        return super().to_internal_value(data)
