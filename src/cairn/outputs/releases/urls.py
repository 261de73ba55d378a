"""Map the URLs of releases and of reports to partners; `cairn.outputs.urls` adds the namespace."""

from django.urls import path

from cairn.outputs.releases.partner_reports import views as partner_report_views
from cairn.outputs.releases.views import drafts, owner_answers, releases, renewals

urlpatterns = [
    path("", releases.release_list, name="list"),
    path("new/", releases.release_new, name="new"),
    path("<int:pk>/", releases.release_detail, name="detail"),
    path("<int:pk>/words/", drafts.release_reword, name="reword"),
    path("<int:pk>/tables/", drafts.release_redraft, name="redraft"),
    path("<int:pk>/groups/", drafts.release_merge_groups, name="groups"),
    path("<int:pk>/groups/apart/", drafts.release_split_group, name="groups_apart"),
    path("<int:pk>/check/", releases.release_check, name="check"),
    path("<int:pk>/submit/", releases.release_submit, name="submit"),
    path("<int:pk>/review/", releases.release_review, name="review"),
    path("<int:pk>/send/", releases.release_send_back, name="send"),
    path("<int:pk>/report/", releases.release_state_report, name="report"),
    path("<int:pk>/publish/", releases.release_publish, name="publish"),
    path("<int:pk>/correct/", drafts.release_correct, name="correct"),
    path("<int:pk>/withdraw/", releases.release_withdraw, name="withdraw"),
    path("<int:pk>/renewal/", renewals.release_renewal, name="renewal"),
    path("<int:pk>/renewal/end/", renewals.release_renewal_end, name="end_renewal"),
    path("<int:pk>/nation/", owner_answers.nation_decision, name="nation"),
    path("answers/<int:pk>/", owner_answers.send_back_answer, name="send_back"),
    path("answers/<int:pk>/decline/", owner_answers.send_back_decline, name="decline"),
    path("answers/<int:pk>/figure/", owner_answers.figure_dispute, name="wrong_figure"),
    path(
        "answers/<int:pk>/figure/<int:figure>/",
        owner_answers.figure_dispute_withdraw,
        name="right_figure",
    ),
    path("give-back/<int:pk>/", partner_report_views.partner_report, name="give_back"),
    path(
        "give-back/<int:pk>/report.csv",
        partner_report_views.partner_report_csv,
        name="give_back_csv",
    ),
    path("give-back/<int:pk>/given/", partner_report_views.partner_report_record, name="given"),
]
