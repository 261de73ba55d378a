"""Map the URLs of the home page, progress, language and health check."""

from django.urls import path
from django.views.i18n import set_language

from cairn.interfaces.web import views

app_name = "web"

urlpatterns = [
    path("", views.home_page, name="home"),
    path("work/<int:pk>/", views.work_progress, name="progress"),
    path("language/", set_language, name="language"),
    path("health/", views.health_check, name="health"),
]
