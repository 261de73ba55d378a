"""URLs of survey figures."""

from django.urls import path

from cairn.outputs.survey_figures import views

app_name = "survey_figures"

urlpatterns = [
    path("<int:pk>/", views.survey_figures, name="figures"),
    path("<int:pk>/count/", views.survey_figures_count, name="count"),
    path("<int:pk>/review/", views.survey_figures_review, name="review"),
    path("<int:pk>/confirm/", views.survey_figures_confirm, name="confirm"),
    path("<int:pk>/publish/", views.survey_figures_publish, name="publish"),
    path("<int:pk>/withdraw/", views.survey_figures_withdraw, name="withdraw"),
    path("public/", views.published_survey_list, name="public_list"),
    path("public/<int:pk>/", views.published_survey_figures, name="public"),
]
