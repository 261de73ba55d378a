"""URLs of partners, their people and their security."""

from django.urls import path

from cairn.governance.partners import security_views, sign_in_views, views

app_name = "partners"

urlpatterns = [
    path("", views.partner_list, name="list"),
    path("new/", views.new_partner, name="new"),
    path("people/", views.people_list, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/", views.person_detail, name="person"),
    path("people/<int:pk>/edit/", views.person_correction, name="edit_person"),
    path("people/<int:pk>/sign-in/off/", sign_in_views.sign_in_deactivation, name="deactivate"),
    path("people/<int:pk>/sign-in/on/", sign_in_views.sign_in_reactivation, name="reactivate"),
    path(
        "people/<int:pk>/second-factor/reset/",
        sign_in_views.second_factor_reset,
        name="reset_second_factor",
    ),
    path("people/<int:pk>/role/", views.role_change, name="change_role"),
    path("people/<int:pk>/invite/", views.invitation, name="invite"),
    path("people/<int:pk>/end/", views.role_end, name="end"),
    path("<slug:slug>/clearance/", security_views.organization_clearance, name="clearance"),
    path(
        "<slug:slug>/clearance/<int:pk>/attest/", security_views.training_attestation, name="attest"
    ),
    path("<slug:slug>/security/", security_views.organization_security, name="security"),
    path("<slug:slug>/security/plan/", security_views.security_plan_page, name="plan"),
    path(
        "<slug:slug>/security/assess/<slug:name>/",
        security_views.security_assessment,
        name="assess",
    ),
    path("<slug:slug>/security/protections/new/", security_views.new_control, name="control"),
    path(
        "<slug:slug>/security/sub-processors/new/",
        security_views.new_sub_processor,
        name="sub_processor",
    ),
    path("<slug:slug>/describe/", security_views.organization_law, name="describe"),
    path("<slug:slug>/bar/", security_views.organization_bar, name="bar"),
    path("<slug:slug>/bar/<int:pk>/lift/", security_views.bar_lift, name="lift_bar"),
]
