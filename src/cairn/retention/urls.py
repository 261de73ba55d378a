"""Pages of retention."""

from django.urls import path, register_converter

from cairn.retention import views


class Day:
    """A date in an address: 2026-11-24."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(Day, "day")

app_name = "retention"
urlpatterns = [
    path("", views.duty_list, name="list"),
    path("duty/<str:agreement>/<slug:owner>/<slug:cause>/<day:due>/", views.duty, name="duty"),
    path("demand/", views.demand, name="demand"),
    path("demand/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/dispute/", views.dispute, name="dispute"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/certificate/", views.certificate, name="certificate"),
    path("<int:pk>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("<int:pk>/certificate.json", views.certificate_json, name="certificate_json"),
]
