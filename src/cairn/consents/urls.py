"""Pages about what families decline."""

from django.urls import path

from cairn.consents import views

app_name = "consents"
urlpatterns = [
    path("", views.opt_out_list, name="list"),
    path("record/", views.record, name="record"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
