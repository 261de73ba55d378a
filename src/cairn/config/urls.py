"""Route the URLs of the site, one line an app."""

from django.urls import include, path

from cairn.config.installed_apps import CAIRN_APPS
from cairn.interfaces.web.urls import audit_log_urls

urlpatterns = [
    path("", include("cairn.interfaces.web.urls")),
    path("audit/", include((audit_log_urls, "audit"))),
    path("account/", include("cairn.platform.accounts.urls")),
    path("annual-notices/", include("cairn.governance.consents.annual_notice_urls")),
    path("opt-outs/", include("cairn.governance.consents.opt_out_urls")),
    path("releases/", include("cairn.outputs.urls")),
    path("public/tables/", include("cairn.data.public_sources.public_urls")),
    path("figures/", include("cairn.outputs.dashboards.staff_urls")),
    *(path(app.path, include(f"cairn.{app.name}.urls")) for app in CAIRN_APPS if app.path),
]

handler400 = "cairn.interfaces.web.errors.bad_request"
handler403 = "cairn.interfaces.web.errors.forbidden"
handler404 = "cairn.interfaces.web.errors.not_found"
# Looked up by the sign-in library when an address tries too often.
handler429 = "cairn.interfaces.web.errors.too_many_requests"
handler500 = "cairn.interfaces.web.errors.broken"
