"""What those who may be there would find out, where not all who may be there can be at once.

The attack on one release begins from a table that everybody believes: all its people are in it.
Of two releases it is not known who came or left, only who may have; and where one person came to
two groups, it was to either. So those who can be there together are attacked for together, others
apart; and whom no table has is no one to protect from.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import inf

import numpy as np

from cairn.disclosure.attack import Lot, components
from cairn.disclosure.component import Component
from cairn.disclosure.limits import limits
from cairn.disclosure.outsider import Kind, Knowledge, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.steps import Step
from cairn.disclosure.table import Key
from cairn.disclosure.whole_tables import Row, Whole, WholeTables


def narrowed(
    knowledge: Knowledge,
    rule: Rule,
    start: Mapping[Key, int],
    about: Collection[Key] | None = None,
    known: Collection[Key] = (),
) -> set[Key]:
    """The withheld cells of which an outsider or somebody who knows one record is left
    with too few whole values.

    Args:
        knowledge: the kinds of people in it are those there may be.
        rule: how many values are enough.
        start: numbers to begin from, where they are a whole table.
        known: cells of which that is known already; they are not asked.
        about: only what hangs together with one of these cells is looked at, if any are given.

    Raises:
        NotATableError: no whole table agrees with what is known.
    """
    keys = (*knowledge.targets, *knowledge.behind)
    targets = {at for at, key in enumerate(knowledge.targets) if key not in known}
    looked = {at for at, key in enumerate(knowledge.targets) if about is None or key in about}
    lots = [
        (lot, _Together(lot, knowledge, start))
        for lot in components(knowledge)
        if not looked.isdisjoint(lot[0])
    ]
    nobody = {kind for _, together in lots for kind in together.impossible}
    real = [kind for kind in knowledge.kinds if not any(none <= kind for none in nobody)]
    found = set[Key]()
    for (unknowns, equations, _), together in lots:
        parts = {kind.intersection(unknowns) for kind in real}
        taken: list[Step] = []
        for table, kinds in together.lots:
            if targets.isdisjoint(unknowns):
                break
            believed = [kind for kind in kinds if kind in parts]
            begin = {keys[at]: int(n) for at, n in zip(unknowns, table, strict=True)}
            component = Component(unknowns, equations, believed, knowledge, rule, begin, targets)
            component.taken += taken
            unsafe = {at for at, one in component.ranges().items() if not one.safe}
            found |= {keys[at] for at in unsafe}
            targets -= unsafe
            taken = component.taken
    return found


class _Together:
    """Who can be there together, in unknowns that hang together.

    ``lots`` are whole tables, each with the kinds of people attacked for from there, none where
    there are none. ``impossible`` are those that no table has.
    """

    def __init__(self, lot: Lot, knowledge: Knowledge, start: Mapping[Key, int]) -> None:
        unknowns, equations, kinds = lot
        self._place = {number: at for at, number in enumerate(unknowns)}
        self._rows: list[Row] = [
            (
                tuple(self._place[u] for u in equation.plus),
                tuple(self._place[u] for u in equation.minus),
                equation.known,
            )
            for equation in equations
        ]
        self._floors = [knowledge.floors[number] for number in unknowns]
        self._ceilings = [knowledge.ceilings[number] for number in unknowns]
        self._tables = WholeTables(self._rows, self._floors, self._ceilings)
        keys = (*knowledge.targets, *knowledge.behind)
        self._start = np.array([start.get(keys[number], 0) for number in unknowns], np.int64)
        outside = self._with(())
        if outside is None:
            raise NotATableError("No whole table agrees with both releases.")
        self.impossible: list[Kind] = []
        self.lots = list(self._divided(kinds)) or [(outside, [])]

    def _divided(self, kinds: Sequence[Kind]) -> Iterator[tuple[Whole, list[Kind]]]:
        _, high = limits(self._rows, self._floors, self._ceilings)
        high -= self._floors
        self.impossible += [k for k in kinds if not all(high[self._place[at]] >= 1 for at in k)]
        left = [kind for kind in kinds if kind not in self.impossible]
        table = self._with(frozenset().union(*left)) if left else None
        while left:
            table = self._fullest(frozenset().union(*left)) if table is None else table
            here = [kind for kind in left if self._in(kind, table)]
            if table is None or not here:
                break
            yield table, here
            left, table = [kind for kind in left if kind not in here], None
        for kind in left:
            # No two of them, or the solver did not see it.
            alone = self._with(kind)
            if alone is None:
                self.impossible.append(kind)
            else:
                yield alone, [kind]

    def _in(self, kind: Kind, table: Whole | None) -> bool:
        return table is not None and all(
            table[at] > self._floors[at] for at in (self._place[number] for number in kind)
        )

    def _with(self, unknowns: Collection[int]) -> Whole | None:
        """A table in which each of these unknowns is above its floor."""
        self._tables.keep([self._place[at] for at in unknowns])
        return self._tables.any(self._start)

    def _fullest(self, unknowns: Collection[int]) -> Whole | None:
        """A table in which many of these unknowns are above their floors: above it, each is written
        as the first person and all others, and tables with many first people are looked for."""
        size, places = len(self._floors), [self._place[at] for at in unknowns]
        first = range(size, size + 2 * len(places), 2)
        rows = [
            ((at,), (one, one + 1), self._floors[at]) for at, one in zip(places, first, strict=True)
        ]
        tables = WholeTables(
            [*self._rows, *rows],
            self._floors + [0, 0] * len(places),
            self._ceilings + [1, inf] * len(places),
        )
        found = tables.most(first)
        return None if found is None else found[:size]
