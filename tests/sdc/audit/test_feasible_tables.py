"""The search for whole tables, on systems small enough to see through."""

from math import inf, isnan

import numpy as np

from cairn.sdc.audit.feasible_tables import FeasibleTableSearch


def test_a_bounded_sum_has_its_extremes() -> None:
    tables = FeasibleTableSearch([((0, 1), (), 7)], [1, 1])
    best, found = tables.find_extreme(np.array([1.0, 0.0]))
    assert best == 6
    assert found is not None
    assert found.tolist() == [6, 1]


def test_what_nothing_bounds_is_infinite() -> None:
    assert FeasibleTableSearch([], [0]).find_extreme(np.array([1.0])) == (inf, None)


def test_a_value_that_no_table_has_is_not_found() -> None:
    tables = FeasibleTableSearch([((0, 1), (), 7)], [1, 1])
    assert tables.find_table_with(0, 7, np.array([6, 1])) is None
    assert isnan(FeasibleTableSearch([((0, 1), (), 1)], [1, 1]).find_extreme(np.zeros(2))[0])
    again = tables.find_table_with(0, 3, np.array([6, 1]))
    assert again is not None
    assert again.tolist() == [3, 4]


def test_halves_of_people_are_not_a_table() -> None:
    """a + b = b + c = a + c = 3 has only halves for a solution."""
    odd = [((0, 1), (), 3), ((1, 2), (), 3), ((0, 2), (), 3)]
    assert FeasibleTableSearch(odd, [0, 0, 0]).find_table() is None
    even = [((0, 1), (), 2), ((1, 2), (), 2), ((0, 2), (), 2)]
    found = FeasibleTableSearch(even, [0, 0, 0]).find_table()
    assert found is not None
    assert found.tolist() == [1, 1, 1]


def test_a_guess_spares_the_search_where_it_is_a_whole_table() -> None:
    """a + b + d = b + c + d = a + c + d = 3 and at most two d: every corner splits people."""
    rows = [((0, 1, 3), (), 3), ((1, 2, 3), (), 3), ((0, 2, 3), (), 3)]
    tables = FeasibleTableSearch(rows, [0] * 4, [inf, inf, inf, 2])
    right = np.ones(4, np.int64)
    assert tables.find_table(right) is right
    assert tables.programs == 0
    searched = tables.find_table(np.array([3, 3, 3, 0]))
    assert searched is not None
    assert searched.tolist() == [1, 1, 1, 1]
    assert tables.programs == 1


def test_a_whole_corner_spares_integer_programming() -> None:
    tables = FeasibleTableSearch([((0, 1), (), 7)], [1, 1])
    guess = np.array([3, 4])
    assert tables.find_table_quickly(guess) is guess
    assert tables.programs == 0
    corner = tables.find_table_quickly(np.zeros(2, np.int64))
    assert corner is not None
    assert tables.is_feasible(corner)
    assert tables.programs == 1
    tables.require_above_floor([0, 1])
    above = tables.find_table_quickly(np.zeros(2, np.int64))
    assert above is not None
    assert above.min() >= 2
    assert tables.find_table_with(0, 3, above) is not None


def test_no_table_is_found_where_the_linear_program_has_no_solution() -> None:
    tables = FeasibleTableSearch([((0, 1), (), 1)], [1, 1])
    assert tables.find_table_quickly(np.zeros(2, np.int64)) is None
    assert tables.programs == 1


def test_a_corner_that_splits_people_leaves_the_search_to_integer_programming() -> None:
    """a + b + d = b + c + d = a + c + d = 3 and at most two d: every corner splits people."""
    rows = [((0, 1, 3), (), 3), ((1, 2, 3), (), 3), ((0, 2, 3), (), 3)]
    tables = FeasibleTableSearch(rows, [0] * 4, [inf, inf, inf, 2])
    found = tables.find_table_quickly(np.array([3, 3, 3, 0]))
    assert found is not None
    assert found.tolist() == [1, 1, 1, 1]
    assert tables.programs == 2
