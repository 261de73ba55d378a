"""Public addresses of the register."""

from django.urls import path

from cairn.registers import views

app_name = "registers"
urlpatterns = [
    path("", views.register, name="list"),
    path("agreements/<str:reference>/", views.agreement, name="agreement"),
    path("projects/", views.project_list, name="projects"),
    path("projects/<str:reference>/", views.project, name="project"),
]
