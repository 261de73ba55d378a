"""Define the facts of a program that could appear on a family's page about its own child."""

from dataclasses import dataclass

from cairn.policy.vocabulary import SpecialClass

__all__ = ["FamilyProgramFact"]


@dataclass(frozen=True, slots=True)
class FamilyProgramFact:
    """Describe a program with a record that may be of a family's child.

    Attributes:
        organization: slug of the organization that runs the program and keeps the record.
        shown: whether that organization states that families read the record on their page;
            ``None`` if it stated nothing.
        service: class of the service that a law of its own protects; ``None`` for any other.
        on_roster: whether the organization's own roster names the child.
        records: number of the organization's own records with the child's name and birth date.
        namesakes: number of children on the organization's roster with that name and birth date.
    """

    organization: str
    shown: bool | None = None
    service: SpecialClass | None = None
    on_roster: bool = False
    records: int = 0
    namesakes: int = 0
