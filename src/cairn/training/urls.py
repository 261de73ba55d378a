"""Pages of training."""

from django.urls import path

from cairn.training import views

app_name = "training"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("confidentiality/", views.confidentiality, name="confidentiality"),
    path("certificate/", views.certificate, name="certificate"),
    path("skills/", views.skills, name="skills"),
    path("attempts/<int:pk>/", views.attempt, name="attempt"),
    path("courses/<slug:name>/", views.read, name="course"),
    path("courses/<slug:name>/quiz/", views.quiz, name="quiz"),
]
