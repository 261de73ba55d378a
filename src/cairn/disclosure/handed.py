"""Whole tables that somebody else says there are: each is checked exactly before it counts.

One that agrees with everything published is proof, wherever it came from. So whoever made what is
attacked may say where to look. That cannot make the attacker see what is not there, and what it is
not told of, it looks for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cairn.disclosure.steps import Step
from cairn.disclosure.table import Key
from cairn.disclosure.whole_tables import Row, Whole

Change = Mapping[int, int]
"""By how much each of some unknowns changes."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin instead of searching, and where to look first. What is wrong of it costs time
    and no more.

    Args:
        numbers: for what is not published, of cells behind a circle of tables too; absent means
            zero.
        ways: changes of these numbers that lead to other whole tables.
    """

    numbers: Mapping[Key, int] = field(default_factory=dict)
    ways: Sequence[Mapping[Key, int]] = ()


class Handed:
    """Changes of one whole table, as somebody says.

    Args:
        rows: the equations.
        floors: the least each unknown can be.
        ceilings: the most; infinite where nothing says so.
        start: the table.
        changes: true or not.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        floors: Sequence[int],
        ceilings: Sequence[float],
        start: Whole,
        changes: Sequence[Change],
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

    def steps(self, unknown: int, most: int) -> Iterator[Step]:
        """The changes of an unknown that do lead to whole tables, forth and back and up to
        ``most`` times as far. Each change is taken once."""
        for number in self._through.get(unknown, ()):
            change = self._changes[number]
            if number in self._left and self._keeps_sums(change):
                yield from self._multiples(change, most)
            self._left.discard(number)

    def _keeps_sums(self, change: Change) -> bool:
        sums = defaultdict[int, int](int)
        for unknown, by in change.items():
            for row, factor in self._terms[unknown]:
                sums[row] += factor * by
        return not any(sums.values())

    def _multiples(self, change: Change, most: int) -> Iterator[Step]:
        part, by = np.array(list(change)), np.array(list(change.values()))
        for size in range(1, most + 1):
            for times in (size, -size):
                if self._fits(change, times):
                    yield part, times * by

    def _fits(self, change: Change, times: int) -> bool:
        floors, ceilings, start = self._floors, self._ceilings, self._start
        return all(
            floors[unknown] <= start[unknown] + times * by <= ceilings[unknown]
            for unknown, by in change.items()
        )
