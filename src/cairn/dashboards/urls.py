"""Public addresses."""

from django.urls import path

from cairn.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.index, name="index"),
    path("why-a-number-is-missing/", views.why_missing, name="why-missing"),
    path("<slug:outcome>.csv", views.spreadsheet, name="spreadsheet"),
    path("<slug:outcome>/", views.outcome, name="outcome"),
    path("<slug:outcome>/groups/", views.apart, name="apart"),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/<slug:kind>.<slug:theme>.<slug:size>.svg",
        views.chart,
        name="chart",
    ),
]
