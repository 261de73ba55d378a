"""Pages of deadlines."""

from django.urls import path

from cairn.deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:year>/<int:number>/", views.month, name="month"),
    path("calendar.ics", views.feed, name="feed"),
    path("lapse/", views.lapse, name="lapse"),
]
