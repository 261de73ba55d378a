"""URLs of partners, their people and their security."""

from django.urls import path

from cairn.governance.partners import security_views, state_law_views, views

app_name = "partners"

urlpatterns = [
    path("", views.partner_list, name="list"),
    path("new/", views.new_partner, name="new"),
    path("people/", views.people_list, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/", views.person_detail, name="person"),
    path("people/<int:pk>/edit/", views.person_correction, name="edit_person"),
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
    path("<slug:slug>/state-law/", state_law_views.state_law, name="state_law"),
    path(
        "<slug:slug>/state-law/review/", state_law_views.new_state_review, name="review_state_law"
    ),
    path("<slug:slug>/bar/", security_views.organization_bar, name="bar"),
    path("<slug:slug>/bar/<int:pk>/lift/", security_views.bar_lift, name="lift_bar"),
]
