"""Public addresses."""

from django.urls import path

from cairn.dashboards import file_views, own_views, target_views, views

app_name = "dashboards"
urlpatterns = [
    path("", views.index, name="index"),
    path("why-a-number-is-missing/", views.why_missing, name="why-missing"),
    path("own/", own_views.own, name="own"),
    path("own/<slug:organization>/<slug:outcome>/", own_views.own_outcome, name="own_outcome"),
    path("targets/", target_views.targets, name="targets"),
    path("targets/<slug:outcome>/set/", target_views.set_target, name="set_target"),
    path("targets/<int:pk>/change/", target_views.change_target, name="change_target"),
    path("targets/<int:pk>/end/", target_views.end_target, name="end_target"),
    path("targets/<int:pk>/resume/", target_views.resume_target, name="resume_target"),
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
