"""URLs of indicators."""

from django.urls import path

from cairn.outputs.indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("new/", views.indicator_new, name="new"),
    path("<int:pk>/", views.indicator_detail, name="detail"),
    path("<int:pk>/change/", views.indicator_change, name="change"),
    path("<int:pk>/preview/", views.indicator_preview, name="preview"),
    path("<int:pk>/approve/", views.indicator_approve, name="approve"),
    path("<int:pk>/discard/", views.indicator_discard, name="discard"),
    path("<int:pk>/file/", views.indicator_file, name="file"),
]
