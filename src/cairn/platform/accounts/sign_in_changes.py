"""Deactivate or reactivate the sign-in of a person, or reset their second factor.

The apps that call this have asked the policy. The person reads each change, with its reason, at the
next sign-in.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.platform.accounts.models import SignInChange, User


def apply_sign_in_change(
    user: User, kind: SignInChange.Kind, *, reason: str, by: User, at: datetime
) -> SignInChange:
    """Change how a person signs in, end their sessions and keep the reason for them to read.

    Args:
        user: the person.
        kind: what to do.
        reason: why, in words for the person.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The record of the change.
    """
    if kind is SignInChange.Kind.SECOND_FACTOR_RESET:
        Authenticator.objects.filter(user=user).delete()
    else:
        user.is_active = kind is SignInChange.Kind.REACTIVATED
        user.save(update_fields=["is_active"])
    end_sessions(user)
    return SignInChange.objects.create(
        user=user, kind=kind.value, reason=reason, changed_by=by, changed_at=at
    )


def end_sessions(user: User) -> None:
    """Sign a person out everywhere.

    Args:
        user: the person.
    """
    open_sessions = Session.objects.filter(expire_date__gte=timezone.now())
    own_keys = [
        session.session_key
        for session in open_sessions
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=own_keys).delete()


def has_second_factor(user: User) -> bool:
    """Return whether a person set up a second factor.

    Args:
        user: the person.

    Returns:
        True if a passkey or an authenticator app is on record.
    """
    factors = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
    return bool(Authenticator.objects.filter(user=user, type__in=factors).exists())


def show_sign_in_changes(request: HttpRequest, user: User) -> None:
    """Show a person who signs in what changed since the last sign-in, once.

    Args:
        request: the request that signs in.
        user: the person.
    """
    for change in user.sign_in_changes.filter(shown_at__isnull=True).order_by("changed_at", "pk"):
        messages.warning(request, _describe_sign_in_change(change))
        change.shown_at = timezone.now()
        change.save(update_fields=["shown_at"])


def _describe_sign_in_change(change: SignInChange) -> str:
    text = {
        SignInChange.Kind.DEACTIVATED: _(
            "%(name)s deactivated your sign-in on %(day)s. Reason: %(reason)s"
        ),
        SignInChange.Kind.REACTIVATED: _(
            "%(name)s reactivated your sign-in on %(day)s. Reason: %(reason)s"
        ),
        SignInChange.Kind.SECOND_FACTOR_RESET: _(
            "%(name)s reset your two-step sign-in on %(day)s. Reason: %(reason)s Set it up again "
            "on the page of your account. If you did not ask for this, tell your data manager."
        ),
    }[SignInChange.Kind(change.kind)]
    day = date_format(timezone.localdate(change.changed_at), "DATE_FORMAT")
    reason = change.reason if change.reason.endswith((".", "!", "?")) else f"{change.reason}."
    return text % {"name": change.changed_by.name, "day": day, "reason": reason}
