"""URLs of deliveries."""

from django.urls import path

from cairn.data.intake.views import (
    corrections,
    deliveries,
    file_requests,
    proposals,
    watched_folders,
)

app_name = "intake"

urlpatterns = [
    path("", deliveries.delivery_list, name="deliveries"),
    path("new/", deliveries.delivery_upload, name="upload"),
    path("waiting/<int:pk>/", proposals.proposal_columns, name="proposal"),
    path("waiting/<int:pk>/preview/", proposals.proposal_preview, name="proposal_preview"),
    path("waiting/<int:pk>/cancel/", proposals.proposal_cancellation, name="proposal_cancel"),
    path("waiting/<int:pk>/correction/", corrections.correction_preview, name="correction"),
    path("requests/", file_requests.file_request_list, name="file_requests"),
    path("requests/new/", file_requests.file_request_new, name="file_request_new"),
    path(
        "requests/<int:pk>/withdraw/",
        file_requests.file_request_withdrawal,
        name="file_request_withdraw",
    ),
    path("folders/", watched_folders.watched_folder_list, name="watched_folders"),
    path(
        "folders/files/<int:pk>/dismiss/",
        watched_folders.folder_file_dismissal,
        name="folder_file_dismiss",
    ),
    path("send/<str:key>/", file_requests.requested_file, name="requested_file"),
    path("<int:pk>/", deliveries.delivery_detail, name="delivery"),
    path("<int:pk>/correct/", corrections.delivery_correction, name="correct"),
    path("<int:pk>/correct/rows/", corrections.row_correction, name="correct_rows"),
    path("<int:pk>/corrections.xlsx", corrections.correction_workbook, name="correction_workbook"),
    path("<int:pk>/corrections.csv", corrections.correction_csv, name="correction_csv"),
    path("<int:pk>/check/", deliveries.delivery_check, name="check"),
    path("<int:pk>/withdraw/", deliveries.delivery_withdrawal, name="withdraw"),
    path("<int:pk>/replace/", deliveries.delivery_replacement, name="replace"),
    path("<int:pk>/part/", deliveries.delivery_part, name="part"),
    path("<int:pk>/cancel/", deliveries.delivery_cancellation, name="cancel"),
    path("<int:pk>/mapping/", deliveries.delivery_mapping, name="mapping"),
]
