"""URLs of surveys."""

from django.urls import path

from cairn.data.surveys.views import answer_page, survey_pages

app_name = "surveys"

urlpatterns = [
    path("", survey_pages.survey_list, name="surveys"),
    path("new/", survey_pages.survey_new, name="new"),
    path("answer/<str:key>/", answer_page.survey_answer, name="answer"),
    path("<int:pk>/", survey_pages.survey_detail, name="survey"),
    path("<int:pk>/change/", survey_pages.survey_change, name="change"),
    path("<int:pk>/open/", survey_pages.survey_opening, name="open"),
    path("<int:pk>/links/", survey_pages.survey_links, name="links"),
    path("<int:pk>/links/file/", survey_pages.survey_links_file, name="links_file"),
    path("<int:pk>/links/names/", survey_pages.survey_named_links_file, name="named_links_file"),
    path("<int:pk>/delete/", survey_pages.survey_deletion, name="delete"),
    path("<int:pk>/links/new/", survey_pages.survey_more_links, name="more_links"),
    path("<int:pk>/close/", survey_pages.survey_closing, name="close"),
    path("<int:pk>/discard/", survey_pages.survey_discard, name="discard"),
    path("<int:pk>/questions/new/", survey_pages.question_new, name="question_new"),
    path("<int:pk>/questions/<int:question>/", survey_pages.question_change, name="question"),
    path(
        "<int:pk>/questions/<int:question>/remove/",
        survey_pages.question_removal,
        name="question_remove",
    ),
]
