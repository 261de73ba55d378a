"""The doors of the site, one line a room."""

from django.urls import include, path

from cairn.config.rooms import ROOMS

urlpatterns = [
    path("", include("cairn.web.urls")),
    path("audit/", include("cairn.web.trail_urls")),
    path("account/", include("cairn.accounts.urls")),
    path("opt-outs/", include("cairn.consents.opt_out_urls")),
    path("figures/", include("cairn.dashboards.staff_urls")),
    *(path(room.path, include(f"cairn.{room.name}.urls")) for room in ROOMS if room.path),
]

handler400 = "cairn.web.errors.bad_request"
handler403 = "cairn.web.errors.forbidden"
handler404 = "cairn.web.errors.not_found"
handler500 = "cairn.web.errors.broken"
