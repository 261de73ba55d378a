"""Find the cheapest pattern that the moves found so far allow, for all targets together.

Step by step each target took what was cheapest for itself, without regard to what later ones
would need. Afterwards the choice is a set cover problem: a feasible table proves something only
where all that moves in it is withheld, and every attacker must see enough values of each withheld
cell. The moves are columns made as they are needed; integer programming chooses among them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.exact_optimum import build_pooling_constraints, count_required_values
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables import QuietSolver, SuppressionRule

Pattern = NDArray[np.bool_]

MoveNeeds = frozenset[int]
"""What must be withheld, other than the small cells, for a move to prove anything."""

MoveSighting = tuple[int, MoveNeeds, frozenset[int]]
"""How far a target is from its true value, for what else, and which kinds of people doubt it."""

MOST_MOVES_PER_VALUE = 10
"""This many moves are weighed for each value of a target; of more, the cheapest."""


class PatternProgram:
    """Build an integer program row by row; all columns are between zero and one.

    Args:
        cost: of each unknown of a problem.
        open_unknowns: those that may be withheld; the first columns are theirs, in this order.
    """

    def __init__(self, cost: NDArray[np.float64], open_unknowns: Sequence[int]) -> None:
        self.open, self._unknowns = frozenset(open_unknowns), list(open_unknowns)
        self._cost: list[float] = cost[list(open_unknowns)].tolist()
        self._together = {
            frozenset({unknown}): index for index, unknown in enumerate(open_unknowns)
        }
        self._any: dict[tuple[int, ...], int] = {}
        self._said = set[tuple[object, ...]]()
        self._starts, self._columns, self._factors = [0], list[int](), list[float]()
        self._least: list[float] = []

    def add_joint_column(self, unknowns: frozenset[int]) -> int:
        """Return the column that may be one only where all of these unknowns are withheld."""
        column = self._together.get(unknowns)
        if column is None:
            column = self._together[unknowns] = self._add_column()
            for unknown in sorted(unknowns):
                self._add_row(((self._together[frozenset({unknown})], 1.0), (column, -1.0)), 0.0)
        return column

    def add_any_column(self, columns: Collection[int]) -> int:
        """Return a column that may be as large as these together, and no larger than one."""
        row = tuple(sorted(columns))
        any_column = row[0] if len(row) == 1 else self._any.get(row)
        if any_column is None:
            any_column = self._any[row] = self._add_column()
            self._add_row([*((column, 1.0) for column in row), (any_column, -1.0)], 0.0)
        return any_column

    def add_requirement(
        self, target: int, terms: Iterable[tuple[int, float]], least: float
    ) -> None:
        """Require that these columns come to ``least`` where a target is withheld.

        A target that is not open to choice is always withheld.
        """
        row = sorted(terms)
        if target in self.open:
            row, least = [*row, (self.add_joint_column(frozenset({target})), -least)], 0.0
        fingerprint = (*row, least)
        if fingerprint not in self._said:
            self._said.add(fingerprint)
            self._add_row(row, least)

    def solve(self) -> list[int] | None:
        """Find the cheapest set of unknowns to withhold; None where none meets all requirements."""
        solver = QuietSolver(mip_rel_gap=0.0, mip_abs_gap=ABSOLUTE_GAP, mip_max_nodes=MOST_NODES)
        solver.passModel(self._build_model())
        solver.run()
        feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
        if solver.getInfo().primal_solution_status != feasible:
            return None
        values = solver.getSolution().col_value[: len(self._unknowns)]
        return [
            unknown for unknown, value in zip(self._unknowns, values, strict=True) if value > 1 / 2
        ]

    def _add_column(self) -> int:
        self._cost.append(0.0)
        return len(self._cost) - 1

    def _add_row(self, terms: Iterable[tuple[int, float]], least: float) -> None:
        for column, factor in terms:
            self._columns.append(column)
            self._factors.append(factor)
        self._starts.append(len(self._columns))
        self._least.append(least)

    def _build_model(self) -> highspy.HighsLp:
        program, size = highspy.HighsLp(), len(self._cost)
        program.num_col_, program.num_row_ = size, len(self._least)
        program.col_cost_ = np.array(self._cost)
        program.col_lower_, program.col_upper_ = np.zeros(size), np.ones(size)
        kinds = [highspy.HighsVarType.kInteger] * len(self._unknowns)
        program.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (size - len(kinds))
        program.row_lower_ = np.array(self._least)
        program.row_upper_ = np.full(len(self._least), highspy.kHighsInf)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_, matrix.index_ = np.array(self._starts), np.array(self._columns)
        matrix.value_ = np.array(self._factors)
        return program


class PatternOptimizer:
    """Hold all moves found so far, and optimize the patterns made of them.

    Args:
        problem: all unknowns.
        rule: how many values must be seen.
    """

    def __init__(self, problem: SuppressionProblem, rule: SuppressionRule) -> None:
        self._world, self._rule = problem, rule
        self._optional = problem.public & ~problem.small
        self._open = np.zeros(len(problem.value), np.bool_)
        self._best = problem.public.copy()
        self._needs: list[MoveNeeds] = []
        self._numbers: dict[MoveNeeds, int] = {}
        # By target: a distance and the number of what must be withheld to see it; who doubts it.
        self._seen = defaultdict[int, dict[tuple[int, int], frozenset[int]]](dict)

    def record_move(
        self,
        unknowns: NDArray[np.int64],
        tables: Iterable[tuple[NDArray[np.int64], frozenset[int]]],
    ) -> None:
        """Record a move: how far its feasible tables shift the unknowns, and who doubts them."""
        needs = frozenset(unknowns[self._optional[unknowns]].tolist())
        number = self._numbers.setdefault(needs, len(self._needs))
        if number == len(self._needs):
            self._needs.append(needs)
        for shift, kinds in tables:
            for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                seen = self._seen[unknown]
                seen[by, number] = seen.get((by, number), kinds) & kinds

    def find_cheapest_pattern(self, settled_pattern: Pattern) -> Pattern:
        """Find the cheapest pattern so far, made of what any settled one withholds.

        Args:
            settled_pattern: one more pattern in which every attacker sees enough values.

        Returns:
            Which unknowns to withhold, bool[unknown].
        """
        self._open |= settled_pattern & self._optional
        self._best = min(self._best, settled_pattern, key=self._compute_cost)
        pattern = self._choose_pattern(np.flatnonzero(self._open).tolist())
        self._best = min(self._best, pattern, key=self._compute_cost)
        return self._best.copy()

    def _compute_cost(self, withheld: Pattern) -> float:
        return float(self._world.cost[withheld & self._optional].sum())

    def _choose_pattern(self, open_unknowns: list[int]) -> Pattern:
        """Choose what to withhold of the open unknowns; everything where no choice is safe."""
        program = PatternProgram(self._world.cost, open_unknowns)
        prices = self._price_moves(open_unknowns)
        for target in [*np.flatnonzero(self._world.small).tolist(), *open_unknowns]:
            sightings = list(self._list_sightings(target, prices))
            for doubted in _list_doubt_sets(sightings):
                self._require_values(program, target, sightings, doubted)
        self._require_pooling(program)
        chosen = program.solve()
        if chosen is None:
            return self._world.public
        pattern = self._world.small.copy()
        pattern[chosen] = True
        return pattern

    def _price_moves(self, open_unknowns: Collection[int]) -> dict[int, tuple[float, float, int]]:
        """Order the moves that may be made, by the number of what they need.

        First by the cost of what they need beyond the best pattern, then by the cost of all they
        need.
        """
        allowed, cost = frozenset(open_unknowns), self._world.cost
        return {
            number: (
                float(sum(cost[unknown] for unknown in needs if not self._best[unknown])),
                float(sum(cost[unknown] for unknown in needs)),
                number,
            )
            for number, needs in enumerate(self._needs)
            if needs <= allowed
        }

    def _list_sightings(
        self, target: int, prices: dict[int, tuple[float, float, int]]
    ) -> Iterator[MoveSighting]:
        """List where a target is seen, the cheapest first.

        Sightings that need more than another and are doubted no less are skipped.
        """
        better = defaultdict[int, list[tuple[MoveNeeds, frozenset[int]]]](list)
        seen = [sighting for sighting in self._seen[target] if sighting[1] in prices]
        for by, number in sorted(seen, key=lambda sighting: (prices[sighting[1]], sighting[0])):
            needs, doubt = self._needs[number] - {target}, self._seen[target][by, number]
            if not any(
                other_needs <= needs and other_doubt <= doubt
                for other_needs, other_doubt in better[by]
            ):
                better[by].append((needs, doubt))
                yield by, needs, doubt

    def _require_values(
        self,
        program: PatternProgram,
        target: int,
        sightings: Sequence[MoveSighting],
        doubted: Collection[int],
    ) -> None:
        """Require that those who doubt some of the sightings see enough values in others."""
        by_distance = defaultdict[int, list[MoveNeeds]](list)
        for number, (by, needs, _) in enumerate(sightings):
            if number not in doubted and len(by_distance[by]) < MOST_MOVES_PER_VALUE:
                by_distance[by].append(needs)
        free_values = sum(not needs_list[0] for needs_list in by_distance.values())
        least = count_required_values(self._world, self._rule, target) - 1 - free_values
        if least > 0:
            target_set = {target} & program.open
            columns = [
                [program.add_joint_column(needs | target_set) for needs in needs_list]
                for needs_list in by_distance.values()
                if needs_list[0]
            ]
            every = Counter(
                {*chain(*columns)} if least == 1 else map(program.add_any_column, columns)
            )
            terms = [(column, float(count)) for column, count in every.items()]
            program.add_requirement(target, terms, float(least))

    def _require_pooling(self, program: PatternProgram) -> None:
        """Require that the withheld parts of a shown total are no small group."""
        rows = (
            build_pooling_constraints(self._world, self._rule, *row).values()
            for row in self._world.rows
        )
        for constraint in chain.from_iterable(rows):
            target, least = constraint.target, constraint.least
            least -= float(constraint.weights[self._world.small[constraint.others]].sum())
            if least > 0 and (target in program.open or self._world.small[target]):
                weights = np.minimum(constraint.weights, least).tolist()
                others = zip(constraint.others.tolist(), weights, strict=True)
                terms = [(frozenset({o}), w) for o, w in others if o in program.open]
                program.add_requirement(
                    target, [(program.add_joint_column(o), w) for o, w in terms], least
                )


def _list_doubt_sets(sightings: Sequence[MoveSighting]) -> Iterator[frozenset[int]]:
    """List the largest sets of sightings that some kind of person doubts, or the empty set."""
    doubts = defaultdict[int, set[int]](set)
    for number, (_, _, doubt) in enumerate(sightings):
        for kind in doubt:
            doubts[kind].add(number)
    different = {frozenset(doubted) for doubted in doubts.values()} or {frozenset[int]()}
    for doubted in sorted(different, key=sorted):
        if not any(doubted < more for more in different):
            yield doubted


MOST_NODES = 50
"""Branches of the search. It is counted in branches and never in seconds, so that a slower machine
withholds the same.
"""

ABSOLUTE_GAP = 1.0
"""How far from the cheapest a choice may be: the cost of less than one cell."""
