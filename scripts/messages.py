"""The catalogues of translated strings: gather, merge, compile. Pure Python, so that no gettext tools are needed.

    .venv/bin/python scripts/messages.py           gather strings, keep translations, drop what is gone, compile
    .venv/bin/python scripts/messages.py --check   say what is missing or out of date; exit 1 if anything is

Strings are gathered from Python by its syntax tree and from templates by Django's own `templatize`.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import django
import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("investcrm", "teams", "projects", "visits", "pipeline", "sync")
LOCALES = ("zh_Hans", "en")
NAMES = {
    "_": "gettext", "gettext": "gettext", "gettext_lazy": "gettext", "gettext_noop": "gettext",
    "ngettext": "ngettext", "ngettext_lazy": "ngettext", "pgettext": "pgettext", "pgettext_lazy": "pgettext",
    "npgettext": "npgettext", "npgettext_lazy": "npgettext",
}  # fmt: skip
CALL = re.compile(r"(?<![\w.])(n?p?gettext|npgettext|_)\(")


class Message(NamedTuple):
    """A string to translate."""

    context: str | None
    text: str
    plural: str | None


def _message(name: str, arguments: list[ast.expr]) -> Message | None:
    kind = NAMES[name]
    wanted = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}[kind]
    constants = [part.value for part in arguments[:wanted] if isinstance(part, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    if len(texts) < wanted:
        return None
    if kind == "gettext":
        return Message(None, texts[0], None)
    if kind == "ngettext":
        return Message(None, texts[0], texts[1])
    if kind == "pgettext":
        return Message(texts[0], texts[1], None)
    return Message(texts[0], texts[1], texts[2])


def in_python(source: str) -> Iterator[Message]:
    """The strings marked in Python code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in NAMES:
                message = _message(name, node.args)
                if message is not None:
                    yield message


def in_template(source: str) -> Iterator[Message]:
    """The strings marked in a template."""
    code = templatize(source)
    for match in CALL.finditer(code):
        for end in (found.end() for found in re.finditer(r"\)", code[match.end() :])):
            try:
                call = ast.parse(code[match.start() : match.end() + end].strip(), mode="eval").body
            except SyntaxError:
                continue
            if isinstance(call, ast.Call):
                message = _message(match[1], call.args)
                if message is not None:
                    yield message
            break


def gather() -> dict[Message, list[str]]:
    """Every marked string of the project, and the files that it stands in."""
    found: dict[Message, list[str]] = {}
    files = [
        *((path, in_python) for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))),
        *((path, in_template) for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt"}),
    ]
    for path, read in files:
        if "migrations" in path.parts:
            continue
        for message in read(path.read_text(encoding="utf-8")):
            places = found.setdefault(message, [])
            place = str(path.relative_to(ROOT))
            if place not in places:
                places.append(place)
    return found


def catalogue(locale: str) -> Path:
    """Where the catalogue of a language lies."""
    return ROOT / "locale" / locale / "LC_MESSAGES" / "django.po"


def _entry(old: polib.POFile, message: Message, places: list[str], locale: str) -> polib.POEntry:
    known = old.find(message.text, msgctxt=message.context or False)
    entry = polib.POEntry(
        msgctxt=message.context, msgid=message.text, occurrences=[(place, "") for place in sorted(places)]
    )
    if message.plural is not None:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict.fromkeys(range(1 if locale.startswith("zh") else 2), "")
        if known is not None and known.msgstr_plural:
            entry.msgstr_plural = known.msgstr_plural
    elif known is not None:
        entry.msgstr = known.msgstr
    if known is not None and known.tcomment:
        entry.tcomment = known.tcomment
    if "%(" in message.text:
        entry.flags = ["python-format"]
    return entry


def merged(locale: str) -> polib.POFile:
    """The catalogue as it should be: every marked string, with the translations there are."""
    path = catalogue(locale)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    new = polib.POFile(wrapwidth=110)
    plural = "nplurals=1; plural=0;" if locale.startswith("zh") else "nplurals=2; plural=(n != 1);"
    new.metadata = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    by_text: dict[tuple[str | None, str], tuple[Message, list[str]]] = {}
    for message, places in gather().items():
        key = (message.context, message.text)
        # one string used both with and without a plural: the catalogue keeps the plural form
        if key in by_text:
            other, places_before = by_text[key]
            by_text[key] = (message if message.plural else other, places_before + places)
        else:
            by_text[key] = (message, places)
    for key in sorted(by_text, key=lambda key: (key[1].lower(), key[0] or "")):
        message, places = by_text[key]
        new.append(_entry(old, message, places, locale))
    # Strings of libraries that bring no Chinese of their own are kept by this mark.
    new.extend(entry for entry in old if entry.tcomment.startswith("library:"))
    return new


def untranslated() -> list[str]:
    """Marked strings without Chinese."""
    return [
        entry.msgid
        for entry in merged("zh_Hans")
        if not (entry.msgstr or (entry.msgstr_plural and all(entry.msgstr_plural.values())))
    ]


def outdated() -> list[str]:
    """Files that are not what gathering and compiling would write."""
    wrong = []
    for locale in LOCALES:
        path, new = catalogue(locale), merged(locale)
        if not path.exists() or path.read_text(encoding="utf-8") != str(new) + "\n":
            wrong.append(str(path.relative_to(ROOT)))
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != new.to_binary():
            wrong.append(str(compiled.relative_to(ROOT)))
    return wrong


def write() -> None:
    """Write both catalogues and compile them."""
    for locale in LOCALES:
        path, new = catalogue(locale), merged(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(new) + "\n", encoding="utf-8")
        path.with_suffix(".mo").write_bytes(new.to_binary())


def main() -> int:
    """Gather, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    if not check:
        write()
    missing, wrong = untranslated(), outdated()
    for text in missing:
        print(f"no Chinese: {text}")
    for path in wrong:
        print(f"out of date: {path} (run scripts/messages.py)")
    print(f"{len(missing)} untranslated, {len(wrong)} files out of date")
    return 1 if missing or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
