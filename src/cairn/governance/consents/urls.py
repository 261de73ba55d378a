"""Map the URLs of consent pages."""

from django.urls import path

from cairn.governance.consents.views import (
    consents,
    papers,
    rights,
    rosters,
    school_statements,
    verification,
)

app_name = "consents"

urlpatterns = [
    path("", consents.consent_list, name="list"),
    path("forms/new/", consents.publish_consent_form_page, name="publish"),
    path("forms/<int:pk>/retire/", consents.retire_consent_form_page, name="retire"),
    path("papers/", papers.record_papers_page, name="papers"),
    path("papers/<int:pk>/undo/", papers.undo_papers_page, name="undo"),
    path("papers/<int:pk>/scan/", papers.download_scan, name="scan"),
    path("queue/", verification.verification_queue, name="queue"),
    path("queue/decide/", verification.decide_consents_page, name="decide"),
    path("programs/claims/", rosters.unconfirmed_rosters_page, name="claims"),
    path("programs/<slug:slug>/", rosters.roster_page, name="program"),
    path("programs/<slug:slug>/add/", rosters.add_to_roster_page, name="roster"),
    path("programs/leave/<int:pk>/", rosters.leave_roster_page, name="leave"),
    path("conflicts/", rights.disagreement_list, name="conflicts"),
    path("conflicts/<int:pk>/<int:form_pk>/", rights.parent_conflict_page, name="conflict"),
    path("keeping/", school_statements.school_statement_list, name="keeping"),
    path("keeping/state/", school_statements.school_statement_page, name="state"),
    path("keeping/nations/", school_statements.child_nations_page, name="nations"),
    path("keeping/back/", school_statements.withheld_elements_page, name="kept_back"),
    path("objections/<int:pk>/", rights.objection_page, name="objection"),
    path("children/<int:pk>/", rights.child_rights_page, name="rights"),
    path("children/<int:pk>/kept-back/", school_statements.child_declaration_page, name="of_child"),
    path("record/<slug:reference>/", consents.consent_detail, name="detail"),
    path("record/<slug:reference>/revoke/", consents.revoke_consent_page, name="revoke"),
    path("record/<slug:reference>/export/", consents.export_consent, name="export"),
]
