"""Where a webhook may be sent: to public addresses, and to private networks that a setting lists.

A name is looked up once, and the connection goes to the very address that was looked at: a name that points
elsewhere a moment later leads nowhere else.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext_lazy as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"http": 80, "https": 443}
LOOK_UP_SECONDS = 5.0
# They carry an IPv4 address inside, which may be anybody's.
CARRIERS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


class AddressRefused(Exception):  # noqa: N818
    """A name that cannot be found, or an address that nothing may be sent to; the message is for people."""


@dataclass(frozen=True)
class Target:
    """What to connect to, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def authority(self) -> str:
        """Host and port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def check_url(url: str) -> None:
    """Raise ValidationError, beside `url`, for an address that nothing could be sent to."""
    try:
        find_target(url)
    except AddressRefused as error:
        raise ValidationError({"url": ValidationError(str(error), code="not_allowed")}) from error


def find_target(url: str) -> Target:
    """Look the address up; raises AddressRefused."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or PORTS[parts.scheme]
    found = _look_up(host, port)
    if not found or not all(map(is_permitted, found)):
        raise AddressRefused(
            _("Nothing may be sent there: %(host)s is in a private network, or is this machine.") % {"host": host}
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, str(found[0]))


def _split(url: str) -> SplitResult:
    wrong = AddressRefused(_("Give an address that begins with https:// or http://, without a password or #."))
    try:
        parts = urlsplit(url)
        named = parts.hostname, parts.port
    except ValueError as error:
        raise wrong from error
    is_clean = url.isascii() and url.isprintable() and " " not in url
    if not is_clean or parts.scheme not in PORTS or not named[0] or "@" in parts.netloc or parts.fragment:
        raise wrong
    return parts


def is_permitted(address: Address) -> bool:
    """Whether something may be sent to the address."""
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in network for network in _allowed()):
        return True
    return address.is_global and not address.is_multicast and not any(address in network for network in CARRIERS)


def _allowed() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(text) for text in settings.WEBHOOK_ALLOWED_NETWORKS]
    except ValueError as error:
        raise ImproperlyConfigured(f"WEBHOOK_ALLOWED_NETWORKS: {error}") from error


def _look_up(host: str, port: int) -> list[Address]:
    """All addresses of a name. A name server that does not answer is not waited for any longer than a little."""
    with contextlib.suppress(ValueError):
        return [ipaddress.ip_address(host)]
    found: list[Address] = []

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(LOOK_UP_SECONDS)
    if not found:
        raise AddressRefused(_("%(host)s cannot be found.") % {"host": host})
    return list(found)
