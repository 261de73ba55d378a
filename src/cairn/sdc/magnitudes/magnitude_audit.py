"""Audit sums and means: how closely an attacker can estimate a person's value.

This code is separate from the choice of what to withhold, as for counts. The attacker knows every
figure that is shown with its rounding, the least and the most that a person can have, and, which
is more than is published, how many people are in every finest group. A participant also knows
their own value. An insider, such as a program with a release of its own, knows all of its own
people's values but one. A value counts as possible only if a feasible table was seen that agrees
with all of this and in which some person has it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.sdc.magnitudes.dominance import DominanceRule
from cairn.sdc.magnitudes.measure import MeasuredPeople, StepValues, mirror_values
from cairn.sdc.tables import Key, QuietSolver

StepMove = NDArray[np.int64]
"""By how many steps the sum of each finest group differs from the true one."""

MoveBounds = tuple[float, float]
"""The least and the most that it can differ."""

NEAR_ZERO = 1e-6

MOST_NODES = 1000
"""How far one integer program is searched."""


@dataclass(frozen=True, slots=True)
class ShownSum:
    """Hold a sum that is shown.

    Args:
        key: the cell.
        parts: the finest groups that it sums.
        low: the least that it can be, in whole steps.
        high: the most.
    """

    key: Key
    parts: tuple[Key, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ProtectedSum:
    """Hold a withheld cell that must not be disclosed.

    Args:
        key: the cell.
        parts: the finest groups that make it up.
        up: by how many steps its sum must be able to be larger.
        down: by how many steps it must be able to be smaller.
    """

    key: Key
    parts: tuple[Key, ...]
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class CloseEstimate:
    """Report what could be estimated too closely: a person in a group, or a withheld cell.

    Args:
        key: the group or cell.
        because: shown cells; one of them must be withheld as well.
    """

    key: Key
    because: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class MagnitudeAudit:
    """Record the outcome of an audit of magnitudes.

    Args:
        close: what could be estimated too closely.
        asked: how many people or cells were examined.
        programs: how many linear and integer programs were solved.
    """

    close: tuple[CloseEstimate, ...]
    asked: int
    programs: int

    @property
    def safe(self) -> bool:
        """Tell whether no value can be estimated more closely than the rule allows."""
        return not self.close


def audit_magnitudes(
    measured: MeasuredPeople,
    shown_sums: Sequence[ShownSum],
    targets: Iterable[ProtectedSum],
    rule: DominanceRule,
) -> MagnitudeAudit:
    """Try to estimate what a person has, or what a few have together.

    Args:
        measured: the truth, in which every search begins.
        shown_sums: every cell with a shown sum or mean.
        targets: withheld cells of a few people.
        rule: how closely a person's value may be estimated.

    Returns:
        The outcome; safe only if nothing could be estimated too closely.
    """
    below = _MagnitudeAttacker.from_floor(measured, shown_sums)
    examined = [below.examine_cells(targets), below.examine_people(rule)]
    programs = below.programs
    if measured.span is not None:
        above = _MagnitudeAttacker.from_ceiling(measured, shown_sums)
        examined.append(above.examine_people(rule))
        programs += above.programs
    close = tuple(estimate for _, estimates in examined for estimate in estimates)
    return MagnitudeAudit(close, sum(question_count for question_count, _ in examined), programs)


LAST_PERSON = "last person"
"""Ends the key of a group with only the one person that an insider does not know."""


def audit_last_values(
    measured: MeasuredPeople,
    residual: MeasuredPeople,
    shown_sums: Sequence[ShownSum],
    closeness: int,
) -> MagnitudeAudit:
    """Try to estimate the only value of its own people that an insider does not know.

    Of 14 children with a mean that is shown, it knows 13. How far the last one's value can differ
    from the true one depends on the roundings and on the others, and not on which of the people in
    a finest group it is; so the least and the largest value of each group are examined.

    Args:
        measured: what everyone has.
        residual: what everyone has but the insider's own people.
        shown_sums: every cell with a shown sum or mean.
        closeness: how many steps must lie between the least and the largest value that stay
            possible for a person.

    Returns:
        The outcome; safe only if no value could be estimated more closely.
    """
    own = {
        key: _find_own_range(values, residual.people[key])
        for key, values in measured.people.items()
        if len(values) > len(residual.people[key])
    }
    span = measured.span
    limit = closeness if span is None else min(closeness, span)
    last_keys = {key: (*key, LAST_PERSON) for key in own}
    attacker = _MagnitudeAttacker(
        {**residual.people, **dict.fromkeys(last_keys.values(), ())},
        span,
        [
            (_add_last_people(shown, last_keys), low, high)
            for shown, low, high in _list_differences(measured, shown_sums)
        ],
    )
    close = list[CloseEstimate]()
    for key, (least, most) in own.items():
        down, up = attacker.find_reach(last_keys[key], (-limit, limit))
        if any(
            (value + up if span is None else min(value + up, span)) - max(value + down, 0) < limit
            for value in (least, most)
        ):
            because = tuple(shown.key for shown in shown_sums if key in shown.parts)
            close.append(CloseEstimate(key, because))
    return MagnitudeAudit(tuple(close), len(own), attacker.programs)


def _add_last_people(shown: ShownSum, last_keys: Mapping[Key, Key]) -> ShownSum:
    last = (last_keys[part] for part in shown.parts if part in last_keys)
    return replace(shown, parts=(*shown.parts, *last))


def _list_differences(
    measured: MeasuredPeople, shown_sums: Iterable[ShownSum]
) -> list[tuple[ShownSum, int, int]]:
    """List by how many steps each shown sum can differ from the true one."""
    truth = {key: sum(values) for key, values in measured.people.items()}
    differences = []
    for shown in shown_sums:
        total = sum(truth[key] for key in shown.parts)
        differences.append((shown, shown.low - total, shown.high - total))
    return differences


def _find_own_range(everyone: StepValues, others: StepValues) -> tuple[int, int]:
    """Find the least and the largest value of the insider's own people in a group."""
    own = Counter(everyone) - Counter(others)
    return min(own), max(own)


