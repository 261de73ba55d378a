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
        from cairn.services.notes.api import list_appointment_deadlines
        from cairn.services.notes.note_erasure import erase_notes_of
        from cairn.services.programs.api import register_participant_eraser

        register_participant_eraser("notes", erase_notes_of)
        register_deadline_source(list_appointment_deadlines)
