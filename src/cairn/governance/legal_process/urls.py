"""URLs of legal process and public-records requests."""

from django.urls import path

from cairn.governance.legal_process import views

app_name = "legal"

urlpatterns = [
    path("", views.legal_request_list, name="list"),
    path("new/", views.new_legal_process, name="new_process"),
    path("<int:pk>/", views.legal_process_page, name="process"),
    path("<int:pk>/decision/", views.counsel_decision, name="decide"),
    path("<int:pk>/notice/", views.notice_effort, name="notify"),
    path("<int:pk>/disclosure/", views.legal_disclosure, name="disclose"),
    path("<int:pk>/withdraw/", views.legal_withdrawal, name="withdraw"),
    path("public-records/new/", views.new_public_request, name="new_request"),
    path("public-records/<int:pk>/", views.public_request_page, name="request"),
    path("public-records/<int:pk>/answer/", views.public_answer, name="answer"),
]
