"""Check hints to the audit: other feasible tables that the protector says exist.

A table that agrees with everything published is proof, no matter who found it. So the protector
may say where to look. A hint cannot make the attacker see a table that does not exist, because
each is checked by integer arithmetic first; and the attacker searches for what no hint names.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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
        self._changes = changes
        self._part = np.array([unknown for change in changes for unknown in change], np.int64)
        self._by = np.array([by for change in changes for by in change.values()], np.int64)
        self._ends = np.cumsum([len(change) for change in changes], dtype=np.int64)
        self._change = np.repeat(np.arange(len(changes)), [len(change) for change in changes])
        self._true = self._find_changes_that_keep_sums(rows, len(floors)).tolist()
        self._floors = np.array(floors, np.int64)[self._part]
        self._ceilings = np.array(ceilings, np.float64)[self._part]
        self._start = start[self._part]
        self._fitting = dict[int, list[bool]]()
        self._through = defaultdict[int, list[int]](list)
        for unknown, number in zip(self._part.tolist(), self._change.tolist(), strict=True):
            self._through[unknown].append(number)
        self._left = set(range(len(changes)))

    def find_steps(self, unknown: int, most: int) -> Iterator[TableStep]:
        """List the changes of an unknown that do lead to feasible tables, in both directions.

        Multiples up to ``most`` times are tried. Each change is taken once.
        """
        multiples = [by for size in range(1, most + 1) for by in (size, -size)]
        for number in self._through.get(unknown, ()):
            if number in self._left and self._true[number]:
                end = self._ends[number]
                entries = slice(end - len(self._changes[number]), end)
                part, by = self._part[entries], self._by[entries]
                for multiple in multiples:
                    if self._list_fitting(multiple)[number]:
                        yield part, multiple * by
            self._left.discard(number)

    def _find_changes_that_keep_sums(
        self, rows: Sequence[EquationRow], size: int
    ) -> NDArray[np.bool_]:
        """Check exactly which changes leave every equation unchanged."""
        lengths = [len(plus) + len(minus) for plus, minus, _ in rows]
        unknowns = np.array([u for plus, minus, _ in rows for u in (*plus, *minus)], np.int64)
        signs = np.array(
            [f for plus, minus, _ in rows for f in [1] * len(plus) + [-1] * len(minus)], np.int64
        )
        order = np.argsort(unknowns, kind="stable")
        row = np.repeat(np.arange(len(rows)), lengths)[order]
        first = np.searchsorted(unknowns[order], np.arange(size + 1))
        # Each entry of a change, once for every equation that its unknown is part of.
        counts = first[self._part + 1] - first[self._part]
        entry = np.repeat(np.arange(len(self._part)), counts)
        place = np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)
        term = first[self._part[entry]] + place
        touched, group = np.unique(
            self._change[entry] * max(len(rows), 1) + row[term], return_inverse=True
        )
        sums = np.zeros(len(touched), np.int64)
        np.add.at(sums, group, self._by[entry] * signs[order][term])
        keeps = np.ones(len(self._changes), np.bool_)
        keeps[touched[sums != 0] // max(len(rows), 1)] = False
        return keeps

    def _list_fitting(self, multiple: int) -> list[bool]:
        """List, by change, whether so many times the change stays within all limits."""
        if multiple not in self._fitting:
            values = self._start + multiple * self._by
            outside = (values < self._floors) | (values > self._ceilings)
            fits = np.ones(len(self._changes), np.bool_)
            fits[self._change[outside]] = False
            self._fitting[multiple] = fits.tolist()
        return self._fitting[multiple]
