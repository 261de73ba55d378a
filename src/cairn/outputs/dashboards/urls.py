"""Map the URLs of the public pages."""

from django.urls import path

from cairn.outputs.dashboards.views import public, targets

app_name = "dashboards"

urlpatterns = [
    path("", public.outcome_index, name="index"),
    path("why-a-number-is-missing/", public.missing_number_help, name="why-missing"),
    path("<slug:outcome>.<slug:form>", public.outcome_file, name="file"),
    path("<slug:outcome>/", public.outcome_detail, name="outcome"),
    path("<slug:outcome>/groups/", public.outcome_disparities, name="apart"),
    path("<slug:outcome>/embed/<slug:kind>/", public.outcome_embed, name="embed"),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/target-<int:pk>-<int:edition>"
        ".<slug:theme>.<slug:size>.svg",
        targets.target_picture,
        name="target_chart",
    ),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/<slug:kind>.<slug:theme>.<slug:size>.svg",
        public.outcome_chart,
        name="chart",
    ),
]
