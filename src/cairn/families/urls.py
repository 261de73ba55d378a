"""Pages of families."""

from django.urls import path

from cairn.families.views import child, district, enter, letters

app_name = "families"
urlpatterns = [
    path("", enter.enter, name="enter"),
    path("leave/", enter.leave, name="leave"),
    path("child/", child.home, name="home"),
    path("child/record/", child.record, name="record"),
    path("child/form/<int:pk>/", child.agree, name="agree"),
    path("child/stop/<slug:reference>/", child.stop, name="stop"),
    path("child/stopped/<slug:reference>/", child.stopped, name="stopped"),
    path("child/decline/<slug:scope>/", child.decline, name="decline"),
    path("child/copy/", child.copy, name="copy"),
    path("child/copy/<int:pk>/withdraw/", child.no_copy, name="no_copy"),
    path("letters/", letters.write, name="letters"),
    path("letters/find/", letters.of_child, name="letters_of"),
    path("letters/<int:pk>/", letters.of_run, name="run"),
    path("letters/one/<int:pk>/stop/", letters.stop, name="stop_letter"),
    path("letters/one/<int:pk>/replace/", letters.replace, name="replace_letter"),
    path("letters/<int:pk>/stop/", letters.stop_all, name="stop_letters"),
    path("copies/", district.copies, name="copies"),
    path("copies/<int:pk>/", district.answer, name="answer"),
]
