"""Map the URLs of the public pages.

A fixed address has a hyphen in its first part, so that no ID of an outcome equals it.
"""

from django.urls import path

from cairn.outputs.dashboards.saved_views.views import subscription_end
from cairn.outputs.dashboards.views import composer, open_data, public, public_files, targets

app_name = "dashboards"

urlpatterns = [
    path("", public.outcome_index, name="index"),
    path("by-place/", public.place_page, name="places"),
    path("how-data-are-protected/", public.protection_page, name="protection"),
    path("why-a-number-is-missing/", public.missing_number_help, name="why-missing"),
    path("unsubscribe/<str:key>/", subscription_end, name="unsubscribe"),
    path("ask-for-a-figure/", composer.compose_figure, name="compose"),
    path("ask-for-a-figure/committee/", composer.ask_committee, name="ask_committee"),
    path("ask-for-a-figure/sent/", composer.question_sent, name="question_sent"),
    path("open-data/", open_data.open_data_page, name="open_data"),
    path("open-data/releases.atom", open_data.release_feed, name="feed"),
    path("open-data/v1/indicators", open_data.list_indicators, name="api_indicators"),
    path("open-data/v1/indicators/<slug:outcome>", open_data.show_indicator, name="api_indicator"),
    path(
        "open-data/v1/indicators/<slug:outcome>/figures",
        open_data.list_figures,
        name="api_figures",
    ),
    path("<slug:outcome>.<slug:form>", public_files.outcome_file, name="file"),
    path("<slug:outcome>/", public.outcome_detail, name="outcome"),
    path("<slug:outcome>/groups/", public.outcome_disparities, name="apart"),
    path("<slug:outcome>/embed/<slug:kind>/", public_files.outcome_embed, name="embed"),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/target-<int:pk>-<int:edition>"
        ".<slug:theme>.<slug:size>.svg",
        targets.target_picture,
        name="target_chart",
    ),
    path(
        "<slug:outcome>/<slug:version>/<slug:language>/<slug:kind>.<slug:theme>.<slug:size>.svg",
        public_files.outcome_chart,
        name="chart",
    ),
]
