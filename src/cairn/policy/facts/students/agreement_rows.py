"""Facts about the students named by rows under an agreement, and what schools declared."""

from dataclasses import dataclass
from typing import Final

from cairn.policy.facts.students.student import PersonFact

__all__ = ["NO_DECLARATIONS", "RowsFact", "SchoolDeclarations"]

NO_ORGANIZATIONS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SchoolDeclarations:
    """The organizations that have made each declaration for all their students.

    Any other organization has not declared it, or the declarations were not looked up.

    Args:
        nations: organizations that declared the tribal nations of their students.
        withheld: organizations that declared what they withhold.
    """

    nations: frozenset[str] = NO_ORGANIZATIONS
    withheld: frozenset[str] = NO_ORGANIZATIONS


NO_DECLARATIONS: Final = SchoolDeclarations()


@dataclass(frozen=True, slots=True)
class RowsFact:
    """The students named by the rows under one agreement, as they are on record on a day.

    Each ``id`` identifies the student as its own organization does, so that the consent of each
    provider's family is judged for that provider's rows.

    Args:
        agreement: reference of the agreement.
        children: facts about the students.
        said: the declarations that schools have made for all their students.
    """

    agreement: str
    children: tuple[PersonFact, ...]
    said: SchoolDeclarations = NO_DECLARATIONS
