"""URLs of the pages about students. An address holds the number of a roster entry, no ID."""

from django.urls import path

from cairn.services.students import views
from cairn.services.students.program_results import views as result_views
from cairn.services.students.saved_filters import views as filter_views

app_name = "students"

urlpatterns = [
    path("", views.organization_list, name="list"),
    path("results/<int:pk>/", result_views.program_results_page, name="program_results"),
    path("<slug:slug>/", views.caseload_page, name="caseload"),
    path("<slug:slug>/programs/", views.school_list_page, name="programs"),
    path("<slug:slug>/search/", views.student_search, name="search"),
    path("<slug:slug>/filters/new/", filter_views.save_page, name="save_filter"),
    path("<slug:slug>/filters/<int:pk>/", filter_views.filter_page, name="filter"),
    path("<slug:slug>/filters/<int:pk>/delete/", filter_views.delete_page, name="delete_filter"),
    path("<slug:slug>/<int:pk>/", views.student_page, name="student"),
]
