"""What colleagues say about a lead: writing, changing and taking back one's own words; telling whom they concern."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, lock_for_change
from investcrm.core.rules import Problems
from projects.choices import NotificationKind
from projects.models import Comment, Lead, Notification
from projects.selectors import keepers_of
from projects.services.mentions import mentioned
from projects.services.notifications import notify
from teams.access import Capability
from teams.models import User

MAX_LENGTH = 5000
EXCERPT = 120


def _lock_lead(actor: User, lead_id: uuid.UUID) -> Lead:
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone", "team", "owner"), lead_id)
    if not actor.can(Capability.COMMENT, on=lead):
        raise PermissionDenied
    return lead


def _checked(text: str, *, lead: Lead, actor: User) -> tuple[str, list[User]]:
    """The text as it is kept, and whom it mentions; raises ValidationError."""
    text = text.replace("\r\n", "\n").strip()
    problems = Problems()
    if not text:
        problems.add("text", _("Write something first."), "required")
    elif len(text) > MAX_LENGTH:
        problems.add("text", _("A comment has at most 5,000 characters. Split it in two."), "too_long")
    problems.raise_if_any()
    try:
        return text, mentioned(text, lead=lead, actor=actor)
    except ValidationError as error:
        raise ValidationError({"text": error}) from error


@transaction.atomic
def write_comment(*, actor: User, lead_id: uuid.UUID, text: str, comment_id: uuid.UUID | None = None) -> Comment:
    """Say something about a lead; raises Http404, PermissionDenied, ValidationError.

    `comment_id` is the new row's id, for a form that may be sent twice: the second one gets the row of the first.
    """
    lead = _lock_lead(actor, lead_id)
    if comment_id is not None:
        # Under the lead's lock, so that of two that are sent at once the second one finds the first.
        present = Comment.objects.filter(id=comment_id).first()
        if present is not None:
            if present.author_id != actor.id or present.lead_id != lead.id:
                raise ValidationError(_("This form is incomplete. Please reload the page."), code="other_row")
            return present
    text, people = _checked(text, lead=lead, actor=actor)
    comment = Comment(lead=lead, author=actor, text=text)
    if comment_id is not None:
        comment.id = comment_id
    comment.save(force_insert=True)
    comment.mentions.set(people)
    _tell(comment, people)
    return comment


def _tell(comment: Comment, mentioned_people: Iterable[User]) -> None:
    """Tell whom it mentions, and whoever has the lead; nobody twice."""
    data = {"comment": str(comment.id), "excerpt": _excerpt(comment.text)}
    people = list(mentioned_people)
    notify(
        to=people, kind=NotificationKind.MENTIONED, key=f"mentioned:{comment.id}", actor=comment.author,
        lead=comment.lead, data=data,
    )  # fmt: skip
    notify(
        to=[user for user in keepers_of(comment.lead) if user not in people],
        kind=NotificationKind.COMMENTED, key=f"commented:{comment.id}", actor=comment.author, lead=comment.lead,
        data=data,
    )  # fmt: skip


def _excerpt(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= EXCERPT else short[: EXCERPT - 1] + "…"


def _tell_anew(comment: Comment, excerpt: str) -> None:
    """What was told of a comment follows it: the words that were changed or taken back are not shown any more."""
    keys = [f"mentioned:{comment.id}", f"commented:{comment.id}"]
    Notification.objects.filter(lead_id=comment.lead_id, key__in=keys).update(
        data={"comment": str(comment.id), "excerpt": excerpt}
    )


def _lock_own(actor: User, comment_id: uuid.UUID, *, deleted: bool = False) -> Comment:
    """One's own comment, its lead locked first; raises Http404, PermissionDenied."""
    rows = Comment.objects.filter(lead__in=Lead.objects.visible_to(actor), deleted_at__isnull=not deleted)
    lead_id = rows.filter(id=comment_id).values_list("lead_id", flat=True).first()
    if lead_id is None:
        raise Http404
    lead = _lock_lead(actor, lead_id)
    comment = lock_for_change(Comment.objects.filter(deleted_at__isnull=not deleted), comment_id)
    if comment.author_id != actor.id:
        raise PermissionDenied(_("Only whoever wrote a comment can change it."))
    comment.lead, comment.author = lead, actor
    return comment


@transaction.atomic
def edit_comment(*, actor: User, comment_id: uuid.UUID, text: str, base: Mapping[str, Any] | None = None) -> Comment:
    """Change one's own comment; who is mentioned in it for the first time is told.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    comment = _lock_own(actor, comment_id)
    text, people = _checked(text, lead=comment.lead, actor=actor)
    if apply_changes(comment, {"text": text}, frozenset({"text"}), base=base):
        comment.save_changes(["text"])
        comment.mentions.set(people)
        _tell_anew(comment, _excerpt(text))
        _tell(comment, people)
    return comment


@transaction.atomic
def delete_comment(*, actor: User, comment_id: uuid.UUID) -> Comment:
    """Take one's own comment back; raises Http404, PermissionDenied."""
    comment = _lock_own(actor, comment_id)
    comment.deleted_at = timezone.now()
    comment.save_changes(["deleted_at"])
    _tell_anew(comment, "")
    return comment


@transaction.atomic
def restore_comment(*, actor: User, comment_id: uuid.UUID) -> Comment:
    """Bring a comment that was taken back into sight again; raises Http404, PermissionDenied."""
    comment = _lock_own(actor, comment_id, deleted=True)
    comment.deleted_at = None
    comment.save_changes(["deleted_at"])
    _tell_anew(comment, _excerpt(comment.text))
    return comment
