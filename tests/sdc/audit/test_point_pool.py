"""Every point that is drawn satisfies every row; drawing again gives the same points."""

from math import inf

import numpy as np
import pytest

from cairn.sdc.audit.integer_model import LinearRow, RowSystem, list_bounds
from cairn.sdc.audit.point_pool import count_values_by_record, draw_points

UNKNOWNS = 6
EXACT = LinearRow(dict.fromkeys(range(4), 1), 2, 2)
AT_ITS_LEAST = LinearRow({2: 1, 3: 1, 4: 1}, 1, inf)
WEIGHTED = LinearRow({0: 2, 5: -1}, 0, 1)
START = np.array([1, 0, 1, 0, 0, 1])


def draw(*rows: LinearRow, upper: int = 2, **more: object) -> np.ndarray:
    system = RowSystem(rows, UNKNOWNS)
    bounds = (list_bounds([0] * UNKNOWNS), list_bounds([upper] * UNKNOWNS))
    points = draw_points(system, bounds, START, **more)
    assert system.find_satisfied_rows(points).all()
    assert ((points >= 0) & (points <= upper)).all()
    assert (points[0] == START).all()
    assert (points == draw_points(system, bounds, START, **more)).all()
    return points


def test_an_unknown_moves_against_another_where_a_sum_is_exact() -> None:
    points = draw(EXACT, AT_ITS_LEAST)
    assert all(set(points[:, unknown]) == {0, 1, 2} for unknown in range(UNKNOWNS))
    assert len(np.unique(points, axis=0)) > UNKNOWNS


def test_rows_with_factors_move_no_partner() -> None:
    points = draw(EXACT, WEIGHTED)
    assert len(np.unique(points[:, :4], axis=0)) == 1
    assert set(points[:, 4]) == {0, 1, 2}


def test_only_the_unknowns_in_focus_move_where_they_can_move_alone() -> None:
    points = draw(LinearRow({0: 1, 1: 1}, 0, 9), focus=[1])
    assert set(points[:, 1]) == {0, 1, 2}
    assert len(np.unique(points[:, [0, 2, 3, 4, 5]], axis=0)) == 1
    assert len(draw(EXACT, focus=[0], seed=3)) == len(points)


def test_what_cannot_move_leaves_the_start_alone() -> None:
    system = RowSystem([EXACT], UNKNOWNS)
    bounds = (START, START)
    assert (draw_points(system, bounds, START) == START[None, :]).all()


def test_values_are_counted_over_all_points_and_beside_each_record() -> None:
    points = np.array([[0, 1], [1, 1], [2, 0], [9, 1]])
    records = np.array([[True, False], [True, True], [True, False], [True, False]])
    values, beside = count_values_by_record(points, records, [{0: 1}, {0: 1, 1: 1}])
    assert values.tolist() == [4, 3]
    # The last value lies too far from the first point to be counted beside a record.
    assert beside.tolist() == [[3, 2], [1, 1]]


@pytest.mark.parametrize("size", [1, 2**52])
def test_rows_are_checked_exactly_with_numbers_of_any_size(size: int) -> None:
    """One more than 2 to the power of 53 is no floating-point number."""
    row = LinearRow({0: 1, 1: 1}, -inf, 2 * size)
    system = RowSystem([row, LinearRow({0: 1}, 0, inf)], 2)
    system.high[:] = 2 * size
    found = system.find_satisfied_rows(np.array([[size, size], [size, size + 1]]))
    assert found[:, 0].tolist() == [True, False]
