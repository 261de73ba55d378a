"""Pages about data dictionaries."""

from django.urls import path

from cairn.dictionaries import views

app_name = "dictionaries"
urlpatterns = [
    path("", views.dictionary_list, name="list"),
    path("import/", views.import_dictionary, name="import"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("elements/<int:pk>/", views.classify, name="classify"),
]
