"""A browser's description of itself (User-Agent) in words that people know."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that fits: WeChat's browser says that it is Chrome, and Chrome that it is Safari.
_BROWSERS: tuple[tuple[str, str], ...] = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
HANDHELD = frozenset({"iPhone", "iPad", "HarmonyOS", "Android"})


def _first(found_in: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in found_in), "")


def device_words(user_agent: str) -> str:
    """`Chrome on Windows`; what is not known is left out."""
    browser, system = _first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS)
    if browser == "WeChat":
        browser = _("WeChat")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def is_handheld(user_agent: str) -> bool:
    """Whether it is a phone or a tablet."""
    return _first(user_agent, _SYSTEMS) in HANDHELD
