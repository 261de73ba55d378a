"""Pages about what families decline."""

from django.urls import path

from cairn.consents.views import opt_outs

app_name = "opt_outs"
urlpatterns = [
    path("", opt_outs.listed, name="list"),
    path("record/", opt_outs.record, name="record"),
    path("withdraw/", opt_outs.withdraw, name="withdraw"),
    path("<int:pk>/undo/", opt_outs.undo, name="undo"),
]
