"""Map the URLs of opt-out pages."""

from django.urls import path

from cairn.governance.consents.views import opt_outs

app_name = "opt_outs"

urlpatterns = [
    path("", opt_outs.opt_out_list, name="list"),
    path("record/", opt_outs.record_opt_outs_page, name="record"),
    path("withdraw/", opt_outs.withdraw_opt_outs_page, name="withdraw"),
    path("<int:pk>/undo/", opt_outs.undo_opt_out_recording_page, name="undo"),
]
