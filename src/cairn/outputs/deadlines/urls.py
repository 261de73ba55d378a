"""Map the URLs of deadlines."""

from django.urls import path

from cairn.outputs.deadlines import views

app_name = "deadlines"

urlpatterns = [
    path("", views.deadline_list, name="list"),
    path("<int:year>/<int:number>/", views.deadline_month, name="month"),
    path("calendar.ics", views.deadline_feed, name="feed"),
    path("subscription/", views.calendar_subscription, name="subscription"),
    path("subscription/<str:token>.ics", views.subscribed_feed, name="subscribed_feed"),
    path("lapse/", views.lapse_simulation, name="lapse"),
]
