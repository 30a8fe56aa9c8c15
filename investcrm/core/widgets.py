"""Draws the commonest widgets of forms in Python: Django renders two templates for each option of a select."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

WIDGETS = "django/forms/widgets/"
OPTION = f"{WIDGETS}select_option.html"
INPUTS = ("input", "text", "number", "email", "url", "tel", "search", "color", "hidden", "password")


class PlainRenderer(DjangoTemplates):
    """Django's renderer; selects and single inputs come out as its own templates write them, faster."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """The widget as HTML."""
        draw = DRAWN.get(template_name)
        found = draw(context["widget"]) if draw else None
        return SafeString(super().render(template_name, context, request) if found is None else found)


def _text(value: Any) -> str:
    return html.escape(value) if type(value) is str else conditional_escape(value)


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    name, kind = _text(widget["name"]), _text(widget["type"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _option(option: Mapping[str, Any]) -> str:
    value, label = _text(option["value"]), _text(localize(option["label"]))
    return f'\n  <option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


def _select(widget: Mapping[str, Any]) -> str | None:
    """The select with its options; None where an option is drawn by a template of its own."""
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if any(option["template_name"] != OPTION for option in options):
            return None
        inside = "".join(map(_option, options))
        parts.append(f'\n  <optgroup label="{_text(group)}">{inside}\n  </optgroup>' if group else inside)
    return "".join([*parts, "\n</select>"])


DRAWN: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    **{f"{WIDGETS}{name}.html": _input for name in INPUTS},
    f"{WIDGETS}select.html": _select,
}
