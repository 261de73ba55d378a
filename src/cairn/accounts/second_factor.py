"""The second factor (TOTP): its secrets are encrypted in the database with the master key."""

import os
from functools import lru_cache
from pathlib import Path

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from cairn.warehouse.keys import KeyRing

_BOUND_TO = "second factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's adapter, with secrets that a copy of the database does not give away."""

    def encrypt(self, text: str) -> str:
        """What is stored for a secret."""
        return _ring().wrap(text.encode(), bound_to=_BOUND_TO)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _ring().unwrap(encrypted_text, bound_to=_BOUND_TO).decode()


def _ring() -> KeyRing:
    return _opened(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))


@lru_cache(maxsize=4)
def _opened(data: Path, master: str) -> KeyRing:
    return KeyRing.open(data, {"CAIRN_KEY": master})
