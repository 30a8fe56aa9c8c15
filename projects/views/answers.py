"""How a page that edits a row answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems
from investcrm.core.merging import MergeForm
from projects.views.history import last_changes


def unsaved(form: MergeForm, row: Any, save: Callable[..., object]) -> int | None:
    """Hand the form's changes to a service (`changes`, `base`); None when saved, else the status of the form again.

    What somebody else changed meanwhile stands beside what was typed.
    """
    if not form.is_bound:
        return 200
    if form.is_valid():
        try:
            save(changes=form.changes(), base=form.base_values)
        except Stale as stale:
            form.show_both(stale.current, last_changes(row, stale.current))
            return CONFLICT
        except ValidationError as error:
            add_problems(form, error)
        else:
            return None
    return UNPROCESSABLE
