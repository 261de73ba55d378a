"""Facts about small cells: how they are displayed, and what a rule requires."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SmallCellDisplay", "SmallCellRequirement"]


class SmallCellDisplay(StrEnum):
    """What a protection method shows in place of a small number."""

    NOTHING = "nothing"
    RANGE = "range"
    ANOTHER_NUMBER = "another_number"


@dataclass(frozen=True, slots=True)
class SmallCellRequirement:
    """What a rule of the field or an agreement requires for small numbers.

    Args:
        name: the rule's name, or the agreement's reference.
        citation: where the requirement is written.
        minimum: a number of fewer people is withheld.
        percentages: whether it allows only percentages, without their counts.
    """

    name: str
    citation: str
    minimum: int
    percentages: bool = False
