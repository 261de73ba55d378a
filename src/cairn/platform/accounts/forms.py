"""Forms of the sign-in pages, with Cairn's labels in place of allauth's."""

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import BaseForm

_NEW_PASSWORD = {"password1": "New password", "password2": "New password again"}
_EITHER_CODE = {"code": "Code from your app, or recovery code"}


class _RelabeledForm(BaseForm):
    """Set labels, and drop placeholders: a hint inside a field is gone once a user types."""

    labels: ClassVar[dict[str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class PasswordChangeForm(_RelabeledForm, ChangePasswordForm):
    """Ask for the current password, and twice for the new one."""

    labels: ClassVar = {"oldpassword": "Current password", **_NEW_PASSWORD}


class FirstPasswordForm(_RelabeledForm, ResetPasswordKeyForm):
    """Ask a person with a sign-in link twice for a password."""

    labels: ClassVar = _NEW_PASSWORD


class MissingPasswordForm(_RelabeledForm, SetPasswordForm):
    """Ask a signed-in user without a password twice for one."""

    labels: ClassVar = _NEW_PASSWORD


class SecondFactorForm(_RelabeledForm, AuthenticateForm):
    """Ask for a code of the second factor at sign-in."""

    labels: ClassVar = _EITHER_CODE


class SecondFactorAgainForm(_RelabeledForm, ReauthenticateForm):
    """Ask for a code of the second factor before a change of the account."""

    labels: ClassVar = _EITHER_CODE


class SecondFactorSetupForm(_RelabeledForm, ActivateTOTPForm):
    """Ask for the first code of a new authenticator app."""

    labels: ClassVar = {"code": "Six-digit code"}
