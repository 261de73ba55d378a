"""Pages about agreements."""

from django.urls import path

from cairn.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement_list, name="list"),
    path("load/", views.load, name="load"),
    path("<str:reference>/", views.detail, name="detail"),
]
