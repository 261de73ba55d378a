"""Write audit lines for sign-in and sign-out; failures are counted without the address typed."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from cairn.platform.accounts.models import SignInTime, User
from cairn.platform.accounts.sign_in_changes import show_sign_in_changes
from cairn.platform.audit.api import record_audit_event


@receiver(user_logged_in)
def signed_in(user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Record that a user proved a password, and a second factor where they have one.

    The user reads what a data manager changed about their sign-in.
    """
    now = timezone.now()
    SignInTime.objects.update_or_create(user=user, defaults={"at": now})
    record_audit_event("session.began", user, by=user, at=now)
    if request is not None:
        show_sign_in_changes(request, user)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Record that a user signed out; the user is None when the session had already ended."""
    if user is not None:
        record_audit_event("session.ended", user, by=user, at=timezone.now())


@receiver(user_login_failed)
def record_failed_sign_in(**kwargs: Any) -> None:
    """Record a wrong address or password, without saying which of them was wrong."""
    record_audit_event("session.refused", "session:", by=None, at=timezone.now())


@receiver(authentication_failed)
def record_failed_factor(user: User | None, **kwargs: Any) -> None:
    """Record a wrong code, or a passkey that was not accepted, of a person who is known or not."""
    record_audit_event("session.refused", user or "session:", by=None, at=timezone.now())


@receiver(authenticator_added)
def factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Record a new second factor; this session has just proved it."""
    kind = {"kind": str(authenticator.type)}
    record_audit_event("second_factor.added", user, by=user, at=timezone.now(), detail=kind)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", type=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Record that a second factor was removed."""
    kind = {"kind": str(authenticator.type)}
    record_audit_event("second_factor.removed", user, by=user, at=timezone.now(), detail=kind)


def record_passkey_name(user: User) -> None:
    """Record that a person gave a passkey another name, without the name.

    Args:
        user: the person.
    """
    record_audit_event("second_factor.renamed", user, by=user, at=timezone.now())
