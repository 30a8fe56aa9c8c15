"""Tags: putting words on leads, and keeping a zone's words in order."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from investcrm.core.editing import apply_changes, hold, lock_for_change
from investcrm.core.rules import Problems, clean_values, integrity_errors_as_rules
from projects.models import Lead, LeadTag, Tag
from teams.access import Capability
from teams.models import User, Zone

MAX_TAGS = 30
MAX_WORD = 40


def clean_word(word: str) -> str:
    """A tag's word as it is kept: half width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", word).replace("\x00", "").split())


def _words(words: Iterable[str]) -> list[str]:
    """The words once each, whatever their case; raises ValidationError for one that is too long."""
    found = {word.lower(): word for word in reversed([clean_word(word) for word in words]) if word}
    if any(len(word) > MAX_WORD for word in found.values()):
        raise ValidationError({"tags": ValidationError(_("A tag has at most 40 characters."), code="too_long")})
    return list(reversed(found.values()))


def _tags_of_words(zone: Zone, words: list[str], actor: User) -> list[Tag]:
    """The zone's tags of these words; new ones are added, also where a colleague adds the same at this moment.

    Added in one order, so that two who add the same words do not wait for each other; and held, so that none of them
    is merged or deleted before the lead carries it.
    """
    ordered = sorted(words, key=str.lower)
    present = Tag.objects.alias(word=Lower("name")).filter(zone=zone, deleted_at=None)
    by_word: dict[str, Tag] = {}
    # A second time where one was taken away while this waited for it.
    for _attempt in range(2):
        rows = [Tag(zone=zone, name=word, created_by=actor) for word in ordered if word.lower() not in by_word]
        if rows:
            Tag.objects.bulk_create(rows, ignore_conflicts=True)
            hold(present.filter(word__in=[word.lower() for word in ordered]))
            by_word = {tag.name.lower(): tag for tag in Tag.objects.filter(zone=zone, deleted_at=None)}
    return [by_word[word.lower()] for word in words if word.lower() in by_word]


@transaction.atomic
def change_tags(*, actor: User, lead_id: uuid.UUID, add: Iterable[str] = (), remove: Iterable[str] = ()) -> bool:
    """Put words on a lead and take others off; says whether anything changed.

    Two people who do this at once lose nothing, so no version is asked for.
    Raises Http404, PermissionDenied, ValidationError.
    """
    lead = lock_for_change(Lead.objects.visible_to(actor).select_related("zone"), lead_id)
    if not actor.can(Capability.EDIT_LEAD, on=lead):
        raise PermissionDenied
    added, removed = _words(add), {word.lower() for word in _words(remove)}
    present = {link.tag_id: link.tag for link in lead.tag_links.select_related("tag").filter(tag__deleted_at=None)}
    gone = [tag_id for tag_id, tag in present.items() if tag.name.lower() in removed]
    known = {tag.name.lower() for tag in present.values()}
    new = [word for word in added if word.lower() not in known]
    if len(present) - len(gone) + len(new) > MAX_TAGS:
        raise ValidationError({"tags": ValidationError(_("A lead has at most 30 tags."), code="too_many")})
    # the tags first: who merges tags holds them before the leads' links, too
    tags = _tags_of_words(lead.zone, new, actor) if new else []
    if gone:
        lead.tag_links.filter(tag_id__in=gone).delete()
    if tags:
        links = [LeadTag(lead=lead, tag=tag, added_by=actor) for tag in tags]
        LeadTag.objects.bulk_create(links, ignore_conflicts=True)
    return bool(gone or new)


def _lock_tag(actor: User, tag_id: uuid.UUID) -> Tag:
    tag = lock_for_change(Tag.objects.visible_to(actor).select_related("zone"), tag_id)
    if not actor.can(Capability.MANAGE_SETTINGS, on=tag.zone):
        raise PermissionDenied
    return tag


@transaction.atomic
def rename_tag(*, actor: User, tag_id: uuid.UUID, name: str, expected_version: int | None = None) -> Tag:
    """Give a tag another word on all leads; raises Http404, PermissionDenied, Stale, ValidationError."""
    tag = _lock_tag(actor, tag_id)
    changed = apply_changes(tag, {"name": clean_word(name)}, frozenset({"name"}), expected_version=expected_version)
    problems = Problems()
    clean_values(tag, problems, only={"name"})
    problems.raise_if_any()
    if changed:
        with integrity_errors_as_rules(Tag, tag_once_a_zone="name"), transaction.atomic():
            tag.save_changes(["name"])
    return tag


@transaction.atomic
def merge_tag(*, actor: User, tag_id: uuid.UUID, into_id: uuid.UUID) -> Tag:
    """Put another tag of the zone in this one's place, and delete this one; raises as rename_tag does."""
    tags = {row.pk: row for row in (_lock_tag(actor, pk) for pk in sorted({tag_id, into_id}))}
    tag, into = tags[tag_id], tags[into_id]
    if tag == into or tag.zone_id != into.zone_id:
        raise ValidationError({"into": ValidationError(_("Choose another tag of the same zone."), code="same")})
    carried = LeadTag.objects.filter(tag=into).values("lead_id")
    LeadTag.objects.filter(tag=tag).exclude(lead_id__in=carried).update(tag=into)
    _take_away(tag)
    return into


@transaction.atomic
def delete_tag(*, actor: User, tag_id: uuid.UUID) -> None:
    """Take a tag off all leads; raises Http404, PermissionDenied."""
    _take_away(_lock_tag(actor, tag_id))


def _take_away(tag: Tag) -> None:
    LeadTag.objects.filter(tag=tag).delete()
    tag.deleted_at = timezone.now()
    tag.save_changes(["deleted_at"])
