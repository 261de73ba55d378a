"""Map the URLs of the family page and of the district's letters and copies."""

from django.urls import path

from cairn.services.families.views import child_page, district, session

app_name = "families"

urlpatterns = [
    path("", session.enter, name="enter"),
    path("leave/", session.leave, name="leave"),
    path("child/", child_page.home, name="home"),
    path("child/record/", child_page.record, name="record"),
    path("child/form/<int:pk>/", child_page.agree, name="agree"),
    path("child/stop/<slug:reference>/", child_page.stop, name="stop"),
    path("child/stopped/<slug:reference>/", child_page.stopped, name="stopped"),
    path("child/decline/<slug:scope>/", child_page.decline, name="decline"),
    path("child/copy/", child_page.copy, name="copy"),
    path("child/copy/<int:pk>/withdraw/", child_page.no_copy, name="no_copy"),
    path("letters/", district.print_letters_page, name="letters"),
    path("letters/find/", district.child_letters_page, name="letters_of"),
    path("letters/<int:pk>/", district.letter_run_page, name="run"),
    path("letters/one/<int:pk>/stop/", district.stop_letter_page, name="stop_letter"),
    path("letters/one/<int:pk>/replace/", district.replace_letter_page, name="replace_letter"),
    path("letters/<int:pk>/stop/", district.stop_letter_run, name="stop_letters"),
    path("copies/", district.copy_request_list, name="copies"),
    path("copies/<int:pk>/", district.answer_copy_request_page, name="answer"),
]
