"""Signing in and out leaves audit lines; what failed is counted without the address typed."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit


@receiver(user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    """Someone proved a password, and a second factor where they have one."""
    audit.record("session.began", user, by=user, at=timezone.now())


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Someone left; nobody, when the session had ended by itself."""
    if user is not None:
        audit.record("session.ended", user, by=user, at=timezone.now())


@receiver(user_login_failed)
def failed(**kwargs: Any) -> None:
    """A wrong address or password. Which one is for nobody to learn, here neither."""
    audit.record("session.refused", "session:", by=None, at=timezone.now())


@receiver(authenticator_added)
def factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A second factor was set up; by typing its code this session has proved it."""
    audit.record("second_factor.added", user, by=user, at=timezone.now())
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", type=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(user: User, **kwargs: Any) -> None:
    """A second factor was taken away."""
    audit.record("second_factor.removed", user, by=user, at=timezone.now())
