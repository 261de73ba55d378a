"""URLs of the disclosure log."""

from django.urls import path

from cairn.governance.disclosure_log import views

app_name = "disclosures"

urlpatterns = [
    path("", views.disclosure_list, name="list"),
    path("record.csv", views.disclosure_spreadsheet, name="spreadsheet"),
    path("may-i/", views.use_check_page, name="may_i"),
    path("ask/", views.record_request, name="ask_for_record"),
    path("requests/<int:pk>/answered/", views.record_request_answer, name="answer_request"),
    path("<int:pk>/", views.disclosure_detail, name="detail"),
]
