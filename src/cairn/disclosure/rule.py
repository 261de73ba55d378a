"""How much must stay unknown: the rule that protector and attacker share, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Zeros(StrEnum):
    """Whether an empty group may ever be withheld. An outsider is assumed to know which."""

    SHOWN = "shown"
    """Empty groups are always shown. The outsider then knows that a withheld group has members,
    and the protector must withstand that knowledge."""

    COVER = "cover"
    """Empty groups may be withheld to cover others, unless they are empty by structure: two of
    the group's values never occur together, as a grade that a school does not offer. An empty
    group of one or two dimensions is such a structure itself."""


class Sums(StrEnum):
    """What withheld cells may add up to. Where their total is shown, their sum follows from it:
    two races of 3 and 4 children at a school are one known group of 7."""

    PROTECTED = "protected"
    """Withheld cells that divide a shown total add up to the minimum or more."""

    FREE = "free"
    """They may add up to a small number, as in most published practice. Each cell by itself
    keeps its width."""


FREELY_CROSSED = 2
"""An empty group of so many dimensions is always shown, whatever the policy on zeros."""

FEWEST_VALUES = 2
"""A cell with a single possible value is not withheld at all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a published table must withstand. Defaults: minimum group of 10, as most states.

    Args:
        minimum: a group, or an outcome of a group, of fewer people is small and is withheld.
        width_small: whole values that stay possible for every cell which may be small.
        width_complementary: the same for cells that cannot be small, withheld to cover others.
        zeros: whether empty groups are always shown.
        sums: whether withheld cells may together be a small group whose size is known.
        unnamed: values of dimensions that name no group anyone could belong to, such as "no
            school on record". Nobody outside can tell who is in it, so that an outcome of none
            (or of all) of them tells nothing of anyone. A few people in it stay small.
    """

    minimum: int = 10
    width_small: int = 3
    width_complementary: int = 2
    zeros: Zeros = Zeros.SHOWN
    sums: Sums = Sums.PROTECTED
    unnamed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not FEWEST_VALUES <= self.width_complementary <= self.width_small:
            raise ValueError(
                "A complementary cell needs at least two possible values, "
                "and a small cell no fewer than a complementary one."
            )
        if self.width_small >= self.minimum:
            raise ValueError(
                f"Fewer than {self.minimum} is small: such a cell has {self.minimum - 1} possible "
                f"values and cannot keep {self.width_small}. Raise the minimum."
            )

    def width(self, least: float) -> int:
        """Whole values that must stay possible for a withheld cell that is at least ``least``.

        An outsider who can tell that a cell is not small learns less by narrowing it.
        """
        return self.width_small if least < self.minimum else self.width_complementary
