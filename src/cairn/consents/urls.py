"""Pages about what families allow."""

from django.urls import path

from cairn.consents.views import consents, keeping, papers, programs, rights, verifying

app_name = "consents"
urlpatterns = [
    path("", consents.listed, name="list"),
    path("forms/new/", consents.publish, name="publish"),
    path("forms/<int:pk>/retire/", consents.retire, name="retire"),
    path("papers/", papers.record, name="papers"),
    path("papers/<int:pk>/undo/", papers.undo, name="undo"),
    path("papers/<int:pk>/scan/", papers.scan, name="scan"),
    path("queue/", verifying.queue, name="queue"),
    path("queue/decide/", verifying.decide, name="decide"),
    path("programs/claims/", programs.claims, name="claims"),
    path("programs/<slug:slug>/", programs.program, name="program"),
    path("programs/<slug:slug>/add/", programs.add, name="roster"),
    path("programs/leave/<int:pk>/", programs.leave, name="leave"),
    path("conflicts/", rights.conflicts, name="conflicts"),
    path("conflicts/<int:pk>/<int:form_pk>/", rights.conflict, name="conflict"),
    path("keeping/", keeping.summary, name="keeping"),
    path("keeping/state/", keeping.state, name="state"),
    path("keeping/nations/", keeping.nations, name="nations"),
    path("keeping/back/", keeping.kept_back, name="kept_back"),
    path("objections/<int:pk>/", rights.objection, name="objection"),
    path("children/<int:pk>/", rights.rights, name="rights"),
    path("children/<int:pk>/kept-back/", keeping.of_child, name="of_child"),
    path("record/<slug:reference>/", consents.detail, name="detail"),
    path("record/<slug:reference>/revoke/", consents.revoke, name="revoke"),
    path("record/<slug:reference>/export/", consents.exported, name="export"),
]
