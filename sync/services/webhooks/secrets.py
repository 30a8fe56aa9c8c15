"""Secrets of webhooks: stored encrypted, since they must be read to sign; and signatures (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils import timezone

PREFIX = "whsec_"
# So long the secret before is signed with as well: a receiver changes over when it can.
BOTH_FOR = datetime.timedelta(days=1)


def new_secret() -> str:
    """A secret as the receiver keeps it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def store(secret: str, before: str = "") -> str:
    """What the table holds: the secret, and for a day the one that it replaces."""
    until = (timezone.now() + BOTH_FOR).timestamp() if before else 0
    return _lock().encrypt(json.dumps([secret, before, until]).encode()).decode()


class SecretLostError(Exception):
    """The secret was stored under another SECRET_KEY: nothing can be signed until there is a new one."""


def present_secret(stored: str) -> str:
    """The secret that counts now; none where it is lost."""
    try:
        return str(_read(stored)[0])
    except SecretLostError:
        return ""


def signature_headers(stored: str, message_id: str, body: bytes) -> dict[str, str]:
    """The three headers of one attempt. Raises SecretLostError."""
    now = timezone.now()
    secret, before, until = _read(stored)
    used = [secret, *([before] if before and now.timestamp() < until else [])]
    stamp = str(int(now.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_sign(one, f'{message_id}.{stamp}.'.encode() + body)}" for one in used),
    }


def _read(stored: str) -> tuple[str, str, float]:
    try:
        secret, before, until = json.loads(_lock().decrypt(stored.encode()))
    except InvalidToken as error:
        raise SecretLostError from error
    return secret, before, until


def _sign(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def _lock() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"webhook secrets").digest()
    return Fernet(base64.urlsafe_b64encode(key))
