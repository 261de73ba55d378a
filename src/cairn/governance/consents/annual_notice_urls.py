"""Map the URLs of pages about annual notices to families."""

from django.urls import path

from cairn.governance.consents.views import annual_notices

app_name = "notices"

urlpatterns = [
    path("", annual_notices.annual_notice_list, name="list"),
    path("record/<slug:slug>/", annual_notices.record_annual_notice_page, name="record"),
    path("<int:pk>/", annual_notices.annual_notice_detail, name="detail"),
    path("<int:pk>/correct/", annual_notices.correct_annual_notice_page, name="correct"),
    path("<int:pk>/withdraw/", annual_notices.withdraw_annual_notice_page, name="withdraw"),
]
