"""Sign-in, password and second factor (allauth's pages in our clothes), and one's own account."""

from django.urls import include, path

from cairn.accounts import views

_own = [path("", views.mine, name="mine")]

urlpatterns = [
    path("mine/", include((_own, "accounts"))),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
]
