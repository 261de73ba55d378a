"""Pages of dictionaries."""

from django.urls import URLPattern

app_name = "dictionaries"
urlpatterns: list[URLPattern] = []
