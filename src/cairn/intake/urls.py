"""Pages of what arrived."""

from django.urls import path

from cairn.intake import mapping_views, views

app_name = "intake"
urlpatterns = [
    path("", views.deliveries, name="deliveries"),
    path("new/", views.upload, name="upload"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/mapping/", mapping_views.mapping, name="mapping"),
]
