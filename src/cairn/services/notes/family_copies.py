"""Read the notes and contacts of one child for the copy that its family gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action, NoteAudience
from cairn.services.notes import note_texts
from cairn.services.programs.api import Participant
from cairn.warehouse.store import WrongPermit

__all__ = ["CopiedText", "list_copied_texts", "read_copied_texts"]


@dataclass(frozen=True, slots=True)
class CopiedText:
    """A note or a contact as a copy names it, without what was written.

    Attributes:
        element: its data element, such as `note.12`.
        key: random key of its text.
        audience: its readers; a contact is with the family.
        day: the day that it is about.
        kind: value of the `NoteKind`, or of the `ContactChannel` of a contact.
        outcome: value of the `ContactOutcome`; empty for a note.
    """

    element: str
    key: str
    audience: NoteAudience
    day: date
    kind: str
    outcome: str = ""


def list_copied_texts(participant: Participant) -> tuple[CopiedText, ...]:
    """List the notes and contacts of a child that were not taken back, the newest first.

    Args:
        participant: the organization's own record of the child.

    Returns:
        Each with the audience of its present version.
    """
    notes = participant.notes.filter(withdrawn_at=None).prefetch_related("versions")
    current = [(note, list(note.versions.all())[-1]) for note in notes]
    texts = [
        CopiedText(
            f"note.{note.pk}",
            version.key,
            NoteAudience(version.audience),
            version.day,
            version.kind,
        )
        for note, version in current
    ]
    texts += (
        CopiedText(
            f"contact.{row.pk}", row.key, NoteAudience.FAMILY, row.day, row.channel, row.outcome
        )
        for row in participant.family_contacts.filter(withdrawn_at=None)
    )
    return tuple(sorted(texts, key=lambda item: (item.day, item.element), reverse=True))


def read_copied_texts(permit: Permit, texts: tuple[CopiedText, ...]) -> Mapping[str, str]:
    """Read what notes and contacts say, as far as a permit lets it out.

    The adult who was contacted is left out: it can be the other parent.

    Args:
        permit: permit to release a copy of the program's record of the child.
        texts: what `list_copied_texts` returned.

    Returns:
        Text by data element.

    Raises:
        WrongPermit: it is for another action.
    """
    if permit.action is not Action.RELEASE_COPY:
        raise WrongPermit("Notes leave the program with a permit to release a copy alone.")
    chosen = [item for item in texts if item.element in permit.elements]
    plain = note_texts.load_texts(item.key for item in chosen)
    return {
        item.element: plain[item.key].get("text") or plain[item.key].get("summary", "")
        for item in chosen
    }
