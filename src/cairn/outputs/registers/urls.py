"""Map the URLs of the public register."""

from django.urls import path

from cairn.outputs.registers import views

app_name = "registers"

urlpatterns = [
    path("", views.agreement_register, name="list"),
    path("agreements/<agreement:reference>/", views.registered_agreement, name="agreement"),
    path("projects/", views.project_register, name="projects"),
    path("projects/<str:reference>/", views.registered_project, name="project"),
]
