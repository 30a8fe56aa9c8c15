"""How long the answer to a POST with an Idempotency-Key is kept."""

from __future__ import annotations

import datetime

from django.utils import timezone

from investcrm.core.models import IdempotentAnswer

KEPT_FOR = datetime.timedelta(hours=24)


def forget_answers() -> int:
    """Delete the answers that are kept long enough; gives their number."""
    return IdempotentAnswer.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()[0]
