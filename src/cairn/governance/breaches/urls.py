"""URLs of breaches."""

from django.urls import path

from cairn.governance.breaches import views

app_name = "breaches"

urlpatterns = [
    path("", views.breach_list, name="list"),
    path("new/", views.new_breach, name="new"),
    path("<int:pk>/", views.breach_page, name="detail"),
    path("<int:pk>/notice/", views.breach_notice, name="notify"),
    path("<int:pk>/close/", views.breach_closing, name="close"),
]
