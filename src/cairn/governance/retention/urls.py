"""URLs of retention and destruction."""

from django.urls import path, register_converter

from cairn.governance.retention import views
from cairn.governance.retention.unrecorded_files.views import unrecorded_files


class DayConverter:
    """A date in a URL: 2026-11-24."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(DayConverter, "day")
app_name = "retention"

urlpatterns = [
    path("", views.duty_list, name="list"),
    path(
        "duty/<agreement:agreement>/<slug:owner>/<slug:cause>/<day:due>/",
        views.duty_detail,
        name="duty",
    ),
    path("demand/", views.destruction_demand, name="demand"),
    path("demand/<int:pk>/take-back/", views.demand_withdrawal, name="take_back"),
    path("unrecorded/", unrecorded_files, name="unrecorded"),
    path("<int:pk>/", views.destruction_run, name="run"),
    path("<int:pk>/again/", views.resume_run, name="again"),
    path("<int:pk>/accept/", views.certificate_acceptance, name="accept"),
    path("<int:pk>/dispute/", views.certificate_dispute, name="dispute"),
    path("<int:pk>/close/", views.agreement_closing, name="close"),
    path("<int:pk>/certificate/", views.destruction_certificate, name="certificate"),
    path("<int:pk>/certificate.pdf", views.download_certificate_pdf, name="certificate_pdf"),
    path("<int:pk>/certificate.json", views.download_certificate_json, name="certificate_json"),
]
