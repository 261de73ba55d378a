"""Map the URLs of the family page and of the district's letters and copies."""

from django.urls import path

from cairn.services.families.views import (
    amendments,
    child_page,
    copies,
    corrections,
    district,
    program_copies,
    programs,
    session,
)

app_name = "families"

urlpatterns = [
    path("", session.enter, name="enter"),
    path("leave/", session.leave, name="leave"),
    path("child/", child_page.home, name="home"),
    path("child/record/", child_page.record, name="record"),
    path("child/programs/", programs.timeline, name="timeline"),
    path("child/programs/<slug:slug>/copy/", programs.ask_program, name="ask_program"),
    path("child/form/<int:pk>/", child_page.agree, name="agree"),
    path("child/stop/<slug:reference>/", child_page.stop, name="stop"),
    path("child/stopped/<slug:reference>/", child_page.stopped, name="stopped"),
    path("child/decline/<slug:scope>/", child_page.decline, name="decline"),
    path("child/copy/", child_page.copy, name="copy"),
    path("child/copy/<int:pk>/withdraw/", child_page.no_copy, name="no_copy"),
    path("child/copy/<int:pk>/", copies.copy_page, name="copy_page"),
    path("child/copy/<int:pk>/<slug:kind>/", copies.copy_file, name="copy_file"),
    path("child/correction/", amendments.amendment, name="amendment"),
    path("child/corrections/", amendments.amendment_reader, name="amendment_reader"),
    path(
        "child/correction/<int:pk>/withdraw/",
        amendments.amendment_withdrawal,
        name="amendment_withdrawal",
    ),
    path(
        "child/correction/<int:pk>/hearing/", amendments.amendment_hearing, name="amendment_hearing"
    ),
    path(
        "child/correction/<int:pk>/statement/",
        amendments.amendment_statement,
        name="amendment_statement",
    ),
    path("letters/", district.print_letters_page, name="letters"),
    path("letters/find/", district.child_letters_page, name="letters_of"),
    path("letters/<int:pk>/", district.letter_run_page, name="run"),
    path("letters/one/<int:pk>/stop/", district.stop_letter_page, name="stop_letter"),
    path("letters/one/<int:pk>/replace/", district.replace_letter_page, name="replace_letter"),
    path("letters/<int:pk>/stop/", district.stop_letter_run, name="stop_letters"),
    path("corrections/", corrections.amendment_list, name="amendments"),
    path("corrections/new/", corrections.new_amendment, name="new_amendment"),
    path("corrections/<int:pk>/scan/", corrections.amendment_scan, name="amendment_scan"),
    path("corrections/<int:pk>/", corrections.amendment_detail, name="amendment_detail"),
    path(
        "corrections/<int:pk>/decision/", corrections.amendment_decision, name="amendment_decision"
    ),
    path("corrections/<int:pk>/hearing/", corrections.hearing_schedule, name="hearing_schedule"),
    path(
        "corrections/<int:pk>/hearing/decision/",
        corrections.hearing_decision,
        name="hearing_decision",
    ),
    path("programs/", programs.program_access, name="program_access"),
    path(
        "programs/participants/<int:pk>/copy/",
        program_copies.program_copy_page,
        name="program_copy",
    ),
    path("copies/", district.copy_request_list, name="copies"),
    path("copies/<int:pk>/", district.answer_copy_request_page, name="answer"),
    path("copies/<int:pk>/review/", copies.copy_review, name="copy_review"),
]
