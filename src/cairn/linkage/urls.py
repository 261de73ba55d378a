"""Routes of linkage."""

from django.urls import path

from cairn.linkage import views

app_name = "linkage"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("start/", views.start, name="start"),
]
