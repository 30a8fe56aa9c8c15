"""Operations that keep a migration from nothing quick."""

from __future__ import annotations

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class InstallTrigger(AddTrigger):
    """Install a trigger that its model's CreateModel already names.

    Each change of a model's state makes Django build the models anew, which is nearly all the time that a
    migration from nothing takes. So triggers, constraints and indexes stand in CreateModel, and this only writes
    to the database.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state has the trigger already."""
