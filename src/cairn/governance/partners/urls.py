"""URLs of partners, their people and their security."""

from django.urls import path

from cairn.governance.partners.views import data_tools, people, security, sign_in, state_law

app_name = "partners"

urlpatterns = [
    path("", people.partner_list, name="list"),
    path("new/", people.new_partner, name="new"),
    path("tools/", data_tools.tool_list, name="tools"),
    path("tools/new/", data_tools.new_tool, name="new_tool"),
    path("tools/<int:pk>/change/", data_tools.tool_change, name="change_tool"),
    path("tools/<int:pk>/remove/", data_tools.tool_removal, name="remove_tool"),
    path("tools/connections/new/", data_tools.new_connection, name="new_connection"),
    path(
        "tools/connections/<int:pk>/remove/",
        data_tools.connection_removal,
        name="remove_connection",
    ),
    path("people/", people.people_list, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<int:pk>/", people.person_detail, name="person"),
    path("people/<int:pk>/edit/", people.person_correction, name="edit_person"),
    path("people/<int:pk>/sign-in/off/", sign_in.sign_in_deactivation, name="deactivate"),
    path("people/<int:pk>/sign-in/on/", sign_in.sign_in_reactivation, name="reactivate"),
    path(
        "people/<int:pk>/second-factor/reset/",
        sign_in.second_factor_reset,
        name="reset_second_factor",
    ),
    path("people/<int:pk>/role/", people.role_change, name="change_role"),
    path("people/<int:pk>/invite/", people.invitation, name="invite"),
    path("people/<int:pk>/end/", people.role_end, name="end"),
    path("<slug:slug>/clearance/", security.organization_clearance, name="clearance"),
    path("<slug:slug>/clearance/<int:pk>/attest/", security.training_attestation, name="attest"),
    path("<slug:slug>/security/", security.organization_security, name="security"),
    path("<slug:slug>/security/plan/", security.security_plan_page, name="plan"),
    path(
        "<slug:slug>/security/assess/<slug:name>/",
        security.security_assessment,
        name="assess",
    ),
    path("<slug:slug>/security/protections/new/", security.new_control, name="control"),
    path(
        "<slug:slug>/security/sub-processors/new/",
        security.new_sub_processor,
        name="sub_processor",
    ),
    path("<slug:slug>/describe/", security.organization_law, name="describe"),
    path("<slug:slug>/state-law/", state_law.state_law, name="state_law"),
    path("<slug:slug>/state-law/review/", state_law.new_state_review, name="review_state_law"),
    path("<slug:slug>/bar/", security.organization_bar, name="bar"),
    path("<slug:slug>/bar/<int:pk>/lift/", security.bar_lift, name="lift_bar"),
]
