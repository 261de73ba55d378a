"""Where the pages of the audit trail are."""

from django.urls import path

from cairn.web import trail

app_name = "audit"
urlpatterns = [
    path("", trail.log, name="log"),
    path("verify/", trail.verify, name="verify"),
]
