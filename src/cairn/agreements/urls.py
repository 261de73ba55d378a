"""Pages about agreements on record, and about drafts on their way to signature."""

from django.urls import path

from cairn.agreements.views import agreements, drafts, ending, files, reviewing, signing, writing

app_name = "agreements"
urlpatterns = [
    path("", agreements.agreement_list, name="list"),
    path("load/", agreements.load, name="load"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/begin/", drafts.begin, name="begin"),
    path("drafts/begin-many/", drafts.begin_many, name="begin_many"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/text/", writing.text, name="text"),
    path("drafts/<int:pk>/versions/", writing.versions, name="versions"),
    path("drafts/<int:pk>/versions/<int:version>/restore/", writing.restore, name="restore"),
    path("drafts/<int:pk>/submit/", drafts.submit, name="submit"),
    path("drafts/<int:pk>/take-back/", drafts.take_back, name="take_back"),
    path("drafts/<int:pk>/review/", reviewing.review, name="review"),
    path("drafts/<int:pk>/send-out/", drafts.send_out, name="send_out"),
    path("drafts/<int:pk>/sign/", signing.sign, name="sign"),
    path("drafts/<int:pk>/set-aside/", drafts.set_aside, name="set_aside"),
    path("drafts/<int:pk>/file/<slug:form>/", files.draft_file, name="draft_file"),
    path("drafts/<int:pk>/write/<slug:section>/", writing.section, name="section"),
    path("<str:reference>/", agreements.detail, name="detail"),
    path("<str:reference>/file/<slug:form>/", files.agreement_file, name="file"),
    path("<str:reference>/synthetic/<slug:record>/", files.synthetic_file, name="synthetic"),
    path("<str:reference>/pilot/", ending.pilot, name="pilot"),
    path("<str:reference>/amend/", ending.amend, name="amend"),
    path("<str:reference>/join/", ending.join, name="join"),
    path("<str:reference>/terminate/", ending.terminate, name="terminate"),
    path("<str:reference>/take-back-notice/", ending.take_back_notice, name="take_back_notice"),
    path("<str:reference>/begin-closing/", ending.begin_closing, name="begin_closing"),
]
