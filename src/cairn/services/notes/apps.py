"""Configure the Django app for notes, contacts with families and appointments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    """Notes about participants, contacts with their families and appointments."""

    name = "cairn.services.notes"
    label = "notes"
    verbose_name = _("Notes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the appointments in the calendar, and how a destroyed record is erased."""
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later
        from cairn.services.programs.api import register_participant_eraser

        erase_notes = call_later("cairn.services.notes.note_erasure.erase_notes_of")
        register_participant_eraser("notes", erase_notes)
        register_deadline_source(
            call_later("cairn.services.notes.appointment_queries.list_appointment_deadlines")
        )
