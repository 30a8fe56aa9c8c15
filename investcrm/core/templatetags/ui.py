"""Template tags for the components in templates/components/.

A component without a body is an include template or an inclusion tag; one with a body (`{% card %}…{% endcard %}`) is
a block tag that hands its rendered body to the template as `content`. Each template opens with its parameters.
"""

from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from investcrm.core import mails
from investcrm.core.toasts import undo_url_of

register = template.Library()

HERE_MARKS = {True: ' aria-current="page"', False: ' aria-current="true"'}
LEVELS = {"debug": "info", "info": "info", "success": "success", "warning": "warning", "error": "danger"}


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is decoration, hidden from screen readers."""
    return _icon(str(name), str(css), str(label))


# A page draws the same few icons hundreds of times.
@lru_cache(maxsize=512)
def _icon(name: str, css: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    address = static("img/icons.svg")
    return format_html(
        '<svg class="icon {}" width="16" height="16" {}><use href="{}#{}"></use></svg>', css, spoken, address, name
    )


@register.simple_tag(takes_context=True)
def may(context: Context, capability: str) -> bool:
    """Say whether the reader has the capability anywhere; for what the frame offers."""
    user = context.get("user")
    return bool(user and user.is_authenticated and user.can(capability))


@register.simple_tag
def csrf_cookie_name() -> str:
    """Return the name of the cookie app.js reads the token from ("" where scripts cannot read it)."""
    if settings.CSRF_USE_SESSIONS or settings.CSRF_COOKIE_HTTPONLY:
        return ""
    return settings.CSRF_COOKIE_NAME


@register.simple_tag
def mails_are_kept() -> bool:
    """Whether mails are written to a folder and are read on a page."""
    return mails.mails_are_kept()


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view_name: str, icon_name: str, label: str, number_id: str = "") -> SafeString:
    """Draw an entry of the navigation, marked when the reader is in that part of the site.

    `number_id` names a place behind the label, for a number that is loaded later.
    """
    address = reverse(view_name)
    request: HttpRequest | None = context.get("request")
    path = request.path if request is not None else ""
    here = path == address or (address != "/" and path.startswith(address))
    css = "nav-entry here" if here else "nav-entry"
    mark = SafeString(HERE_MARKS[path == address] if here else "")
    number = format_html('<span class="nav-number" id="{}"></span>', number_id) if number_id else ""
    inside = format_html("{}<span>{}</span>{}", icon(icon_name), label, number)
    return format_html('<a class="{}" href="{}"{}>{}</a>', css, address, mark, inside)


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Draw the buttons 中文 and English, which switch at once and come back to the same page."""
    request: HttpRequest | None = context.get("request")
    names = dict(settings.LANGUAGES)
    own = {"zh-hans": "中文", "en": "English"}
    return {
        "languages": [{"code": code, "name": own.get(code, name)} for code, name in names.items()],
        "current": get_language(),
        "next": request.get_full_path() if request is not None and request.method == "GET" else "",
        "csrf_token": context.get("csrf_token"),
    }


def _control_class(widget: forms.Widget) -> str:
    """Return the Bootstrap class for a widget."""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


def _kind(widget: forms.Widget) -> str:
    """Return which shape the field template takes: control, check (one box) or choices (a group of boxes)."""
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "control"


