"""What other systems call people, so that bodies can name them by it."""

from __future__ import annotations

import uuid

from django.db import transaction

from investcrm.core.external_ids import remember
from teams.models import User
from teams.services.people import lock_person


@transaction.atomic
def know_person_as(*, actor: User, user_id: uuid.UUID, source_system: str, external_id: str) -> None:
    """Say what another system calls a person or a service account.

    Raises Http404, PermissionDenied (who manages the people of all its zones may), ValidationError for an id that
    somebody else has.
    """
    user = lock_person(actor, user_id)
    remember("user", user.pk, source_system, external_id)
