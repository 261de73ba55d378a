"""URLs of the pages about students. An address holds the number of a roster entry, no ID."""

from django.urls import path

from cairn.services.students import views

app_name = "students"

urlpatterns = [
    path("", views.organization_list, name="list"),
    path("<slug:slug>/", views.caseload_page, name="caseload"),
    path("<slug:slug>/programs/", views.school_list_page, name="programs"),
    path("<slug:slug>/search/", views.student_search, name="search"),
    path("<slug:slug>/<int:pk>/", views.student_page, name="student"),
]
