"""Attack several releases for groups of attackers who can be there at the same time.

The attack on one release begins from a table that every kind of person believes: all its people are
in it. For two releases it is not known who came or left, only who may have; and where one person
came to two groups, it was to either. So kinds of people who can be there together share one attack,
others have separate ones; and a kind of person that no table has needs no protection.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import inf

import numpy as np

from cairn.sdc import audit
from cairn.sdc.tables import Key, SuppressionRule


def find_narrowed_cells(
    knowledge: audit.AttackerKnowledge,
    rule: SuppressionRule,
    start: Mapping[Key, int],
    about: Collection[Key] | None = None,
    known: Collection[Key] = (),
) -> set[Key]:
    """Find the withheld cells that leave an outsider or a participant too few values.

    Args:
        knowledge: the kinds of people in it are those there may be.
        rule: how many values are enough.
        start: numbers to begin from, where they are a feasible table.
        about: only components with one of these cells are looked at, if any are given.
        known: cells known to be narrowed already; they are not examined.

    Returns:
        The keys of the narrowed cells.

    Raises:
        InconsistentTableError: no feasible table agrees with the attacker's knowledge.
    """
    keys = (*knowledge.targets, *knowledge.behind)
    targets = {index for index, key in enumerate(knowledge.targets) if key not in known}
    looked = {index for index, key in enumerate(knowledge.targets) if about is None or key in about}
    component_attackers = [
        (component_, _CompatibleAttackers(component_, knowledge, start))
        for component_ in audit.split_into_components(knowledge)
        if not looked.isdisjoint(component_[0])
    ]
    impossible_kinds = {
        kind for _, attackers in component_attackers for kind in attackers.impossible
    }
    possible_kinds = [
        kind
        for kind in knowledge.kinds
        if not any(impossible <= kind for impossible in impossible_kinds)
    ]
    result = set[Key]()
    for (unknowns, equations, _), attackers in component_attackers:
        parts = {kind.intersection(unknowns) for kind in possible_kinds}
        steps: list[audit.TableStep] = []
        for table, kinds in attackers.groups:
            if targets.isdisjoint(unknowns):
                break
            believed = [kind for kind in kinds if kind in parts]
            begin = {keys[index]: int(n) for index, n in zip(unknowns, table, strict=True)}
            solver = audit.ComponentSolver(
                unknowns, equations, believed, knowledge, rule, begin, targets
            )
            solver.taken += steps
            unsafe = {
                index for index, interval in solver.find_intervals().items() if not interval.safe
            }
            result |= {keys[index] for index in unsafe}
            targets -= unsafe
            steps = solver.taken
    return result


class _CompatibleAttackers:
    """Group the kinds of people who can be there together, in one connected set of unknowns.

    ``groups`` are feasible tables, each with the kinds of people attacked for from there, with no
    kind where there are none. ``impossible`` are those that no table has.
    """

    def __init__(
        self,
        component: audit.KnowledgeComponent,
        knowledge: audit.AttackerKnowledge,
        start: Mapping[Key, int],
    ) -> None:
        unknowns, equations, kinds = component
        self._place = {number: index for index, number in enumerate(unknowns)}
        self._rows: list[audit.EquationRow] = [
            (
                tuple(self._place[u] for u in equation.plus),
                tuple(self._place[u] for u in equation.minus),
                equation.known,
            )
            for equation in equations
        ]
        self._floors = [knowledge.floors[number] for number in unknowns]
        self._ceilings = [knowledge.ceilings[number] for number in unknowns]
        self._tables = audit.FeasibleTableSearch(self._rows, self._floors, self._ceilings)
        keys = (*knowledge.targets, *knowledge.behind)
        self._start = np.array([start.get(keys[number], 0) for number in unknowns], np.int64)
        any_table = self._find_table_with(())
        if any_table is None:
            raise audit.InconsistentTableError("No whole table agrees with both releases.")
        self.impossible: list[audit.ParticipantKind] = []
        self.groups = list(self._divide_kinds(kinds)) or [(any_table, [])]

    def _divide_kinds(
        self, kinds: Sequence[audit.ParticipantKind]
    ) -> Iterator[tuple[audit.WholeTable, list[audit.ParticipantKind]]]:
        _, high = audit.propagate_bounds(self._rows, self._floors, self._ceilings)
        high -= self._floors
        self.impossible += [
            k for k in kinds if not all(high[self._place[index]] >= 1 for index in k)
        ]
        remaining = [kind for kind in kinds if kind not in self.impossible]
        table = self._find_table_with(frozenset().union(*remaining)) if remaining else None
        while remaining:
            table = (
                self._find_fullest_table(frozenset().union(*remaining)) if table is None else table
            )
            present = [kind for kind in remaining if self._is_present(kind, table)]
            if table is None or not present:
                break
            yield table, present
            remaining, table = [kind for kind in remaining if kind not in present], None
        for kind in remaining:
            # No two of them fit together, or the solver did not find how.
            table_alone = self._find_table_with(kind)
            if table_alone is None:
                self.impossible.append(kind)
            else:
                yield table_alone, [kind]

    def _is_present(self, kind: audit.ParticipantKind, table: audit.WholeTable | None) -> bool:
        return table is not None and all(
            table[index] > self._floors[index] for index in (self._place[number] for number in kind)
        )

    def _find_table_with(self, unknowns: Collection[int]) -> audit.WholeTable | None:
        """Find a table in which each of these unknowns is above its floor."""
        self._tables.require_above_floor([self._place[unknown] for unknown in unknowns])
        return self._tables.find_table_quickly(self._start)

    def _find_fullest_table(self, unknowns: Collection[int]) -> audit.WholeTable | None:
        """Find a table in which many of these unknowns are above their floors.

        Above its floor, each is written as the first person and all others, and tables with many
        first people are looked for.
        """
        size, indices = len(self._floors), [self._place[index] for index in unknowns]
        first = range(size, size + 2 * len(indices), 2)
        rows = [
            ((index,), (first_person, first_person + 1), self._floors[index])
            for index, first_person in zip(indices, first, strict=True)
        ]
        tables = audit.FeasibleTableSearch(
            [*self._rows, *rows],
            self._floors + [0, 0] * len(indices),
            self._ceilings + [1, inf] * len(indices),
        )
        table = tables.find_fullest_table(first)
        return None if table is None else table[:size]
