"""How pages of rows answer: one that edits a row, and one whose row was merged into another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from investcrm.core.answers import CONFLICT, UNPROCESSABLE
from investcrm.core.errors import Stale
from investcrm.core.forms import add_problems
from investcrm.core.merging import MergeForm
from projects.choices import MergeKind
from projects.models import Company, Lead
from projects.selectors.merges import merged_into
from projects.views.history import last_changes
from teams.models import User


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


def to_kept(user: User, kind: MergeKind, row_id: uuid.UUID) -> HttpResponse:
    """The page of the row into which this one was merged, where the user sees it; raises Http404 otherwise."""
    kept = merged_into(kind, row_id)
    rows = Lead.objects if kind == MergeKind.LEAD else Company.objects
    if kept is None or not rows.visible_to(user).filter(pk=kept).exists():
        raise Http404
    return redirect("projects:lead" if kind == MergeKind.LEAD else "projects:company", kept)
