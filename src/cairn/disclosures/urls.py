"""Pages of disclosures."""

from django.urls import path

from cairn.disclosures import views

app_name = "disclosures"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("record.csv", views.spreadsheet, name="spreadsheet"),
    path("may-i/", views.may_i, name="may_i"),
    path("ask/", views.ask_for_record, name="ask_for_record"),
    path("requests/<int:pk>/answered/", views.answer_request, name="answer_request"),
    path("<int:pk>/", views.detail, name="detail"),
]
