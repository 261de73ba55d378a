"""Map the URLs of consent pages."""

from django.urls import path

from cairn.governance.consents.views import children, consents, papers, rosters

app_name = "consents"

urlpatterns = [
    path("", consents.consent_list, name="list"),
    path("forms/new/", consents.publish_consent_form_page, name="publish"),
    path("forms/<int:pk>/retire/", consents.retire_consent_form_page, name="retire"),
    path("papers/", papers.record_papers_page, name="papers"),
    path("papers/<int:pk>/undo/", papers.undo_papers_page, name="undo"),
    path("papers/<int:pk>/scan/", papers.download_scan, name="scan"),
    path("queue/", consents.verification_queue, name="queue"),
    path("queue/decide/", consents.decide_consents_page, name="decide"),
    path("programs/claims/", rosters.unconfirmed_rosters_page, name="claims"),
    path("programs/<slug:slug>/", rosters.roster_page, name="program"),
    path("programs/<slug:slug>/add/", rosters.add_to_roster_page, name="roster"),
    path("programs/leave/<int:pk>/", rosters.leave_roster_page, name="leave"),
    path("programs/statements/<int:pk>/", rosters.roster_statements_page, name="statements"),
    path("conflicts/", children.disagreement_list, name="conflicts"),
    path("conflicts/<int:pk>/<int:form_pk>/", children.parent_conflict_page, name="conflict"),
    path("keeping/", children.school_statement_list, name="keeping"),
    path("keeping/state/", children.school_statement_page, name="state"),
    path("keeping/nations/", children.child_nations_page, name="nations"),
    path("keeping/back/", children.withheld_elements_page, name="kept_back"),
    path("objections/<int:pk>/", children.objection_page, name="objection"),
    path("children/<int:pk>/", children.child_rights_page, name="rights"),
    path("children/<int:pk>/tax/", children.tax_evidence_page, name="tax_evidence"),
    path("tax/<int:pk>/end/", children.end_tax_evidence_page, name="end_tax_evidence"),
    path("children/<int:pk>/kept-back/", children.child_declaration_page, name="of_child"),
    path("record/<slug:reference>/", consents.consent_detail, name="detail"),
    path("record/<slug:reference>/revoke/", consents.revoke_consent_page, name="revoke"),
    path("record/<slug:reference>/export/", consents.export_consent, name="export"),
]
