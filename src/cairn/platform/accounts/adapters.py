"""Adapt allauth: closed sign-up, and second-factor secrets encrypted with the master key."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from cairn.platform.sealing.api import load_key_ring


class AccountAdapter(DefaultAccountAdapter):
    """Close self sign-up; a data manager adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


_KEY_PURPOSE = "second factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypt TOTP secrets, so that a copy of the database does not reveal them."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return load_key_ring().wrap(text.encode(), bound_to=_KEY_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database."""
        return load_key_ring().unwrap(encrypted_text, bound_to=_KEY_PURPOSE).decode()
