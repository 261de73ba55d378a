"""Define the facts of what staff write about a participant: notes, contacts, appointments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.people.access import ProgramSite
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.vocabulary import CopyExclusion, NoteAudience

__all__ = [
    "AppointmentFact",
    "NewNoteFact",
    "NoteFact",
    "ParticipantCopyFact",
    "ServedChildFact",
]


@dataclass(frozen=True, slots=True)
class ServedChildFact:
    """Describe the time for which an organization serves a child, over all of its groups.

    Attributes:
        organization: slug of the organization that keeps the record.
        first_day: the day on which the child was first enrolled, or the first day of that
            enrollment if it is earlier; ``None`` if the child was never enrolled.
        last_day: last day of the last enrollment; ``None`` while one has no end.
        sites: the programs and sites at which the child is or was enrolled.
    """

    organization: str
    first_day: date | None
    last_day: date | None = None
    sites: frozenset[ProgramSite] = field(default=frozenset(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class NewNoteFact:
    """Describe a note before it is saved.

    Attributes:
        child: the time for which the organization serves the child.
        day: the day that the note is about.
        is_about_health: whether it is about the child's health.
        has_no_treatment_record: whether the author states that it holds no psychotherapy note and
            no record of substance use treatment.
    """

    child: ServedChildFact
    day: date
    is_about_health: bool
    has_no_treatment_record: bool


@dataclass(frozen=True, slots=True)
class NoteFact:
    """Describe a note, or a contact with a family, on record.

    Attributes:
        organization: slug of the organization that keeps it.
        audience: who may read it.
        author: actor id of its author.
        sites: the programs and sites at which the child is or was enrolled.
    """

    organization: str
    audience: NoteAudience
    author: str
    sites: frozenset[ProgramSite] = field(default=frozenset(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class AppointmentFact:
    """Describe an appointment about a child.

    Attributes:
        child: the time for which the organization serves the child.
        day: the day of the appointment.
        has_staff: whether the person who is to hold it may see the organization's records.
    """

    child: ServedChildFact
    day: date
    has_staff: bool


@dataclass(frozen=True, slots=True)
class ParticipantCopyFact:
    """Describe the copy of a program's own record of a child, as the program prepares it.

    Attributes:
        organization: the organization that keeps the record.
        agreements: the agreements to which it is a party, also those that are not in force.
        notes: audience of each note and contact, by element, such as ``note.12``.
        order: whether an order on record keeps an adult from the child.
        exclusions: why parts are left out.
        left_out: elements that are left out for these reasons.
        texts_read: whether a person read the texts, and they are about this child alone.
        counsel: name of the counsel who reviewed the copy; empty if none did.
    """

    organization: OrganizationFact
    agreements: tuple[AgreementFact, ...]
    notes: Mapping[str, NoteAudience]
    order: bool = False
    exclusions: frozenset[CopyExclusion] = frozenset()
    left_out: frozenset[str] = frozenset()
    texts_read: bool = False
    counsel: str = ""
