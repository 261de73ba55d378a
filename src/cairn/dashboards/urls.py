"""Public addresses."""

from django.urls import path

from cairn.dashboards import file_views, target_views, views

app_name = "dashboards"
urlpatterns = [
    path("", views.index, name="index"),
    path("why-a-number-is-missing/", views.why_missing, name="why-missing"),
    path("<slug:outcome>.<slug:form>", file_views.file, name="file"),
    path("<slug:outcome>/", views.outcome, name="outcome"),
    path("<slug:outcome>/groups/", views.apart, name="apart"),
    path("<slug:outcome>/embed/<slug:kind>/", file_views.embed, name="embed"),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/target-<int:pk>-<int:edition>"
        ".<slug:theme>.<slug:size>.svg",
        target_views.target_chart,
        name="target_chart",
    ),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/<slug:kind>.<slug:theme>.<slug:size>.svg",
        views.chart,
        name="chart",
    ),
]
