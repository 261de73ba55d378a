"""Email a person when a passkey or an authenticator app of their account is added or removed.

The person who did it may be somebody else at an open session: the address is the one place that
this other person does not have.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.platform.accounts.api import User
from cairn.platform.notifications.delivery import is_email_on
from cairn.platform.notifications.messages import build_address
from cairn.platform.notifications.models import MailMessage
from cairn.platform.notifications.queries import get_mail_preference
from cairn.platform.notifications.tasks import email_link


@receiver(authenticator_added)
def email_added_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Email a person that a passkey or an authenticator app was added."""
    _email_change(user, authenticator, is_new=True)


@receiver(authenticator_removed)
def email_removed_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Email a person that a passkey or an authenticator app was removed."""
    _email_change(user, authenticator, is_new=False)


def _email_change(user: User, authenticator: Authenticator, *, is_new: bool) -> None:
    # Recovery codes are made and removed with the factor that they replace.
    if authenticator.type == Authenticator.Type.RECOVERY_CODES or not is_email_on():
        return
    now = timezone.localtime()
    with override(get_mail_preference(user).language):
        change = {
            (Authenticator.Type.WEBAUTHN, True): _("A passkey was added"),
            (Authenticator.Type.WEBAUTHN, False): _("A passkey was removed"),
            (Authenticator.Type.TOTP, True): _("An authenticator app was set up"),
            (Authenticator.Type.TOTP, False): _("An authenticator app was turned off"),
        }[Authenticator.Type(authenticator.type), is_new]
        subject = f"Cairn: {change}"
        text = _(
            "Hello %(name)s,\n\n%(change)s for your account: %(time)s.\n\nIf it was you, you need "
            "to do nothing. If it was not you, tell your data manager at once, and change your "
            "password: %(account)s\n"
        ) % {
            "name": user.name,
            "change": change,
            "time": date_format(now, "DATETIME_FORMAT"),
            "account": build_address(reverse("accounts:mine")),
        }
    email_link(
        kind=MailMessage.Kind.SIGN_IN,
        address=user.email,
        subject=subject,
        text=text,
        by=user,
        at=now,
    )
