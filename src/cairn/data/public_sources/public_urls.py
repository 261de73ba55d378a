"""URLs of published tables that the public reads."""

from django.urls import path

from cairn.data.public_sources import public_views

app_name = "published_tables"

urlpatterns = [
    path("", public_views.shown_source_list, name="list"),
    path("<int:pk>/", public_views.shown_source_detail, name="detail"),
]
