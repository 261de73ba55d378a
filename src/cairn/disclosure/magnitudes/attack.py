"""The audit of sums and means: how closely an outsider, or a participant, can tell of anyone.

Separate code from the choice of what to withhold, as for counts. The attacker knows every figure
that is shown with its rounding, what anyone can have at least and at most, and, which is more than
is published, how many people are in every finest group. A participant knows besides what he
himself has. Neither is believed to be left with a value unless a whole table was seen that agrees
with all of this and in which somebody has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.magnitudes.dominance import Dominance
from cairn.disclosure.magnitudes.measure import Measured, Values, mirrored
from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.table import Key

Move = NDArray[np.int64]
"""By how many steps the sum of each finest group differs from the true one."""

Bounds = tuple[float, float]
"""The least and the most that it can."""

NEAR = 1e-6
MOST_NODES = 1000
"""How far one integer program is searched."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sum that is shown: of which finest groups, and between which whole steps it must be."""

    key: Key
    parts: tuple[Key, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Target:
    """A withheld cell that must not be told: of which finest groups it is made up, and by how
    many steps its sum must be able to be larger, and smaller."""

    key: Key
    parts: tuple[Key, ...]
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Close:
    """What could be told too closely: of somebody in a finest group, or of a withheld cell.
    ``because`` are shown cells one of which must be withheld as well."""

    key: Key
    because: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome: what could be told too closely, of how many people or cells it was asked, and
    how many programs were solved."""

    close: tuple[Close, ...]
    asked: int
    programs: int

    @property
    def safe(self) -> bool:
        """Nothing is told of anybody more closely than the rule allows."""
        return not self.close


def attack(
    measured: Measured, seen: Sequence[Seen], targets: Iterable[Target], rule: Dominance
) -> Audit:
    """Try to tell what somebody has, or what a few have together.

    Args:
        measured: the truth, in which every search begins.
        seen: every cell whose sum or mean is shown.
        targets: withheld cells of a few people.
        rule: how closely a person's value may be told.
    """
    below = _Side.below(measured, seen, rule)
    found = [below.cells(targets), below.persons()]
    programs = below.programs
    if measured.span is not None:
        above = _Side.above(measured, seen, rule)
        found.append(above.persons())
        programs += above.programs
    close = tuple(one for _, some in found for one in some)
    return Audit(close, sum(asked for asked, _ in found), programs)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the sum of some finest groups can differ by so many steps, up or down."""

    key: Key
    columns: NDArray[np.int32]
    by: int

    def answered(self, move: Move) -> bool:
        """Whether a move goes as far."""
        moved = int(move[self.columns].sum())
        return moved >= self.by if self.by > 0 else moved <= self.by


def _within(by: int, bounds: Bounds) -> bool:
    return bounds[0] <= by <= bounds[1]


class _Side:
    """Values as seen from one end: how far each is above the floor, or below the ceiling."""

    def __init__(
        self,
        people: Mapping[Key, Values],
        span: int | None,
        seen: Sequence[tuple[Seen, int, int]],
        rule: Dominance,
    ) -> None:
        self._people, self._span, self._rule = people, span, rule
        self._names = tuple(people)
        self._place = {key: at for at, key in enumerate(people)}
        self._keys = [one.key for one, _, _ in seen]
        self._rows = [self._columns(one.parts) for one, _, _ in seen]
        self._low = np.array([low for _, low, _ in seen], np.int64)
        self._high = np.array([high for _, _, high in seen], np.int64)
        self._outside = [self._bounds(values, known=False) for values in people.values()]
        self._inside = [self._bounds(values, known=True) for values in people.values()]
        self._solver = QuietSolver(mip_max_nodes=MOST_NODES)
        self._solver.passModel(self._program())
        self.programs = 0

    @classmethod
    def below(cls, measured: Measured, seen: Sequence[Seen], rule: Dominance) -> "_Side":
        """Above the floor."""
        truth = {key: sum(values) for key, values in measured.people.items()}
        rows = []
        for one in seen:
            total = sum(truth[key] for key in one.parts)
            rows.append((one, one.low - total, one.high - total))
        return cls(measured.people, measured.span, rows, rule)

    @classmethod
    def above(cls, measured: Measured, seen: Sequence[Seen], rule: Dominance) -> "_Side":
        """Below the ceiling: what one has less of the measure, he has more of this."""
        span = measured.span or 0
        people = {key: mirrored(values, span) for key, values in measured.people.items()}
        rows = []
        for one in seen:
            total = sum(sum(measured.people[key]) for key in one.parts)
            rows.append((one, total - one.high, total - one.low))
        return cls(people, span, rows, rule)

    def persons(self) -> tuple[int, list[Close]]:
        """Everybody whose group's true sum does not leave room enough by itself: how many such
        questions there are, and whom an answer tells of."""
        asked = [
            Question(self._names[at], np.array([at], np.int32), sum_ - total)
            for at, values in enumerate(self._people.values())
            if values
            for sum_ in self._rule.wanted(values, self._span)
            if sum_ > (total := sum(values))
        ]
        left = self._waves(asked, self._inside)
        return len(asked), [found for one in left if (found := self._person(one))]

    def cells(self, targets: Iterable[Target]) -> tuple[int, list[Close]]:
        """Withheld cells that cannot be larger, or smaller, by what is wanted."""
        asked, left = 0, []
        targets = tuple(targets)
        for sign in (1, -1):
            some = [
                Question(one.key, self._columns(one.parts), by * sign)
                for one in targets
                if (by := one.up if sign > 0 else one.down)
            ]
            asked += len(some)
            left += self._waves(some, self._outside)
        return asked, [found for one in left if (found := self._reach(one, self._outside)[1])]

    def _waves(self, open_: Sequence[Question], bounds: Sequence[Bounds]) -> list[Question]:
        """The questions that are left when moves that answer many at once have been tried."""
        left = [*open_]
        while left and (move := self._wave(left, bounds)) is not None:
            before = len(left)
            left = [one for one in left if not one.answered(move)]
            if len(left) == before:
                break
        return left

    def _wave(self, open_: Sequence[Question], bounds: Sequence[Bounds]) -> Move | None:
        """A move that goes as far as it can for all questions at once."""
        weights = np.zeros(len(bounds))
        lower, upper = np.array(bounds, np.float64).T
        far = np.zeros(len(bounds))
        for one in open_:
            weights[one.columns] -= np.sign(one.by)
            far[one.columns] = np.maximum(far[one.columns], abs(one.by))
        asked = far > 0
        lower[asked] = np.maximum(lower, -far)[asked]
        upper[asked] = np.minimum(upper, far)[asked]
        within = [*zip(lower.tolist(), upper.tolist(), strict=True)]
        self._ask(weights, within)
        move = np.rint(np.asarray(self._solver.getSolution().col_value)).astype(np.int64)
        if not self._fits(move, within):
            move = self._whole_program()
        return move if self._fits(move, within) else None

    def _person(self, asked: Question) -> Close | None:
        """Whether a group's sum can be larger in the eyes of everybody outside of it: of all at
        once, or else of each by himself."""
        at = int(asked.columns[0])
        bounds = [*self._inside]
        bounds[at] = self._outside[at]
        if self._reach(asked, bounds)[0] is not None:
            return None
        moves: list[Move] = []
        for other, within in ((at, self._outside[at]), *enumerate(self._inside)):
            if moves and (other == at or any(_within(one[other], within) for one in moves)):
                continue
            bounds = [*self._outside]
            bounds[other] = within
            move, close = self._reach(asked, bounds)
            if move is None:
                return close
            moves.append(move)
        return None

    def _reach(self, asked: Question, bounds: Sequence[Bounds]) -> tuple[Move | None, Close | None]:
        """A move that answers a question exactly; or None, and what is in the way."""
        weights = np.zeros(len(bounds))
        weights[asked.columns] = -np.sign(asked.by)
        self._solver.addRow(
            asked.by if asked.by < 0 else -highspy.kHighsInf,
            asked.by if asked.by > 0 else highspy.kHighsInf,
            len(asked.columns),
            asked.columns,
            np.ones(len(asked.columns)),
        )
        self._ask(weights, bounds)
        solution = self._solver.getSolution()
        far = -self._solver.getInfo().objective_function_value > abs(asked.by) - NEAR
        duals = np.abs(np.asarray(solution.row_dual)[: len(self._keys)])
        near = [np.isin(asked.columns, row).any() for row in self._rows] if far else duals > NEAR
        move = np.rint(np.asarray(solution.col_value)).astype(np.int64)
        if far and not self._exact(asked, move, bounds):
            move = self._whole_program()
        self._solver.deleteRows(1, np.array([len(self._keys)], np.int32))
        if far and self._exact(asked, move, bounds):
            return move, None
        return None, Close(asked.key, tuple(self._keys[row] for row in np.flatnonzero(near)))

    def _exact(self, asked: Question, move: Move, bounds: Sequence[Bounds]) -> bool:
        return bool(move[asked.columns].sum() == asked.by) and self._fits(move, bounds)

    def _whole_program(self) -> Move:
        """The same question, for whole steps only."""
        size = len(self._names)
        everything = np.arange(size, dtype=np.int32)
        kinds = highspy.HighsVarType
        self._solver.changeColsIntegrality(size, everything, np.array([kinds.kInteger] * size))
        self._solver.run()
        self.programs += 1
        found = np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColsIntegrality(size, everything, np.array([kinds.kContinuous] * size))
        whole: Move = np.rint(found).astype(np.int64)
        return whole

    def _ask(self, weights: NDArray[np.float64], bounds: Sequence[Bounds]) -> None:
        """Solve for the least weighted sum of moves within bounds."""
        size = len(self._names)
        everything = np.arange(size, dtype=np.int32)
        lower, upper = np.array(bounds, np.float64).T
        self._solver.changeColsCost(size, everything, weights)
        self._solver.changeColsBounds(size, everything, lower.copy(), upper.copy())
        self._solver.run()
        self.programs += 1

    def _fits(self, move: Move, bounds: Sequence[Bounds]) -> bool:
        """Whether a move keeps to the bounds and to every sum that is shown, in whole numbers."""
        lower, upper = np.array(bounds, np.float64).T
        sums = np.array([move[row].sum() for row in self._rows], np.int64)
        return bool(
            (lower <= move).all()
            and (move <= upper).all()
            and (self._low <= sums).all()
            and (sums <= self._high).all()
        )

    def _columns(self, parts: Iterable[Key]) -> NDArray[np.int32]:
        return np.array([self._place[key] for key in parts], np.int32)

    def _bounds(self, values: Values, *, known: bool) -> Bounds:
        """By how much a group's sum can differ, for an outsider, or for those in it who know what
        they have: the largest and the smallest of them at once, which is more than any knows."""
        total, most = sum(values), highspy.kHighsInf
        if not values:
            return 0, 0
        least = values[0] if known else 0
        if self._span is not None:
            most = (values[-1] if known else self._span) + (len(values) - 1) * self._span - total
        elif known and len(values) == 1:
            most = 0
        return least - total, most

    def _program(self) -> highspy.HighsLp:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self._place), len(self._rows)
        program.col_cost_ = np.zeros(len(self._place))
        program.col_lower_ = np.zeros(len(self._place))
        program.col_upper_ = np.zeros(len(self._place))
        program.row_lower_ = self._low.astype(np.float64)
        program.row_upper_ = self._high.astype(np.float64)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = program.num_col_, program.num_row_
        matrix.start_ = np.cumsum([0, *(len(row) for row in self._rows)])
        matrix.index_ = np.concatenate([*self._rows, np.zeros(0, np.int32)])
        matrix.value_ = np.ones(len(matrix.index_))
        return program
