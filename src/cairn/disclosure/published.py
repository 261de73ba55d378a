"""What leaves: every cell of every margin, each shown or withheld, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cairn.disclosure.certificate import Certificate
from cairn.disclosure.table import Key

WHY_WITHHELD = (
    "Some numbers are withheld because a group is small, or because a small group's number "
    "could be worked out from them. Which of the two is not shown, on purpose."
)


class Status(StrEnum):
    """One symbol for every withheld cell: a small and a covering cell must look the same."""

    PUBLISHED = "published"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One cell. ``key`` has a value for every dimension, "All" where summed over;
    ``n`` is the number of people, None where withheld."""

    key: Key
    n: int | None
    status: Status


@dataclass(frozen=True, slots=True)
class Explanation:
    """How many cells were withheld for which reason, never which. For reviewers and the audit
    file only: an outsider who knows that two hidden cells adding up to 18 are both small knows
    that both are 9.

    Args:
        small: cells withheld because they are small.
        complementary: cells withheld because a small one could be worked out from them.
        few_others: cells withheld because an organization that knows its own numbers could work
            out few others from them.
        by_table: withheld cells (of any reason) by the dimensions of each table asked for,
            margins included; a cell in two tables counts in both.
    """

    small: int
    complementary: int
    by_table: Mapping[tuple[str, ...], int]
    few_others: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """A protected set of tables with the certificate of its audit.

    Args:
        dims: names of the dimensions, in the order of each key.
        cells: every cell of every margin of every table, once.
        certificate: the attacker's audit of exactly these cells.
        explanation: for reviewers; not part of what is published.
    """

    dims: tuple[str, ...]
    cells: tuple[PublishedCell, ...]
    certificate: Certificate
    explanation: Explanation

    @property
    def withheld(self) -> int:
        """How many cells are withheld, which the public may know."""
        return sum(cell.status is Status.WITHHELD for cell in self.cells)
