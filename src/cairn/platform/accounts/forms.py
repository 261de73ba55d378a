"""Forms of the sign-in pages, with Cairn's labels in place of allauth's."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.forms import BaseForm, CharField
from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData

from cairn.platform.accounts.sign_in_events import record_passkey_name

_NEW_PASSWORD = {"password1": "New password", "password2": "New password again"}
_EITHER_CODE = {"code": "Code from your app, or recovery code"}
_NO_ANSWER = "Your device gave no passkey. Try again, or choose another way to sign in."
# What the library's parsers raise for an answer that no device gives.
_MALFORMED = (TypeError, ValueError, LookupError, AttributeError, AssertionError)


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


def _make_name_field(*, required: bool) -> CharField:
    hint = "So that you know which device it is, such as “Work laptop”."
    return CharField(label="Name of this passkey", help_text=hint, max_length=60, required=required)


class PasskeyNameForm(EditWebAuthnForm):
    """Ask for another name of a passkey."""

    name = _make_name_field(required=True)

    def save(self) -> Authenticator:
        """Save the name, and record that there is another one."""
        passkey: Authenticator = super().save()
        record_passkey_name(passkey.user)
        return passkey


class PasskeySetupForm(AddWebAuthnForm):
    """Add the passkey that a device made; its PIN, finger or face is always required."""

    name = _make_name_field(required=False)
    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = _NO_ANSWER

    def clean(self) -> Any:
        """Refuse what no device made, and answers to another challenge or another page."""
        if (credential := self.cleaned_data.get("credential")) is None:
            return self.cleaned_data
        try:
            _check_origin(credential)
            return super().clean()
        except (*_MALFORMED, ValidationError) as error:
            raise _refuse_passkey() from error


class PasskeyForm(AuthenticateWebAuthnForm):
    """Take a passkey's answer beside a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = _NO_ANSWER

    def clean_credential(self) -> Authenticator:
        """Return the passkey that signed this session's challenge, and record a failure."""
        try:
            _check_origin(self.cleaned_data["credential"])
            return super().clean_credential()
        except (*_MALFORMED, ValidationError) as error:
            if getattr(error, "code", "") == "too_many_login_attempts":
                raise
            authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=None,
                reauthentication=self.reauthenticated,
            )
            raise _refuse_passkey() from error


class PasskeyAgainForm(PasskeyForm, ReauthenticateWebAuthnForm):
    """Take a passkey's answer before a change of the account."""

    reauthenticated = True


class PasskeySignInForm(PasskeyForm, LoginWebAuthnForm):
    """Take a passkey's answer in place of address and password."""

    passwordless = True


def _refuse_passkey() -> ValidationError:
    refusal: ValidationError = get_adapter().validation_error("incorrect_passkey")
    return refusal


def _check_origin(credential: Mapping[str, Any]) -> None:
    """Refuse an answer given on a page of another host, also of one below this host's name.

    The library accepts hosts below, as WebAuthn allows. Here no other host is ours: a page on
    `old.county.example` could otherwise pass on what a person signs there for `county.example`.
    """
    asked = CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"]))
    own_host = get_adapter().get_public_key_credential_rp_entity()["id"]
    if asked.cross_origin or urlsplit(asked.origin).hostname != own_host:
        raise ValueError("the answer is from a page of another host")
