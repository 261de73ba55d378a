"""Map the URLs of the audit log."""

from django.urls import path

from cairn.interfaces.web import audit_pages

app_name = "audit"

urlpatterns = [
    path("", audit_pages.audit_log, name="log"),
    path("verify/", audit_pages.audit_verification, name="verify"),
]
