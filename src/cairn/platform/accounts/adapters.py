"""Adapt allauth: closed sign-up, plain messages, and second-factor secrets encrypted."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.http.request import split_domain_port

from cairn.platform.sealing.api import load_key_ring


class AccountAdapter(DefaultAccountAdapter):
    """Close self sign-up; a data manager adds people. Messages say what to do next."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is not active. Ask your data manager to reactivate it.",
        "email_password_mismatch": "The email address or the password is not correct.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "The password is not correct.",
        "invalid_password_reset": "This link no longer works. Ask your data manager for a new one.",
        "too_many_login_attempts": (
            "Too many failed sign-ins. Wait 5 minutes, then try again. If you forgot your password,"
            " ask your data manager for a sign-in link."
        ),
        "rate_limited": "Too many tries. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


_KEY_PURPOSE = "second factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypt TOTP secrets, so that a copy of the database does not reveal them.

    A passkey belongs to the host name under which it was added, one of the names that the site
    accepts (`ALLOWED_HOSTS`). Of a passkey the database has the public key only.
    """

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "You cannot turn off two-step sign-in.",
        "cannot_generate_recovery_codes": (
            "Set up two-step sign-in first. Then you can create recovery codes."
        ),
        "incorrect_code": "The code is not correct. Enter the code that your app shows now.",
        "incorrect_passkey": (
            "This passkey was not accepted. Try again, or choose another way to sign in."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return load_key_ring().wrap(text.encode(), bound_to=_KEY_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database."""
        return load_key_ring().unwrap(encrypted_text, bound_to=_KEY_PURPOSE).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the host name to which passkeys belong, and the name that the device shows."""
        host, _port = split_domain_port(context.request.get_host())
        return {"id": host, "name": "Cairn"}

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002 - allauth names it
    ) -> str:
        """Return a name for a passkey that its owner did not name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}"
