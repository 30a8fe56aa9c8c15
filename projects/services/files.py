"""What may be uploaded: names, sizes, and what a file is by its ending and by its content."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from typing import Any

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from investcrm.core.rules import Problems

NAME_LENGTH = 255
# So much of a file's beginning tells what it is.
HEAD = 4096
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "heic", "tif", "tiff", "bmp"})
# Text may say anything, markup too: it is never shown, only downloaded.
TEXT = frozenset({"txt", "csv", "md", "eml", "dxf"})

_JPEG = frozenset({".jpg", ".jpeg", ".jpe", ".jfif"})
_TIFF = frozenset({".tif", ".tiff"})
# Office files are ZIP archives, or compound files (older ones, and newer ones with a password).
_OFFICE = frozenset({".zip", ".docx", ".doc", ".rtf"})
# By ending: what the content may turn out to be. Other endings are only checked for programs and markup.
_EXPECTED: dict[str, frozenset[str]] = {
    "jpg": _JPEG, "jpeg": _JPEG, "png": frozenset({".png"}), "gif": frozenset({".gif"}), "webp": frozenset({".webp"}),
    "heic": frozenset({".heif", ".heic"}), "tif": _TIFF, "tiff": _TIFF, "bmp": frozenset({".bmp"}),
    "pdf": frozenset({".pdf"}), "zip": frozenset({".zip", ".docx"}), "rar": frozenset({".rar"}),
    "7z": frozenset({".7z"}),
    **dict.fromkeys(("doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "odt", "ods", "odp"), _OFFICE),
    "ofd": frozenset({".zip", ".docx"}), "rtf": frozenset({".rtf"}),
}  # fmt: skip
# HEIF pictures of telephones whose brand the library does not name.
_HEIF = re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
_PROGRAMS = (
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_MARKUP = re.compile(r"<[a-z!?]", re.IGNORECASE)
_OTHER_TYPES = {"heic": "image/heic", "md": "text/markdown", "ofd": "application/ofd", "webp": "image/webp"}
_SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """A file's name for display: no folders, no control or invisible characters, at most 255 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or sign.isprintable())
    tidy = _SPACES.sub(" ", kept).strip(" .")
    stem, dot, ending = _split(tidy)
    whole = f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"
    return whole[:NAME_LENGTH] or "file"


def _split(name: str) -> tuple[str, str, str]:
    """Stem, dot and ending; full-width dots and letters are read as the common ones."""
    found = re.search(r"[.．。]([^.．。 ]{1,12})$", name)
    if found is None or not found.start():
        return name, "", ""
    return name[: found.start()], ".", unicodedata.normalize("NFKC", found[1])


def ending_of(name: str) -> str:
    """The ending of a cleaned name in small letters, without its dot."""
    return _split(name)[2].lower()


def accepted_endings() -> set[str]:
    """The endings that the settings allow."""
    return {one.strip().lower().lstrip(".") for one in settings.DOCUMENT_TYPES}


def content_type_of(name: str) -> str:
    """The media type, from the ending alone: nothing that a browser sent is believed."""
    ending = ending_of(name)
    return _OTHER_TYPES.get(ending) or mimetypes.guess_type(f"x.{ending}")[0] or "application/octet-stream"


def max_bytes(name: str) -> int:
    """How large a file of this name may be."""
    megabytes = settings.PICTURE_MAX_MB if ending_of(name) in PICTURES else settings.DOCUMENT_MAX_MB
    return megabytes * 1024 * 1024


def check_name_and_size(name: str, size: int, problems: Problems) -> None:
    """Refuse by the cleaned name and the size in bytes, before anything is received."""
    ending = ending_of(name)

    def refuse(message: Any, code: str, **params: Any) -> None:
        problems.errors.setdefault("file", []).append(ValidationError(message, code=code, params=params))

    if ending not in accepted_endings():
        message = _("Files of this kind (.%(ending)s) are not accepted.") if ending else _("The name has no ending.")
        refuse(message, "ending", ending=ending)
    if size <= 0:
        refuse(_("The file is empty."), "empty")
    elif size > (limit := max_bytes(name)):
        message = (
            _("The picture is larger than %(limit)d MB.")
            if ending in PICTURES
            else _("The file is larger than %(limit)d MB.")
        )
        refuse(message, "too_large", limit=limit // 1024 // 1024)


def check_content(name: str, head: bytes) -> None:
    """Refuse what is not what its name says, by the first bytes; raises ValidationError."""
    ending = ending_of(name)
    if _is_program(head):
        _refuse(_("This is a program, whatever its name says. Programs are not accepted."), "program")
    if ending not in TEXT and _is_markup(head):
        _refuse(_("This is a web page or a drawing in markup, whatever its name says. It is not accepted."), "markup")
    expected = _EXPECTED.get(ending)
    if expected is not None and not expected & _kinds(head):
        message = (
            _("This is no picture, although its name ends with .%(ending)s.")
            if ending in PICTURES
            else _("What is in the file does not match its name (.%(ending)s).")
        )
        _refuse(message, "content", ending=ending)


def _refuse(message: Any, code: str, **params: str) -> None:
    raise ValidationError({"file": ValidationError(message, code=code, params=params)})


def _is_program(head: bytes) -> bool:
    return head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\x00" in head[:64])


def _is_markup(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return bool(_MARKUP.match(text.lstrip()))


def _kinds(head: bytes) -> set[str]:
    """The endings that the content could have."""
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if b"%PDF-" in head[:1024]:
        found.add(".pdf")
    if _HEIF.match(head):
        found.add(".heic")
    return found
