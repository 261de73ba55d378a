"""URLs of sign-in, password and second factor (allauth's pages), and of the user's account."""

from django.urls import include, path

from cairn.platform.accounts import views

_own_account = [path("", views.own_account, name="mine")]

urlpatterns = [
    path("mine/", include((_own_account, "accounts"))),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
]
