"""Route the pages of linkage."""

from django.urls import path

from cairn.data.identity.views import clerical_review, linkage_runs, people

app_name = "linkage"

urlpatterns = [
    path("", linkage_runs.linkage_summary, name="summary"),
    path("programs/", linkage_runs.program_participants, name="participants"),
    path("start/", linkage_runs.start_linkage, name="start"),
    path("shadow/", linkage_runs.start_shadow_linkage, name="shadow"),
    path("sample/", linkage_runs.draw_sample, name="sample"),
    path("measure/", linkage_runs.measure_accuracy_now, name="measure"),
    path("review/", clerical_review.next_question, name="review"),
    path("review/all/", clerical_review.possible_matches, name="matches"),
    path("review/<int:pk>/", clerical_review.question_details, name="question"),
    path(
        "review/answers/<int:pk>/take-back/", clerical_review.take_back_own_answer, name="take_back"
    ),
    path("signs/<slug:alarm>/", people.flagged_people, name="alarm"),
    path("people/<slug:pk>/", people.person_details, name="person"),
    path("people/<slug:pk>/relatives/", people.find_relative, name="find_relative"),
    path(
        "people/<slug:pk>/relatives/<slug:other>/",
        people.relationship_details,
        name="relative",
    ),
    path("people/<slug:pk>/guardians/", people.new_guardian, name="name_guardian"),
    path("people/<slug:pk>/guardians/<slug:value>/", people.reject_guardian, name="guardian"),
    path("relationships/<int:pk>/undo/", people.undo_relationship, name="undo_relationship"),
    path("decisions/", clerical_review.decision_list, name="decisions"),
    path("decisions/<int:pk>/undo/", clerical_review.undo_match_decision, name="undo"),
]
