"""Pages of the shell."""

from django.urls import path
from django.views.i18n import set_language

from cairn.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("work/<int:pk>/", views.progress, name="progress"),
    path("language/", set_language, name="language"),
    path("health/", views.health, name="health"),
]
