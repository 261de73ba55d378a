"""The attacker's short steps from one whole table to others."""

from math import inf

import numpy as np

from cairn.disclosure.steps import Steps

ROW = [((0, 1), (), 30), ((2, 3), (), 9)]

CHANCE = np.random.default_rng(1)


def found(
    steps: Steps, unknown: int, by: int, kept: tuple[int, ...] = ()
) -> set[tuple[tuple[int, int], ...]]:
    return {
        tuple(zip(part.tolist(), shift.tolist(), strict=True))
        for part, shift in steps.steps(unknown, by, kept)
    }


def test_a_step_goes_forth_and_back_half_way_and_twice_as_far() -> None:
    steps = Steps(ROW, [1, 1, 0, 0], [inf] * 4, np.array([2, 28, 4, 5]), CHANCE)
    assert {dict(step)[0] for step in found(steps, 0, 2)} == {-1, 1, 2, 3, 4}
    assert steps.programs == 1


def test_no_step_leaves_the_limits() -> None:
    steps = Steps(ROW, [1, 1, 0, 0], [inf, inf, 4, 9], np.array([2, 28, 4, 5]), CHANCE)
    assert found(steps, 0, -2) == set()
    assert found(steps, 2, 1) == set()
    assert steps.programs == 0


def test_what_is_known_exactly_has_no_step() -> None:
    steps = Steps([((0,), (), 7)], [0], [inf], np.array([7]), CHANCE)
    assert found(steps, 0, 1) == set()
    assert steps.programs == 1


def test_steps_of_halves_are_left_out() -> None:
    """Two cells that add up to a third twice over: it moves by two, never by one."""
    rows = [((0, 1), (2,), 0), ((0,), (1,), 0)]
    steps = Steps(rows, [0, 0, 0], [inf] * 3, np.array([4, 4, 8]), CHANCE)
    assert {dict(step)[2] for step in found(steps, 2, 1)} == set()
    assert {dict(step)[2] for step in found(steps, 2, 2)} == {-4, -2, 2, 4}


def test_steps_lead_on_as_long_as_they_stay_within_the_limits() -> None:
    steps = Steps(ROW, [1, 1, 0, 0], [inf] * 4, np.array([2, 28, 4, 5]), CHANCE)
    down = (np.array([0, 1]), np.array([-1, 1]))
    assert steps.together([down, down], np.array([1, 1, 0, 0])).tolist() == [1, 29, 4, 5]
    assert steps.together([down], np.array([2, 1, 0, 0])).tolist() == [2, 28, 4, 5]


def test_a_step_leaves_somebody_where_somebody_knows_to_be() -> None:
    steps = Steps(ROW, [0, 0, 0, 0], [inf] * 4, np.array([2, 28, 4, 1]), CHANCE)
    assert any(dict(step).get(3) == -1 for step in found(steps, 2, 1))
    assert not found(steps, 2, 1, kept=(3,))
    assert not found(steps, 3, -1, kept=(3,))
    assert any(dict(step).get(3) == -1 for step in found(steps, 2, 1))
