"""URLs of published data."""

from django.urls import path

from cairn.data.public_sources import views

app_name = "public_sources"

urlpatterns = [
    path("", views.source_list, name="list"),
    path("new/", views.source_upload, name="upload"),
    path("catalog/", views.source_catalog, name="catalog"),
    path("catalog/<slug:slug>/", views.catalog_entry, name="catalog_entry"),
    path("<int:pk>/", views.source_detail, name="detail"),
    path("<int:pk>/columns/", views.source_columns, name="columns"),
    path("<int:pk>/discard/", views.source_discard, name="discard"),
    path("<int:pk>/show/", views.source_show, name="show"),
    path("<int:pk>/hide/", views.source_hide, name="hide"),
]