@register.inclusion_tag("components/field.html")
def form_field(field: BoundField, **options: Any) -> dict[str, Any]:
    """Draw a form field: label, control, help and its errors beside it.

    Options: label, help (False for none), hide_label (bool), css (on the wrapper), unit (text after the control); any
    other option is an attribute of the control, with `_` for `-` (`data_select="1"`, `hx_get=url`); an empty one takes
    the attribute away.
    """
    own = {name: options.pop(name, "") for name in ("label", "help", "hide_label", "css", "unit")}
    widget = field.field.widget
    kind = _kind(widget)
    identifier = field.id_for_label or field.auto_id or field.html_name
    help_text = "" if own["help"] is False else own["help"] or field.help_text
    described = []
    if help_text:
        described.append(f"{identifier}_help")
    if field.errors:
        described.append(f"{identifier}_errors")
    attributes = {name.replace("_", "-"): value if value != "" else False for name, value in options.items()}
    css = f"{widget.attrs.get('class', '')} {_control_class(widget)}".strip()
    if field.errors:
        css += " is-invalid"
        if kind != "choices":
            attributes["aria-invalid"] = "true"
    attributes["class"] = css
    # Written even when empty, so that Django does not point at ids of its own naming.
    attributes["aria-describedby"] = " ".join(described) or False
    if kind == "choices":
        # The template draws each choice itself; Django would put the boxes' class on the frame around them too.
        widget.attrs["class"] = css
    return {
        "field": field,
        "control": "" if kind == "choices" else field.as_widget(attrs=attributes),
        "kind": kind,
        "id": identifier,
        "label": own["label"] or field.label,
        "help": help_text,
        "hide_label": own["hide_label"],
        "css": own["css"],
        "unit": own["unit"],
        "required": field.field.required,
        "hidden": field.is_hidden,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """Draw what is wrong with a form as a whole, and links to the fields in error."""
    fields = [form[name] for name in form.errors if name in form.fields]
    return {"form": form, "fields": fields, "general": form.non_field_errors()}


@register.inclusion_tag("components/toast.html")
def toast(message: Message) -> dict[str, Any]:
    """Draw a message of Django's messages framework as a toast; with an undo button if it carries an address."""
    return {
        "text": message.message,
        "level": LEVELS.get(message.level_tag, "info"),
        "undo_url": undo_url_of(message),
    }


LIGHT_LABELS = {"green": _("On time"), "yellow": _("Slow"), "red": _("Overdue")}


LIGHT_ICONS = {"green": "check-circle", "yellow": "clock"}


@register.simple_tag
def light(colour: str, label: str = "") -> SafeString:
    """Draw a traffic light (green, yellow, red): its colour, a shape and words, so that colour is never alone."""
    shape = icon(LIGHT_ICONS.get(colour, "exclamation-triangle"))
    words = label or LIGHT_LABELS.get(colour, "")
    return format_html('<span class="light light-{}">{}{}</span>', colour, shape, words)


@register.simple_tag
def stage_badge(label: str, kind: str = "open", code: str = "") -> SafeString:
    """Draw a stage's name in the tone of its kind (open, signed, landed, closed)."""
    data = format_html(' data-stage="{}"', code) if code else ""
    return format_html('<span class="stage stage-{}"{}>{}</span>', kind, data, label)


@register.simple_block_tag
def card(content: str, title: str = "", **options: Any) -> str:
    """Frame its body; see components/card.html for the options."""
    return render_to_string("components/card.html", {"content": content, "title": title, **options})


@register.simple_block_tag
def page_header(content: str, title: str, **options: Any) -> str:
    """Open a page: its h1, a subtitle, and the body as actions; see components/page_header.html."""
    return render_to_string("components/page_header.html", {"content": content, "title": title, **options})


@register.simple_block_tag
def table_wrap(content: str, **options: Any) -> str:
    """Wrap a table, which turns into cards on a phone; see components/table_wrap.html."""
    return render_to_string("components/table_wrap.html", {"content": content, **options})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, **options: Any) -> str:  # noqa: A002 - it is the HTML attribute
    """Make a modal dialog that a `data-dialog-open` button opens; see components/dialog.html."""
    return render_to_string("components/dialog.html", {"content": content, "id": id, "title": title, **options})


@register.simple_block_tag
def timeline_item(content: str, **options: Any) -> str:
    """Draw one entry of a timeline; see components/timeline_item.html."""
    return render_to_string("components/timeline_item.html", {"content": content, **options})


@register.simple_block_tag
def empty_state(content: str, title: str, **options: Any) -> str:
    """Say that there is nothing yet, and what to do next (the body); see components/empty.html."""
    return render_to_string("components/empty.html", {"content": content, "title": title, **options})


@register.simple_block_tag
def kv(content: str, label: str) -> str:
    """Draw one row of a key-value list (inside `<dl class="kv">`); an empty body shows a dash."""
    return render_to_string("components/kv.html", {"content": SafeString(content.strip()), "label": label})
