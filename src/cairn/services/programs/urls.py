"""URLs of programs."""

from django.urls import path

from cairn.services.programs.views import (
    attendance,
    delivery,
    funder_report,
    groups,
    meals,
    offline,
    participants,
    pick_up,
    programs,
    register,
    registrations,
)

app_name = "programs"

urlpatterns = [
    path("", programs.program_list, name="list"),
    path("new/", programs.new_program, name="new"),
    path("register/", register.open_groups, name="open_groups"),
    path("register/<int:pk>/", register.register_child_page, name="register"),
    path("groups/<int:pk>/registration/", registrations.offer_page, name="offer"),
    path("groups/<int:pk>/registrations/", registrations.queue_page, name="queue"),
    path("registrations/<int:pk>/", registrations.decision_page, name="registration"),
    path("<int:pk>/", programs.program_detail, name="detail"),
    path("<int:pk>/groups/new/", programs.new_group, name="new_group"),
    path("<int:pk>/dosage/", programs.program_dosage, name="dosage"),
    path("<int:pk>/funder-report/", funder_report.funder_report_page, name="funder_report"),
    path(
        "<int:pk>/funder-report/file/",
        funder_report.funder_report_file,
        name="funder_report_file",
    ),
    path("<int:pk>/delivery/", delivery.program_delivery, name="delivery"),
    path("<int:pk>/delivery/nightly/", delivery.nightly_delivery, name="nightly"),
    path("groups/<int:pk>/", programs.group_detail, name="group"),
    path("groups/<int:pk>/change/", groups.change_group, name="change_group"),
    path("groups/<int:pk>/continue/", groups.next_group, name="next_group"),
    path("groups/<int:pk>/enroll/", participants.enroll_child, name="enroll"),
    path("groups/offline/", offline.offline_page, name="offline"),
    path("groups/attendance-worker.js", offline.offline_worker, name="offline_worker"),
    path("groups/<int:pk>/<str:day>/pick-up/", pick_up.pick_up_page, name="pick_up"),
    path("pick-ups/<int:pk>/withdraw/", pick_up.withdraw_page, name="withdraw_pick_up"),
    path("groups/<int:pk>/<str:day>/roster/", offline.offline_roster, name="offline_roster"),
    path("groups/<int:pk>/<str:day>/marks/", offline.receive_marks, name="offline_marks"),
    path("<int:pk>/meals/", meals.meal_month_page, name="meal_month"),
    path("groups/<int:pk>/<str:day>/meals/", meals.meals_page, name="meals"),
    path("groups/<int:pk>/<str:day>/", attendance.attendance_page, name="attendance"),
    path("groups/<int:pk>/<str:day>/sheet/", attendance.attendance_sheet, name="sheet"),
    path("groups/<int:pk>/<str:day>/cancel/", attendance.cancel_page, name="cancel_session"),
    path("groups/<int:pk>/<str:day>/restore/", attendance.restore_day, name="restore_session"),
    path("enrollments/<int:pk>/end/", participants.end_page, name="end_enrollment"),
    path("enrollments/<int:pk>/reopen/", participants.reopen_page, name="reopen_enrollment"),
    path("participants/<int:pk>/change/", participants.change_page, name="change_participant"),
    path("participants/<int:pk>/", participants.participant_page, name="participant"),
]
