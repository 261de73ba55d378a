"""URLs of agreements on record and of drafts on their way to signature."""

from django.urls import path

from cairn.governance.agreements.views import (
    agreements,
    downloads,
    draft_editor,
    drafts,
    element_requests,
    file_rules,
    guided_steps,
    paper_confirmation,
    review_and_signature,
)

app_name = "agreements"

urlpatterns = [
    path("", agreements.agreement_list, name="list"),
    path("load/", agreements.agreement_upload, name="load"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/begin/", drafts.new_draft, name="begin"),
    path("drafts/begin-many/", drafts.new_draft_batch, name="begin_many"),
    path("drafts/<int:pk>/", drafts.draft_detail, name="draft"),
    path("drafts/<int:pk>/text/", draft_editor.draft_text_editor, name="text"),
    path("drafts/<int:pk>/versions/", draft_editor.draft_versions, name="versions"),
    path(
        "drafts/<int:pk>/versions/<int:version>/restore/",
        draft_editor.restore_draft_version,
        name="restore",
    ),
    path("drafts/<int:pk>/submit/", drafts.submit_draft, name="submit"),
    path("drafts/<int:pk>/take-back/", drafts.recall_draft_view, name="take_back"),
    path("drafts/<int:pk>/review/", review_and_signature.review_draft, name="review"),
    path("drafts/<int:pk>/send-out/", drafts.send_draft_out, name="send_out"),
    path("drafts/<int:pk>/sign/", review_and_signature.draft_signature, name="sign"),
    path("drafts/<int:pk>/set-aside/", drafts.set_draft_aside_view, name="set_aside"),
    path("drafts/<int:pk>/file/<slug:form>/", downloads.draft_file, name="draft_file"),
    path("drafts/<int:pk>/steps/<slug:step>/", guided_steps.draft_step, name="step"),
    path("drafts/<int:pk>/elements/", guided_steps.draft_elements, name="elements"),
    path("drafts/<int:pk>/parts/", guided_steps.draft_parts, name="parts"),
    path(
        "drafts/<int:pk>/element-requests/",
        element_requests.request_draft_element,
        name="ask_element",
    ),
    path(
        "element-requests/<int:pk>/",
        element_requests.element_request_answer,
        name="element_request",
    ),
    path("confirm/<str:key>/", paper_confirmation.confirm_signature, name="confirm_signature"),
    path("confirm/<str:key>/page/", paper_confirmation.confirmation_page, name="confirmation_page"),
    path("signatures/<int:pk>/page/", downloads.signed_page, name="signed_page"),
    path("<agreement:reference>/", agreements.agreement_detail, name="detail"),
    path("<agreement:reference>/files/", file_rules.file_rule_list, name="file_rules"),
    path(
        "<agreement:reference>/files/<slug:record>/",
        file_rules.record_file_rules,
        name="record_rules",
    ),
    path(
        "<agreement:reference>/files/<slug:record>/<slug:form>/",
        file_rules.file_template,
        name="file_template",
    ),
    path("<str:reference>/file/<slug:form>/", downloads.agreement_file, name="file"),
    path(
        "<agreement:reference>/synthetic/<slug:record>/",
        downloads.synthetic_file,
        name="synthetic",
    ),
    path("<str:reference>/pilot/", agreements.pilot_agreement, name="pilot"),
    path("<str:reference>/amend/", agreements.amend_agreement, name="amend"),
    path("<str:reference>/join/", agreements.join_agreement, name="join"),
    path("<str:reference>/terminate/", agreements.terminate_agreement_view, name="terminate"),
    path(
        "<str:reference>/take-back-notice/",
        agreements.withdraw_notice,
        name="take_back_notice",
    ),
    path(
        "<str:reference>/begin-closing/",
        agreements.close_ended_agreement,
        name="begin_closing",
    ),
]