@dataclass(frozen=True, slots=True)
class MoveQuestion:
    """Ask whether the sum of some finest groups can differ by this many steps, up or down."""

    key: Key
    columns: NDArray[np.int32]
    by: int

    def is_answered_by(self, move: StepMove) -> bool:
        """Tell whether a move goes this far."""
        moved = int(move[self.columns].sum())
        return moved >= self.by if self.by > 0 else moved <= self.by


def _is_within(by: int, bounds: MoveBounds) -> bool:
    return bounds[0] <= by <= bounds[1]


class _MagnitudeAttacker:
    """Hold values as seen from one end: how far each is above the floor, or below the ceiling."""

    def __init__(
        self,
        people: Mapping[Key, StepValues],
        span: int | None,
        shown_sums: Sequence[tuple[ShownSum, int, int]],
    ) -> None:
        self._people, self._span = people, span
        self._names = tuple(people)
        self._place = {key: index for index, key in enumerate(people)}
        self._keys = [shown.key for shown, _, _ in shown_sums]
        self._rows = [self._list_columns(shown.parts) for shown, _, _ in shown_sums]
        self._low = np.array([low for _, low, _ in shown_sums], np.int64)
        self._high = np.array([high for _, _, high in shown_sums], np.int64)
        self._outside = [self._find_bounds(values, known=False) for values in people.values()]
        self._inside = [self._find_bounds(values, known=True) for values in people.values()]
        self._solver = QuietSolver(mip_max_nodes=MOST_NODES)
        self._solver.passModel(self._build_program())
        self.programs = 0

    @classmethod
    def from_floor(
        cls, measured: MeasuredPeople, shown_sums: Sequence[ShownSum]
    ) -> "_MagnitudeAttacker":
        """Measure values from the floor up."""
        return cls(measured.people, measured.span, _list_differences(measured, shown_sums))

    @classmethod
    def from_ceiling(
        cls, measured: MeasuredPeople, shown_sums: Sequence[ShownSum]
    ) -> "_MagnitudeAttacker":
        """Measure values from the ceiling down: less of the measure is more of this."""
        span = measured.span or 0
        people = {key: mirror_values(values, span) for key, values in measured.people.items()}
        rows = []
        for shown in shown_sums:
            total = sum(sum(measured.people[key]) for key in shown.parts)
            rows.append((shown, total - shown.high, total - shown.low))
        return cls(people, span, rows)

    def examine_people(self, rule: DominanceRule) -> tuple[int, list[CloseEstimate]]:
        """Examine all people with too few possible values, given the true sum of their group.

        Args:
            rule: how closely a person's value may be estimated.

        Returns:
            How many questions there are, and the estimates that are too close.
        """
        questions = [
            MoveQuestion(self._names[index], np.array([index], np.int32), sum_ - total)
            for index, values in enumerate(self._people.values())
            if values
            for sum_ in rule.list_required_sums(values, self._span)
            if sum_ > (total := sum(values))
        ]
        left = self._answer_together(questions, self._inside)
        return len(questions), [
            estimate for question in left if (estimate := self._examine_person(question))
        ]

    def examine_cells(self, targets: Iterable[ProtectedSum]) -> tuple[int, list[CloseEstimate]]:
        """Examine whether withheld cells can be larger, and smaller, by the required width."""
        question_count, left = 0, []
        targets = tuple(targets)
        for sign in (1, -1):
            questions = [
                MoveQuestion(target.key, self._list_columns(target.parts), by * sign)
                for target in targets
                if (by := target.up if sign > 0 else target.down)
            ]
            question_count += len(questions)
            left += self._answer_together(questions, self._outside)
        return question_count, [
            estimate
            for target in left
            if (estimate := self._find_exact_move(target, self._outside)[1])
        ]

    def find_reach(self, key: Key, limits: MoveBounds) -> MoveBounds:
        """Find by how much the sum of one group can differ, within limits, and so for all others.

        Args:
            key: the group.
            limits: no smaller and no larger difference is asked for.

        Returns:
            The least and the most for which a feasible table was seen.
        """
        column = self._place[key]
        bounds = [*self._outside]
        bounds[column] = limits
        least, most = (self._find_furthest_move(column, sign, bounds) for sign in (-1, 1))
        return least, most

    def _find_furthest_move(self, column: int, sign: int, bounds: Sequence[MoveBounds]) -> int:
        weights = np.zeros(len(bounds))
        weights[column] = -sign
        self._solve(weights, bounds)
        move = np.rint(np.asarray(self._solver.getSolution().col_value)).astype(np.int64)
        if not self._is_feasible(move, bounds):
            move = self._solve_integer()
        return int(move[column]) if self._is_feasible(move, bounds) else 0

    def _answer_together(
        self, open_questions: Sequence[MoveQuestion], bounds: Sequence[MoveBounds]
    ) -> list[MoveQuestion]:
        """List the questions that are left when moves that answer many at once have been tried."""
        left = [*open_questions]
        while left and (move := self._find_joint_move(left, bounds)) is not None:
            before = len(left)
            left = [question for question in left if not question.is_answered_by(move)]
            if len(left) == before:
                break
        return left

    def _find_joint_move(
        self, open_questions: Sequence[MoveQuestion], bounds: Sequence[MoveBounds]
    ) -> StepMove | None:
        """Find a move that goes as far as it can for all questions at once."""
        weights = np.zeros(len(bounds))
        lower, upper = np.array(bounds, np.float64).T
        far = np.zeros(len(bounds))
        for question in open_questions:
            weights[question.columns] -= np.sign(question.by)
            far[question.columns] = np.maximum(far[question.columns], abs(question.by))
        is_asked = far > 0
        lower[is_asked] = np.maximum(lower, -far)[is_asked]
        upper[is_asked] = np.minimum(upper, far)[is_asked]
        within = [*zip(lower.tolist(), upper.tolist(), strict=True)]
        self._solve(weights, within)
        move = np.rint(np.asarray(self._solver.getSolution().col_value)).astype(np.int64)
        if not self._is_feasible(move, within):
            move = self._solve_integer()
        return move if self._is_feasible(move, within) else None

    def _examine_person(self, question: MoveQuestion) -> CloseEstimate | None:
        """Examine whether a group's sum can be larger in the view of all other people.

        First for all of them at once, or else for each alone.
        """
        index = int(question.columns[0])
        bounds = [*self._inside]
        bounds[index] = self._outside[index]
        if self._find_exact_move(question, bounds)[0] is not None:
            return None
        moves: list[StepMove] = []
        for other, within in ((index, self._outside[index]), *enumerate(self._inside)):
            if moves and (
                other == index
                or any(_is_within(earlier_move[other], within) for earlier_move in moves)
            ):
                continue
            bounds = [*self._outside]
            bounds[other] = within
            move, close = self._find_exact_move(question, bounds)
            if move is None:
                return close
            moves.append(move)
        return None

    def _find_exact_move(
        self, question: MoveQuestion, bounds: Sequence[MoveBounds]
    ) -> tuple[StepMove | None, CloseEstimate | None]:
        """Find a move that answers a question exactly; or None, and what prevents it."""
        weights = np.zeros(len(bounds))
        weights[question.columns] = -np.sign(question.by)
        self._solver.addRow(
            question.by if question.by < 0 else -highspy.kHighsInf,
            question.by if question.by > 0 else highspy.kHighsInf,
            len(question.columns),
            question.columns,
            np.ones(len(question.columns)),
        )
        self._solve(weights, bounds)
        solution = self._solver.getSolution()
        is_far_enough = (
            -self._solver.getInfo().objective_function_value > abs(question.by) - NEAR_ZERO
        )
        duals = np.abs(np.asarray(solution.row_dual)[: len(self._keys)])
        is_binding = (
            [np.isin(question.columns, row).any() for row in self._rows]
            if is_far_enough
            else duals > NEAR_ZERO
        )
        move = np.rint(np.asarray(solution.col_value)).astype(np.int64)
        if is_far_enough and not self._is_exact(question, move, bounds):
            move = self._solve_integer()
        self._solver.deleteRows(1, np.array([len(self._keys)], np.int32))
        if is_far_enough and self._is_exact(question, move, bounds):
            return move, None
        return None, CloseEstimate(
            question.key, tuple(self._keys[row] for row in np.flatnonzero(is_binding))
        )

    def _is_exact(
        self, question: MoveQuestion, move: StepMove, bounds: Sequence[MoveBounds]
    ) -> bool:
        return bool(move[question.columns].sum() == question.by) and self._is_feasible(move, bounds)

    def _solve_integer(self) -> StepMove:
        """Solve the same program for whole steps only."""
        size = len(self._names)
        all_columns = np.arange(size, dtype=np.int32)
        kinds = highspy.HighsVarType
        self._solver.changeColsIntegrality(size, all_columns, np.array([kinds.kInteger] * size))
        self._solver.run()
        self.programs += 1
        solution = np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColsIntegrality(size, all_columns, np.array([kinds.kContinuous] * size))
        move: StepMove = np.rint(solution).astype(np.int64)
        return move

    def _solve(self, weights: NDArray[np.float64], bounds: Sequence[MoveBounds]) -> None:
        """Solve for the least weighted sum of moves within bounds."""
        size = len(self._names)
        all_columns = np.arange(size, dtype=np.int32)
        lower, upper = np.array(bounds, np.float64).T
        self._solver.changeColsCost(size, all_columns, weights)
        self._solver.changeColsBounds(size, all_columns, lower.copy(), upper.copy())
        self._solver.run()
        self.programs += 1

    def _is_feasible(self, move: StepMove, bounds: Sequence[MoveBounds]) -> bool:
        """Check exactly whether a move keeps to the bounds and to every sum that is shown."""
        lower, upper = np.array(bounds, np.float64).T
        sums = np.array([move[row].sum() for row in self._rows], np.int64)
        return bool(
            (lower <= move).all()
            and (move <= upper).all()
            and (self._low <= sums).all()
            and (sums <= self._high).all()
        )

    def _list_columns(self, parts: Iterable[Key]) -> NDArray[np.int32]:
        return np.array([self._place[key] for key in parts], np.int32)

    def _find_bounds(self, values: StepValues, *, known: bool) -> MoveBounds:
        """Find by how much a group's sum can differ, for an outsider or for the people in it.

        The people in it know their values: the largest and the smallest of them at once, which is
        more than any single one knows.
        """
        total, most = sum(values), highspy.kHighsInf
        if not values:
            return 0, 0
        least = values[0] if known else 0
        if self._span is not None:
            most = (values[-1] if known else self._span) + (len(values) - 1) * self._span - total
        elif known and len(values) == 1:
            most = 0
        return least - total, most

    def _build_program(self) -> highspy.HighsLp:
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
