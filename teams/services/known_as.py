"""What other systems call people, so that bodies can name them by it."""

from __future__ import annotations

import uuid

from django.db import transaction

from investcrm.core.external_ids import forget, remember
from teams.models import User
from teams.services.people import lock_person


@transaction.atomic
def know_person_as(*, actor: User, user_id: uuid.UUID, known_as: tuple[str, str | None] | None) -> None:
    """Say what a system calls a person or a service account (system and id; no id: nothing any more).

    Raises Http404, PermissionDenied (who manages the people of all its zones may), ValidationError for an id that
    somebody else has.
    """
    user = lock_person(actor, user_id)
    if known_as is None:
        return
    system, external_id = known_as
    if external_id is None:
        forget("user", user.pk, system)
    else:
        remember("user", user.pk, system, external_id)
