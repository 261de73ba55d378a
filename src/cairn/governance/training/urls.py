"""Map the URLs of training pages."""

from django.urls import path

from cairn.governance.training import views

app_name = "training"

urlpatterns = [
    path("", views.my_training, name="mine"),
    path("confidentiality/", views.sign_confidentiality_page, name="confidentiality"),
    path("certificate/", views.training_certificate, name="certificate"),
    path("skills/", views.my_skills, name="skills"),
    path("attempts/<int:pk>/", views.attempt_page, name="attempt"),
    path("courses/<slug:name>/", views.course_page, name="course"),
    path("courses/<slug:name>/quiz/", views.quiz, name="quiz"),
]
