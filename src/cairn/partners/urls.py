"""Pages about partners and their people."""

from django.urls import path

from cairn.partners import security_views, views

app_name = "partners"
urlpatterns = [
    path("", views.partner_list, name="list"),
    path("new/", views.new_partner, name="new"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/invite/", views.invite, name="invite"),
    path("people/<int:pk>/end/", views.end, name="end"),
    path("<slug:slug>/clearance/", security_views.clearance, name="clearance"),
    path("<slug:slug>/clearance/<int:pk>/attest/", security_views.attest, name="attest"),
    path("<slug:slug>/security/", security_views.security, name="security"),
    path("<slug:slug>/security/plan/", security_views.plan, name="plan"),
    path("<slug:slug>/security/assess/<slug:name>/", security_views.assess, name="assess"),
    path("<slug:slug>/security/protections/new/", security_views.control, name="control"),
    path(
        "<slug:slug>/security/sub-processors/new/",
        security_views.sub_processor,
        name="sub_processor",
    ),
    path("<slug:slug>/describe/", security_views.describe, name="describe"),
    path("<slug:slug>/bar/", security_views.bar, name="bar"),
    path("<slug:slug>/bar/<int:pk>/lift/", security_views.lift_bar, name="lift_bar"),
]
