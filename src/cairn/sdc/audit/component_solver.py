"""Find what stays possible for connected withheld cells: to outsiders and to participants.

One linear program for each withheld cell and each participant would be millions. But a feasible
table with a person in each participant's cell shows all of them the same as an outsider, and a
short step from it leaves few of these cells empty. So the audit notes for each value seen the few
kinds of people who know that its table is false, and searches again for these alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, floor, inf

import numpy as np

from cairn.sdc.audit.attacker_knowledge import (
    AttackerKnowledge,
    CellEquation,
    InconsistentTableError,
    ParticipantKind,
)
from cairn.sdc.audit.audit_hints import HintChecker, HintedChange
from cairn.sdc.audit.feasible_tables import (
    TOLERANCE,
    EquationRow,
    FeasibleTableSearch,
    WholeTable,
    propagate_bounds,
)
from cairn.sdc.audit.table_steps import NO_STEP, ImpossibleValues, StepSearch, TableStep
from cairn.sdc.tables import FeasibilityInterval, Key, SuppressionRule

__all__ = ["ComponentSolver"]

SEED = 20110603
"""The audit is repeatable: its random draws always start here."""

MOST_BASES = 40
"""Feasible tables from which short steps are taken, before cells are settled singly."""

SHORT_STEP_TURNS = 4
"""After this many of them longer steps are taken too, where short steps split people."""

TRIES_PER_VALUE = 8
"""Values tried per value required, where the values between two extremes have gaps."""

OUTSIDER_KIND = -1
"""Number of a kind of person that means: an outsider, who knows no record."""

ALL_KINDS = -2
"""Number of a kind that means: tables that no kind of person has a reason to rule out."""

WISHES_AT_ONCE = 8
"""Cells for which steps are looked for at once. With more, too many would split people."""


@dataclass(slots=True)
class _ValueSighting:
    """Record a value that a cell has in some feasible table.

    Args:
        whole: a table.
        step: from it to the one with the value.
        unseen: kinds of people who know of every such table seen so far that it is false.
    """

    whole: WholeTable
    step: TableStep
    unseen: set[int]


class ComponentSolver:
    """Collect the values that connected withheld cells take in feasible tables.

    Args:
        unknowns: by their numbers in the attacker's knowledge.
        equations: among them.
        kinds: what each kind of person knows of them.
        knowledge: of the whole publication.
        rule: how many values must be seen.
        start: numbers to begin from, where they are a feasible table.
        targets: the withheld cells to examine, by the same numbers.
        changes: hinted changes of that table, to look at first; true or not.

    ``taken`` are the steps that were found. Steps of another attack on the same unknowns may be
    added before, to be tried first.
    """

    def __init__(
        self,
        unknowns: list[int],
        equations: list[CellEquation],
        kinds: list[ParticipantKind],
        knowledge: AttackerKnowledge,
        rule: SuppressionRule,
        start: Mapping[Key, int],
        targets: Collection[int],
        changes: Sequence[HintedChange] = (),
    ) -> None:
        self.taken: list[TableStep] = []
        self._rule = rule
        width = rule.width_small
        self._near = [change_by for size in range(width - 1, 0, -1) for change_by in (size, -size)]
        self._far = [
            *self._near,
            *(change_by for size in (width, width + 1) for change_by in (size, -size)),
        ]
        self._keys = {
            index: (number, knowledge.targets[number])
            for index, number in enumerate(unknowns)
            if number in targets
        }
        index_of = {number: index for index, number in enumerate(unknowns)}
        rows: list[EquationRow] = [
            (
                tuple(index_of[u] for u in equation.plus),
                tuple(index_of[u] for u in equation.minus),
                equation.known,
            )
            for equation in equations
        ]
        self._kinds = [tuple(sorted(index_of[u] for u in kind)) for kind in kinds]
        self._known: dict[int, set[int]] = {}
        for number, kind in enumerate(self._kinds):
            for index in kind:
                self._known.setdefault(index, set()).add(number)
        self._limits = (
            rows,
            [knowledge.floors[number] for number in unknowns],
            [knowledge.ceilings[number] for number in unknowns],
        )
        self._tables = FeasibleTableSearch(*self._limits)
        keys = (*knowledge.targets, *knowledge.behind)
        self._start = np.array([start.get(keys[number], 0) for number in unknowns], np.int64)
        # Other components check their own part of a change.
        self._changes = [
            {index_of[u]: change_by for u, change_by in change.items() if u in index_of}
            for change in changes
        ]
        self._stepped = 0
        self._seen: dict[int, dict[int, _ValueSighting]] = {index: {} for index in self._keys}

    @property
    def programs(self) -> int:
        """Count the programs solved so far."""
        return self._tables.programs + self._stepped

    def find_intervals(self) -> dict[int, FeasibilityInterval]:
        """Find the feasibility interval of each withheld cell, by its number."""
        self._tables.require_above_floor(self._known)
        first_table = self._tables.find_table(self._start)
        if first_table is None:
            raise InconsistentTableError("No whole table agrees with what is published.")
        self._tables.require_above_floor(())
        self._walk_tables(first_table)
        return {number: self._find_interval(index) for index, (number, _) in self._keys.items()}

    def _walk_tables(self, base: WholeTable) -> None:
        """Take short steps from a table, then from further tables; each shows values of many cells.

        The next base is the table that many of these steps together lead to. Base tables are
        possible to everyone, and so is every other step; the steps between may empty a cell in
        which a participant knows to be counted. The walk ends where no step is left that may show
        more.
        """
        random = np.random.default_rng(SEED)
        rows, floors, ceilings = self._limits
        occupied_floors = [low + int(index in self._known) for index, low in enumerate(floors)]
        impossible = self._find_impossible_values(
            {OUTSIDER_KIND: floors, ALL_KINDS: occupied_floors}
        )
        search = StepSearch(rows, floors, ceilings, random)
        programs, lacking = [0], list(self._seen)
        if self.taken:
            base = self._repeat_steps(base, search, random, occupied_floors)
        for turn in range(MOST_BASES):
            self._record_table(base)
            search.start_from(base, floors if turn % 2 else occupied_floors)
            if not turn:
                self.taken += self._take_hinted_steps(base)
            if turn <= SHORT_STEP_TURNS:
                self.taken += self._take_wished_steps(base, search, impossible)
            # Once every attacker has seen enough values of a cell, it needs no further step.
            lacking = self._list_short_cells(lacking)
            for index in lacking:
                self.taken += self._take_single_steps(base, index, turn, search, impossible)
            lacking = self._list_short_cells(lacking)
            self._stepped = search.programs
            idle = turn > SHORT_STEP_TURNS and search.programs == programs[-2]
            if idle or not lacking:
                return
            programs.append(search.programs)
            order = random.permutation(len(self.taken))
            base = search.combine_steps(
                [self.taken[index] for index in order], np.array(occupied_floors, np.int64)
            )

    def _repeat_steps(
        self,
        base: WholeTable,
        search: StepSearch,
        random: np.random.Generator,
        occupied_floors: Sequence[int],
    ) -> WholeTable:
        """Repeat steps that were found from another table, where they stay within the limits."""
        self._record_table(base)
        _, floors, ceilings = self._limits
        least, most = np.array(floors), np.array(ceilings)
        for step in self.taken:
            shifted = base[step[0]] + step[1]
            if (shifted >= least[step[0]]).all() and (shifted <= most[step[0]]).all():
                self._record_step(base, step)
        search.start_from(base, occupied_floors)
        order = random.permutation(len(self.taken))
        return search.combine_steps(
            [self.taken[index] for index in order], np.array(occupied_floors, np.int64)
        )

    def _find_impossible_values(self, floors: Mapping[int, Sequence[int]]) -> ImpossibleValues:
        """Rule out values by bound propagation, without searching."""
        impossible, (rows, _, ceilings) = ImpossibleValues(), self._limits
        for kind, least in floors.items():
            low, high = propagate_bounds(rows, least, ceilings)
            for index in self._seen:
                impossible.mark_impossible((index, kind), low[index] - 1, -1)
                impossible.mark_impossible((index, kind), high[index] + 1, 1)
        return impossible

    def _take_hinted_steps(self, base: WholeTable) -> Iterator[TableStep]:
        """Take hinted steps for cells that still lack values."""
        hints = HintChecker(*self._limits, base, self._changes)
        for index in self._seen if self._changes else ():
            if self._find_short_kind(index) is not None:
                for step in hints.find_steps(index, self._rule.width_small - 1):
                    self._record_step(base, step)
                    yield step

    def _take_wished_steps(
        self, base: WholeTable, search: StepSearch, impossible: ImpossibleValues
    ) -> Iterator[TableStep]:
        """Move many cells at once, by the required width and both ways."""
        distance = self._rule.width_small - 1
        for change in (distance, -distance):
            lacking = [
                (index, change)
                for index in self._seen
                if self._find_short_kind(index) is not None
                and int(base[index]) + change not in self._seen[index]
                and not impossible.is_impossible((index, OUTSIDER_KIND), int(base[index]) + change)
            ]
            for first in range(0, len(lacking), WISHES_AT_ONCE):
                for step in search.find_steps_for_wishes(lacking[first : first + WISHES_AT_ONCE]):
                    self._record_step(base, step)
                    yield step

    def _take_single_steps(
        self,
        base: WholeTable,
        index: int,
        turn: int,
        search: StepSearch,
        impossible: ImpossibleValues,
    ) -> Iterator[TableStep]:
        """Move one cell until every attacker has seen enough values or no step is left to try."""
        for by in self._far if turn > SHORT_STEP_TURNS else self._near:
            kind = self._find_short_kind(index)
            if kind is None:
                return
            value, question = int(base[index]) + by, kind if turn % 2 else ALL_KINDS
            is_ruled_out = impossible.is_impossible(
                (index, question), value
            ) or impossible.is_impossible((index, OUTSIDER_KIND), value)
            if is_ruled_out or self._has_seen(kind, index, value):
                continue
            steps = search.find_steps(index, by, self._list_known_cells(kind))
            if steps is None:
                impossible.mark_impossible((index, question), value, by)
            for step in steps or ():
                self._record_step(base, step)
                yield step

    def _list_known_cells(self, kind: int) -> Collection[int]:
        """List the cells that a record counts in; none for the outsider, who knows no record."""
        if kind == ALL_KINDS:
            return self._known
        return () if kind == OUTSIDER_KIND else self._kinds[kind]

    def _has_seen(self, kind: int, index: int, value: int) -> bool:
        """Tell whether a kind of person saw a value in a table that they consider possible."""
        sighting = self._seen[index].get(value)
        return sighting is not None and self._is_believed_by(kind, sighting)

    def _count_seen(self, kind: int, index: int) -> int:
        """Count the values that a kind of person has seen."""
        return sum(self._is_believed_by(kind, sighting) for sighting in self._seen[index].values())

    def _is_believed_by(self, kind: int, sighting: _ValueSighting) -> bool:
        """Tell whether a kind of person considers the table of a sighting possible."""
        return not sighting.unseen if kind == ALL_KINDS else kind not in sighting.unseen

    def _list_short_cells(self, indices: Collection[int]) -> list[int]:
        """List the cells that some attacker has seen too few values of."""
        return [index for index in indices if self._find_short_kind(index) is not None]

    def _find_short_kind(self, index: int, settled: Collection[int] = ()) -> int | None:
        """Find a kind of person who has seen too few values of a cell; the outsider first."""
        seen, width = self._seen[index], self._rule.width_small
        if len(seen) < width and OUTSIDER_KIND not in settled:
            return OUTSIDER_KIND
        if sum([not sighting.unseen for sighting in seen.values()]) >= width or not self._known:
            return None
        unseen = Counter(kind for sighting in seen.values() for kind in sighting.unseen)
        for kind, count in unseen.items():
            if len(seen) - count < width and kind not in settled:
                return kind
        return None

    def _record_table(self, table: WholeTable | None) -> None:
        if table is not None:
            floors = self._limits[1]
            unseen = self._list_doubting_kinds(
                [index for index in self._known if table[index] == floors[index]]
            )
            values = table.tolist()
            for index in self._seen:
                self._add_sighting(index, values[index], table, NO_STEP, unseen)

    def _record_step(self, base: WholeTable, step: TableStep) -> None:
        part, values = step[0].tolist(), (base[step[0]] + step[1]).tolist()
        moved = list(zip(part, values, strict=True))
        floors, known = self._limits[1], self._known
        unseen = self._list_doubting_kinds(
            [index for index, n in moved if index in known and n == floors[index]]
        )
        for index, value in moved:
            if index in self._seen:
                self._add_sighting(index, value, base, step, unseen)

    def _list_doubting_kinds(self, emptied: Collection[int]) -> set[int]:
        """List who knows that a table is false in which some cells are empty."""
        return set().union(*(self._known[index] for index in emptied))

    def _add_sighting(
        self, index: int, value: int, base: WholeTable, step: TableStep, unseen: set[int]
    ) -> None:
        previous = self._seen[index].get(value)
        if previous is None:
            self._seen[index][value] = _ValueSighting(base, step, unseen)
        elif previous.unseen:
            previous.unseen = previous.unseen & unseen

    def _find_interval(self, index: int) -> FeasibilityInterval:
        """Settle one cell, for the outsider and for each kind of person who lacks values.

        It ends once one of them is proven to be left with too few values.
        """
        seen, width = self._seen[index], self._rule.width_small
        if self._find_short_kind(index) is None:
            doubts = Counter(chain.from_iterable(sighting.unseen for sighting in seen.values()))
            left_fewest = len(seen) - max(doubts.values(), default=0)
            return FeasibilityInterval(
                key=self._keys[index][1],
                low=min(seen),
                high=max(seen),
                values=len(seen),
                required=width,
                left=left_fewest,
                left_required=width,
            )
        needs = {OUTSIDER_KIND: width}
        if len(seen) < width:
            needs[OUTSIDER_KIND] = self._settle_cell(index, OUTSIDER_KIND)
        if self._find_short_kind(index, needs) is not None:
            self._settle_cell(index, ALL_KINDS)
        while all(self._count_seen(kind, index) >= enough for kind, enough in needs.items()):
            kind = self._find_short_kind(index, needs)
            if kind is None:
                break
            needs[kind] = self._settle_cell(index, kind)
        # Kinds that are not settled may have further values, so only proven kinds count here.
        proven = {kind for kind, enough in needs.items() if self._count_seen(kind, index) < enough}
        considered = proven or needs.keys() | set().union(
            *(sighting.unseen for sighting in seen.values())
        )
        enough = {kind: needs.get(kind, width) for kind in considered}
        left = {kind: self._count_seen(kind, index) for kind in sorted(considered)}
        worst = min(left, key=lambda kind: (left[kind] - enough[kind], left[kind]))
        return FeasibilityInterval(
            key=self._keys[index][1],
            low=min(seen),
            high=max(seen),
            values=len(seen),
            required=needs[OUTSIDER_KIND],
            left=left[worst],
            left_required=enough[worst],
        )

    def _settle_cell(self, index: int, kind: int) -> int:
        """Search for further values of a cell that a kind of person considers possible.

        It ends once they have seen enough or there are no more. Returns how many are enough.
        """
        self._tables.require_above_floor(self._list_known_cells(kind))
        low, high = -self._find_bound(index, -1.0), self._find_bound(index, 1.0)
        least, most = ceil(low - TOLERANCE), high if high == inf else floor(high + TOLERANCE)
        required = self._rule.required_width(least)
        for value in range(least, int(min(most, least + TRIES_PER_VALUE * required)) + 1):
            if self._count_seen(kind, index) < required and not self._has_seen(kind, index, value):
                seen = self._seen[index]
                near = seen[min(seen, key=lambda known: abs(known - value))]
                self._record_table(
                    self._tables.find_table_with(index, value, _apply_step(near.whole, near.step))
                )
        self._tables.require_above_floor(())
        return required

    def _find_bound(self, index: int, sign: float) -> float:
        weights = np.zeros(len(self._limits[1]))
        weights[index] = sign
        bound, table = self._tables.find_extreme(weights)
        self._record_table(table)
        return bound


def _apply_step(base: WholeTable, step: TableStep) -> WholeTable:
    """Return the table that a step leads to."""
    table = base.copy()
    table[step[0]] += step[1]
    return table
