"""Every string has its Chinese, and the compiled catalogues are those of the sources."""

import re

import polib

from scripts import messages


def test_every_string_has_its_chinese() -> None:
    assert messages.untranslated() == []


def test_the_catalogues_are_up_to_date() -> None:
    assert messages.outdated() == [], "run .venv/bin/python scripts/messages.py"


def test_translations_keep_the_placeholders_of_their_string() -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
    for entry in polib.pofile(str(messages.catalogue("zh_Hans"))):
        sources = {entry.msgid, entry.msgid_plural} - {""}
        for text in entry.msgstr_plural.values() if entry.msgstr_plural else [entry.msgstr]:
            kept = sorted(placeholder.findall(text))
            assert any(kept == sorted(placeholder.findall(source)) for source in sources), entry.msgid


def test_a_marked_string_is_found_in_code_and_in_templates() -> None:
    """The gatherer itself: a string that it overlooks would never be missed."""
    python = list(messages.in_python('x = _("One")\ny = ngettext("%(n)s lead", "%(n)s leads", n)'))
    assert python == [messages.Message(None, "One", None), messages.Message(None, "%(n)s lead", "%(n)s leads")]
    template = list(
        messages.in_template(
            '{% load i18n %}<a title="{% trans "Two" %}">{% blocktrans count n=n %}{{ n }} day{% plural %}{{ n }} days'
            '{% endblocktrans %}</a>{% trans "Open" context "status" %}'
            '{% include "a.html" with label=_("Three (a)") %}'
        )
    )
    assert template == [
        messages.Message(None, "Two", None),
        messages.Message(None, "%(n)s day", "%(n)s days"),
        messages.Message("status", "Open", None),
        messages.Message(None, "Three (a)", None),
    ]
