"""Map the URLs of projects, bodies and policies."""

from django.urls import path

from cairn.governance.projects.views import bodies, policies, project_pages, proposals, reviews

app_name = "projects"
_VERSION_PATH = "<str:reference>/<int:number>/"

urlpatterns = [
    path("", project_pages.project_list, name="list"),
    path("new/", proposals.propose_project_page, name="new"),
    path("bodies/", bodies.body_list, name="bodies"),
    path("bodies/new/", bodies.edit_body_page, name="body_new"),
    path("bodies/policies/", policies.policy_list, name="policies"),
    path("bodies/policies/new/", policies.adopt_policy_page, name="adopt"),
    path("bodies/policies/<int:pk>/", policies.policy_page, name="policy"),
    path("bodies/<slug:slug>/", bodies.body_page, name="body"),
    path("bodies/<slug:slug>/about/", bodies.public_body_page, name="body_public"),
    path("bodies/<slug:slug>/change/", bodies.edit_body_page, name="body_change"),
    path("bodies/<slug:slug>/seat/", bodies.assign_seat_page, name="seat"),
    path("bodies/<slug:slug>/seat/<int:pk>/end/", bodies.end_seat_page, name="end_seat"),
    path("bodies/<slug:slug>/invite/", bodies.record_invitation_page, name="invite"),
    path("bodies/<slug:slug>/meeting/", bodies.call_meeting_page, name="call"),
    path("bodies/meetings/<int:pk>/", bodies.meeting_page, name="meeting"),
    path("bodies/meetings/<int:pk>/minutes/", bodies.write_minutes_page, name="minutes"),
    path("bodies/meetings/<int:pk>/attendance/", bodies.record_attendance_page, name="attendance"),
    path("bodies/agenda/<int:pk>/", bodies.agenda_item_page, name="matter"),
    path("bodies/agenda/<int:pk>/proxy/", bodies.appoint_proxy_page, name="proxy"),
    path("bodies/agenda/<int:pk>/proxy/<int:member>/", bodies.proxy_vote_page, name="proxy_vote"),
    path("bodies/agenda/<int:pk>/aside/", bodies.record_recusal_page, name="step_aside"),
    path("bodies/agenda/<int:pk>/close/", bodies.close_vote_page, name="close_vote"),
    path(_VERSION_PATH, project_pages.project_version_page, name="detail"),
    path(f"{_VERSION_PATH}request/", project_pages.request_document, name="request"),
    path(f"{_VERSION_PATH}changes/", project_pages.version_differences_page, name="changes"),
    path(f"{_VERSION_PATH}words/", proposals.project_description_page, name="words"),
    path(f"{_VERSION_PATH}parties/", proposals.project_parties_page, name="parties"),
    path(f"{_VERSION_PATH}questions/", proposals.question_list, name="questions"),
    path(
        f"{_VERSION_PATH}questions/<str:code>/<slug:event>/",
        proposals.change_question_page,
        name="question",
    ),
    path(f"{_VERSION_PATH}elements/", proposals.requested_elements_page, name="elements"),
    path(f"{_VERSION_PATH}equity/<slug:kind>/", proposals.equity_step_page, name="equity"),
    path(f"{_VERSION_PATH}lesson/", project_pages.record_lesson_page, name="lesson"),
    path(
        f"{_VERSION_PATH}lesson/<int:pk>/", project_pages.resolve_lesson_page, name="settle_lesson"
    ),
    path(
        f"{_VERSION_PATH}make-real/", project_pages.create_project_from_pilot_page, name="make_real"
    ),
    path(f"{_VERSION_PATH}move-on/", proposals.finish_requester_step_page, name="move_on"),
    path(f"{_VERSION_PATH}withdraw/", proposals.withdraw_project_page, name="withdraw"),
    path(f"{_VERSION_PATH}revise/", proposals.revise_project_page, name="revise"),
    path(f"{_VERSION_PATH}answer/<slug:decider>/", reviews.step_answer_page, name="answer"),
    path(
        f"{_VERSION_PATH}answer/<slug:decider>/<slug:organization>/",
        reviews.step_answer_page,
        name="answer_for",
    ),
    path(f"{_VERSION_PATH}score/", reviews.score_proposal_page, name="score"),
    path(f"{_VERSION_PATH}conditions/<int:pk>/", reviews.meet_condition_page, name="condition"),
    path(f"{_VERSION_PATH}agreements/", reviews.add_project_agreements_page, name="agreements"),
    path(f"{_VERSION_PATH}authorize/", reviews.authorize_project_page, name="authorize"),
    path(f"{_VERSION_PATH}revoke/", reviews.revoke_authorization_page, name="revoke"),
]
