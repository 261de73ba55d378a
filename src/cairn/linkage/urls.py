"""Routes of linkage."""

from django.urls import path

from cairn.linkage.views import people, relatives, review, runs

app_name = "linkage"
urlpatterns = [
    path("", runs.summary, name="summary"),
    path("start/", runs.start, name="start"),
    path("shadow/", runs.shadow, name="shadow"),
    path("sample/", runs.sample, name="sample"),
    path("measure/", runs.measure, name="measure"),
    path("review/", review.review, name="review"),
    path("review/<int:pk>/", review.question, name="question"),
    path("review/answers/<int:pk>/take-back/", review.take_back, name="take_back"),
    path("signs/<slug:alarm>/", people.alarm, name="alarm"),
    path("people/<slug:pk>/", people.person, name="person"),
    path("people/<slug:pk>/relatives/", relatives.find, name="find_relative"),
    path("people/<slug:pk>/relatives/<slug:other>/", relatives.relative, name="relative"),
    path("people/<slug:pk>/guardians/", relatives.name_guardian, name="name_guardian"),
    path("people/<slug:pk>/guardians/<slug:value>/", relatives.guardian, name="guardian"),
    path("relationships/<int:pk>/undo/", relatives.undo, name="undo_relationship"),
    path("decisions/", review.decisions, name="decisions"),
    path("decisions/<int:pk>/undo/", review.undo, name="undo"),
]
