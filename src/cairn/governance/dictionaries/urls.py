"""URLs of data dictionaries."""

from django.urls import path

from cairn.governance.dictionaries import views

app_name = "dictionaries"

urlpatterns = [
    path("", views.dictionary_list, name="list"),
    path("import/", views.dictionary_import, name="import"),
    path("<int:pk>/", views.dictionary_detail, name="detail"),
    path("<int:pk>/confirm/", views.confirm_classes, name="confirm"),
    path("elements/<int:pk>/", views.element_class, name="classify"),
]
