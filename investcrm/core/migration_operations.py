"""Operations that keep a migration from nothing quick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.operations.base import Operation
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


class Together(Operation):
    """Several operations that make one change of state: the models are built anew once, not after each.

    Each operation sees the state before all of them, or after all of them. So a field that is added to a table of the
    same batch comes with the table.
    """

    reduces_to_sql = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As the migration writes it."""
        return self.__class__.__qualname__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change what is known of the models without building them; that is done when they are next asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def _in_database(self) -> list[Operation]:
        made = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        return [one for one in self.operations if not (isinstance(one, AddField) and one.model_name_lower in made)]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each in its order."""
        for operation in self._in_database():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each taken back, the last one first."""
        for operation in reversed(self._in_database()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What is said while migrating."""
        return f"{len(self.operations)} operations together"
