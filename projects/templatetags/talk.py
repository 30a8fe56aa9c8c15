"""Comments as they are shown: plain text with links and mentioned names, everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from projects.models import Comment

register = template.Library()

# Only what an address is written with, so that Chinese words after it do not belong to it.
_URL = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
_TRAILING = ".,;:!?'"


@register.filter
def comment_text(comment: Comment) -> SafeString:
    """The words of a comment (its mentions read before), safe to show; line breaks are kept by the style."""
    names = {name for user in comment.mentions.all() for name in (user.display_name, user.username) if name}
    # Where nobody is mentioned the second part matches nothing.
    named = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)"
    pattern = re.compile(f"({_URL})|(@(?:{named}))", re.IGNORECASE)
    return format_html_join("", "{}", ((piece,) for piece in _pieces(comment.text, pattern)))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[str | SafeString]:
    at = 0
    for match in pattern.finditer(text):
        yield text[at : match.start()]
        address, name = match.groups()
        if name:
            yield format_html('<span class="mention">{}</span>', name)
            at = match.end()
            continue
        address = _without_end(address)
        yield format_html('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>', address)
        at = match.start() + len(address)
    yield text[at:]


def _without_end(address: str) -> str:
    """Without the full stop of its sentence, and without a bracket that was opened before it."""
    while address[-1] in _TRAILING or (address[-1] == ")" and address.count("(") < address.count(")")):
        address = address[:-1]
    return address
