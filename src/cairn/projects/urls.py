"""Pages of projects, bodies and policies."""

from django.urls import path

from cairn.projects.views import (
    asking,
    bodies,
    deciding,
    meetings,
    piloting,
    policies,
    reading,
)

app_name = "projects"
_ONE = "<str:reference>/<int:number>/"
urlpatterns = [
    path("", reading.project_list, name="list"),
    path("new/", asking.new, name="new"),
    path("bodies/", bodies.body_list, name="bodies"),
    path("bodies/new/", bodies.write, name="body_new"),
    path("bodies/policies/", policies.policy_list, name="policies"),
    path("bodies/policies/new/", policies.adopt, name="adopt"),
    path("bodies/policies/<int:pk>/", policies.policy, name="policy"),
    path("bodies/<slug:slug>/", bodies.body, name="body"),
    path("bodies/<slug:slug>/about/", bodies.public, name="body_public"),
    path("bodies/<slug:slug>/change/", bodies.write, name="body_change"),
    path("bodies/<slug:slug>/seat/", bodies.seat, name="seat"),
    path("bodies/<slug:slug>/seat/<int:pk>/end/", bodies.end_seat, name="end_seat"),
    path("bodies/<slug:slug>/invite/", bodies.invite, name="invite"),
    path("bodies/<slug:slug>/meeting/", bodies.call, name="call"),
    path("bodies/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("bodies/meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("bodies/agenda/<int:pk>/", meetings.matter, name="matter"),
    path("bodies/agenda/<int:pk>/aside/", meetings.step_aside, name="step_aside"),
    path("bodies/agenda/<int:pk>/close/", meetings.close, name="close_vote"),
    path(_ONE, reading.detail, name="detail"),
    path(f"{_ONE}request/", reading.request_document, name="request"),
    path(f"{_ONE}changes/", reading.changes, name="changes"),
    path(f"{_ONE}words/", asking.words, name="words"),
    path(f"{_ONE}parties/", asking.parties, name="parties"),
    path(f"{_ONE}questions/", asking.questions, name="questions"),
    path(f"{_ONE}questions/<str:code>/<slug:event>/", asking.question, name="question"),
    path(f"{_ONE}elements/", asking.elements, name="elements"),
    path(f"{_ONE}equity/<slug:kind>/", asking.equity, name="equity"),
    path(f"{_ONE}lesson/", piloting.lesson, name="lesson"),
    path(f"{_ONE}lesson/<int:pk>/", piloting.settle, name="settle_lesson"),
    path(f"{_ONE}make-real/", piloting.make_real, name="make_real"),
    path(f"{_ONE}move-on/", asking.move_on, name="move_on"),
    path(f"{_ONE}withdraw/", asking.withdraw, name="withdraw"),
    path(f"{_ONE}revise/", asking.revise, name="revise"),
    path(f"{_ONE}answer/<slug:decider>/", deciding.answer, name="answer"),
    path(f"{_ONE}answer/<slug:decider>/<slug:organization>/", deciding.answer, name="answer_for"),
    path(f"{_ONE}score/", deciding.score, name="score"),
    path(f"{_ONE}conditions/<int:pk>/", deciding.condition, name="condition"),
    path(f"{_ONE}agreements/", deciding.agreements, name="agreements"),
    path(f"{_ONE}authorize/", deciding.authorize, name="authorize"),
    path(f"{_ONE}revoke/", deciding.revoke, name="revoke"),
]
