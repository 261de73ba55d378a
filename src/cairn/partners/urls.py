"""Pages about partners and their people."""

from django.urls import path

from cairn.partners import views

app_name = "partners"
urlpatterns = [
    path("", views.partner_list, name="list"),
    path("new/", views.new_partner, name="new"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/invite/", views.invite, name="invite"),
    path("people/<int:pk>/end/", views.end, name="end"),
]
