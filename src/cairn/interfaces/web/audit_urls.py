"""Map the URLs of the audit log."""

from django.urls import path

from cairn.interfaces.web.pages import audit_log

app_name = "audit"

urlpatterns = [
    path("", audit_log.audit_log, name="log"),
    path("verify/", audit_log.audit_verification, name="verify"),
]
