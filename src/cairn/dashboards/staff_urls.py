"""Addresses of what partners and the hub's staff do with published figures, signed in."""

from django.urls import path

from cairn.dashboards import own_views, target_views

app_name = "figures"
urlpatterns = [
    path("own/", own_views.own, name="own"),
    path("own/<slug:organization>/<slug:outcome>/", own_views.own_outcome, name="own_outcome"),
    path("targets/", target_views.targets, name="targets"),
    path("targets/<slug:outcome>/set/", target_views.set_target, name="set_target"),
    path("targets/<int:pk>/change/", target_views.change_target, name="change_target"),
    path("targets/<int:pk>/end/", target_views.end_target, name="end_target"),
    path("targets/<int:pk>/resume/", target_views.resume_target, name="resume_target"),
]
