"""URLs of notes, contacts with families and appointments."""

from django.urls import path

from cairn.services.notes.views import appointments, contacts, notes

app_name = "notes"

urlpatterns = [
    path("participants/<int:pk>/", notes.note_list, name="notes"),
    path("participants/<int:pk>/new/", notes.new_note, name="new_note"),
    path("<int:pk>/", notes.note_page, name="note"),
    path("<int:pk>/correct/", notes.correct_page, name="correct_note"),
    path("<int:pk>/withdraw/", notes.withdraw_page, name="withdraw_note"),
    path("participants/<int:pk>/contacts/", contacts.contact_list, name="contacts"),
    path("participants/<int:pk>/contacts/new/", contacts.new_contact, name="new_contact"),
    path("contacts/<int:pk>/withdraw/", contacts.withdraw_page, name="withdraw_contact"),
    path("groups/<int:pk>/contacts/", contacts.group_contacts, name="group_contacts"),
    path("appointments/", appointments.own_appointments, name="own_appointments"),
    path(
        "participants/<int:pk>/appointments/",
        appointments.child_appointments,
        name="child_appointments",
    ),
    path(
        "participants/<int:pk>/appointments/new/",
        appointments.new_appointment,
        name="new_appointment",
    ),
    path("appointments/<int:pk>/", appointments.appointment_page, name="appointment"),
    path("appointments/<int:pk>/reschedule/", appointments.reschedule_page, name="reschedule"),
    path("appointments/<int:pk>/close/", appointments.close_page, name="close_appointment"),
]
