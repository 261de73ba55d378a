"""Define the facts of legal process and of public-records requests."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import (
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    PublicRequestState,
)

__all__ = ["LegalProcessFact", "PublicRequestFact"]


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
