"""Erase notes, contacts and appointments about children when their records are destroyed."""

from collections.abc import Sequence

from cairn.services.notes import models
from cairn.services.programs.api import Participant


def erase_notes_of(participants: Sequence[Participant]) -> None:
    """Erase everything that was written about participants.

    Args:
        participants: the participants.
    """
    notes = models.ParticipantNote.objects.filter(participant__in=participants)
    versions = models.NoteVersion.objects.filter(note__in=notes)
    contacts = models.FamilyContact.objects.filter(participant__in=participants)
    appointments = models.Appointment.objects.filter(participant__in=participants)
    for rows in (versions, contacts, appointments):
        # A list of keys: the two databases cannot be joined.
        keys = list(rows.values_list("key", flat=True))
        models.NoteText.objects.filter(key__in=keys).delete()
    appointments.update(replaces=None)
    versions.delete()
    notes.delete()
    contacts.delete()
    appointments.delete()
