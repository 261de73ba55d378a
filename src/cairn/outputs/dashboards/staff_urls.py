"""Map the URLs of pages about published figures that require signing in."""

from django.urls import path

from cairn.outputs.dashboards.saved_views import views as saved_views
from cairn.outputs.dashboards.views import (
    audiences,
    figure_questions,
    leadership,
    partner_figures,
    partner_releases,
    partner_reports,
    targets,
)

app_name = "figures"

urlpatterns = [
    path("own/", partner_figures.partner_outcome_list, name="own"),
    path(
        "own/<slug:organization>/<slug:outcome>/",
        partner_figures.partner_outcome,
        name="own_outcome",
    ),
    path("reports/", partner_reports.report_list, name="reports"),
    path("reports/<slug:organization>/", partner_releases.release_page, name="partner_releases"),
    path(
        "reports/<slug:organization>/figures.<str:kind>",
        partner_releases.release_file,
        name="partner_releases_file",
    ),
    path(
        "reports/<str:reference>/<slug:organization>/", partner_reports.report_page, name="report"
    ),
    path(
        "reports/<str:reference>/<slug:organization>/report.<str:kind>",
        partner_reports.report_file,
        name="report_file",
    ),
    path("gaps/", leadership.gap_list, name="gaps"),
    path("views/", saved_views.view_list, name="views"),
    path("views/save/", saved_views.view_save, name="save_view"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="delete_view"),
    path("views/email/", saved_views.subscription_change, name="subscription"),
    path("expected/", audiences.expected_list, name="expected"),
    path("expected/<slug:outcome>/", audiences.expected_change, name="expect"),
    path("overview/", audiences.committee_overview, name="overview"),
    path("agreements/<str:reference>/", audiences.agreement_results, name="agreement"),
    path("places/", audiences.place_dashboard, name="places"),
    path("factors/<slug:outcome>/", leadership.factor_list, name="factors"),
    path("factors/<int:pk>/remove/", leadership.factor_remove, name="remove_factor"),
    path("questions/", figure_questions.question_list, name="questions"),
    path("questions/<int:pk>/", figure_questions.question_answer, name="answer_question"),
    path("targets/", targets.target_list, name="targets"),
    path("targets/<slug:outcome>/set/", targets.target_set, name="set_target"),
    path("targets/<int:pk>/change/", targets.target_change, name="change_target"),
    path("targets/<int:pk>/end/", targets.target_end, name="end_target"),
    path("targets/<int:pk>/resume/", targets.target_resume, name="resume_target"),
]
