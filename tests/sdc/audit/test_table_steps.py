"""The attacker's short steps from one whole table to others."""

from collections.abc import Sequence
from math import inf

import numpy as np

from cairn.sdc.audit.feasible_tables import EquationRow, WholeTable
from cairn.sdc.audit.table_steps import ImpossibleValues, StepSearch

ROW = [((0, 1), (), 30), ((2, 3), (), 9)]

CHANCE = np.random.default_rng(1)


def begun(
    rows: Sequence[EquationRow], floors: list[int], ceilings: list[float], start: WholeTable
) -> StepSearch:
    steps = StepSearch(rows, [0] * len(ceilings), ceilings, CHANCE)
    steps.start_from(start, floors)
    return steps


def find_step_sets(
    steps: StepSearch, unknown: int, by: int, kept: tuple[int, ...] = ()
) -> set[tuple[tuple[int, int], ...]]:
    return {
        tuple(zip(part.tolist(), shift.tolist(), strict=True))
        for part, shift in steps.find_steps(unknown, by, kept) or ()
    }


def test_a_step_goes_forth_and_back_half_way_and_twice_as_far() -> None:
    steps = begun(ROW, [1, 1, 0, 0], [inf] * 4, np.array([2, 28, 4, 5]))
    assert {dict(step)[0] for step in find_step_sets(steps, 0, 2)} == {-1, 1, 2, 3, 4}
    assert steps.programs == 1


def test_no_step_leaves_the_limits() -> None:
    steps = begun(ROW, [1, 1, 0, 0], [inf, inf, 4, 9], np.array([2, 28, 4, 5]))
    assert find_step_sets(steps, 0, -2) == set()
    assert find_step_sets(steps, 2, 1) == set()
    assert steps.programs == 0


def test_what_is_known_exactly_has_no_step() -> None:
    steps = begun([((0,), (), 7)], [0], [inf], np.array([7]))
    assert find_step_sets(steps, 0, 1) == set()
    assert steps.programs == 1


def test_steps_of_halves_are_left_out() -> None:
    """Two cells that add up to a third twice over: it moves by two, never by one."""
    rows = [((0, 1), (2,), 0), ((0,), (1,), 0)]
    steps = begun(rows, [0, 0, 0], [inf] * 3, np.array([4, 4, 8]))
    assert {dict(step)[2] for step in find_step_sets(steps, 2, 1)} == set()
    assert {dict(step)[2] for step in find_step_sets(steps, 2, 2)} == {-4, -2, 2, 4}


def test_steps_lead_on_as_long_as_they_stay_within_the_limits() -> None:
    steps = begun(ROW, [1, 1, 0, 0], [inf] * 4, np.array([2, 28, 4, 5]))
    down = (np.array([0, 1]), np.array([-1, 1]))
    assert steps.combine_steps([down, down], np.array([1, 1, 0, 0])).tolist() == [1, 29, 4, 5]
    assert steps.combine_steps([down], np.array([2, 1, 0, 0])).tolist() == [2, 28, 4, 5]


def test_a_step_leaves_somebody_where_somebody_knows_to_be() -> None:
    steps = begun(ROW, [0, 0, 0, 0], [inf] * 4, np.array([2, 28, 4, 1]))
    assert any(dict(step).get(3) == -1 for step in find_step_sets(steps, 2, 1))
    assert not find_step_sets(steps, 2, 1, kept=(3,))
    assert not find_step_sets(steps, 3, -1, kept=(3,))
    assert any(dict(step).get(3) == -1 for step in find_step_sets(steps, 2, 1))


def test_where_there_is_no_change_at_all_it_is_said_and_not_where_one_splits_people() -> None:
    rows = [((0, 1), (2,), 0), ((0,), (1,), 0)]
    steps = begun(rows, [0, 0, 0], [inf] * 3, np.array([4, 4, 8]))
    assert steps.find_steps(2, 1) == []
    assert begun([((0,), (), 7)], [0], [inf], np.array([7])).find_steps(0, 1) is None
    assert steps.find_steps(2, -9) is None


def test_many_wishes_are_fulfilled_at_once_as_far_as_there_are_tables_for_them() -> None:
    steps = begun(ROW, [1, 1, 0, 0], [inf] * 4, np.array([2, 28, 4, 1]))
    seen = {0: {2}, 2: {4}}
    for part, shift in steps.find_steps_for_wishes([(0, 2), (2, 2), (3, -2)]):
        for unknown, by in zip(part.tolist(), shift.tolist(), strict=True):
            seen.setdefault(unknown, set()).add([2, 28, 4, 1][unknown] + by)
    assert seen[0] >= {3, 4}
    assert max(seen[2]) == 5
    assert steps.programs == 1
    assert any(dict(step)[0] == 2 for step in find_step_sets(steps, 0, 2))


def test_beyond_a_barred_value_all_are_barred() -> None:
    barred = ImpossibleValues()
    barred.mark_impossible((1,), 3, -1)
    barred.mark_impossible((1,), 9, 2)
    assert [value for value in range(12) if not barred.is_impossible((1,), value)] == [
        4,
        5,
        6,
        7,
        8,
    ]
    assert not barred.is_impossible((2,), 3)
