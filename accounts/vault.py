"""Secrets are stored encrypted, of the second factor and of gateways: a copy of the database alone opens nothing.

The key is made from SECRET_KEY, or from one of SECRET_KEY_FALLBACKS for what was stored before it changed.
"""

import logging
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

log = logging.getLogger(__name__)


def encrypt(secret: str) -> str:
    return _vault().encrypt(secret.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """Return the secret; when no key opens it, one that nobody knows: then no code is ever right."""
    unknown = (secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _place in range(32))
    return opened(stored) or "".join(unknown)


def opened(stored: str) -> str | None:
    """Return the secret; None when no key opens it."""
    try:
        return _vault().decrypt(stored.encode()).decode()
    except InvalidToken:
        log.exception("No key opens a stored secret. Was SECRET_KEY changed without a fallback?")
        return None


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(_digest(key))) for key in keys])


def _digest(key: str) -> bytes:
    return sha256(b"accounts.vault:" + key.encode()).digest()
