"""Adapt allauth: closed sign-up, and second-factor secrets encrypted with the master key."""

import os
from functools import lru_cache
from pathlib import Path

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from cairn.warehouse.store import KeyRing


class AccountAdapter(DefaultAccountAdapter):
    """Close self sign-up; a data manager adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


_KEY_PURPOSE = "second factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypt TOTP secrets, so that a copy of the database does not reveal them."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return _load_key_ring().wrap(text.encode(), bound_to=_KEY_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database."""
        return _load_key_ring().unwrap(encrypted_text, bound_to=_KEY_PURPOSE).decode()


def _load_key_ring() -> KeyRing:
    return _open_cached_key_ring(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))


@lru_cache(maxsize=4)
def _open_cached_key_ring(data: Path, master: str) -> KeyRing:
    return KeyRing.open(data, {"CAIRN_KEY": master})
