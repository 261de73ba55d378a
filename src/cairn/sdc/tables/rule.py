"""Define how much must stay unknown: the rule that protector and attacker share, as data."""

from dataclasses import dataclass
from typing import Final

from cairn.sdc.options import Sums, Zeros

__all__ = ["MOST_DIMS_OF_SHOWN_ZERO", "SMALLEST_MINIMUM_CELL", "SuppressionRule"]

MOST_DIMS_OF_SHOWN_ZERO = 2
"""An empty group of at most this many dimensions is shown under either policy on zeros."""

FEWEST_POSSIBLE_VALUES = 2
"""A cell with a single possible value is not withheld at all."""


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """State what a published table must withstand.

    The default minimum group is 10, as in most states.

    Args:
        minimum: a group, or an outcome of a group, of fewer people is small and is withheld
            (primary suppression).
        width_small: whole values that stay possible for every cell that may be small.
        width_complementary: whole values that stay possible for every cell that cannot be small
            and is withheld to cover others (complementary suppression).
        zeros: whether empty groups are always shown.
        sums: whether withheld cells may together be a small group of known size.
        unnamed: values of dimensions that name no group anyone could belong to, such as "no
            school on record". No outsider can tell who is in it, so an outcome of none
            (or of all) of them discloses nothing about anyone. A few people in it stay small.

    Raises:
        ValueError: the widths contradict each other or the minimum.
    """

    minimum: int = 10
    width_small: int = 3
    width_complementary: int = 2
    zeros: Zeros = Zeros.SHOWN
    sums: Sums = Sums.PROTECTED
    unnamed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not FEWEST_POSSIBLE_VALUES <= self.width_complementary <= self.width_small:
            raise ValueError(
                "A complementary cell needs at least two possible values, "
                "and a small cell no fewer than a complementary one."
            )
        if self.width_small >= self.minimum:
            raise ValueError(
                f"Fewer than {self.minimum} is small: such a cell has {self.minimum - 1} possible "
                f"values and cannot keep {self.width_small}. Raise the minimum."
            )

    def required_width(self, least: float) -> int:
        """Count the whole values that must stay possible for a withheld cell.

        The cell counts at least ``least`` people as far as an outsider knows. An outsider who can
        tell that a cell is not small learns less by narrowing it.
        """
        return self.width_small if least < self.minimum else self.width_complementary


SMALLEST_MINIMUM_CELL: Final = SuppressionRule().width_small + 1
"""The lowest minimum group size: with a smaller one, a small cell has too few possible values."""
