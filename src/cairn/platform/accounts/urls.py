"""URLs of sign-in, password and second factor (allauth's pages), and of the user's account."""

from django.urls import include, path

from cairn.platform.accounts import views

_own_account = [path("", views.own_account, name="mine")]

# Before allauth's own pages of these names: the data manager vouches for each address, so users
# neither change nor confirm their own.
_about_email = [
    path("email/", views.explain_email, name="account_email"),
    path("confirm-email/", views.explain_email, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", views.explain_email, name="account_confirm_email"),
    path("login/code/confirm/", views.explain_email, name="account_confirm_login_code"),
]

# One page lists passkeys, authenticator app and recovery codes. A passkey that fails as somebody
# confirms who they are leads back to that page, where the other ways are.
_about_passkeys = [
    path("second-factor/webauthn/", views.list_passkeys, name="mfa_list_webauthn"),
    path(
        "second-factor/webauthn/reauthenticate/",
        views.PasskeyConfirmationView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
]

urlpatterns = [
    path("mine/", include((_own_account, "accounts"))),
    *_about_email,
    path("", include("allauth.account.urls")),
    *_about_passkeys,
    path("second-factor/", include("allauth.mfa.urls")),
]
