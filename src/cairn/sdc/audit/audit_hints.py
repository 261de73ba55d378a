"""Check hints to the audit: other feasible tables that the protector says exist.

A table that agrees with everything published is proof, no matter who found it. So the protector
may say where to look. A hint cannot make the attacker see a table that does not exist, because
each is checked by integer arithmetic first; and the attacker searches for what no hint names.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cairn.sdc.audit.feasible_tables import EquationRow, WholeTable
from cairn.sdc.audit.table_steps import TableStep
from cairn.sdc.tables import Key

__all__ = ["AuditHints"]

HintedChange = Mapping[int, int]
"""By how much each of some unknowns changes."""


@dataclass(frozen=True, slots=True)
class AuditHints:
    """Say where to begin instead of searching, and where to look first.

    A wrong hint costs time and no more.

    Args:
        numbers: true numbers of unpublished cells, also of those behind a circle of tables;
            absent means zero.
        changes: changes of these numbers that lead to other feasible tables.
    """

    numbers: Mapping[Key, int] = field(default_factory=dict)
    changes: Sequence[Mapping[Key, int]] = ()


class HintChecker:
    """Check hinted changes of one feasible table.

    Args:
        rows: the equations.
        floors: the least each unknown can be.
        ceilings: the most; infinite where nothing bounds it.
        start: the table.
        changes: hinted changes, true or not.
    """

    def __init__(
        self,
        rows: Sequence[EquationRow],
        floors: Sequence[int],
        ceilings: Sequence[float],
        start: WholeTable,
        changes: Sequence[HintedChange],
    ) -> None:
        self._floors, self._ceilings, self._start = floors, ceilings, start.tolist()
        self._changes = changes
        self._terms = defaultdict[int, list[tuple[int, int]]](list)
        for number, (plus, minus, _) in enumerate(rows):
            for unknown in plus:
                self._terms[unknown].append((number, 1))
            for unknown in minus:
                self._terms[unknown].append((number, -1))
        self._through = defaultdict[int, list[int]](list)
        for number, change in enumerate(changes):
            for unknown in change:
                self._through[unknown].append(number)
        self._left = set(range(len(changes)))

    def find_steps(self, unknown: int, most: int) -> Iterator[TableStep]:
        """List the changes of an unknown that do lead to feasible tables, in both directions.

        Multiples up to ``most`` times are tried. Each change is taken once.
        """
        for number in self._through.get(unknown, ()):
            change = self._changes[number]
            if number in self._left and self._keeps_sums(change):
                yield from self._list_multiples(change, most)
            self._left.discard(number)

    def _keeps_sums(self, change: HintedChange) -> bool:
        sums = defaultdict[int, int](int)
        for unknown, by in change.items():
            for row, factor in self._terms[unknown]:
                sums[row] += factor * by
        return not any(sums.values())

    def _list_multiples(self, change: HintedChange, most: int) -> Iterator[TableStep]:
        part, by = np.array(list(change)), np.array(list(change.values()))
        for size in range(1, most + 1):
            for multiple in (size, -size):
                if self._is_within_bounds(change, multiple):
                    yield part, multiple * by

    def _is_within_bounds(self, change: HintedChange, multiple: int) -> bool:
        floors, ceilings, start = self._floors, self._ceilings, self._start
        return all(
            floors[unknown] <= start[unknown] + multiple * by <= ceilings[unknown]
            for unknown, by in change.items()
        )
