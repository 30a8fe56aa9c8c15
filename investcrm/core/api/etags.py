"""Versions of rows as entity tags: reading again only what has changed, changing only what was read."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from investcrm.core.api.problems import PreconditionRequired
from investcrm.core.errors import Stale

TAG = re.compile(r'(?P<weak>W/)?"(?P<value>[^"\x00-\x20\x7f]*)"')
VERSION = re.compile(r"v(?P<version>[0-9]{1,18})")
# No row has this version: a tag that is not ours is stale for the service, which compares under the lock.
NO_VERSION = -1


def etag_for(version: int) -> str:
    """The strong entity tag of a row's version."""
    return f'"v{version}"'


def etag_of_content(content: bytes) -> str:
    """The strong entity tag of a row that carries no version."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def expected_versions(request: Any, *, required: bool = True) -> set[int] | None:
    """The versions that If-Match allows; None when it is missing or `*`. Weak tags never match (RFC 9110, 13.1.1).

    Raises PreconditionRequired when a service account leaves out what is required.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        if required and getattr(request.user, "is_service_account", False):
            raise PreconditionRequired
        return None
    if header == "*":
        return None
    found = {
        int(version["version"])
        for tag in TAG.finditer(header)
        if not tag["weak"] and (version := VERSION.fullmatch(tag["value"]))
    }
    return found or {NO_VERSION}


def expected_version(request: Any, present: int, *, required: bool = True) -> int | None:
    """The one version for the service to hold against the row under its lock; None when the caller need not say.

    `present` is the version read before: it picks one of several tags.
    """
    versions = expected_versions(request, required=required)
    if versions is None:
        return None
    return present if present in versions else max(versions)


def is_unchanged(request: Any, etag: str) -> bool:
    """Whether If-None-Match names this strong entity tag (weak comparison, RFC 9110, 13.1.2)."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or any(f'"{tag["value"]}"' == etag for tag in TAG.finditer(header))


def refuse_other_tag(request: Any, etag: str) -> None:
    """Hold If-Match against the tag of a row that has no version.

    Raises Stale where another one was read, PreconditionRequired when a service account leaves it out.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        if getattr(request.user, "is_service_account", False):
            raise PreconditionRequired
    elif header != "*" and not any(not tag["weak"] and f'"{tag["value"]}"' == etag for tag in TAG.finditer(header)):
        raise Stale(0)
