"""Define the facts of the copy of a record for a family, and of its download."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary import CopyExclusion, SpecialClass

__all__ = ["CopyAccessFact", "RecordCopyFact"]


@dataclass(frozen=True, slots=True)
class RecordCopyFact:
    """Describe the copy of one student's record, as an organization prepares it.

    Attributes:
        person: facts of the student on that day.
        organization: the organization that keeps the record.
        minor_ages: special class → age in years from which a minor consents alone under the law of
            the organization's state; a class that is not listed is unknown.
        exclusions: why records are left out.
        left_out: record types that are left out for these reasons.
        texts: elements with text that people wrote.
        texts_read: whether a person read these texts, and they are about this student alone.
        counsel: name of the counsel who reviewed the copy; empty if none did.
    """

    person: PersonFact
    organization: OrganizationFact
    minor_ages: Mapping[SpecialClass, int] = field(default_factory=lambda: MappingProxyType({}))
    exclusions: frozenset[CopyExclusion] = frozenset()
    left_out: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    texts_read: bool = False
    counsel: str = ""


@dataclass(frozen=True, slots=True)
class CopyAccessFact:
    """Describe who asked for a copy, and how long it can be downloaded.

    Attributes:
        requester: signer key of the person who asked.
        letter: id of the letter that opened the page on which the person asked; empty is unknown.
        letter_valid: whether that letter still opens the family page.
        withdrawn: whether the person withdrew the request.
        until: last day of the download; ``None`` if there is no copy.
    """

    requester: str
    letter: str = ""
    letter_valid: bool = False
    withdrawn: bool = False
    until: date | None = None
