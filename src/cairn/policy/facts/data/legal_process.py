"""Define the facts of legal process and of public-records requests."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import (
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    PublicRequestState,
)

__all__ = ["LegalProcessFact", "OrderedDisclosure", "PublicRequestFact"]


@dataclass(frozen=True, slots=True)
class LegalProcessFact:
    """Describe one subpoena, order, warrant or other demand for a data owner's records.

    Attributes:
        kind: what was served.
        state: present state.
        effort_on: day of a reasonable effort to notify the family; None if none was made.
        sealed: the order that forbids notice, in words; empty if there is none.
        students: number of students that a disclosure under it names.
    """

    kind: LegalProcessKind
    state: LegalProcessState
    effort_on: date | None = None
    sealed: str = ""
    students: int = 0


@dataclass(frozen=True, slots=True)
class OrderedDisclosure:
    """Describe what counsel of a data owner allows under legal process.

    Attributes:
        id: id of the legal process.
        organization: slug of the data owner that was served.
        recipient: slug of the organization that the records go to; empty if it is no partner.
        people: ids of the students; empty if counsel named none.
        issued_on: day on which it was issued.
        decided_on: day on which counsel decided; ``None`` if counsel did not.
    """

    id: str
    organization: str
    recipient: str
    people: frozenset[str]
    issued_on: date
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class PublicRequestFact:
    """Describe one request under a public-records law.

    Attributes:
        level: what it asks for.
        state: present state.
        exemption: the exemption or law that a denial cites; empty if none is cited.
        deidentified: whether the figures passed disclosure review, so that they name no student.
    """

    level: PublicRequestLevel
    state: PublicRequestState
    exemption: str = ""
    deidentified: bool = False
